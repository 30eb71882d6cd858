// The side panel: make things happen in the clans, break Bungie.net or Discord, read what truly happened.

import { call, discord } from "./api.js";
import { el, toast } from "./dom.js";
import { hour } from "./time.js";

const EVERY_MS = 3000;
const LOGGED = 60;
const FAULT_SECONDS = 120;

const BUNGIE = [
  ["Down", "HTML with 503, all of it, for 2 minutes", { subsystem: "all", fault: "html503", seconds: FAULT_SECONDS }],
  ["Error 5", "SystemDisabled in a 200, for 2 minutes", { subsystem: "all", fault: "error5", seconds: FAULT_SECONDS }],
  ["Loses a page", "a page of members is missing, 3 times", { subsystem: "members", fault: "lose_page", times: 3 }],
  ["Empty list", "no members at all, 3 times", { subsystem: "members", fault: "empty", times: 3 }],
  ["Lies", "an old answer of members and profiles, for 2 minutes", { subsystem: "all", fault: "stale", seconds: FAULT_SECONDS }],
  ["Throttles", "ThrottleSeconds on everything, 5 times", { subsystem: "all", fault: "throttle", times: 5 }],
  ["Slow", "3 s for each answer, for 2 minutes", { subsystem: "all", fault: "latency", delay: 3, seconds: FAULT_SECONDS }],
  ["Resets", "the connection is cut, 5 times", { subsystem: "all", fault: "reset", times: 5 }],
];

const MANIFEST = [
  ["New exotic and seal", "a new manifest brings them; members can find and earn them from now on", { add: true }],
  ["As it was", "a new manifest takes back what others changed", { restore: true }],
];

const POSTS = { method: "POST", path: "/messages$" };
const DISCORD = [
  ["429", "the next 3 posts must wait 2 s", { fault: "429", times: 3, seconds: 2, ...POSTS }],
  ["500", "the next 3 posts fail", { fault: "500", times: 3, ...POSTS }],
  ["Reset after accepting", "the next post is taken, then the connection is cut", { fault: "reset_after_accept", times: 1, ...POSTS }],
  ["Reset before", "the next post is cut off unread", { fault: "reset_before", times: 1, ...POSTS }],
  ["Slow", "the next 5 requests take 4 s", { fault: "latency", times: 5, seconds: 4 }],
];

export class World {
  constructor(page) {
    this.page = page;
    this.clans = [];
    this.lastEvent = 0;
    this.shown = !document.getElementById("app").classList.contains("no-world") && matchMedia("(min-width: 64rem)").matches;
    this.build();
    this.refresh();
    setInterval(() => { if (this.shown && !document.hidden) this.refresh(); }, EVERY_MS);
  }

  visible(shown) {
    this.shown = shown;
    if (shown) this.refresh();
  }

  build() {
    this.clan = el("select", { id: "clan", onchange: () => this.fillMembers() });
    this.member = el("select", { id: "member" });
    this.search = el("input", { id: "member-search", type: "search", placeholder: "Find a member", oninput: () => this.fillMembers(), "aria-label": "Find a member" });
    this.newName = el("input", { id: "new-name", type: "text", placeholder: "New name", maxlength: 64, "aria-label": "New name" });
    this.role = el("select", { id: "role", "aria-label": "Role" }, ["admin", "member", "beginner"].map((role) => el("option", { value: role }, role)));
    this.bungieFaults = el("p", { class: "faults" });
    this.discordFaults = el("p", { class: "faults" });
    this.bungieLoad = el("p", { class: "note" });
    this.log = el("ol", { class: "log", "aria-label": "What truly happened" });
    this.away = el("p", { class: "note", hidden: true }, "No world is attached to this Discord.");
    document.getElementById("world-body").replaceChildren(this.away, this.happenings(), this.manifest(), this.bungie(), this.discord(),
      part("What truly happened", this.log));
  }

  happenings() {
    return part("Make it happen", el("label", { for: "clan" }, "Clan"), this.clan,
      el("div", { class: "buttons" }, this.button("Someone joins", () => this.deed("join", this.group())),
        this.button("Purge of 30", () => this.deed("purge", { ...this.group(), count: 30 }), "danger")),
      el("label", { for: "member" }, "Member"), this.search, this.member,
      el("div", { class: "buttons" }, this.button("Leaves", () => this.deed("leave", this.who())),
        this.button("Switches clan", () => this.deed("switch", this.who())),
        this.button("Comes online", () => this.deed("online", this.who())),
        this.button("Goes offline", () => this.deed("offline", this.who())),
        this.button("Finds an exotic", () => this.deed("exotic", this.who())),
        this.button("Does a triumph", () => this.deed("triumph", this.who())),
        this.button("Earns a seal", () => this.deed("seal", this.who())),
        this.button("Gilds a seal", () => this.deed("gild", this.who()))),
      el("div", { class: "pair" }, this.newName, this.button("Is renamed", () => this.deed("rename", { ...this.who(), name: this.newName.value || "Renamed" }))),
      el("div", { class: "pair" }, this.role, this.button("Gets the role", () => this.deed("promote", { ...this.who(), role: this.role.value }))));
  }

  manifest() {
    return part("Manifest", el("div", { class: "buttons" },
      MANIFEST.map(([name, title, change]) => this.button(name, () => this.publish(change), "", title))));
  }

  bungie() {
    return part("Bungie.net", el("div", { class: "buttons" }, BUNGIE.map(([name, title, fault]) => this.button(name, () => this.fault("/sandbox/faults", fault), "", title)),
      this.button("All well", () => this.clear("/sandbox/faults"), "calm")), this.bungieFaults, this.bungieLoad);
  }

  discord() {
    const here = `/sandbox/discord`;
    return part("Discord", el("div", { class: "buttons" }, DISCORD.map(([name, title, fault]) => this.button(name, () => this.fault(`${here}/faults`, fault), "", title)),
      this.button("403 in this channel", () => this.permissions(["SEND_MESSAGES"]), "", "takes the bot's right to send"),
      this.button("Give rights back", () => this.permissions([])),
      this.button("Kick the gateway", () => this.kick(), "", "asks the bot to reconnect"),
      this.button("All well", () => this.clear(`${here}/faults`), "calm")), this.discordFaults);
  }

  button(name, act, kind = "", title = null) {
    const node = el("button", { type: "button", class: `small ${kind}`, title, onclick: async () => {
      node.disabled = true;
      try { await act(); } catch (error) { toast(error.message, true); } finally { node.disabled = false; }
    } }, name);
    return node;
  }

  group() { return { group_id: this.clan.value }; }

  who() {
    if (!this.member.value) throw new Error("Nobody is chosen");
    return { ...this.group(), membership_id: this.member.value };
  }

  async deed(name, body) {
    const { events } = await call("POST", `/sandbox/world/${name}`, body);
    toast(events.length ? events.slice(0, 2).map(sentence).join(" · ") + (events.length > 2 ? ` and ${events.length - 2} more` : "") : "Done");
    await this.refresh();
  }

  async publish(change) {
    const { version, exotics = [], seals = [] } = await call("POST", "/sandbox/manifest", change);
    const brought = change.add ? [...exotics.map((one) => one.name), ...seals.map((one) => one.title)].join(", ") : "";
    toast(`Manifest ${version.split(".", 1)[0]}${brought && ` with ${brought}`}`);
  }

  async fault(path, body) {
    await call("POST", path, body);
    toast(`On: ${body.fault.replaceAll("_", " ")}`);
    await this.refresh();
  }

  async clear(path) {
    await call("DELETE", path);
    toast("All well");
    await this.refresh();
  }

  async permissions(deny) {
    await discord("POST", `/channels/${this.page.channel.id}/permissions`, { deny });
    toast(deny.length ? `The bot may not send in #${this.page.channel.name}` : `The bot has its rights back in #${this.page.channel.name}`);
  }

  async kick() {
    const { connections } = await discord("POST", "/disconnect", { how: "reconnect" });
    toast(connections ? "The bot was asked to reconnect" : "No bot is connected");
  }

  async refresh() {
    try {
      const [world, log, faults, requests] = await Promise.all([call("GET", "/sandbox/world"), call("GET", `/sandbox/log?after=${this.lastEvent}`),
        call("GET", "/sandbox/faults"), call("GET", "/sandbox/requests")]);
      this.away.hidden = true;
      this.fillClans(world);
      this.addEvents(log.events);
      this.bungieFaults.textContent = faultWords(faults.faults || faults);
      this.bungieLoad.textContent = `${requests.total.toLocaleString("en")} requests answered so far.`;
    } catch {
      this.away.hidden = false;
    }
    const { faults } = await discord("GET", "/faults");
    this.discordFaults.textContent = faultWords(faults);
  }

  // Clans and members; nothing moves while a list is open.

  fillClans(world) {
    this.clans = world.clans;
    const chosen = this.clan.value;
    if (document.activeElement !== this.clan) {
      this.clan.replaceChildren(...this.clans.map((clan) => el("option", { value: clan.group_id }, `${clan.name} [${clan.callsign}] · ${clan.members.length}`)));
      if (chosen) this.clan.value = chosen;
    }
    if (document.activeElement !== this.member) this.fillMembers();
  }

  fillMembers() {
    const clan = this.clans.find((one) => one.group_id === this.clan.value);
    const words = this.search.value.toLowerCase();
    const members = (clan ? clan.members : []).filter((one) => one.name.toLowerCase().includes(words));
    members.sort((a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name));
    const chosen = this.member.value;
    this.member.replaceChildren(...members.map((one) => el("option", { value: one.membership_id },
      `${one.online ? "●" : "○"} ${one.name}${one.role === "member" ? "" : ` · ${one.role.replace("_", " ")}`}${one.activity ? ` · ${one.activity}` : ""}`)));
    if (members.some((one) => one.membership_id === chosen)) this.member.value = chosen;
  }

  addEvents(events) {
    if (!events.length) return;
    this.lastEvent = events.at(-1).id;
    const named = new Map(this.clans.map((clan) => [clan.group_id, clan.callsign]));
    this.log.prepend(...events.slice(-LOGGED).reverse().map((event) => el("li", {},
      el("time", { datetime: event.at, title: event.at }, hour(event.at)), el("span", {}, sentence(event)), el("small", {}, named.get(event.group_id) || ""))));
    while (this.log.children.length > LOGGED) this.log.lastElementChild.remove();
  }
}

function part(title, ...children) {
  return el("section", { class: "part" }, el("h3", {}, title), children);
}

const WORDS = {
  joined: "joined", left: "left", renamed: "is renamed", role_changed: "has another role", clan_switched: "switched clan",
  platform_moved: "moved platform", seal_earned: "earned a seal", seal_gilded: "gilded a seal", exotic_acquired: "found an exotic", clan_changed: "the clan changed", manifest_updated: "new manifest",
};

function sentence(event) {
  return `${event.name || "Somebody"} ${WORDS[event.kind] || event.kind.replaceAll("_", " ")}`;
}

function faultWords(faults) {
  if (!faults || !faults.length) return "All well.";
  return `On: ${faults.map((fault) => [fault.fault.replaceAll("_", " "), fault.subsystem && fault.subsystem !== "all" ? `for ${fault.subsystem}` : "",
    fault.times ? `${fault.times - (fault.hits || 0)} more` : ""].filter(Boolean).join(" ")).join(", ")}`;
}
