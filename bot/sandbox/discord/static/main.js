// The page as a whole: channels, messages, who you are; the box and the world stand in files of their own.

import { discord, listen } from "./api.js";
import { Box } from "./box.js";
import { avatar, el, toast } from "./dom.js";
import { know } from "./markdown.js";
import { messageNode } from "./message.js";
import { day } from "./time.js";
import { World } from "./world.js";

const SHOWN = 300;
const $ = (id) => document.getElementById(id);

class Page {
  constructor() {
    this.users = [];
    this.channels = [];
    this.messages = new Map();
    this.user = null;
    this.channel = null;
    this.unread = new Set();
    this.dismissed = new Set();
    this.stuck = true;
  }

  async start() {
    await this.loadState();
    this.user = localStorage.getItem("user") || this.users[0].id;
    if (!this.users.some((user) => user.id === this.user)) this.user = this.users[0].id;
    this.box = new Box(this);
    this.world = new World(this);
    this.wire();
    $("open-world").setAttribute("aria-expanded", String(matchMedia("(min-width: 64rem)").matches));
    await this.box.load();
    await this.open(location.hash.slice(1) || this.channels[0].id);
    listen((news) => this.heard(news), () => this.reload());
  }

  async loadState() {
    const state = await discord("GET", "/state");
    Object.assign(this, { users: state.users, channels: state.channels, bot: state.bot });
    know([...state.users, state.bot], state.channels);
    $("guild").textContent = state.guild.name;
    this.drawSide();
  }

  async reload() {
    await this.loadState();
    await this.box.load();
    await this.open(this.channel.id);
  }

  // Channels and people

  drawSide() {
    $("channels").replaceChildren(...this.channels.map((channel) => el("li", {},
      el("a", { href: `#${channel.id}`, "aria-current": this.channel && channel.id === this.channel.id ? "page" : null, class: this.unread.has(channel.id) ? "unread" : null },
        el("span", { class: "hash", "aria-hidden": "true" }, "#"), channel.name,
        channel.denied.length > 0 && el("span", { class: "locked", title: `The bot lacks ${channel.denied.join(", ")}` }, "⚠")))));
    const people = [{ ...this.bot, bot: true }, ...this.users];
    $("people").replaceChildren(...people.map((person) => el("li", { class: person.bot && !this.bot.online ? "away" : "" },
      avatar(person, 24), person.name, person.bot && el("span", { class: "app-tag" }, "APP"), person.owner && el("small", {}, "owner"))));
    $("state").textContent = this.bot.online ? "" : "The bot is offline";
    $("user").replaceChildren(...this.users.map((user) => el("option", { value: user.id }, user.owner ? `${user.name} (owner)` : user.name)));
    $("user").value = this.user;
  }

  async open(id) {
    const before = this.channel;
    this.channel = this.channels.find((channel) => channel.id === id) || this.channels[0];
    this.unread.delete(this.channel.id);
    $("channel-name").textContent = this.channel.name;
    $("topic").textContent = this.channel.topic || "";
    document.title = `#${this.channel.name} · Tower Annex · simulated Discord`;
    this.drawSide();
    const moved = !before || before.id !== this.channel.id;
    if (moved && !this.box.command && !this.box.input.value) this.box.toText("", matchMedia("(min-width: 48rem)").matches);
    if (await this.fetchAll()) this.draw(moved || this.stuck);
  }

  // Messages

  // All that this person sees here. News may overtake the answer: what is newer stays. False: the reader has gone on.
  async fetchAll() {
    const { channel, user } = this;
    const fetched = await discord("GET", `/channels/${channel.id}/messages?user_id=${user}`);
    if (channel.id !== this.channel.id || user !== this.user) return false;
    const last = BigInt(fetched.length ? fetched.at(-1).id : 0);
    const newer = [...this.messages.values()].filter((message) => message.channel_id === channel.id
      && (message.failed || BigInt(message.id) > last) && [null, user].includes(message.visible_to));
    const all = [...fetched, ...newer].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
    this.messages = new Map(all.map((message) => [message.id, message]));
    return true;
  }

  get listed() {
    return [...this.messages.values()].filter((message) => !this.dismissed.has(message.id)).slice(-SHOWN);
  }

  draw(toEnd = this.stuck) {
    const nodes = [];
    let before = null;
    for (const message of this.listed) {
      if (!before || day(before.timestamp) !== day(message.timestamp)) {
        nodes.push(el("li", { class: "day" }, el("span", {}, day(message.timestamp))));
        before = null;
      }
      nodes.push(messageNode(message, before, this));
      before = message;
    }
    if (!nodes.length) nodes.push(el("li", { class: "empty" }, `This is the start of #${this.channel.name}. Nothing was posted yet.`));
    $("messages").replaceChildren(...nodes);
    if (toEnd) this.toEnd();
  }

  // One message again; all of them when its neighbours' grouping may change.
  redraw(message) {
    const old = $(`m${message.id}`);
    const toEnd = this.stuck;
    const listed = this.listed;
    const index = listed.findIndex((one) => one.id === message.id);
    const before = index > 0 && day(listed[index - 1].timestamp) === day(message.timestamp) ? listed[index - 1] : null;
    if (!old) { this.draw(toEnd); return; }
    old.replaceWith(messageNode(message, before, this));
    if (toEnd) this.toEnd();
  }

  atEnd() {
    const node = $("scroll");
    return node.scrollHeight - node.scrollTop - node.clientHeight < 80;
  }

  toEnd() {
    const node = $("scroll");
    node.scrollTop = node.scrollHeight;
    this.stuck = true;
    $("jump").hidden = true;
  }

  dismiss(id) {
    this.dismissed.add(id);
    this.draw();
  }

  // What an interaction led to. `call`: the slash command that it was, for words about its failure.
  answered(outcome, call) {
    if (outcome.modal || outcome.response_type === 9) toast("The bot opened a form; this page does not show forms.", true);
    if (outcome.ok || !call) return;
    const person = this.users.find((user) => user.id === call.user);
    const failed = `⚠ ${outcome.error || "The application did not respond"}`;
    const note = localNote(outcome.id, call, person, { ...this.bot, username: this.bot.name, bot: true }, failed);
    if (call.channel !== this.channel.id || call.user !== this.user) return;
    this.messages.set(note.id, note);
    this.draw(true);
  }

  // News

  async heard(news) {
    if (news.type === "presence") { this.bot.online = news.online; this.drawSide(); }
    if (news.type === "channels") { await this.loadState(); }
    if (news.type === "commands") { await this.box.load(); }
    if (news.type === "message" || news.type === "edit") await this.fetchMessage(news);
    if (news.type === "delete" && this.messages.delete(news.id)) this.draw();
  }

  async fetchMessage(news) {
    if (news.channel_id !== this.channel.id) {
      if (news.type === "message") { this.unread.add(news.channel_id); this.drawSide(); }
      return;
    }
    const before = (BigInt(news.id) - 1n).toString();
    const found = await discord("GET", `/channels/${news.channel_id}/messages?user_id=${this.user}&after=${before}`);
    if (news.channel_id !== this.channel.id) return;
    const isNew = found.some((message) => !this.messages.has(message.id));
    for (const message of found) this.messages.set(message.id, message);
    if (isNew) {
      this.draw();
      $("jump").hidden = this.stuck;
    } else if (found.length) this.redraw(found[0]);
  }

  // Handles of the frame

  wire() {
    addEventListener("hashchange", () => { this.drawer(null); this.open(location.hash.slice(1)); });
    $("user").addEventListener("change", () => { this.user = $("user").value; localStorage.setItem("user", this.user); this.open(this.channel.id); });
    $("jump").addEventListener("click", () => this.toEnd());
    $("scroll").addEventListener("scroll", () => { this.stuck = this.atEnd(); if (this.stuck) $("jump").hidden = true; });
    // Pictures that come later push the last message down; whoever reads the end stays there.
    new ResizeObserver(() => { if (this.stuck) this.toEnd(); }).observe($("messages"));
    $("open-side").addEventListener("click", () => this.drawer("side"));
    $("open-world").addEventListener("click", () => this.drawer("world"));
    $("close-world").addEventListener("click", () => this.drawer(null));
    $("veil").addEventListener("click", () => this.drawer(null));
    addEventListener("keydown", (event) => { if (event.key === "Escape" && !$("veil").hidden) this.drawer(null); });
  }

  // On a wide screen the world folds; on a narrow one both sides come in over the chat.
  drawer(which) {
    const narrow = matchMedia("(max-width: 63.99rem)").matches;
    const app = $("app");
    if (!narrow) {
      if (which !== "side") app.classList.toggle("no-world");
    } else {
      app.classList.toggle("show-side", which === "side");
      app.classList.toggle("show-world", which === "world");
      $("veil").hidden = which === null;
    }
    const world = narrow ? which === "world" : !app.classList.contains("no-world");
    $("open-world").setAttribute("aria-expanded", String(world));
    $("open-side").setAttribute("aria-expanded", String(narrow && which === "side"));
    this.world.visible(world);
  }
}

// A failed command stands in the channel like a message that only its invoker sees; no server knows of it.
function localNote(id, call, person, author, failed) {
  return {
    id, channel_id: call.channel, author, failed, visible_to: call.user, timestamp: new Date().toISOString(), flags: 0, content: "",
    interaction: { name: call.name, user: { id: person.id, username: person.name } }, interaction_metadata: {},
    embeds: [], components: [], attachments: [], files: [], mentions: [],
  };
}

new Page().start().catch((error) => toast(`The page could not start: ${error.message}`, true));
