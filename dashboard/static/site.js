// What script adds to pages that work without it: "/" for the search, menus that close, times that tick, and a pill
// that says what changed since. Nothing moves until the reader asks for it.
"use strict";
(() => {
  const TICK = 15000, POLL = 20000, MINUTE = 60000, DAY = 86400000;
  const all = (css, root = document) => [...root.querySelectorAll(css)];
  const plural = (n, one, many = one + "s") => n + " " + (n === 1 ? one : many);

  // the same words as bot/presenters/text.py: span and ago
  const span = (ms) => {
    const minutes = Math.max(1, Math.floor(ms / MINUTE));
    if (minutes < 60) return minutes + " min";
    if (minutes < 1440) return Math.floor(minutes / 60) + " h";
    const days = Math.floor(minutes / 1440);
    if (days < 365) return plural(days, "day");
    const total = Math.floor((days / 365.2425) * 12), years = Math.floor(total / 12), months = total % 12;
    return Math.max(years, 1) + " y" + (months && years ? " " + months + " m" : "");
  };
  const tick = () => {
    for (const time of all("time[data-rel]")) {
      const past = Date.now() - Date.parse(time.dateTime);
      if (time.dataset.rel === "span") time.textContent = span(past);
      else if (past < MINUTE) time.textContent = "just now";
      else if (past < DAY) time.textContent = span(past) + " ago";
    }
  };
  setInterval(tick, TICK);

  const find = document.getElementById("find");
  document.addEventListener("keydown", (event) => {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName) || event.target.isContentEditable;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && find) {
      event.preventDefault();
      find.focus();
      find.select();
    } else if (event.key === "Escape") {
      if (event.target === find) find.blur();
      for (const menu of all("details.menu[open]")) {
        menu.open = false;
        if (menu.contains(event.target)) menu.querySelector("summary").focus();
      }
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  const current = document.querySelector(".tabs [aria-current]");
  if (current) current.parentElement.scrollLeft = current.offsetLeft - 48;
  const chosen = document.querySelector(".seg [aria-current]");
  if (chosen) chosen.parentElement.scrollLeft = chosen.offsetLeft - 48;

  // rows that changed since the reader last looked flash once
  const KEY = "changed:" + location.pathname;
  for (const id of JSON.parse(sessionStorage.getItem(KEY) || "[]"))
    document.querySelector('tr[data-id="' + CSS.escape(id) + '"]')?.classList.add("changed");
  sessionStorage.removeItem(KEY);

  const live = document.body.dataset.live, toast = document.querySelector(".toast");
  if (!live || !toast) return;
  const facts = (answer) =>
    answer.members
      ? new Map(answer.members.map((m) => [m.membership_id, m.online ? m.activity || "in the game" : ""]))
      : new Map(answer.events.map((e) => [e.id, e.kind]));
  const isRoster = /\/roster(\?|$)/.test(live);
  const rosterNews = (before, after) => {
    const ids = [...new Set([...before.keys(), ...after.keys()])];
    const moved = ids.filter((id) => before.get(id) !== after.get(id));
    const on = moved.filter((id) => !before.get(id) && after.get(id)).length;
    const off = moved.filter((id) => before.get(id) && !after.get(id)).length;
    const other = moved.length - on - off;
    const words = [];
    if (on) words.push(on + " joined a game");
    if (off) words.push(off + " left");
    if (other && words.length < 2) words.push(plural(other, "change"));
    return { words: words.join(", "), moved };
  };
  const eventNews = (before, after) => {
    const moved = [...after.keys()].filter((id) => !before.has(id));
    return { words: moved.length ? plural(moved.length, "new event") : "", moved };
  };

  let before = null;
  const look = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(live, { headers: { Accept: "application/json" }, cache: "no-cache" });
      if (!response.ok) return;
      const after = facts(await response.json());
      before ??= after;
      const news = (isRoster ? rosterNews : eventNews)(before, after);
      if (toast.firstElementChild.textContent !== news.words) toast.firstElementChild.textContent = news.words;
      toast.hidden = !news.words;
      toast.dataset.ids = JSON.stringify(news.moved);
    } catch {
      // offline, or the server restarts: the next look comes by itself
    }
  };
  toast.querySelector("a").addEventListener("click", () => sessionStorage.setItem(KEY, toast.dataset.ids || "[]"));
  document.addEventListener("visibilitychange", look);
  setInterval(look, POLL);
  look();
})();
