// The options.

import { el } from "./render.js";

const SIZES = [100, 120, 140, 170]; // per cent

/** `actions` are {save, startOver, remove}; `fixed`: the page itself says that the device is shared. */
export function menu(panel, storage, strings, actions, fixed) {
  const choice = (label, onclick, attributes = {}) => el("button", { type: "button", onclick, ...attributes }, label);
  const remove = choice(strings.remove, () => ask(true), { class: "remove" });
  const keep = choice(strings.removeNo, () => ask(false));
  const yes = choice(strings.removeYes, () => {
    ask(false);
    actions.remove();
  });
  const asking = el("div", { class: "ask", role: "group", "aria-label": strings.remove, hidden: true }, el("p", {}, strings.removeAsk), yes, keep);
  const ask = (on) => {
    asking.hidden = !on;
    remove.hidden = on;
    (on ? keep : remove).focus();
  };

  const box = el("input", { type: "checkbox", checked: storage.shared, disabled: fixed, onchange: () => (storage.shared = box.checked) });
  const element = el(
    "div", { class: "menu", id: "menu", hidden: true },
    sizes(panel, storage, strings),
    el("label", {}, box, el("span", {}, strings.shared)),
    choice(strings.save, actions.save), choice(strings.startOver, actions.startOver), remove, asking,
    el("p", { id: "exit-hint" }, strings.exitHint),
  );
  const reset = () => {
    asking.hidden = true;
    remove.hidden = false;
  };
  return { element, reset };
}

function sizes(panel, storage, strings) {
  const shown = el("span");
  const set = (step) => {
    const place = Math.min(Math.max(Number(storage.get("size")) + step, 0), SIZES.length - 1);
    storage.set("size", place ? String(place) : "");
    panel.dataset.size = place;
    shown.textContent = `${strings.size} ${SIZES[place]} %`;
  };
  const button = (label, letter, step) =>
    el("button", { type: "button", class: "letter", "aria-label": label, title: label, onclick: () => set(step) }, letter);
  set(0);
  return el("div", { class: "sizes", role: "group", "aria-label": strings.size }, shown, button(strings.smaller, "A−", -1), button(strings.larger, "A+", 1));
}

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
