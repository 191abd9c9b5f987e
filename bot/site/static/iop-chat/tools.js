// What stands under an answer: going on from it, copying it, hearing it, and saying whether it helped.

import { el, icon } from "./render.js";
import { localVoice, readAloud, stopReading } from "./speech.js";

const THUMB = "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 3 3v4h5.5l-1.5 8c-.2 1-1 2-2.5 2H7";
const COPY = "M9 9h11v11H9zM5 15H4V4h11v1";
const SPEAKER = "M4 9v6h4l5 4V5L8 9zM16 9c1.7 1.7 1.7 4.3 0 6";
const LONGEST_WHY = 500;

/** Which kinds of reply can be told more of, or be rated; the words of the first come from English sources. */
export const ANSWERS = ["answer", "rephrase", "sources"];
export const RATED = [...ANSWERS, "clarify", "unknown", "medical_advice", "human", "capabilities"];

/** The messages that go on from the last answer. */
export function followUps(strings) {
  return [
    { title: strings.tellMore, payload: "/tell_more" },
    { title: strings.simpler, payload: "/simpler" },
    { title: strings.whereFrom, payload: "/sources" },
  ];
}

/** Buttons for `followUps`; only under the last answer, which is the one they are about. */
export function followUpRow(strings, onchoice) {
  const buttons = followUps(strings).map(({ title, payload }) =>
    el("button", { type: "button", onclick: () => onchoice(title, payload) }, title),
  );
  return el("div", { class: "more", role: "group", "aria-label": strings.about }, ...buttons);
}

/**
 * Copy, read aloud, and thumbs. `rate(rating, why)` resolves to {ok, messages}; `onmessages` is given
 * what comes back from it to show.
 */
export function tools(text, language, strings, rate, onmessages) {
  const said = el("span", { class: "said" }); // what is added here is read out, for it stands in the log
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

function tool(label, path, onclick, attributes = {}) {
  return el("button", { type: "button", "aria-label": label, title: label, onclick, ...attributes }, icon(path));
}

function reader(text, voice, strings) {
  const name = (words) => ["aria-label", "title"].forEach((attribute) => button.setAttribute(attribute, words));
  const button = tool(strings.read, SPEAKER, () => {
    if (button.title === strings.stopReading) return stopReading();
    readAloud(text, voice, () => name(strings.read));
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
