// Draws the cards of a reply (docs/cards.md): lists and tables that read well, with bars beside them.

import { cardStrings } from "./cards_strings.js";
import { el } from "./render.js";

const STEPS = [1, 2, 4, 5, 10, 20, 25, 40, 50, 100]; // between two marks of an axis
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const TICK = "M4 13l5 5L20 6";
const CROSS = "M6 6l12 12M18 6L6 18";
const SVG = "http://www.w3.org/2000/svg";

const drawers = { ranges, week, day, steps, checklist, phases, planner };

/** One card as an element; null for one of another kind, or one that makes no sense. */
export function drawCard(card, strings) {
  const words = strings?.cards || cardStrings.en;
  if (!Object.hasOwn(drawers, card?.type) || !isText(card.title)) return null;
  try {
    return drawers[card.type](card, words);
  } catch {
    return null; // what it tells is in the answer's text too
  }
}

function ranges(card, words) {
  const rows = card.rows.map(({ source, words: said, low, high, centre }) => ({ said, low, high, centre, by: [source] }));
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
  const items = (of, path) => el("ul", { role: "list" }, ...of.map((item) => el("li", {}, line(path), content(item))));
  const not = card.leave_at_home || [];
  const away = not.length ? [el("p", { class: "away" }, words.leaveAtHome), items(not, CROSS)] : [];
  return figure(card, words, items(card.items, TICK), ...away);
}

// A band beside the text that gets narrower from one phase to the next.
function phases(card, words) {
  const count = card.phases.length;
  const items = card.phases.map((phase, place) => {
    const [from, to] = [place, place + 1].map((at) => 45 * (at / count));
    const band = el("li", {}, shape("polygon", { points: `${from},0 ${100 - from},0 ${100 - to},100 ${to},100` }, "0 0 100 100"), content(phase));
    band.firstChild.setAttribute("preserveAspectRatio", "none");
    return band;
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
      return { said: words.total(amount(low, high, words)), low, high, centre: row.centre, by: [row.words, row.source] };
    });
    output.replaceChildren(el("p", { dir: "auto" }, words.weekly(amount(from, to, words))), bars(rows, words));
  };
  days.select.addEventListener("change", count);
  hours.select.addEventListener("change", count);
  count();
  const note = isText(card.note) ? [el("p", { class: "from" }, content(card.note))] : [];
  const body = [el("div", { class: "choose" }, days.label, hours.label), output, ...note, from(card, words)];
  return el("details", { class: "card planner", open: card.opened === true }, el("summary", {}, content(card.title)), ...body);
}

function choice(options, chosen, name, words) {
  const items = options.map(([low, high], place) => el("option", { value: place, selected: place === chosen }, amount(low, high, words)));
  const select = el("select", { dir: "auto" }, ...items);
  return { select, label: el("label", {}, name, select) };
}

// Each row in words, with a bar on one common axis from 0.
function bars(rows, words) {
  const ends = rows.flatMap((row) => [row.low, row.high]).filter((end) => end > 0);
  const step = STEPS.find((size) => Math.max(...ends) / size <= 5) || Math.max(...ends);
  const most = Math.ceil(Math.max(...ends) / step) * step;
  const percent = (value) => `${(100 * value) / most}%`;
  const items = rows.map(({ said, low, high, centre, by }) => {
    const bar = el("i", { class: low === high ? "point" : low == null || high == null ? "open" : "" });
    bar.style.insetInlineStart = percent(low ?? 0);
    bar.style.inlineSize = percent((high ?? most) - (low ?? 0));
    const named = [...by, centre && words.own].filter(isText).join(" · ");
    return el("li", { class: centre === true ? "own" : "" }, el("strong", { dir: "auto" }, said), el("div", { class: "bar", "aria-hidden": "true" }, bar), el("span", { dir: "auto" }, named));
  });
  const marks = Array.from({ length: most / step + 1 }, (_, place) => el("span", {}, String(place * step)));
  return el("div", { class: "bars" }, el("ul", { role: "list" }, ...items), el("div", { class: "axis", "aria-hidden": "true" }, ...marks));
}

const isText = (value) => typeof value === "string" && value.trim() !== "";
const amount = (low, high, words) => words.range(...[low, high].map((end) => end.toLocaleString(words.locale)));

// Only text is content: anything else a card holds instead makes it one that makes no sense.
function content(text) {
  if (!isText(text)) throw new TypeError("expected text");
  return el("span", { dir: "auto" }, text);
}

const clock = (time, words) => {
  const [hour, minute] = time.split(":");
  const format = { hour: "numeric", ...(minute === "00" ? {} : { minute: "2-digit" }), timeZone: "UTC" };
  return new Intl.DateTimeFormat(words.locale, format).format(Date.UTC(2024, 0, 1, hour, minute));
};

const mark = (there, words) => (there ? line(TICK, words.yes) : el("span", { class: "sr" }, words.no));

function shape(tag, attributes, viewBox = "0 0 24 24") {
  const svg = document.createElementNS(SVG, "svg");
  const inner = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) inner.setAttribute(name, value);
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  svg.append(inner);
  return svg;
}

function line(path, label) {
  const svg = shape("path", { d: path });
  if (!label) return svg;
  return el("span", { class: "there" }, svg, el("span", { class: "sr" }, label));
}

const from = (card, words) => (isText(card.source) ? el("p", { class: "from", dir: "auto" }, words.source(card.source)) : "");

function figure(card, words, ...body) {
  return el("figure", { class: `card ${card.type}` }, el("figcaption", {}, content(card.title)), ...body, from(card, words));
}
