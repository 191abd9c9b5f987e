// Turns replies into DOM. What came over the network only ever becomes text nodes and checked links.

import { callbackForm } from "./tools.js";

const LINKS = /^(tel|sms|mailto|https):/i;
const PHONE =
  /(^|[^\w+.,$#-])((?:\+?1[-. ]?)?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}|\+\d[\d -]{6,13}\d|911|988|741741)(?![\w-]|[.,]\d)/g;
const TEXT_ONLY = ["741741"];
export const CROSS = "M6 6l12 12M18 6L6 18";
const STEPS = [1, 2, 4, 5, 10, 20, 25, 40, 50, 100]; // between two marks of an axis
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const TICK = "M4 13l5 5L20 6";

/** An element; strings among the children become text nodes, `on...` attributes listeners. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  if (tag === "button") node.type = "button"; // it sends no form
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

const hidden = (words, lang) => el("span", { class: "sr", lang }, `${words} `);

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

/** One reply. `host` has choose(title, payload), and what the form for a call needs. */
export function reply(messages, strings, host) {
  const custom = messages.map((message) => message && message.custom).find(isObject) || {};
  const consent = list(custom.cards).find((card) => card.type === "callback_form")?.consent;
  const all = messages.map((message) => message && message.text).filter(isText);
  const asked = all.indexOf(consent); // from there on the form takes the place of words and buttons
  const texts = asked < 0 ? all : all.slice(0, asked);
  const safety = custom.kind === "safety";
  const parts = texts.map((text, place) =>
    el("p", { class: "says", dir: "auto" }, ...(place ? [] : [hidden(strings.assistant, strings.tag)]), ...withNumbers(text)),
  );
  const contacts = contactList(custom, strings);
  parts.push(...list(custom.cards).map((card) => drawCard(card, strings)).filter(Boolean));
  if (contacts) parts.splice(safety ? 1 : parts.length, 0, contacts); // in danger the number comes before more words
  if (safety) parts.unshift(el("p", { class: "title", lang: strings.tag }, strings.safety));
  if (isText(consent)) parts.push(callbackForm(consent, asked >= 0, strings, host));
  const rest = [sourceList(custom, strings), asked < 0 && choices(messages, custom, strings, host)].filter(Boolean);
  const named = safety ? { class: "reply safety", role: "group", "aria-label": strings.safety, tabindex: "-1" } : { class: "reply" };
  // What the site says is English, but for the reply to a language that it does not know.
  const lang = !custom.kind || custom.kind === "unknown" ? strings.tag : "en";
  return el("div", { ...named, lang }, ...parts, ...rest);
}

export function hasContacts(messages) {
  return messages.some((message) => isObject(message && message.custom) && contactsOf(message.custom).length > 0);
}

const isObject = (value) => typeof value === "object" && value !== null;
export const isText = (value) => typeof value === "string" && value.trim() !== "";
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
  return el("details", { class: "sources" }, el("summary", { lang: strings.tag }, strings.sources(items.length)), el("ul", {}, ...items));
}

// "Tell me more" has its place in the row under an answer, and a call its form.
function choices(messages, custom, strings, host) {
  const elsewhere = [custom.kind === "answer" && "/tell_more", ...list(custom.cards).map(({ type }) => type === "callback_form" && "/request_callback")];
  const buttons = messages
    .flatMap((message) => list(message && message.buttons))
    .filter(({ title, payload }) => isText(title) && isText(payload) && !elsewhere.includes(payload))
    .map(({ title, payload }) => el("button", { onclick: () => host.choose(title, payload) }, title));
  return buttons.length ? el("div", { class: "choices", role: "group", "aria-label": strings.choices }, ...buttons) : null;
}

// Cards (docs/cards.md): lists and tables that read well, with bars beside them.

const drawers = { ranges, week, day, steps, checklist, phases, planner };

function drawCard(card, strings) {
  const words = strings.cards;
  if (!Object.hasOwn(drawers, card?.type) || !isText(card.title)) return null;
  try {
    return drawers[card.type](card, words);
  } catch {
    return null; // it makes no sense; what it tells is in the answer's text too
  }
}

function ranges(card, words) {
  const rows = card.rows.map((row) => ({ ...row, said: words.figures(row.words), by: [] }));
  return figure(card, words, bars(rows, words));
}

function week(card, words) {
  const used = new Set(card.sessions.flatMap((session) => session.days));
  const shown = WEEKDAYS.filter((day, place) => place < 5 || used.has(day));
  const name = (day, weekday) =>
    new Intl.DateTimeFormat(words.locale, { weekday, timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + WEEKDAYS.indexOf(day)));
  const head = shown.map((day) =>
    el("th", { scope: "col" }, el("abbr", { title: name(day, "long") }, name(day, shown.length > 5 ? "narrow" : "short"))),
  );
  const rows = card.sessions.map((session) => [
    el("tr", {}, el("th", { scope: "rowgroup", colspan: shown.length, class: "session" }, content(session.name), " ",
      el("span", { dir: "auto" }, `${clock(session.opens, words)} – ${clock(session.closes, words)}`))),
    el("tr", {}, ...shown.map((day) => el("td", {}, mark(session.days.includes(day), words)))),
  ]);
  const bodies = rows.map((pair) => el("tbody", {}, ...pair));
  return figure(card, words, el("table", {}, el("thead", {}, el("tr", {}, ...head)), ...bodies));
}

function day(card, words) {
  const timed = card.parts.every((part) => part.minutes > 0);
  const items = card.parts.map((part) => {
    const item = el("li", {}, content(part.name));
    if (timed) {
      item.append(el("span", { dir: "auto" }, words.minutes(part.minutes)));
      item.style.minBlockSize = `${Math.min(part.minutes / 16, 9)}rem`; // as long as it takes
    }
    return item;
  });
  return figure(card, words, el(timed ? "ol" : "ul", { class: "parts", role: "list" }, ...items));
}

function steps(card, words) {
  return figure(card, words, el("ol", { class: "steps", role: "list" }, ...card.steps.map((step) => el("li", {}, content(step)))));
}

function checklist(card, words) {
  const items = (of, path) => el("ul", { role: "list" }, ...of.map((item) => el("li", {}, icon(path), content(item))));
  const not = card.leave_at_home || [];
  const away = not.length ? [el("p", { class: "away" }, words.leaveAtHome), items(not, CROSS)] : [];
  return figure(card, words, items(card.items, TICK), ...away);
}

// A band beside the text that gets narrower from one phase to the next.
function phases(card, words) {
  const count = card.phases.length;
  const items = card.phases.map((phase, place) => {
    const [from, to] = [place, place + 1].map((at) => 45 * (at / count));
    const band = icon(`M${from} 0H${100 - from}L${100 - to} 100H${to}z`);
    band.setAttribute("viewBox", "0 0 100 100");
    band.setAttribute("preserveAspectRatio", "none");
    return el("li", {}, band, content(phase));
  });
  return figure(card, words, el("ol", { class: "phases", role: "list" }, ...items));
}

// Counts again in the browser with every choice: nothing is sent.
function planner(card, words) {
  const days = choice(card.days, card.chosen_days, words.days, words);
  const hours = choice(card.hours, card.chosen_hours, words.hours, words);
  const output = el("output", {});
  const count = () => {
    const [from, to] = [0, 1].map((end) => card.days[days.select.value][end] * card.hours[hours.select.value][end]);
    const rows = card.rows.map((row) => {
      const [least, most] = row.weekly || [from, to];
      const low = Math.floor((row.low ?? row.high) * least + 0.5);
      const high = Math.floor((row.high ?? row.low) * most + 0.5);
      return { ...row, said: words.total(amount(low, high, words)), low, high, by: [words.figures(row.words), " · "] };
    });
    output.replaceChildren(el("p", { dir: "auto" }, words.weekly(amount(from, to, words))), bars(rows, words));
  };
  days.select.addEventListener("change", count);
  hours.select.addEventListener("change", count);
  count();
  const note = isText(card.note) ? [el("p", { class: "from" }, content(card.note))] : [];
  const body = [el("div", { class: "choose" }, days.label, hours.label), output, ...note, from(card, words)];
  return el("details", { class: "card planner", lang: words.locale, open: card.opened === true }, el("summary", {}, title(card, words)), ...body);
}

function choice(options, chosen, name, words) {
  const items = options.map(([low, high], place) => el("option", { value: place, selected: place === chosen }, amount(low, high, words)));
  const select = el("select", { dir: "auto" }, ...items);
  return { select, label: el("label", {}, name, select) };
}

function bars(rows, words) {
  const ends = rows.flatMap((row) => [row.low, row.high]).filter((end) => end > 0);
  const step = STEPS.find((size) => Math.max(...ends) / size <= 5) || Math.max(...ends);
  const most = Math.ceil(Math.max(...ends) / step) * step;
  const percent = (value) => `${(100 * value) / most}%`;
  const items = rows.map(({ said, low, high, centre, by, source }) => {
    const bar = el("i", { class: low === high ? "point" : low == null || high == null ? "open" : "" });
    bar.style.insetInlineStart = percent(low ?? 0);
    bar.style.inlineSize = percent((high ?? most) - (low ?? 0));
    return el("li", { class: centre === true ? "own" : "" }, el("strong", { dir: "auto" }, said), el("div", { class: "bar", "aria-hidden": "true" }, bar), el("span", { dir: "auto" }, ...by, content(source), centre ? ` · ${words.own}` : ""));
  });
  const marks = Array.from({ length: most / step + 1 }, (_, place) => el("span", {}, String(place * step)));
  return el("div", { class: "bars" }, el("ul", { role: "list" }, ...items), el("div", { class: "axis", "aria-hidden": "true" }, ...marks));
}

const amount = (low, high, words) => words.range(...[low, high].map((end) => end.toLocaleString(words.locale)));

function content(text) {
  if (!isText(text)) throw new TypeError("expected text");
  return el("span", { dir: "auto", lang: "en" }, text);
}

const clock = (time, words) => {
  const [hour, minute] = time.split(":");
  const format = { hour: "numeric", ...(minute === "00" ? {} : { minute: "2-digit" }), timeZone: "UTC" };
  return new Intl.DateTimeFormat(words.locale, format).format(Date.UTC(2024, 0, 1, hour, minute));
};

function mark(there, words) {
  const said = el("span", { class: "sr" }, there ? words.yes : words.no);
  return there ? el("span", { class: "there" }, icon(TICK), said) : said;
}

const title = (card, words) => words.titles[card.title] || content(card.title);
const from = (card, words) => (isText(card.source) ? el("p", { class: "from", dir: "auto" }, words.source, content(card.source)) : "");

function figure(card, words, ...body) {
  return el("figure", { class: `card ${card.type}`, lang: words.locale }, el("figcaption", {}, title(card, words)), ...body, from(card, words));
}
