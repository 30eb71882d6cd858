// Times as Discord writes them, in the reader's own zone; relative ones tick.

import { el } from "./dom.js";

const FORMATS = {
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  d: { day: "2-digit", month: "2-digit", year: "numeric" },
  D: { day: "numeric", month: "long", year: "numeric" },
  f: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  F: { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
};
const UNITS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const LOCALE = "en-GB";
const relativeFormat = new Intl.RelativeTimeFormat("en", { numeric: "always" });

export function relative(seconds, now = Date.now() / 1000) {
  const distance = seconds - now;
  for (const [unit, size] of UNITS) {
    if (Math.abs(distance) >= size || unit === "second") return relativeFormat.format(Math.trunc(distance / size), unit);
  }
  return "";
}

export function absolute(seconds, style) {
  return new Intl.DateTimeFormat(LOCALE, FORMATS[style] || FORMATS.f).format(new Date(seconds * 1000));
}

// A <t:seconds:style> of a message.
export function timestamp(seconds, style) {
  const words = style === "R" ? relative(seconds) : absolute(seconds, style);
  return el("time", {
    class: "stamp", title: absolute(seconds, "F"), datetime: new Date(seconds * 1000).toISOString(),
    "data-relative": style === "R" ? seconds : null,
  }, words);
}

// The time beside an author's name: the hour today, the date before.
export function posted(iso) {
  const moment = new Date(iso);
  const today = moment.toDateString() === new Date().toDateString();
  const yesterday = moment.toDateString() === new Date(Date.now() - 86400000).toDateString();
  const hour = new Intl.DateTimeFormat(LOCALE, FORMATS.t).format(moment);
  if (today) return hour;
  if (yesterday) return `Yesterday at ${hour}`;
  return `${new Intl.DateTimeFormat(LOCALE, FORMATS.d).format(moment)}, ${hour}`;
}

export function day(iso) {
  return new Intl.DateTimeFormat(LOCALE, FORMATS.D).format(new Date(iso));
}

export function hour(iso) {
  return new Intl.DateTimeFormat(LOCALE, FORMATS.t).format(new Date(iso));
}

setInterval(() => {
  for (const node of document.querySelectorAll("time[data-relative]")) {
    node.textContent = relative(Number(node.dataset.relative));
  }
}, 1000);
