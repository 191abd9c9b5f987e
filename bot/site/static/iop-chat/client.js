// Talks to the site. Never throws: whatever happens becomes something to show.

const GIVE_UP_MS = 20_000; // the server stops waiting after 15 s
const WORTH_A_RETRY = [408, 429];

/** A random id; also where there is no randomUUID (plain http, older phones). */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether a message says that the conversation was deleted. */
function isDeleted(message) {
  const cards = message?.custom?.cards;
  return Array.isArray(cards) && cards.some((card) => card?.type === "deleted");
}

export class Client {
  #endpoint;
  #storage;

  /** The endpoint's address is absolute; feedback goes to its neighbour. */
  constructor(endpoint, storage) {
    this.#endpoint = endpoint;
    this.#storage = storage;
  }

  /** Whether there is a conversation to go on with. */
  get started() {
    return this.#storage.get("conversation") !== "";
  }

  /** The next message begins a new conversation. */
  startOver() {
    this.#storage.set("conversation", "");
  }

  /**
   * Sends {id, text, again}. Resolves to {messages, trouble, retry, unsent, wait, deleted}: the messages to
   * show, whether they stand in for an answer, whether sending the same again may help (after `wait`
   * seconds), whether the site was not reached, and whether the conversation is deleted.
   */
  async send({ id, text, again }) {
    const said = { conversation: this.#id(), message_id: id, text, ...(again && { again }) };
    const { status, ok, body, wait } = await this.#fetch("POST", this.#endpoint, said);
    if (ok && Array.isArray(body.messages) && body.messages.length) {
      const deleted = body.messages.some(isDeleted);
      const down = Boolean(body.unavailable);
      const inDanger = body.messages.some((message) => message?.custom?.kind === "safety"); // then that is the answer
      return { messages: body.messages, trouble: down, retry: down && !inDanger, deleted };
    }
    const retry = !status || ok || status >= 500 || WORTH_A_RETRY.includes(status);
    return { messages: words(body), trouble: true, retry, unsent: !status, wait };
  }

  /** What was said before, [{message_id, text, messages}]; null when it cannot be had. */
  async history() {
    const { ok, body } = await this.#fetch("GET", this.#endpoint, null, { "Conversation-Id": this.#id() });
    return ok && Array.isArray(body.turns) ? body.turns : null;
  }

  /** Has the conversation deleted. Resolves to {deleted, messages}; `leaving` survives the page. */
  async forget(leaving = false) {
    if (!this.started) return { deleted: true, messages: [] };
    const asked = { conversation: this.#id() };
    const { ok, body } = await this.#fetch("DELETE", this.#endpoint, asked, {}, leaving);
    return ok ? { deleted: true, messages: body.messages || [] } : { deleted: false, messages: words(body) };
  }

  /** Sends {id, rating, why}. Resolves to {ok, messages}: those of a safety reply, or what went wrong. */
  async feedback({ id, rating, why }) {
    const said = { conversation: this.#id(), message_id: id, rating, why };
    const { ok, body } = await this.#fetch("POST", new URL("feedback", this.#endpoint).href, said);
    return { ok, messages: ok && Array.isArray(body.messages) ? body.messages : words(body) };
  }

  async #fetch(method, address, said, headers = {}, keepalive = false) {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), GIVE_UP_MS);
    try {
      const response = await fetch(address, {
        method,
        headers: said ? { "Content-Type": "application/json", ...headers } : headers,
        body: said && JSON.stringify(said),
        signal: giveUp.signal,
        credentials: "omit",
        cache: "no-store",
        keepalive,
      });
      const wait = Number(response.headers.get("Retry-After")) || 0;
      const body = (await response.json().catch(() => null)) || {};
      return { status: response.status, ok: response.ok, body, wait };
    } catch {
      return { status: 0, ok: false, body: {}, wait: 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  // The id is the only key to the conversation: this tab's storage, never a URL.
  #id() {
    if (!this.started) this.#storage.set("conversation", newId());
    return this.#storage.get("conversation");
  }
}

/** What the server says went wrong, as messages. */
function words(body) {
  const text = body.error && body.error.message;
  return typeof text === "string" ? [{ text }] : [];
}
