// Buttons, selects and the layouts of Components V2. `act(component, values)` sends an interaction.

import { el } from "./dom.js";
import { figure } from "./embed.js";
import { markdown } from "./markdown.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };
const KINDS = { 5: "user", 6: "role", 7: "mentionable", 8: "channel" };

export function component(data, context) {
  switch (data.type) {
    case 1: return el("div", { class: "row" }, data.components.map((one) => component(one, context)));
    case 2: return button(data, context);
    case 3: return select(data, data.options, context);
    case 5: case 7: return select(data, context.people, context);
    case 8: return select(data, context.places, context);
    case 6: return select(data, [], context);
    case 9: return el("div", { class: "section" },
      el("div", {}, data.components.map((one) => component(one, context))), component(data.accessory, context));
    case 10: return el("div", { class: "text" }, markdown(data.content));
    case 11: return el("div", { class: "thumbnail" }, figure(resolved(data.media, context), data.description));
    case 12: return el("div", { class: "gallery" },
      data.items.map((item) => figure(resolved(item.media, context), item.description)));
    case 13: return el("div", { class: "file" }, resolved(data.file, context).url.split("/").pop());
    case 14: return el("hr", { class: data.divider === false ? "gap" : "divider" });
    case 17: return container(data, context);
    default: return el("p", { class: "unknown" }, `A component of type ${data.type}`);
  }
}

function container(data, context) {
  const node = el("div", { class: "container" }, data.components.map((one) => component(one, context)));
  if (typeof data.accent_color === "number") {
    node.style.borderInlineStartColor = `#${data.accent_color.toString(16).padStart(6, "0")}`;
  }
  return node;
}

// attachment://name means a file of the message.
function resolved(media, context) {
  const file = context.files.find((one) => media.url === `attachment://${one.filename}`);
  return file || media;
}

function button(data, context) {
  const label = [data.emoji && data.emoji.name, data.label].filter(Boolean).join(" ");
  if (data.style === 5) {
    return el("a", { class: "button link", href: data.url, target: "_blank", rel: "noreferrer noopener", title: data.url },
      label, el("span", { "aria-hidden": "true" }, " ↗"));
  }
  return el("button", {
    class: `button ${STYLES[data.style] || "secondary"}`, type: "button", disabled: data.disabled,
    onclick: (event) => context.act(event.currentTarget, data.custom_id, []),
  }, label);
}

function select(data, options, context) {
  const chosen = options.filter((option) => option.default).map((option) => option.label);
  const most = data.max_values ?? 1;
  const placeholder = data.placeholder || (KINDS[data.type] ? `Select a ${KINDS[data.type]}` : "Make a selection");
  const head = el("summary", { class: "select-head", "aria-disabled": data.disabled ? "true" : null },
    chosen.length ? chosen.join(", ") : el("span", { class: "placeholder" }, placeholder));
  const menu = el("details", { class: "select" }, head);
  const marked = new Set(options.filter((option) => option.default).map((option) => option.value));
  const send = (values) => { menu.open = false; context.act(head, data.custom_id, values); };
  menu.append(el("div", { class: "options" }, options.map((option) => optionNode(option, marked, most, send)),
    most > 1 && el("button", { class: "button primary", type: "button", onclick: () => send([...marked]) }, "Done")));
  if (data.disabled) head.addEventListener("click", (event) => event.preventDefault());
  return menu;
}

function optionNode(option, marked, most, send) {
  const node = el("button", {
    class: "option", type: "button", "aria-pressed": marked.has(option.value) ? "true" : "false",
    onclick: () => {
      if (most === 1) { send([option.value]); return; }
      if (!marked.delete(option.value)) marked.add(option.value);
      node.setAttribute("aria-pressed", marked.has(option.value) ? "true" : "false");
    },
  }, el("span", { class: "option-label" }, [option.emoji && option.emoji.name, option.label].filter(Boolean).join(" ")),
    option.description && el("small", {}, option.description));
  return node;
}
