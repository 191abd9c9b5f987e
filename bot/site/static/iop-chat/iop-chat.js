// <iop-chat>: a launcher and a chat panel for an assistant that speaks the reply contract.
// docs/widget.md has its attributes.

import { Client } from "./client.js";
import { Conversation } from "./conversation.js";
import { onThreeShifts, quickExit } from "./exit.js";
import { download, menu, transcript } from "./menu.js";
import { el, icon, notice } from "./render.js";
import { Storage } from "./storage.js";
import { stringsFor } from "./strings.js";
import { localVoice, stopReading } from "./tools.js";

const STYLES = ["iop-chat.css", "cards.css"];
const MOST_CHARACTERS = 2000;
const COUNT_FROM = 1800;
const SPEECH = "M4 5h16v11H10l-5 4v-4H4z";
const CROSS = "M6 6l12 12M18 6L6 18";
const ARROW = "M5 12h13M13 6l6 6-6 6";
const LINES = "M4 7h16M4 12h16M4 17h16";
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
    this.#conversation = new Conversation(this.#strings, this.#client, this.#storage, {
      notice: () => this.#notice(),
      mayFocus: () => this.#panel.open && !this.#input.value,
      focusInput: () => this.#input.focus(),
    });
    localVoice(this.#strings.tag); // has the browser load its voices
    const body = el("div", { hidden: true, lang: this.#strings.tag }, this.#buildLauncher(), this.#buildPanel());
    const styles = STYLES.map((name) => el("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href }));
    const settled = styles.map((style) => new Promise((done) => (style.onload = style.onerror = done)));
    Promise.all(settled).then(() => (body.hidden = false));
    this.attachShadow({ mode: "open" }).append(...styles, body);
    this.#conversation.restore();
  }

  #buildLauncher() {
    const attributes = { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false" };
    this.#launcher = el("button", { ...attributes, onclick: () => this.open() }, icon(SPEECH), this.#strings.launch);
    return this.#launcher;
  }

  #buildPanel() {
    const words = this.#strings;
    this.#panel = el("dialog", {
      "aria-labelledby": "name", "aria-describedby": "notice", tabindex: "-1",
      onkeydown: (event) => this.#onEscape(event), oncancel: (event) => this.#onEscape(event),
    });
    const actions = { save: () => this.#save(), startOver: () => this.#startOver(), remove: () => this.#remove() };
    this.#menu = menu(this.#panel, this.#storage, words, actions, this.hasAttribute("shared"));
    const button = (label, path, onclick, attributes = {}) =>
      el("button", { type: "button", class: "round", "aria-label": label, onclick, ...attributes }, icon(path));
    this.#menuButton = button(words.menu, LINES, () => this.#toggleMenu(this.#menu.element.hidden), { "aria-expanded": "false", "aria-controls": "menu" });
    const exit = el("button", { type: "button", class: "exit", title: words.exitHint, onclick: () => this.exit() }, words.exit);
    this.#panel.append(
      el(
        "header", {}, el("h2", { id: "name" }, this.getAttribute("name") || words.name),
        exit, this.#menuButton, button(words.close, CROSS, () => this.close()),
      ),
      this.#menu.element,
      el("p", { id: "notice", class: "notice" }, ...this.#notice()), this.#conversation.log, this.#buildForm(),
    );
    return this.#panel;
  }

  #buildForm() {
    const words = this.#strings;
    this.#input = el("textarea", {
      id: "input", rows: "1", maxlength: MOST_CHARACTERS, placeholder: words.placeholder, "aria-describedby": "counter",
      enterkeyhint: "send", autocomplete: "off", oninput: () => this.#grow(), onkeydown: (event) => this.#onKey(event),
    });
    this.#counter = el("p", { id: "counter", class: "counter" });
    const send = el("button", { class: "send", "aria-label": words.send }, icon(ARROW));
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
    this.#menu.element.hidden = !shown;
    this.#menu.reset();
    this.#menuButton.setAttribute("aria-expanded", String(shown));
  }

  #save() {
    const name = this.getAttribute("name") || this.#strings.name;
    const words = this.#notice().map((piece) => piece.textContent ?? piece).join("");
    download(transcript(name, words, this.#conversation.turns, this.#strings), "chat.txt");
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
    const again = el("button", { type: "button", class: "retry", onclick: () => this.#remove() }, this.#strings.retry);
    said.append(again);
  }

  #onOnline() {
    if (this.#removing) this.#remove();
    else this.#conversation.retry();
  }

  #leave() {
    stopReading();
    if (!this.#storage.shared || !this.#client.started) return;
    this.#client.forget(true);
    this.#conversation.startOver();
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
    if (this.#menu.element.hidden) return this.close();
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
    if (!text) return;
    this.#input.value = "";
    this.#grow();
    this.#conversation.say(text, text);
  }

  #grow() {
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight + 2}px`;
    const length = this.#input.value.length;
    this.#counter.textContent = length > COUNT_FROM ? this.#strings.left(MOST_CHARACTERS - length) : "";
  }
}

customElements.define("iop-chat", IopChat);
