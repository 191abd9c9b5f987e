// <iop-chat>: a launcher and a chat panel for an assistant that speaks the reply contract.
//
//   <script type="module" src="/static/iop-chat/iop-chat.js"></script>
//   <iop-chat name="Willow Creek assistant"><p slot="notice">...</p></iop-chat>
//
// Attributes: name (shown at the top), endpoint (default "/chat"). What stands inside the element
// is shown without JavaScript; the part with slot="notice" also becomes the panel's notice.

import { Client, newId } from "./client.js";
import { el, hasContacts, icon, notice, reply, typing, visitorMessage } from "./render.js";
import { stringsFor } from "./strings.js";

const MOST_CHARACTERS = 2000;
const COUNT_FROM = 1800;
const TYPING_AFTER_MS = 250; // a quick answer needs no "is writing" read out before it
const SPEECH = "M4 5h16v11H10l-5 4v-4H4z";
const CROSS = "M6 6l12 12M18 6L6 18";
const ARROW = "M5 12h13M13 6l6 6-6 6";
const phone = matchMedia("(max-width: 30rem)");
const touch = matchMedia("(pointer: coarse)");

class IopChat extends HTMLElement {
  #client;
  #strings;
  #launcher;
  #panel;
  #log;
  #input;
  #counter;

  connectedCallback() {
    if (this.shadowRoot) return;
    this.#strings = stringsFor(this.lang || document.documentElement.lang);
    this.#client = new Client(this.getAttribute("endpoint") || "/chat");
    const [style, cards] = ["iop-chat.css", "cards.css"].map((name) => el("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href }));
    const body = el("div", { hidden: true }, this.#buildLauncher(), this.#buildPanel());
    for (const event of ["load", "error"]) style.addEventListener(event, () => (body.hidden = false));
    this.attachShadow({ mode: "open" }).append(style, cards, body);
    const { greeting, starters } = this.#strings;
    this.#log.append(this.#reply([{ text: greeting, buttons: starters }]));
    phone.addEventListener("change", () => this.#panel.open && this.#show());
    for (const event of ["resize", "scroll"]) window.visualViewport?.addEventListener(event, () => this.#fit());
  }

  open() {
    if (this.#panel.open) return;
    this.#launcher.hidden = true;
    this.#launcher.setAttribute("aria-expanded", "true");
    this.#show();
    // On a phone the keyboard would cover the greeting, so the panel itself is focused there.
    (touch.matches ? this.#panel : this.#input).focus();
  }

  close() {
    this.#panel.close();
    this.#launcher.hidden = false;
    this.#launcher.setAttribute("aria-expanded", "false");
    this.#launcher.focus();
  }

  #buildLauncher() {
    const attributes = { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false" };
    this.#launcher = el("button", { ...attributes, onclick: () => this.open() }, icon(SPEECH), this.#strings.launch);
    return this.#launcher;
  }

  #buildPanel() {
    const words = this.#strings;
    const name = this.getAttribute("name") || words.name;
    const close = el("button", { type: "button", class: "close", "aria-label": words.close, onclick: () => this.close() }, icon(CROSS));
    this.#log = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": words.log, tabindex: "0" });
    this.#input = el("textarea", {
      id: "input", rows: "1", maxlength: MOST_CHARACTERS, placeholder: words.placeholder, "aria-describedby": "counter",
      enterkeyhint: "send", autocomplete: "off", oninput: () => this.#grow(), onkeydown: (event) => this.#onKey(event),
    });
    this.#counter = el("p", { id: "counter", class: "counter" });
    const send = el("button", { class: "send", "aria-label": words.send }, icon(ARROW));
    const form = el(
      "form", { onsubmit: (event) => this.#onSubmit(event) },
      el("label", { for: "input", class: "sr" }, words.label),
      el("div", { class: "field" }, this.#input, send), this.#counter,
    );
    this.#panel = el(
      "dialog", {
        "aria-labelledby": "name", "aria-describedby": "notice", tabindex: "-1",
        onkeydown: (event) => this.#onEscape(event), oncancel: (event) => this.#onEscape(event),
      },
      el("header", {}, el("h2", { id: "name" }, name), close),
      el("p", { id: "notice", class: "notice" }, ...this.#notice()), this.#log, form,
    );
    return this.#panel;
  }

  // The site's own notice (its country's numbers) where it gave one.
  #notice() {
    const own = this.querySelector('[slot="notice"]');
    return own ? [...own.cloneNode(true).childNodes] : notice(this.#strings);
  }

  // Full screen on a phone, where the page behind must not be reachable; beside the page elsewhere.
  #show() {
    const focused = this.shadowRoot.activeElement;
    if (this.#panel.open) this.#panel.close();
    if (phone.matches) this.#panel.showModal();
    else this.#panel.show();
    focused?.focus();
    this.#fit();
  }

  // iOS lays its keyboard over the page: the panel keeps to the part that can be seen.
  #fit() {
    const view = window.visualViewport;
    const keep = this.#panel.open && phone.matches && view && view.scale === 1;
    this.#panel.style.height = keep ? `${view.height}px` : "";
    this.#panel.style.top = keep ? `${view.offsetTop}px` : "";
  }

  #onEscape(event) {
    if (event.type === "keydown" && event.key !== "Escape") return;
    event.preventDefault();
    if (!event.isComposing) this.close();
  }

  #onKey(event) {
    // keyCode 229: Safari ends an input method's composition with an Enter that only this shows.
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
    this.#say(text, text);
  }

  #grow() {
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight + 2}px`;
    const length = this.#input.value.length;
    this.#counter.textContent = length > COUNT_FROM ? this.#strings.left(MOST_CHARACTERS - length) : "";
  }

  #reply(messages) {
    return reply(messages, this.#strings, (title, payload) => this.#say(title, payload));
  }

  #say(shown, text) {
    const turn = el("div", { class: "turn" }, visitorMessage(shown, this.#strings));
    this.#log.append(turn);
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#deliver(turn, { id: newId(), text });
  }

  async #deliver(turn, message) {
    const dots = typing(this.#strings);
    const timer = setTimeout(() => {
      turn.append(dots);
      this.#scrollTo(turn, dots);
    }, TYPING_AFTER_MS);
    const outcome = await this.#client.send(message);
    clearTimeout(timer);
    dots.remove();
    const answer = outcome.trouble ? this.#trouble(outcome, turn, message) : this.#reply(outcome.messages);
    turn.append(answer);
    this.#scrollTo(turn, answer);
    // In danger the reply must not be missed; but nobody is torn out of a sentence.
    if (answer.classList.contains("safety") && this.#panel.open && !this.#input.value) answer.focus({ preventScroll: true });
  }

  // No answer: what the server says, the same message once more, and the emergency numbers again.
  #trouble({ messages, retry }, turn, message) {
    const cards = hasContacts(messages); // then any further text repeats the cards for those who see none
    const shown = cards ? messages.filter((part, place) => place === 0 || part.custom) : messages;
    const answer = this.#reply(shown.length ? shown : [{ text: this.#strings.noAnswer }]);
    const again = () => {
      answer.remove();
      this.#input.focus();
      this.#deliver(turn, message);
    };
    if (retry) answer.firstChild.after(el("button", { type: "button", class: "retry", onclick: again }, this.#strings.retry));
    if (!cards) answer.append(el("p", { class: "notice" }, ...this.#notice()));
    return answer;
  }

  // An answer is read from its beginning, however long it is; the question stays in sight if it is short.
  #scrollTo(turn, answer) {
    const gap = 6;
    const fits = turn.offsetHeight + 2 * gap <= this.#log.clientHeight;
    const short = turn.firstChild.offsetHeight < 100 && !answer.classList.contains("safety");
    const first = fits || short ? turn : answer;
    this.#log.scrollTop += first.getBoundingClientRect().top - this.#log.getBoundingClientRect().top - gap;
  }
}

customElements.define("iop-chat", IopChat);
