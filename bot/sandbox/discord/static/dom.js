// Elements out of data. Text is only ever set as text: names in messages are hostile.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// A round avatar: ours for the bot, else the first letter on a colour that the id picks.
export function avatar(person, size = 40) {
  const box = { viewBox: "0 0 40 40", width: size, height: size, class: "avatar", "aria-hidden": "true" };
  if (person.bot) {
    return svg("svg", box,
      svg("circle", { cx: 20, cy: 20, r: 20, fill: "#1b2224" }),
      svg("path", { d: "M20 7c0 5-4 6-4 10", stroke: "#3fce95", "stroke-width": 3, fill: "none", "stroke-linecap": "round" }),
      svg("circle", { cx: 20, cy: 24, r: 9.5, fill: "#f4788c" }),
      svg("circle", { cx: 16.8, cy: 21, r: 2.6, fill: "#fff", opacity: 0.55 }));
  }
  const colours = ["#5865f2", "#2f8f5b", "#b5632a", "#8d4fc4", "#b23a55"];
  const letter = svg("text", { x: 20, y: 26, "text-anchor": "middle", fill: "#fff", "font-size": 17, "font-weight": 600 });
  letter.textContent = [...(person.name || "?")][0].toUpperCase();
  const fill = colours[Number(BigInt(person.id) % 5n)];
  return svg("svg", box, svg("circle", { cx: 20, cy: 20, r: 20, fill }), letter);
}

let toastTimer;
export function toast(text, bad = false) {
  const node = document.getElementById("toast");
  node.textContent = text;
  node.className = bad ? "toast bad" : "toast";
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { node.hidden = true; }, 5000);
}
