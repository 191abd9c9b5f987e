// Turns replies into DOM. What came over the network only ever becomes text nodes and checked links.

import { drawCard } from "./cards.js";

const LINKS = /^(tel|sms|mailto|https):/i;
const PHONE =
  /(^|[^\w+.,$#-])((?:\+?1[-. ]?)?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}|\+\d[\d -]{6,13}\d|911|988|741741)(?![\w-]|[.,]\d)/g;
const TELL_MORE = "/tell_more";
const TEXT_ONLY = ["741741"];

/** An element; strings among the children become text nodes, `on...` attributes listeners. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

const hidden = (words) => el("span", { class: "sr" }, `${words} `);

function withNumbers(text) {
  const pieces = [];
  let done = 0;
  for (const match of text.matchAll(PHONE)) {
    const number = match[2];
    const start = match.index + match[1].length;
    const digits = number.replace(/\D/g, "");
    const plus = number.startsWith("+") || (digits.length === 11 && digits.startsWith("1")) ? "+" : "";
    const scheme = TEXT_ONLY.includes(digits) ? "sms:" : "tel:";
    pieces.push(text.slice(done, start), el("a", { href: scheme + plus + digits }, number));
    done = start + number.length;
  }
  return [...pieces, text.slice(done)];
}

export function visitorMessage(text, strings) {
  return el("p", { class: "mine", dir: "auto" }, hidden(strings.you), text);
}

export function typing(strings) {
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  return el("p", { class: "typing" }, hidden(strings.writing), dots);
}

export function notice(strings) {
  return strings.notice.map((piece) => (Array.isArray(piece) ? el("a", { href: piece[1] }, piece[0]) : piece));
}

/** One reply; `onchoice(title, payload)` is called when a quick reply is tapped. */
export function reply(messages, strings, onchoice) {
  const custom = messages.map((message) => message && message.custom).find(isObject) || {};
  const texts = messages.map((message) => message && message.text).filter(isText);
  const safety = custom.kind === "safety";
  const parts = texts.map((text, place) =>
    el("p", { class: "says", dir: "auto" }, ...(place ? [] : [hidden(strings.assistant)]), ...withNumbers(text)),
  );
  const contacts = contactList(custom, strings);
  parts.push(...list(custom.cards).map((card) => drawCard(card, strings)).filter(Boolean));
  if (contacts) parts.splice(safety ? 1 : parts.length, 0, contacts); // in danger the number comes before more words
  if (safety) parts.unshift(el("p", { class: "title" }, strings.safety));
  const rest = [sourceList(custom, strings), choices(messages, custom, strings, onchoice)].filter(Boolean);
  const named = safety ? { class: "reply safety", role: "group", "aria-label": strings.safety, tabindex: "-1" } : { class: "reply" };
  return el("div", named, ...parts, ...rest);
}

export function hasContacts(messages) {
  return messages.some((message) => isObject(message && message.custom) && contactsOf(message.custom).length > 0);
}

const isObject = (value) => typeof value === "object" && value !== null;
const isText = (value) => typeof value === "string" && value.trim() !== "";
const list = (value) => (Array.isArray(value) ? value.filter(isObject) : []);

function contactsOf(custom) {
  return list(custom.cards)
    .filter((card) => card.type === "contacts")
    .flatMap((card) => list(card.contacts))
    .filter((contact) => isText(contact.label) && LINKS.test(contact.href));
}

function contactList(custom, strings) {
  const items = contactsOf(custom).map(({ label, detail, href }) =>
    el("li", {}, el("a", { href }, el("strong", {}, label), ...(isText(detail) ? [" ", el("span", {}, detail)] : []))),
  );
  return items.length ? el("ul", { class: "contacts", "aria-label": strings.contacts }, ...items) : null;
}

function sourceList(custom, strings) {
  const seen = new Map();
  for (const { title, section, document: file } of list(custom.sources)) {
    if (isText(title || file)) seen.set(`${title}\n${section}`, [title || file, section]);
  }
  if (!seen.size) return null;
  const items = [...seen.values()].map(([title, section]) =>
    el("li", {}, el("cite", {}, title), ...(isText(section) && section !== title ? [el("span", {}, section)] : [])),
  );
  return el("details", { class: "sources" }, el("summary", {}, strings.sources(items.length)), el("ul", {}, ...items));
}

// "Tell me more" has its place in the row under an answer.
function choices(messages, custom, strings, onchoice) {
  const buttons = messages
    .flatMap((message) => list(message && message.buttons))
    .filter(({ title, payload }) => isText(title) && isText(payload) && !(payload === TELL_MORE && custom.kind === "answer"))
    .map(({ title, payload }) => el("button", { type: "button", onclick: () => onchoice(title, payload) }, title));
  return buttons.length ? el("div", { class: "choices", role: "group", "aria-label": strings.choices }, ...buttons) : null;
}
