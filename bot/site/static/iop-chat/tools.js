// What stands under an answer.

import { el, icon } from "./render.js";

const THUMB = "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 3 3v4h5.5l-1.5 8c-.2 1-1 2-2.5 2H7";
const COPY = "M9 9h11v11H9zM5 15H4V4h11v1";
const SPEAKER = "M4 9v6h4l5 4V5L8 9zM16 9c1.7 1.7 1.7 4.3 0 6";
const speech = window.speechSynthesis;
const LONGEST_WHY = 500;

// Kinds of reply. The first come from English sources.
export const ANSWERS = ["answer", "rephrase", "sources"];
export const RATED = [...ANSWERS, "clarify", "unknown", "medical_advice", "human", "capabilities"];

export function followUps(strings) {
  return [
    { title: strings.tellMore, payload: "/tell_more" },
    { title: strings.simpler, payload: "/simpler" },
    { title: strings.whereFrom, payload: "/sources" },
  ];
}

export function followUpRow(strings, onchoice) {
  const buttons = followUps(strings).map(({ title, payload }) =>
    el("button", { type: "button", onclick: () => onchoice(title, payload) }, title),
  );
  return el("div", { class: "more", role: "group", "aria-label": strings.about }, ...buttons);
}

/** `rate(rating, why)` resolves to {ok, messages}; `onmessages` shows those. */
export function tools(text, language, strings, rate, onmessages) {
  const said = el("span", { class: "said" }); // within the log: it is read out
  const tell = (words) => said.replaceChildren(words);
  const row = el("div", { class: "tools" }, ...thumbs(strings, rate, tell, onmessages));
  if (navigator.clipboard) {
    const copy = () => navigator.clipboard.writeText(text).then(() => tell(strings.copied), () => tell(strings.notSaved));
    row.append(tool(strings.copy, COPY, copy));
  }
  const voice = localVoice(language);
  if (voice) row.append(reader(text, voice, strings));
  row.append(said);
  return row;
}

// Only voices of this device: others send the words to somebody. Browsers load them after the first call.
export function localVoice(language) {
  return speech?.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));
}

export function stopReading() {
  speech?.cancel();
}

function tool(label, path, onclick, attributes = {}) {
  return el("button", { type: "button", "aria-label": label, title: label, onclick, ...attributes }, icon(path));
}

function reader(text, voice, strings) {
  const name = (words) => ["aria-label", "title"].forEach((attribute) => button.setAttribute(attribute, words));
  const button = tool(strings.read, SPEAKER, () => {
    if (button.title === strings.stopReading) return stopReading();
    stopReading();
    const spoken = new SpeechSynthesisUtterance(text);
    Object.assign(spoken, { voice, lang: voice.lang, onend: () => name(strings.read), onerror: () => name(strings.read) });
    speech.speak(spoken);
    name(strings.stopReading);
  });
  return button;
}

function thumbs(strings, rate, tell, onmessages) {
  let form = null;
  const press = async (rating, why = "") => {
    for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", String(name === rating));
    const { ok, messages } = await rate(rating, why);
    tell(ok ? strings.thanks : strings.notSaved);
    if (!ok) buttons[rating].setAttribute("aria-pressed", "false");
    if (ok) onmessages(messages);
    return ok;
  };
  const onThumb = async (rating) => {
    form?.remove();
    form = null;
    if (!(await press(rating))) return;
    form = whyForm(strings, async (why) => {
      if (!(await press(rating, why))) return;
      form.remove();
      buttons[rating].focus();
    });
    buttons[rating].parentElement.append(form);
    form.scrollIntoView({ block: "nearest" });
  };
  const buttons = {
    up: tool(strings.up, THUMB, () => onThumb("up"), { "aria-pressed": "false" }),
    down: tool(strings.down, THUMB, () => onThumb("down"), { "aria-pressed": "false", class: "down" }),
  };
  return Object.values(buttons);
}

function whyForm(strings, onwhy) {
  const input = el("input", { maxlength: LONGEST_WHY, autocomplete: "off" });
  const onsubmit = (event) => {
    event.preventDefault();
    if (input.value.trim()) onwhy(input.value.trim());
  };
  return el("form", { class: "why", onsubmit }, el("label", {}, strings.why, input), el("button", {}, strings.sendWhy));
}
