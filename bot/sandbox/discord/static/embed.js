// Embeds, pictures and files. Colours and lengths go through classes and CSSOM: the page has no inline style.

import { el } from "./dom.js";
import { inline, markdown } from "./markdown.js";
import { absolute } from "./time.js";

const WIDEST = 488;
const HIGHEST = 352;

const link = (href, ...children) => el("a", { href, target: "_blank", rel: "noreferrer noopener" }, children);

export function figure(media, alternative, name) {
  const image = el("img", { src: media.url, alt: alternative || "", loading: "lazy" });
  reserve(image, media);
  const picture = link(media.url, image);
  picture.setAttribute("aria-label", alternative || name || "Picture");
  return el("figure", { class: "picture" }, picture, alternative && el("figcaption", {}, el("b", {}, "ALT"), alternative));
}

// Keeps the picture's place before it is there, so that nothing jumps when it comes.
function reserve(image, { width, height }) {
  if (!width || !height) return;
  image.style.inlineSize = `${Math.round(width * Math.min(1, WIDEST / width, HIGHEST / height))}px`;
  image.style.aspectRatio = `${width} / ${height}`;
}

export function attachment(file) {
  if ((file.content_type || "").startsWith("image/")) return figure(file, file.description, file.filename);
  return el("div", { class: "file" }, link(file.url, file.filename), el("small", {}, `${Math.ceil(file.size / 1024)} kB`));
}

// Embeds with the same address are one: the later ones only add their pictures.
export function embeds(all) {
  const shown = [];
  const byUrl = new Map();
  for (const embed of all) {
    const earlier = embed.url && byUrl.get(embed.url);
    if (earlier) {
      if (embed.image) earlier.append(figure(embed.image, embed.image.description));
    } else {
      const node = one(embed);
      if (embed.url) byUrl.set(embed.url, node);
      shown.push(node);
    }
  }
  return shown;
}

function one(embed) {
  const node = el("article", { class: embed.thumbnail ? "embed with-thumbnail" : "embed" },
    embed.author && el("p", { class: "embed-author" }, embed.author.url ? link(embed.author.url, embed.author.name) : embed.author.name),
    embed.title && el("h3", { class: "embed-title" }, embed.url ? link(embed.url, inline(embed.title)) : inline(embed.title)),
    embed.description && el("div", { class: "embed-text" }, markdown(embed.description)),
    embed.fields && embed.fields.length > 0 && el("div", { class: "fields" }, embed.fields.map(field)),
    embed.thumbnail && el("div", { class: "thumbnail" }, figure(embed.thumbnail, embed.thumbnail.description)),
    embed.image && figure(embed.image, embed.image.description),
    foot(embed));
  if (embed.color !== undefined) node.style.borderInlineStartColor = `#${embed.color.toString(16).padStart(6, "0")}`;
  return node;
}

function field(data) {
  return el("div", { class: data.inline ? "field" : "field whole" }, el("h4", {}, inline(data.name)), el("div", {}, markdown(data.value)));
}

function foot(embed) {
  if (!embed.footer && !embed.timestamp) return null;
  const when = embed.timestamp && absolute(Date.parse(embed.timestamp) / 1000, "f");
  return el("footer", { class: "embed-foot" }, [embed.footer && embed.footer.text, when].filter(Boolean).join(" • "));
}
