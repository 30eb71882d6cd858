// Names on strips: whoever points at a cell reads whose it is. The list of members below the matrix has the order.
"use strict";
(() => {
  const names = [...document.querySelectorAll(".columns-list li a")].map((each) => each.textContent);
  const table = document.querySelector(".mx");
  if (!names.length || !table) return;
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  table.addEventListener("pointermove", (event) => {
    const strip = event.target.closest(".strip");
    tip.hidden = !strip;
    if (!strip) return;
    const box = strip.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * names.length);
    tip.textContent = names[Math.max(0, Math.min(place, names.length - 1))];
    tip.style.left = Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = event.clientY - 30 + "px";
  });
  table.addEventListener("pointerleave", () => (tip.hidden = true));
})();
