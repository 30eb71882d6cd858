// One message of the channel.

import { avatar, el } from "./dom.js";
import { discord } from "./api.js";
import { component } from "./components.js";
import { attachment, embeds } from "./embed.js";
import { markdown } from "./markdown.js";
import { hour, posted } from "./time.js";

const LOADING = 128;
const GROUPED_MS = 7 * 60 * 1000;

export const nameOf = (author) => author.global_name || author.username;

// The first answer to a slash command; what follows it up bears no such line.
const startsCommand = (message) => Boolean(message.interaction && !message.interaction_metadata.original_response_message_id);

const pings = (message, page) => message.mention_everyone || message.mentions.some((user) => user.id === page.user);

// Follows the one before it without a head of its own.
export function follows(message, before) {
  return Boolean(before) && before.author.id === message.author.id && !startsCommand(message)
    && !before.visible_to === !message.visible_to
    && Date.parse(message.timestamp) - Date.parse(before.timestamp) < GROUPED_MS;
}

export function messageNode(message, before, page) {
  const grouped = follows(message, before);
  const node = el("li", { class: ["message", grouped && "grouped", message.visible_to && "ephemeral", pings(message, page) && "pinged", message.failed && "broken"].filter(Boolean).join(" "), id: `m${message.id}` },
    used(message),
    grouped ? el("span", { class: "side-time" }, hour(message.timestamp)) : avatar({ ...message.author, name: nameOf(message.author) }),
    el("div", { class: "body" }, !grouped && head(message), content(message, page),
      el("p", { class: "failed", hidden: !message.failed }, message.failed || "This interaction failed"), private_(message, page)));
  return node;
}

function head(message) {
  return el("h3", { class: "author" }, el("b", { class: message.author.bot ? "is-bot" : "" }, nameOf(message.author)),
    message.author.bot && el("span", { class: "app-tag" }, "APP"),
    el("time", { datetime: message.timestamp }, posted(message.timestamp)));
}

function used(message) {
  if (!startsCommand(message)) return null;
  const call = message.interaction;
  return el("p", { class: "used" }, avatar({ ...call.user, name: nameOf(call.user) }, 16), el("b", {}, nameOf(call.user)),
    " used ", el("span", { class: "mention" }, `/${call.name}`));
}

function content(message, page) {
  if (message.flags & LOADING) return el("p", { class: "thinking" }, el("span", { class: "dots" }, el("i"), el("i"), el("i")), ` ${nameOf(message.author)} is thinking…`);
  const context = {
    files: message.files || [],
    people: page.users.map((user) => ({ label: user.name, value: user.id })),
    places: page.channels.map((channel) => ({ label: `#${channel.name}`, value: channel.id })),
    act: (control, customId, values) => act(message, control, customId, values, page),
  };
  return [
    message.content && el("div", { class: "content" }, markdown(message.content), edited(message)),
    message.attachments.map(attachment),
    embeds(message.embeds),
    message.components.length > 0 && el("div", { class: "components" }, message.components.map((one) => component(one, context))),
    !message.content && edited(message),
  ];
}

const edited = (message) => message.edited_timestamp && !message.interaction_metadata
  && el("span", { class: "edited", title: message.edited_timestamp }, " (edited)");

function private_(message, page) {
  if (!message.visible_to) return null;
  return el("p", { class: "private" }, "Only you can see this • ",
    el("button", { type: "button", class: "text-link", onclick: () => page.dismiss(message.id) }, "Dismiss message"));
}

async function act(message, control, customId, values, page) {
  const failed = document.querySelector(`#m${message.id} .failed`);
  failed.hidden = true;
  control.classList.add("waiting");
  try {
    const outcome = await discord("POST", "/interactions", {
      type: "component", channel_id: message.channel_id, user_id: page.user, message_id: message.id, custom_id: customId, values,
    });
    page.answered(outcome, null);
    failed.hidden = outcome.ok;
  } catch (error) {
    failed.textContent = error.message;
    failed.hidden = false;
  } finally {
    control.classList.remove("waiting");
  }
}
