// Talks to the chat endpoint. Never throws: whatever happens becomes something to show.

const GIVE_UP_MS = 20_000; // the server stops waiting after 15 s
const STORED_AS = "iop-chat-conversation";

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
  #conversation = "";

  constructor(endpoint) {
    this.#endpoint = endpoint;
  }

  /**
   * Sends {id, text}. Resolves to {messages, trouble, retry}: the messages to show, whether
   * they stand in for an answer, and whether sending the same message again may help.
   */
  async send({ id, text }) {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), GIVE_UP_MS);
    try {
      const response = await fetch(this.#endpoint, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ conversation: this.#id(), message_id: id, text }),
        signal: giveUp.signal,
        credentials: "omit",
        cache: "no-store",
      });
      const body = await response.json();
      if (response.ok && Array.isArray(body.messages) && body.messages.length) {
        if (body.messages.some(isDeleted)) this.#forgetId();
        return { messages: body.messages, trouble: Boolean(body.unavailable), retry: Boolean(body.unavailable) };
      }
      const words = body.error && body.error.message;
      const messages = typeof words === "string" ? [{ text: words }] : [];
      return { messages, trouble: true, retry: response.ok || response.status >= 500 || [408, 429].includes(response.status) };
    } catch {
      return { messages: [], trouble: true, retry: true };
    } finally {
      clearTimeout(timer);
    }
  }

  // What is deleted is not gone on with: the next message begins a new conversation.
  #forgetId() {
    this.#conversation = "";
    try {
      sessionStorage.removeItem(STORED_AS);
    } catch {
      // storage is turned off
    }
  }

  // The id is the only key to the conversation: this tab's storage, never a URL.
  #id() {
    try {
      this.#conversation ||= sessionStorage.getItem(STORED_AS) || newId();
      sessionStorage.setItem(STORED_AS, this.#conversation);
    } catch {
      this.#conversation ||= newId(); // storage is turned off
    }
    return this.#conversation;
  }
}
