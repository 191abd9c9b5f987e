// What is said: sent, waited for, brought back.

import { newId } from "./client.js";
import { el, hasContacts, reply, typing, visitorMessage } from "./render.js";
import { ANSWERS, RATED, followUpRow, followUps, tools } from "./tools.js";

const PAUSES = [5, 10, 20, 40, 60]; // seconds between attempts
const TYPING_AFTER_MS = 250; // a quick answer needs no "is writing"
const QUIET_MS = 1000; // what is brought back is not read out

export class Conversation {
  #strings;
  #client;
  #outbox;
  #host;
  #titles = new Map();
  #turns = new Map();
  #earlier;
  #more = null;
  #number = 0; // an answer to an earlier conversation is not shown

  /** `host` has notice(), mayFocus(), focusInput() and `shared`. */
  constructor(strings, client, storage, host) {
    this.#strings = strings;
    this.#client = client;
    this.#host = host;
    host.choose = (title, payload) => this.say(title, payload);
    host.call = (given) => client.callBack(given);
    host.tell = (messages) => this.tell(messages);
    this.#outbox = new Outbox(storage, (message) => this.#deliver(this.#turns.get(message.id), true));
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": strings.log, tabindex: "0" });
    for (const { title, payload } of [...strings.starters, ...followUps(strings)]) this.#titles.set(payload, title);
    this.begin();
  }

  get turns() {
    return [...this.#turns.values()];
  }

  async restore() {
    const left = this.#outbox.left();
    if (!this.#client.started) return;
    for (const message of left) this.#outbox.add(message);
    const number = this.#number;
    const told = await this.#client.history();
    if (number !== this.#number) return;
    this.log.setAttribute("aria-live", "off");
    const note = el("p", { class: "earlier" }, told ? this.#strings.earlier : this.#strings.noEarlier);
    if (!told || told.length) this.#earlier.append(note);
    for (const { message_id: id, text, messages } of told || []) {
      if (this.#turns.has(id) || typeof text !== "string" || !Array.isArray(messages)) continue;
      const turn = this.#draw({ id, text, shown: this.#titles.get(text) || this.#inWords(text) }, this.#earlier);
      this.#answer(turn, messages.map((message) => (message?.text ? { ...message, text: this.#inWords(message.text) } : message)));
    }
    for (const form of this.#earlier.querySelectorAll(".call > [open]")) form.open = false;
    const unsent = left.filter(({ id }) => !this.#turns.has(id));
    for (const message of unsent) this.#draw({ ...message, again: true }, this.#earlier);
    this.log.scrollTop = this.log.scrollHeight;
    setTimeout(() => this.log.setAttribute("aria-live", "polite"), QUIET_MS);
    for (const message of left) {
      if (unsent.includes(message)) this.#outbox.failed(message.id);
      else this.#outbox.done(message.id);
    }
    this.#outbox.retry();
  }

  // What the site keeps in the place of a name, say, or of what was given for a call.
  #inWords(text) {
    return text === "<callback>" ? this.#strings.notKept : String(text).replace(/<[a-z_]{2,}>/g, this.#strings.takenOut);
  }

  say(shown, text) {
    const turn = this.#draw({ id: newId(), text, shown }, this.log);
    this.#outbox.add(turn.message);
    this.log.scrollTop = this.log.scrollHeight;
    this.#deliver(turn);
  }

  retry() {
    this.#outbox.retry();
  }

  stop() {
    this.#outbox.stop();
  }

  startOver() {
    this.#client.startOver();
    this.#outbox.clear();
    this.begin();
  }

  tell(messages) {
    const said = this.#reply(messages);
    this.log.append(el("div", { class: "turn" }, said));
    this.log.scrollTop = this.log.scrollHeight;
    this.#focusDanger(said);
    return said;
  }

  begin() {
    this.#number += 1;
    this.#turns.clear();
    this.#more = null;
    this.#earlier = el("div");
    const { greeting, starters } = this.#strings;
    this.log.replaceChildren(this.#reply([{ text: greeting, buttons: starters }]), this.#earlier);
  }

  #reply(messages) {
    for (const message of messages) {
      for (const { title, payload } of Array.isArray(message?.buttons) ? message.buttons.filter(Boolean) : []) this.#titles.set(payload, title);
    }
    return reply(messages, this.#strings, this.#host);
  }

  #draw(message, place) {
    const node = el("div", { class: "turn" }, visitorMessage(message.shown, this.#strings));
    const turn = { message, node, shown: message.shown, messages: [], trouble: null, sending: false };
    this.#turns.set(message.id, turn);
    place.append(node);
    return turn;
  }

  async #deliver(turn, quietly = false) {
    if (turn.sending) return true;
    turn.sending = true;
    const number = this.#number;
    const stopDots = quietly ? () => {} : this.#dots(turn);
    const outcome = await this.#client.send(turn.message);
    turn.sending = false;
    stopDots();
    if (number !== this.#number) return true;
    if (outcome.deleted) {
      this.startOver();
      this.tell(outcome.messages);
      return true;
    }
    if (outcome.retry) {
      turn.message.again = true;
      this.#outbox.failed(turn.message.id, outcome.wait);
      if (!quietly || !turn.trouble) this.#trouble(turn, outcome);
      return false;
    }
    this.#outbox.done(turn.message.id);
    const hadFocus = turn.trouble?.contains(turn.trouble.getRootNode().activeElement);
    if (outcome.trouble) this.#trouble(turn, outcome);
    else this.#answer(turn, outcome.messages);
    if (hadFocus) this.#host.focusInput();
    if (!quietly) this.#scrollTo(turn.node, turn.node.lastElementChild);
    this.#focusDanger(turn.node.lastElementChild);
    return true;
  }

  #dots(turn) {
    const dots = typing(this.#strings);
    const timer = setTimeout(() => {
      turn.node.append(dots);
      this.#scrollTo(turn.node, dots);
    }, TYPING_AFTER_MS);
    return () => {
      clearTimeout(timer);
      dots.remove();
    };
  }

  #answer(turn, messages) {
    turn.node.querySelector(".unsent")?.remove();
    turn.trouble?.remove();
    turn.trouble = null;
    turn.messages = messages;
    const answer = this.#reply(messages);
    turn.node.append(answer);
    const kind = messages.map((message) => message?.custom?.kind).find(Boolean);
    if (ANSWERS.includes(kind)) this.#goOnFrom(answer);
    if (RATED.includes(kind) && !answer.querySelector(".call > [open]")) answer.append(this.#tools(turn.message.id, messages, answer.lang));
  }

  // "Tell me more" is about the last answer: it stands under that one alone.
  #goOnFrom(answer) {
    const row = followUpRow(this.#strings, this.#host);
    row.lang = this.#strings.tag;
    answer.append(row);
    const focused = [...(this.#more?.children || [])].indexOf(this.log.getRootNode().activeElement);
    if (focused >= 0) row.children[focused].focus({ preventScroll: true });
    this.#more?.remove();
    this.#more = row;
  }

  #tools(id, messages, language) {
    const text = messages.map((message) => message?.text).filter((part) => typeof part === "string").join("\n\n");
    const rate = (rating, why) => this.#client.feedback({ id, rating, why });
    const row = tools(text, language, this.#strings, rate, (back) => back.length && this.tell(back));
    row.lang = this.#strings.tag;
    return row;
  }

  #trouble(turn, { messages, retry, unsent }) {
    turn.node.querySelector(".unsent")?.remove();
    turn.trouble?.remove();
    if (unsent) turn.node.firstChild.after(el("p", { class: "unsent" }, this.#strings.unsent));
    const cards = hasContacts(messages); // then any further text repeats the cards for those who see none
    const shown = cards ? messages.filter((part, place) => place === 0 || part.custom) : messages;
    const answer = this.#reply(shown.length ? shown : [{ text: this.#strings.noAnswer }]);
    const again = () => {
      this.#host.focusInput();
      this.#deliver(turn);
    };
    if (!cards) answer.append(el("p", { class: "notice" }, ...this.#host.notice()));
    if (retry) answer.append(el("button", { class: "retry", onclick: again }, this.#strings.retry));
    turn.node.append(answer);
    turn.trouble = answer;
    this.#scrollTo(turn.node, answer);
  }

  // In danger the reply must not be missed; but nobody is torn out of a sentence.
  #focusDanger(answer) {
    if (answer.classList.contains("safety") && this.#host.mayFocus()) answer.focus({ preventScroll: true });
  }

  // A long answer is read from its beginning; a short question stays in sight.
  #scrollTo(turn, answer) {
    const gap = 6;
    const fits = turn.offsetHeight + 2 * gap <= this.log.clientHeight;
    const short = turn.firstChild.offsetHeight < 100 && !answer.classList.contains("safety");
    const first = fits || short ? turn : answer;
    this.log.scrollTop += first.getBoundingClientRect().top - this.log.getBoundingClientRect().top - gap;
  }
}

// Messages without an answer. They outlive a reload, and are sent again in order.
class Outbox {
  #storage;
  #send;
  #messages = new Map();
  #failed = new Set();
  #attempts = 0;
  #timer = 0;
  #busy = false;

  /** `send(message)` resolves to whether that was the last attempt. */
  constructor(storage, send) {
    this.#storage = storage;
    this.#send = send;
  }

  left() {
    try {
      const left = JSON.parse(this.#storage.get("unsent") || "[]");
      return left.filter(({ id, text, shown }) => [id, text, shown].every((part) => typeof part === "string"));
    } catch {
      return [];
    }
  }

  add(message) {
    this.#messages.set(message.id, message);
    this.#keep();
  }

  done(id) {
    this.#messages.delete(id);
    this.#failed.delete(id);
    this.#attempts = 0;
    this.#keep();
  }

  failed(id, wait) {
    this.#failed.add(id);
    this.#plan(wait || PAUSES[Math.min(this.#attempts, PAUSES.length - 1)]);
  }

  async retry() {
    if (this.#busy) return;
    this.#busy = true;
    this.#attempts += 1;
    this.stop();
    for (const id of [...this.#failed]) {
      const message = this.#messages.get(id);
      if (message && !(await this.#send(message))) break;
    }
    this.#busy = false;
    if (this.#failed.size && !this.#timer) this.#plan(PAUSES[0]); // one that failed meanwhile
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  clear() {
    this.stop();
    this.#messages.clear();
    this.#failed.clear();
    this.#keep();
  }

  #plan(seconds) {
    this.stop();
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.retry();
    }, seconds * 1000);
  }

  #keep() {
    this.#storage.set("unsent", this.#messages.size ? JSON.stringify([...this.#messages.values()]) : "");
  }
}
