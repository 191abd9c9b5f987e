// Talks to the site. Never throws.

const GIVE_UP_MS = 20_000; // the server stops waiting after 15 s
const WORTH_A_RETRY = [408, 429];

// Plain http and older phones have no randomUUID.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isDeleted(message) {
  const cards = message?.custom?.cards;
  return Array.isArray(cards) && cards.some((card) => card?.type === "deleted");
}

export class Client {
  #endpoint;
  #storage;

  constructor(endpoint, storage) {
    this.#endpoint = endpoint;
    this.#storage = storage;
  }

  get started() {
    return this.#storage.get("conversation") !== "";
  }

  startOver() {
    this.#storage.set("conversation", "");
  }

  /**
   * Sends {id, text, again}. Resolves to {messages, trouble, retry, unsent, wait, deleted}: `trouble` when the
   * messages stand in for an answer, `retry` when the same may help after `wait` seconds.
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

  async history() {
    const { ok, body } = await this.#fetch("GET", this.#endpoint, null, { "Conversation-Id": this.#id() });
    return ok && Array.isArray(body.turns) ? body.turns : null;
  }

  /** Resolves to {deleted, messages}; with `leaving` the request outlives the page. */
  async forget(leaving = false) {
    if (!this.started) return { deleted: true, messages: [] };
    const asked = { conversation: this.#id() };
    const { ok, body } = await this.#fetch("DELETE", this.#endpoint, asked, {}, leaving);
    return ok ? { deleted: true, messages: body.messages || [] } : { deleted: false, messages: words(body) };
  }

  /** Resolves to {ok, messages}: a safety reply, or what went wrong. */
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

function words(body) {
  const text = body.error && body.error.message;
  return typeof text === "string" ? [{ text }] : [];
}
