// <iop-chat>: a launcher, a chat panel and its options. docs/widget.md has its attributes.

import { Client, Storage } from "./client.js";
import { Conversation } from "./conversation.js";
import { CROSS, el, icon, notice } from "./render.js";
import { stringsFor } from "./strings.js";
import { localVoice, stopReading } from "./tools.js";

const MOST_CHARACTERS = 2000;
const COUNTED = 200;
const SPEECH = "M4 5h16v11H10l-5 4v-4H4z";
const ARROW = "M5 12h13M13 6l6 6-6 6";
const LINES = "M4 7h16M4 12h16M4 17h16";
const SIZES = [100, 120, 140, 170]; // per cent, of the text
const NEUTRAL = "https://www.weather.gov/";
const PRESSES = 3;
const WITHIN_MS = 5000;
const phone = matchMedia("(max-width: 30rem)");
const touch = matchMedia("(pointer: coarse)");

class IopChat extends HTMLElement {
  #client;
  #storage;
  #strings;
  #conversation;
  #launcher;
  #panel;
  #menu;
  #menuButton;
  #input;
  #counter;
  #listening;
  #removing = false;

  connectedCallback() {
    if (this.shadowRoot) this.#conversation.retry(); // it was taken out and put back
    else this.#build();
    const { signal } = (this.#listening = new AbortController());
    onThreeShifts(() => this.exit(), signal);
    phone.addEventListener("change", () => this.#panel.open && this.#show(), { signal });
    for (const event of ["resize", "scroll"]) window.visualViewport?.addEventListener(event, () => this.#fit(), { signal });
    window.addEventListener("online", () => this.#onOnline(), { signal });
    window.addEventListener("pagehide", () => this.#leave(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && this.#onReturn(), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#conversation.stop();
    stopReading();
  }

  open() {
    if (this.#panel.open) return;
    this.#launcher.hidden = true;
    this.#launcher.setAttribute("aria-expanded", "true");
    this.#show();
    // A phone's keyboard would cover the greeting.
    (touch.matches ? this.#panel : this.#input).focus();
  }

  /** Asks a question for the visitor, who tapped it on the page. */
  ask(text) {
    this.open();
    this.#conversation.say(text, text);
  }

  close() {
    this.#toggleMenu(false);
    this.#panel.close();
    this.#launcher.hidden = false;
    this.#launcher.setAttribute("aria-expanded", "false");
    this.#launcher.focus();
    this.#leave();
  }

  exit() {
    this.#leave();
    this.#conversation.startOver(); // what is under way must not be written down again
    quickExit(this.shadowRoot, this.#storage, this.getAttribute("exit") || "", this.#strings);
  }

  #build() {
    this.#strings = stringsFor(this.lang || document.documentElement.lang, this);
    this.#storage = new Storage();
    if (this.hasAttribute("shared")) this.#storage.shared = true;
    const endpoint = this.getAttribute("endpoint") || new URL("../../chat", import.meta.url).href;
    this.#client = new Client(new URL(endpoint, document.baseURI).href, this.#storage);
    const storage = this.#storage;
    this.#conversation = new Conversation(this.#strings, this.#client, storage, {
      get shared() {
        return storage.shared;
      },
      notice: () => this.#notice(),
      mayFocus: () => this.#panel.open && !this.#input.value,
      focusInput: () => this.#input.focus(),
    });
    localVoice(this.#strings.tag); // has the browser load its voices
    const body = el("div", { hidden: true, lang: this.#strings.tag }, this.#buildLauncher(), this.#buildPanel());
    const shown = () => (body.hidden = false);
    const style = el("link", { rel: "stylesheet", href: new URL("iop-chat.css", import.meta.url).href, onload: shown, onerror: shown });
    this.attachShadow({ mode: "open" }).append(style, body);
    this.#conversation.restore();
  }

  #buildLauncher() {
    const attributes = { class: "launcher", part: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false" };
    this.#launcher = el("button", { ...attributes, onclick: () => this.open() }, icon(SPEECH), this.#strings.launch);
    return this.#launcher;
  }

  #buildPanel() {
    const words = this.#strings;
    this.#panel = el("dialog", {
      "aria-labelledby": "name", "aria-describedby": "notice", tabindex: "-1",
      onkeydown: (event) => this.#onEscape(event), oncancel: (event) => this.#onEscape(event),
    });
    const button = (label, path, onclick, attributes = {}) =>
      el("button", { class: "round", "aria-label": label, onclick, ...attributes }, icon(path));
    this.#menuButton = button(words.menu, LINES, () => this.#toggleMenu(this.#menu.hidden), { "aria-expanded": "false", "aria-controls": "menu" });
    const exit = el("button", { class: "exit", title: words.exitHint, onclick: () => this.exit() }, words.exit);
    this.#panel.append(
      el(
        "header", {}, el("h2", { id: "name" }, this.getAttribute("name") || words.name),
        exit, this.#menuButton, button(words.close, CROSS, () => this.close()),
      ),
      this.#buildMenu(),
      el("p", { id: "notice", class: "notice" }, ...this.#notice()), this.#conversation.log, this.#buildForm(),
    );
    return this.#panel;
  }

  #buildMenu() {
    const [words, storage] = [this.#strings, this.#storage];
    const choice = (label, onclick) => el("button", { onclick }, label);
    const box = el("input", { type: "checkbox", checked: storage.shared, disabled: this.hasAttribute("shared"), onchange: () => (storage.shared = box.checked) });
    const size = el("select", { onchange: () => storage.set("size", resize()) }, ...SIZES.map((value) => el("option", { value }, `${value} %`)));
    const resize = () => {
      this.#panel.style.fontSize = `${size.value}%`;
      return size.value;
    };
    size.value = storage.get("size") || SIZES[0];
    resize();
    this.#menu = el(
      "div", { class: "menu", id: "menu", hidden: true },
      el("label", {}, words.size, size), el("label", {}, box, el("span", {}, words.shared)),
      choice(words.save, () => this.#save()), choice(words.startOver, () => this.#startOver()),
      el("details", {}, el("summary", {}, words.remove), el("p", {}, words.removeAsk), choice(words.removeYes, () => this.#remove())),
      el("p", {}, words.exitHint),
    );
    return this.#menu;
  }

  #buildForm() {
    const words = this.#strings;
    this.#input = el("textarea", {
      id: "input", rows: "1", placeholder: words.placeholder, "aria-describedby": "counter",
      enterkeyhint: "send", autocomplete: "off", oninput: () => this.#grow(), onkeydown: (event) => this.#onKey(event),
    });
    this.#counter = el("p", { id: "counter", class: "counter" });
    const send = el("button", { type: "submit", class: "send", "aria-label": words.send }, icon(ARROW));
    return el(
      "form", { class: "ask-form", onsubmit: (event) => this.#onSubmit(event) },
      el("label", { for: "input", class: "sr" }, words.label),
      el("div", { class: "field" }, this.#input, send), this.#counter,
    );
  }

  // The site's own notice (its country's numbers) where it gave one.
  #notice() {
    const own = this.querySelector('[slot="notice"]');
    return own ? [...own.cloneNode(true).childNodes] : notice(this.#strings);
  }

  // Full screen on a phone, where the page behind must not be reachable.
  #show() {
    const focused = this.shadowRoot.activeElement;
    if (this.#panel.open) this.#panel.close();
    if (phone.matches) this.#panel.showModal();
    else this.#panel.show();
    focused?.focus();
    this.#fit();
  }

  // iOS lays its keyboard over the page.
  #fit() {
    const view = window.visualViewport;
    const keep = this.#panel.open && phone.matches && view && view.scale === 1;
    this.#panel.style.height = keep ? `${view.height}px` : "";
    this.#panel.style.top = keep ? `${view.offsetTop}px` : "";
  }

  #toggleMenu(shown) {
    this.#menu.hidden = !shown;
    this.#menu.querySelector("details").open = false;
    this.#menuButton.setAttribute("aria-expanded", String(shown));
  }

  #save() {
    const name = this.getAttribute("name") || this.#strings.name;
    const words = this.#notice().map((piece) => piece.textContent ?? piece).join("");
    const text = transcript(name, words, this.#conversation.turns, this.#strings);
    const href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    el("a", { href, download: "chat.txt" }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }

  #startOver() {
    if (this.#removing) return this.#remove(); // without its id it could not be deleted any more
    this.#conversation.startOver();
    this.#toggleMenu(false);
    this.#input.focus();
  }

  // Gone only when the server says so; until then it is tried again.
  async #remove() {
    this.#toggleMenu(false);
    this.#input.focus();
    this.#removing = true;
    const { deleted, messages } = await this.#client.forget();
    if (deleted) {
      this.#removing = false;
      this.#conversation.startOver();
      this.#conversation.tell(messages.length ? messages : [{ text: this.#strings.removed }]);
      return;
    }
    const said = this.#conversation.tell([{ text: this.#strings.notRemoved }, ...messages]);
    const again = el("button", { class: "retry", onclick: () => this.#remove() }, this.#strings.retry);
    said.append(again);
  }

  #onOnline() {
    if (this.#removing) this.#remove();
    else this.#conversation.retry();
  }

  #leave() {
    stopReading();
    if (!this.#storage.shared) return;
    this.#client.forget(true);
    this.#conversation.startOver();
    this.#input.value = "";
    this.#grow();
  }

  // From the browser's cache; meanwhile another page may have cleared something.
  #onReturn() {
    this.#storage.refresh();
    this.#conversation.begin();
    this.#conversation.restore();
  }

  #onEscape(event) {
    if (event.type === "keydown" && event.key !== "Escape") return;
    event.preventDefault();
    if (event.isComposing) return;
    if (this.#menu.hidden) return this.close();
    this.#toggleMenu(false);
    this.#menuButton.focus();
  }

  #onKey(event) {
    // 229: Safari ends an input method's composition with an Enter that only this shows.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    this.#onSubmit(event);
  }

  #onSubmit(event) {
    event.preventDefault();
    const text = this.#input.value.trim();
    this.#input.focus();
    if (!text || text.length > MOST_CHARACTERS) return;
    this.#input.value = "";
    this.#grow();
    this.#conversation.say(text, text);
  }

  #grow() {
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight + 2}px`;
    const left = MOST_CHARACTERS - this.#input.value.trim().length;
    this.#input.ariaInvalid = left < 0;
    this.#counter.ariaLive = left < 0 ? "polite" : null;
    this.#counter.textContent = left < 0 ? this.#strings.tooLong(-left) : left < COUNTED ? this.#strings.left(left) : "";
  }
}

function transcript(name, notice, turns, strings) {
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

function onThreeShifts(leave, signal) {
  let presses = [];
  const onKey = (event) => {
    if (event.repeat) return;
    const recent = presses.filter((time) => event.timeStamp - time < WITHIN_MS);
    presses = event.key === "Shift" ? [...recent, event.timeStamp] : [];
    if (presses.length < PRESSES) return;
    presses = [];
    leave();
  };
  window.addEventListener("keydown", onKey, { signal, capture: true });
}

/** Covers the page, clears the storage, opens a neutral page. */
function quickExit(root, storage, address, strings) {
  const cover = el("dialog", { class: "cover", oncancel: (event) => event.preventDefault() }, strings.leaving);
  root.append(cover);
  cover.showModal();
  document.title = strings.leaving;
  storage.clear();
  document.head.append(el("meta", { name: "referrer", content: "no-referrer" }));
  // "Back" does not lead here then; the rest of the history is beyond a page's reach.
  location.replace(/^https?:/i.test(address) ? address : NEUTRAL);
}

customElements.define("iop-chat", IopChat);
