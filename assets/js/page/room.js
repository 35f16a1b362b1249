/* The room of the sentence on top. On a desk it is the same for all sentences. In one column, where it would be half a
   screen, it is that of the sentence, and nothing that someone holds may move: while a hand or a key is at work it only
   grows, and the page scrolls by as much, so that all below stays where it is; when they rest it closes. */

import { element } from "../dom/elements.js";

const COLUMN = matchMedia("(max-width: 1000px)");
const REST = 450; // ms after the last touch or key

const down = new Set();
let busyUntil = 0, closing = 0, room = 0; // px, of the sentence before the present one

const busy = () => down.size > 0 || performance.now() < busyUntil;
const touched = () => {
  busyUntil = performance.now() + REST;
  clearTimeout(closing);
  closing = setTimeout(fitSentence, REST + 1);
};

export function fitSentence() {
  const box = element("sentence");
  if (!box) return;
  if (!COLUMN.matches) {
    box.style.minHeight = "";
    room = 0;
    return;
  }
  const held = busy();
  box.style.minHeight = "0";
  const own = box.offsetHeight, before = room || own, height = held ? Math.max(before, own) : own;
  box.style.minHeight = `${height}px`;
  room = height;
  const passed = box.getBoundingClientRect().bottom < 0;
  if (height !== before && (held || passed || height < before)) scrollBy({ top: height - before, behavior: "instant" });
}

const options = { capture: true, passive: true };
const pressed = ({ pointerId }) => {
  down.add(pointerId);
  touched();
};
const lifted = ({ pointerId }) => {
  down.delete(pointerId);
  touched();
};
addEventListener("pointerdown", pressed, options);
addEventListener("pointerup", lifted, options);
addEventListener("pointercancel", lifted, options);
addEventListener("pointermove", () => down.size && touched(), options);
addEventListener("keydown", touched, options);
addEventListener("scroll", touched, options);
COLUMN.addEventListener("change", fitSentence);
addEventListener("resize", fitSentence);
