/* The room of the sentence on top. On a desk it is the same for all sentences. In one column, where it would be half a
   screen, it is that of the sentence, and nothing that someone holds may move: while a hand or a key is at work it only
   grows, and the page scrolls by as much, so that all below stays where it is; when they rest it closes. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const COLUMN = window.matchMedia("(max-width: 1000px)");
  const REST = 450; // ms after the last touch or key

  const down = new Set();
  let busyUntil = 0, closing = 0, room = 0; // px, of the sentence before the present one

  const busy = () => down.size > 0 || performance.now() < busyUntil;
  const touched = () => {
    busyUntil = performance.now() + REST;
    clearTimeout(closing);
    closing = setTimeout(fit, REST + 1);
  };

  function fit() {
    const element = A.element("sentence");
    if (!element) return;
    if (!COLUMN.matches) return void ((element.style.minHeight = ""), (room = 0));
    const held = busy();
    element.style.minHeight = "0";
    const own = element.offsetHeight, before = room || own, height = held ? Math.max(before, own) : own;
    element.style.minHeight = `${height}px`;
    room = height;
    const passed = element.getBoundingClientRect().bottom < 0;
    if (height !== before && (held || passed || height < before)) window.scrollBy({ top: height - before, behavior: "instant" });
  }

  const options = { capture: true, passive: true };
  window.addEventListener("pointerdown", ({ pointerId }) => (down.add(pointerId), touched()), options);
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, ({ pointerId }) => (down.delete(pointerId), touched()), options);
  }
  for (const name of ["pointermove", "keydown", "scroll"]) window.addEventListener(name, () => (name !== "pointermove" || down.size) && touched(), options);
  COLUMN.addEventListener("change", fit);
  window.addEventListener("resize", fit);

  A.fitSentence = fit;
})();
