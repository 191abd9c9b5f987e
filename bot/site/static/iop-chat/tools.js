// What a visitor can do with an answer: go on, rate it, copy it, hear it, ask for a call.

import { newId } from "./client.js";
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

export function followUpRow(strings, host) {
  const buttons = followUps(strings).map(({ title, payload }) =>
    el("button", { onclick: () => host.choose(title, payload) }, title),
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
  return el("button", { "aria-label": label, title: label, onclick, ...attributes }, icon(path));
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
  return el("form", { class: "why", onsubmit }, el("label", {}, strings.why, input), el("button", { type: "submit" }, strings.send));
}

// What is typed into the form is kept nowhere but in it.
/** `host` has call(given), tell(messages), notice() and `shared`; `open` is whether the form was asked for. */
export function callbackForm(consent, open, strings, host) {
  const words = strings.call;
  const inputs = {};
  const errors = {};
  let [sent, id, busy] = ["", "", false];

  const field = (name, attributes, inputFirst) => {
    inputs[name] = el("input", attributes);
    errors[name] = el("strong", { class: "error" });
    const label = [el("span", {}, words[name]), " ", errors[name]]; // an error is read out with its field
    return el("label", {}, ...(inputFirst ? [inputs[name], el("span", {}, ...label)] : [...label, inputs[name]]));
  };
  const clean = () => {
    for (const name of Object.keys(errors)) {
      errors[name].replaceChildren();
      inputs[name].removeAttribute("aria-invalid");
    }
    said.replaceChildren();
  };
  const close = () => {
    clean();
    form.reset();
    details.open = false;
  };
  const onsubmit = async (event) => {
    event.preventDefault();
    if (busy) return;
    const [name, phone, best_time] = ["name", "phone", "best_time"].map((key) => inputs[key].value);
    const given = { name, phone, best_time, agreed: inputs.consent.checked };
    if (JSON.stringify(given) !== sent) [sent, id] = [JSON.stringify(given), newId()]; // the same form is stored once
    busy = true;
    send.textContent = words.sending;
    const { ok, body } = await host.call({ message_id: id, ...given });
    busy = false;
    send.textContent = strings.send;
    clean();
    const message = body.message || body.error?.message;
    const wrong = body.error?.field;
    if (ok && body.taken) {
      details.remove();
      said.append(el("strong", {}, words.taken), " ", el("span", { lang: "en" }, message));
      said.focus();
    } else if (ok && Array.isArray(body.messages)) {
      close();
      host.tell(body.messages);
    } else if (Object.hasOwn(errors, wrong)) {
      errors[wrong].append(words.wrong[wrong] || message);
      inputs[wrong].setAttribute("aria-invalid", "true");
      inputs[wrong].focus();
    } else {
      said.append(message ? el("span", { lang: "en" }, message) : strings.notSaved, " ", ...host.notice());
    }
  };
  const onCancel = () => {
    if (busy) return;
    close();
    said.append(words.cancelled);
    summary.focus();
  };

  const purpose = (token) => (host.shared ? "off" : token);
  const send = el("button", { type: "submit" }, strings.send);
  const form = el(
    "form", { novalidate: true, onsubmit },
    el("p", { lang: "en" }, consent),
    field("name", { autocomplete: purpose("name"), "aria-required": "true" }),
    field("phone", { type: "tel", autocomplete: purpose("tel"), "aria-required": "true" }),
    field("best_time", { autocomplete: "off" }),
    field("consent", { type: "checkbox", "aria-required": "true" }, true),
    el("div", { class: "choices" }, send, el("button", { onclick: onCancel }, words.cancel)),
  );
  const summary = el("summary", {}, words.title);
  const details = el("details", { open, class: "card" }, summary, form);
  const said = el("p", { tabindex: "-1" });
  return el("div", { class: "call", lang: strings.tag }, details, said);
}
