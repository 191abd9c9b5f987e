// What one can ask becomes a button that asks it. Without the chat it stays text.

customElements.whenDefined("iop-chat").then(() => {
  const chat = document.querySelector("iop-chat");
  for (const item of document.querySelectorAll(".questions li")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...item.childNodes);
    button.addEventListener("click", () => chat.ask(button.textContent));
    item.append(button);
  }
});
