/* Two fingers on a plot take hold of its axes: what is under them stays under them. One finger scrolls the page. */

import { inFrame } from "../dom/frame.js";

/* Where the two are, as shares of the plot's area from its lower left, and how far apart, in pixels. */
function held(plot, [one, two]) {
  const box = plot.container.getBoundingClientRect(), { left, top, width, height } = plot.area();
  const x = (one.clientX + two.clientX) / 2 - box.left - left, y = (one.clientY + two.clientY) / 2 - box.top - top;
  return { u: x / width, v: 1 - y / height, apart: Math.max(1, Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY)) };
}

/* The axis on which the number that was at share `before` is at share `now`, `wider` times as long. */
function moved([low, high], before, now, wider) {
  const length = (high - low) * wider, start = low + before * (high - low) - now * length;
  return [start, start + length];
}

/* done(ranges, wider) is called when a finger is lifted. */
export const pinch = (plot, done) => {
  let from = null, to = null;
  const onPlot = ({ touches }) => touches.length === 2 && [...touches].every(({ target }) => plot.container.contains(target) && !target.closest(".handle"));
  const listen = (type, act, options) => plot.container.addEventListener(type, act, options);
  listen("touchstart", (event) => {
    from = onPlot(event) && plot.drawn ? { ranges: plot.ranges(), ...held(plot, event.touches) } : null;
    to = null;
  }, { capture: true, passive: true });
  listen("touchmove", (event) => {
    if (!from || event.touches.length !== 2) return;
    event.preventDefault();
    const now = held(plot, event.touches), wider = from.apart / now.apart, [x0, x1, y0, y1] = from.ranges;
    to = { wider, ranges: [...moved([x0, x1], from.u, now.u, wider), ...moved([y0, y1], from.v, now.v, wider)] };
    inFrame(`pinch ${plot.id}`, () => to && plot.setRanges(to.ranges));
  }, { capture: true, passive: false });
  const ended = async () => {
    const last = to;
    from = to = null;
    if (!last) return;
    await plot.setRanges(last.ranges);
    done(last.ranges, last.wider);
  };
  listen("touchend", ended, { capture: true });
  listen("touchcancel", ended, { capture: true });
};
