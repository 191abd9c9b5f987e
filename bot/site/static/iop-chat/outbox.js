// Messages without an answer. They outlive a reload, and are sent again in order.

const PAUSES = [5, 10, 20, 40, 60]; // seconds between attempts

export class Outbox {
  #storage;
  #send;
  #messages = new Map();
  #failed = new Set();
  #attempts = 0;
  #timer = 0;
  #busy = false;

  /** `send(message)` resolves to whether the message needs no further attempt. */
  constructor(storage, send) {
    this.#storage = storage;
    this.#send = send;
  }

  /** Those of an earlier page. */
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
