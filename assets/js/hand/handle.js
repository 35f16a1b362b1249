/* A dot to drag. */

import { say } from "../dom/said.js";
import { channels } from "../ask/channels.js";
import { CLICK, apart, followsClick } from "./clicks.js";

const SLACK = 2; // pixels that a press on a handle moves before it drags: less is a hand that only holds it

/* A dot to drag: moves with the pointer or the arrow keys. place() -> pixel position; dragged(x, y, final) in
   axis units; step: how far an arrow key goes, in axis units, or [across, up]; told() -> what to say of its place. */
export class Handle {
  constructor(plot, label, { place, dragged, step, told }) {
    this.plot = plot;
    this.place = place;
    const dot = document.createElement("button");
    dot.className = "handle";
    dot.type = "button";
    dot.setAttribute("aria-label", label);
    dot.title = label;
    dot.setAttribute("aria-description", "Arrow keys move it, with Shift ten times as far");
    plot.container.appendChild(dot);
    this.dot = dot;
    // an animation that stands still: a style would have the page's layers built anew with every move
    this.moved = dot.animate([], { duration: 1, fill: "both" });
    this.moved.pause();
    dot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      event.stopPropagation();
      dot.focus({ preventScroll: true });
      dot.setPointerCapture(event.pointerId);
      // the second press of a double click may find the dot under it, which the first has brought there
      const slack = followsClick(plot, event) ? CLICK : SLACK;
      let heard = null; // the move that was told last, once it is a drag
      const move = (e) => {
        if (heard ? e.clientX === heard.clientX && e.clientY === heard.clientY : apart(e, event.clientX, event.clientY) < slack) return;
        heard = e;
        this.report(e, dragged, false);
      };
      // as a slider's thumb: where nothing is under way, as soon as the hand has moved (quantity.js)
      const hurried = (e) => e.pointerType !== "touch" && !channels.runs.busy && move(e);
      const up = (e) => {
        dot.removeEventListener("pointermove", move);
        dot.removeEventListener("pointerrawupdate", hurried);
        dot.removeEventListener("pointerup", up);
        dot.removeEventListener("pointercancel", up);
        if (e.type === "pointerup") move(e);
        if (heard) this.report(heard, dragged, true);
      };
      dot.addEventListener("pointermove", move);
      dot.addEventListener("pointerrawupdate", hurried);
      dot.addEventListener("pointerup", up);
      dot.addEventListener("pointercancel", up);
    });
    dot.addEventListener("mousedown", (event) => event.stopPropagation());
    dot.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const [x, y] = this.place();
      const [wide, high = wide] = [step()].flat(), times = event.shiftKey ? 10 : 1;
      dragged(x + way[0] * wide * times, y + way[1] * high * times, true);
      say(told());
    });
  }

  report(event, dragged, final) {
    const { x, y } = this.plot.at(event.clientX, event.clientY);
    const [x0, x1, y0, y1] = this.plot.ranges();
    dragged(Math.min(x1, Math.max(x0, x)), Math.min(y1, Math.max(y0, y)), final);
  }

  update() {
    const at = this.place();
    const { left, top, width, height } = this.plot.area();
    const [px, py] = at ? [this.plot.x(at[0]), this.plot.y(at[1])] : [NaN, NaN];
    const inside = px >= left - 1 && px <= left + width + 1 && py >= top - 1 && py <= top + height + 1;
    const transform = inside ? `translate(${px}px, ${py}px)` : "";
    if (transform === this.shown) return;
    this.shown = transform;
    this.dot.hidden = !inside;
    if (inside) /** @type {KeyframeEffect} */ (this.moved.effect).setKeyframes({ transform: [transform, transform] });
  }
}
