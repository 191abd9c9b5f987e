// The conversation as a text file, made in the browser.

export function transcript(name, notice, turns, strings) {
  const lines = [name, new Date().toLocaleString(strings.tag), notice, ""];
  for (const { shown, messages } of turns) {
    lines.push(`${strings.you} ${shown}`, "");
    const texts = messages.map((message) => message?.text).filter((text) => typeof text === "string");
    lines.push(`${strings.assistant} ${texts.join("\n\n") || strings.unsent}`, "");
    const sources = messages.flatMap((message) => message?.custom?.sources || []);
    for (const title of new Set(sources.map((source) => source?.title).filter(Boolean))) lines.push(`  - ${title}`);
    if (sources.length) lines.push("");
  }
  return lines.join("\n");
}

export function download(text, filename) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
