// What the widget remembers: until the tab is closed, or in memory alone.

const PREFIX = "iop-chat-";
const PAUSES = [5, 10, 20, 40, 60]; // seconds between attempts
const ALWAYS_KEPT = ["size", "shared"]; // they tell nothing of what was said

export class Storage {
  #memory = new Map();

  get(key) {
    if (this.#memory.has(key)) return this.#memory.get(key);
    try {
      return sessionStorage.getItem(PREFIX + key) || "";
    } catch {
      return ""; // storage is off
    }
  }

  set(key, value) {
    this.#memory.set(key, value);
    try {
      if (value && (ALWAYS_KEPT.includes(key) || !this.shared)) sessionStorage.setItem(PREFIX + key, value);
      else sessionStorage.removeItem(PREFIX + key);
    } catch {
      // storage is off
    }
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
    try {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
    } catch {
      // storage is off
    }
  }
}

// Messages without an answer. They outlive a reload, and are sent again in order.
export class Outbox {
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
