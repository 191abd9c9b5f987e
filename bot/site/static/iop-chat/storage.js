// What the widget remembers: until the tab is closed, or in memory alone.

const PREFIX = "iop-chat-";
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

  /** Then nothing said is written down. */
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
