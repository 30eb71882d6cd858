// The box under the messages: plain text, or a slash command with its options as pills.

import { discord } from "./api.js";
import { flat, matching, picks, typeName } from "./commands.js";
import { el, toast } from "./dom.js";
import { Popup } from "./popup.js";

const AUTOCOMPLETE_MS = 120;

export class Box {
  constructor(page) {
    this.page = page;
    this.line = document.getElementById("line");
    this.popup = new Popup(document.getElementById("popup"));
    this.commands = [];
    this.command = null;
    this.pills = [];
    this.asked = 0;
    this.toText("");
  }

  async load() {
    this.commands = flat(await discord("GET", "/commands"));
  }

  // What this person may see: commands that ask for permissions are the owner's here.
  get offered() {
    const owner = this.page.users.some((user) => user.id === this.page.user && user.owner);
    return this.commands.filter((command) => owner || !command.restricted);
  }

  // Plain text

  toText(text, focus = true) {
    this.command = null;
    this.pills = [];
    this.popup.hide();
    this.input = el("input", { class: "free", type: "text", id: "free", maxlength: 2000, autocomplete: "off", spellcheck: "false",
      placeholder: this.page.channel ? `Message #${this.page.channel.name}, or / for commands` : "", "aria-label": "Message or command", value: text,
      oninput: () => this.typed(), onkeydown: (event) => this.key(event, () => this.sendText()) });
    this.line.replaceChildren(this.input);
    if (focus) this.input.focus();
  }

  typed() {
    const text = this.input.value;
    if (!text.startsWith("/")) { this.popup.hide(); return; }
    const words = text.slice(1);
    const exact = words.endsWith(" ") && this.offered.find((command) => command.name === words.trim().toLowerCase());
    if (exact) { this.toCommand(exact); return; }
    this.popup.show("Commands", matching(this.offered, words.trim()).map((command) => ({
      title: `/${command.name}`, note: command.description, hint: hint(command), pick: () => this.toCommand(command),
    })));
  }

  async sendText() {
    const content = this.input.value.trim();
    if (!content) return;
    if (content.startsWith("/")) { toast("No such command", true); return; }
    try {
      await discord("POST", `/channels/${this.page.channel.id}/messages`, { content, user_id: this.page.user });
      this.toText("");
    } catch (error) { toast(error.message, true); }
  }

  // Commands

  toCommand(command) {
    this.command = command;
    this.pills = [];
    this.popup.hide();
    this.input = el("input", { class: "free", type: "text", id: "free", autocomplete: "off", spellcheck: "false", "aria-label": "More options",
      oninput: () => this.more(), onfocus: () => this.more(), onkeydown: (event) => this.key(event, () => this.send(), () => this.back()) });
    this.line.replaceChildren(el("span", { class: "command-name" }, `/${command.name}`), this.input);
    command.options.filter((option) => option.required).forEach((option) => this.addPill(option, false));
    (this.pills[0] ? this.pills[0].input : this.input).focus();
  }

  // The options that are not yet pills, filtered by what is typed; "name:" picks one at once.
  more() {
    const text = this.input.value.trim().toLowerCase();
    const left = this.command.options.filter((option) => !this.pills.some((pill) => pill.option === option));
    this.input.placeholder = left.length ? `+${left.length} optional` : "";
    const named = text.endsWith(":") && left.find((option) => option.name === text.slice(0, -1));
    if (named) { this.addPill(named, true); return; }
    const items = left.filter((option) => option.name.includes(text)).map((option) => ({
      title: option.name, note: option.description, hint: typeName(option), pick: () => this.addPill(option, true),
    }));
    if (items.length) this.popup.show(this.command.description || "Options", items, text ? 0 : -1);
    else this.popup.hide();
  }

  addPill(option, focus) {
    const pill = { option, value: undefined };
    pill.input = el("input", { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": option.name, size: 6,
      oninput: () => { pill.value = undefined; this.grow(pill); this.suggest(pill); }, onfocus: () => { this.popup.hide(); this.suggest(pill); },
      onkeydown: (event) => this.key(event, () => this.send(), () => this.dropPill(pill)) });
    pill.node = el("label", { class: "pill" }, el("span", {}, option.name), pill.input);
    this.pills.push(pill);
    this.input.value = "";
    this.line.insertBefore(pill.node, this.input);
    if (focus) pill.input.focus();
  }

  grow(pill) { pill.input.size = Math.min(40, Math.max(6, pill.input.value.length)); }

  dropPill(pill) {
    if (pill.option.required) return;
    pill.node.remove();
    this.pills = this.pills.filter((one) => one !== pill);
    this.input.focus();
  }

  back() {
    if (this.input.value) return;
    const last = this.pills.at(-1);
    if (last) last.input.focus();
    else this.toText(`/${this.command.name}`);
    if (!this.command) this.typed();
  }

  async suggest(pill) {
    const { option } = pill;
    const head = `${option.name}: ${option.description} (${typeName(option)})`;
    if (option.autocomplete) { await this.autocomplete(pill, head); return; }
    const choices = picks(option, this.page);
    const typed = pill.value === undefined ? pill.input.value.toLowerCase() : "";
    const items = (choices || []).filter((choice) => choice.name.toLowerCase().includes(typed));
    this.popup.show(head, items.map((choice) => this.choiceItem(pill, choice)), choices && typed ? 0 : -1);
  }

  async autocomplete(pill, head) {
    const mine = ++this.asked;
    this.popup.forget();
    await new Promise((resolve) => { setTimeout(resolve, AUTOCOMPLETE_MS); });
    if (mine !== this.asked || !this.command || document.activeElement !== pill.input) return;
    try {
      const outcome = await discord("POST", "/interactions", { type: "autocomplete", channel_id: this.page.channel.id, user_id: this.page.user,
        name: this.command.name, options: { ...this.values(), [pill.option.name]: pill.input.value }, focused: pill.option.name });
      if (mine !== this.asked || document.activeElement !== pill.input) return;
      const choices = outcome.ok ? outcome.response.choices : [];
      const empty = outcome.ok ? "No options match your search" : "Loading options failed";
      this.popup.show(choices.length ? head : `${head} · ${empty}`, choices.map((choice) => this.choiceItem(pill, choice)), pill.input.value && pill.value === undefined ? 0 : -1);
    } catch (error) { toast(error.message, true); }
  }

  choiceItem(pill, choice) {
    return { title: choice.name, pick: () => {
      pill.value = choice.value;
      pill.input.value = choice.name;
      this.grow(pill);
      this.asked += 1;
      this.popup.hide();
      const unfilled = this.pills.find((one) => one.option.required && !one.input.value);
      (unfilled ? unfilled.input : this.input).focus();
    } };
  }

  // What is typed so far; a picked choice gives its value, not its name.
  values() {
    const filled = this.pills.filter((pill) => pill.input.value !== "");
    return Object.fromEntries(filled.map((pill) => [pill.option.name, pill.value ?? pill.input.value]));
  }

  async send() {
    const missing = this.pills.find((pill) => pill.option.required && !pill.input.value);
    if (missing) { missing.node.classList.add("missing"); missing.input.focus(); return; }
    const { name } = this.command;
    const options = this.values();
    this.asked += 1;
    this.toText("");
    const call = { name, user: this.page.user, channel: this.page.channel.id };
    try {
      const outcome = await discord("POST", "/interactions", { type: "command", channel_id: call.channel, user_id: call.user, name, options });
      this.page.answered(outcome, call);
    } catch (error) { toast(error.message, true); }
  }

  key(event, send, back) {
    if (event.isComposing) return;
    const { key } = event;
    if ((key === "ArrowDown" || key === "ArrowUp") && this.popup.open) {
      event.preventDefault();
      this.popup.move(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Enter") {
      event.preventDefault();
      if (!this.popup.take()) send();
    } else if (key === "Tab" && !event.shiftKey && this.popup.open && this.popup.at >= 0) {
      event.preventDefault();
      this.popup.take();
    } else if (key === "Escape") {
      event.preventDefault();
      if (this.popup.open) this.popup.hide();
      else this.toText("");
    } else if (key === "Backspace" && back && !event.target.value) {
      event.preventDefault();
      back();
    }
  }
}

function hint(command) {
  const required = command.options.filter((option) => option.required).map((option) => option.name);
  return required.join(" ");
}
