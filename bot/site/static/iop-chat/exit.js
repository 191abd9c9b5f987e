// Quick exit: covers the page, clears the storage, opens a neutral page.

import { el } from "./render.js";

const ADDRESS = "https://www.weather.gov/";
const PRESSES = 3;
const WITHIN_MS = 5000;

export function onThreeShifts(leave, signal) {
  let presses = [];
  const onKey = (event) => {
    if (event.repeat) return;
    const recent = presses.filter((time) => event.timeStamp - time < WITHIN_MS);
    presses = event.key === "Shift" ? [...recent, event.timeStamp] : [];
    if (presses.length < PRESSES) return;
    presses = [];
    leave();
  };
  window.addEventListener("keydown", onKey, { signal, capture: true });
}

export function quickExit(root, storage, address, strings) {
  const cover = el("dialog", { class: "cover", oncancel: (event) => event.preventDefault() }, strings.leaving);
  root.append(cover);
  cover.showModal();
  document.title = strings.leaving;
  storage.clear();
  document.head.append(el("meta", { name: "referrer", content: "no-referrer" }));
  // "Back" does not lead here then; the rest of the history is beyond a page's reach.
  location.replace(/^https?:/i.test(address) ? address : ADDRESS);
}
