/* What is told to screen readers only, and Escape, which closes what has opened over the page. */

import { element, elements } from "./elements.js";
import { dismiss } from "./notice.js";

const REST = 400; // ms: while a key is held, only where it comes to rest is told
let timer, last = "";

export const say = (text) => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (text !== last) element("said").textContent = last = text;
  }, REST);
};

/* In capture: a notice or a card goes before the map leaves its box. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const [open] = elements("#notice:not([hidden]), .card:not([hidden])");
  if (!open) return;
  if (open.id === "notice") dismiss();
  else open.hidden = true;
  event.preventDefault();
}, true);
