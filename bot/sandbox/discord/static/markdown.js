// Discord's markdown, into elements. Blocks first (fences, headings, quotes, lists, subtext), then what stands inline.

import { el } from "./dom.js";
import { timestamp } from "./time.js";

const names = { users: new Map(), channels: new Map() };

// Tells which names mentions show.
export function know(users, channels) {
  names.users = new Map(users.map((user) => [user.id, user.name]));
  names.channels = new Map(channels.map((channel) => [channel.id, channel.name]));
}

const link = (href, ...children) => el("a", { href, target: "_blank", rel: "noreferrer noopener", title: href }, children);
const mention = (text) => el("span", { class: "mention" }, text);

// Tried in this order at every place; each takes the match and gives a node.
const INLINE = [
  [/\\([^0-9A-Za-z\s])/y, (found) => found[1]],
  [/(`+)([^]*?[^`])\1(?!`)/y, (found) => el("code", { class: "inline" }, found[2].trim())],
  [/<(https?:\/\/[^\s>]+)>/y, (found) => link(found[1], found[1])],
  [/\[((?:\\[^]|[^[\]\\])+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/y, (found) => link(found[2], inline(found[1]))],
  [/https?:\/\/[^\s<]+[^<.,:;"'\]\s)*_~|`]/y, (found) => link(found[0], found[0])],
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, (found) => timestamp(Number(found[1]), found[2] || "f")],
  [/<@!?(\d+)>/y, (found) => mention(`@${names.users.get(found[1]) || "unknown-user"}`)],
  [/<@&(\d+)>/y, () => mention("@role")],
  [/<#(\d+)>/y, (found) => mention(`#${names.channels.get(found[1]) || "unknown"}`)],
  [/<\/([^:>]+):(\d+)>/y, (found) => mention(`/${found[1]}`)],
  [/<a?:(\w+):\d+>/y, (found) => el("span", { class: "emoji", title: found[1] }, `:${found[1]}:`)],
  [/@(everyone|here)\b/y, (found) => mention(found[0])],
  [/\*\*\*((?:\\[^]|[^\\])+?)\*\*\*(?!\*)/y, (found) => el("strong", {}, el("em", {}, inline(found[1])))],
  [/\*\*((?:\\[^]|[^\\])+?)\*\*(?!\*)/y, (found) => el("strong", {}, inline(found[1]))],
  [/__((?:\\[^]|[^\\])+?)__(?!_)/y, (found) => el("u", {}, inline(found[1]))],
  [/~~((?:\\[^]|[^\\])+?)~~/y, (found) => el("s", {}, inline(found[1]))],
  [/\|\|((?:\\[^]|[^\\])+?)\|\|/y, (found) => spoiler(found[1])],
  [/\*(?=\S)((?:\*\*|\\[^]|[^*\\])+?)\*(?!\*)/y, (found) => el("em", {}, inline(found[1]))],
  [/\b_((?:__|\\[^]|[^\\_])+?)_\b/y, (found) => el("em", {}, inline(found[1]))],
];

function spoiler(text) {
  return el("button", { class: "spoiler", type: "button", onclick: (event) => event.currentTarget.classList.add("shown") }, inline(text));
}

export function inline(text) {
  const nodes = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const [node, length] = ruleAt(text, at);
    if (length) {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(node);
      at += length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function ruleAt(text, at) {
  for (const [rule, make] of INLINE) {
    rule.lastIndex = at;
    const found = rule.exec(text);
    // `make` may run the same rule on the inner text, so nothing is kept in the rule itself.
    if (found) return [make(found), found[0].length];
  }
  return [null, 0];
}

// A whole text. Fences are cut out first, because nothing is read inside them.
export function markdown(text) {
  const pieces = text.split(/```(?:[\w+#.-]*\n)?([^]*?)\n?```/);
  return pieces.flatMap((piece, index) => (index % 2 ? [el("pre", {}, el("code", {}, piece))] : blocks(piece)));
}

const QUOTE = /^> ?/;
const ITEM = /^( *)(?:[-*]|(\d+)\.) +(.*)$/;

function blocks(text) {
  const lines = text.split("\n");
  const nodes = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    const rest = lines.slice(at);
    const heading = /^(#{1,3}) +(.+)$/.exec(line);
    if (heading) {
      nodes.push(el(`h${heading[1].length + 2}`, { class: `heading size-${heading[1].length}` }, inline(heading[2])));
      at += 1;
    } else if (line.startsWith("-# ")) {
      nodes.push(el("small", { class: "subtext" }, inline(line.slice(3))));
      at += 1;
    } else if (line.startsWith(">>> ")) {
      nodes.push(el("blockquote", {}, blocks(rest.join("\n").slice(4))));
      at = lines.length;
    } else if (line.startsWith("> ")) {
      at += taken(rest, (one) => QUOTE.test(one), (chosen) => nodes.push(
        el("blockquote", {}, blocks(chosen.map((one) => one.replace(QUOTE, "")).join("\n")))));
    } else if (ITEM.test(line)) {
      const numbered = isNumbered(line);
      at += taken(rest, (one) => ITEM.test(one) && (one.startsWith(" ") || isNumbered(one) === numbered), (chosen) => nodes.push(list(chosen)));
    } else {
      at += taken(rest, isPlain, (chosen) => nodes.push(paragraph(chosen)));
    }
  }
  return nodes.filter(Boolean);
}

const isNumbered = (line) => /^ *\d/.test(line);
const isPlain = (line) => !/^#{1,3} +.+|^-# |^>>> |^> /.test(line) && !ITEM.test(line);

function taken(lines, wanted, make) {
  const end = lines.findIndex((line, index) => index > 0 && !wanted(line));
  const chosen = end < 0 ? lines : lines.slice(0, end);
  make(chosen);
  return chosen.length;
}

// Lines keep their breaks; an empty line at either end belongs to the block beside it.
function paragraph(lines) {
  const text = lines.join("\n").replace(/^\n|\n$/g, "");
  return text.trim() ? el("span", { class: "lines" }, inline(text)) : null;
}

function list(lines) {
  const [, , first] = ITEM.exec(lines[0]);
  const root = first ? el("ol", { start: first }) : el("ul");
  const stack = [[0, root]];
  for (const line of lines) {
    const [, indent, number, text] = ITEM.exec(line);
    while (stack.length > 1 && indent.length < stack.at(-1)[0]) stack.pop();
    if (indent.length > stack.at(-1)[0] && stack.at(-1)[1].lastElementChild) {
      const nested = number ? el("ol", { start: number }) : el("ul");
      stack.at(-1)[1].lastElementChild.append(nested);
      stack.push([indent.length, nested]);
    }
    stack.at(-1)[1].append(el("li", {}, inline(text)));
  }
  return root;
}
