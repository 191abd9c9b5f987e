// Shows how far a publication is, and the whole page again once it is done.
const look = async () => {
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("progress");
    if (!fresh) return location.reload();
    document.getElementById("progress").replaceChildren(...fresh.childNodes);
  } catch {
    // The site is starting again, perhaps: the next look tells.
  }
  setTimeout(look, 2000);
};
setTimeout(look, 2000);
