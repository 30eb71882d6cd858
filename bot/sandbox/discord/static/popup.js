// The list above the box: choices with an arrow-key cursor.

import { el } from "./dom.js";

export class Popup {
  constructor(node) {
    this.node = node;
    this.items = [];
    this.at = 0;
  }

  get open() { return !this.node.hidden; }

  // items: [{title, note, hint, pick}]; `head` stands above them, `select` is the cursor's first place (-1: nowhere).
  show(head, items, select = 0) {
    this.items = items;
    this.at = select;
    this.node.replaceChildren(el("p", { class: "popup-head" }, head), el("ul", { role: "listbox", "aria-label": head },
      items.map((item, index) => el("li", { role: "option", class: "pick", id: `pick-${index}`,
        onmousedown: (event) => { event.preventDefault(); item.pick(); },
        onmousemove: () => this.move(index - this.at) },
        el("span", { class: "pick-title" }, item.title), item.hint && el("span", { class: "pick-hint" }, item.hint),
        item.note && el("small", {}, item.note)))));
    this.node.hidden = false;
    this.mark();
  }

  hide() {
    this.node.hidden = true;
    this.items = [];
  }

  // Keeps the list to look at, without a cursor: Enter must not take what an earlier text led to.
  forget() {
    this.at = -1;
    this.mark();
  }

  move(by) {
    if (!this.items.length) return;
    this.at = (Math.max(this.at, by < 0 ? 0 : -1) + by + this.items.length) % this.items.length;
    this.mark();
  }

  // Takes the item under the cursor; false when there is none.
  take() {
    const item = this.open && this.items[this.at];
    if (item) item.pick();
    return Boolean(item);
  }

  mark() {
    [...this.node.querySelectorAll(".pick")].forEach((node, index) => {
      node.setAttribute("aria-selected", index === this.at ? "true" : "false");
      if (index === this.at) node.scrollIntoView({ block: "nearest" });
    });
  }
}
