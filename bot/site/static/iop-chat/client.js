// Talks to the site, and remembers what that needs: until the tab is closed, or in memory alone.

const GIVE_UP_MS = 20_000; // the server stops waiting after 15 s
const WORTH_A_RETRY = [408, 429];
const PREFIX = "iop-chat-";
const ALWAYS_KEPT = ["size", "shared"]; // they tell nothing of what was said

// Plain http and older phones have no randomUUID.
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isDeleted(message) {
  const cards = message?.custom?.cards;
  return Array.isArray(cards) && cards.some((card) => card?.type === "deleted");
}

export class Storage {
  #memory = new Map();

  get(key) {
    return this.#memory.get(key) ?? (stored((kept) => kept.getItem(PREFIX + key)) || "");
  }

  set(key, value) {
    this.#memory.set(key, value);
    const keep = value && (ALWAYS_KEPT.includes(key) || !this.shared);
    stored((kept) => (keep ? kept.setItem(PREFIX + key, value) : kept.removeItem(PREFIX + key)));
  }

  get shared() {
    return this.get("shared") === "yes";
  }

  set shared(on) {
    this.set("shared", on ? "yes" : "");
    for (const key of ["conversation", "unsent"]) this.set(key, this.get(key));
  }

  refresh() {
    if (!this.shared) this.#memory.clear();
  }

  clear() {
    this.#memory.clear();
    stored((kept) => Object.keys(kept).forEach((key) => key.startsWith(PREFIX) && kept.removeItem(key)));
  }
}

// The visitor may have turned storage off.
function stored(use) {
  try {
    return use(sessionStorage);
  } catch {
    return "";
  }
}

// Never throws.
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

  /** `trouble`: the messages stand in for an answer; `retry`: the same may help after `wait` seconds. */
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

  /** With `leaving` the request outlives the page. */
  async forget(leaving = false) {
    if (!this.started) return { deleted: true, messages: [] };
    const asked = { conversation: this.#id() };
    const { ok, body } = await this.#fetch("DELETE", this.#endpoint, asked, {}, leaving);
    return ok ? { deleted: true, messages: body.messages || [] } : { deleted: false, messages: words(body) };
  }

  async feedback({ id, rating, why }) {
    const said = { conversation: this.#id(), message_id: id, rating, why };
    const { ok, body } = await this.#fetch("POST", new URL("feedback", this.#endpoint), said);
    return { ok, messages: ok && Array.isArray(body.messages) ? body.messages : words(body) };
  }

  /** Resolves to {ok, body}, as in docs/callbacks.md. */
  callBack(given) {
    return this.#fetch("POST", new URL("callback", this.#endpoint), { conversation: this.#id(), ...given });
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
