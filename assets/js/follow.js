/* The landscape's view follows the paths: when the hand rests, and only as far as it must. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const PADDING = 0.12; // of the paths' extent, on every side
  const SMALLEST = 1e-9; // extent of a view, beside the size of its coordinates
  const FILLED = 0.45; // a view that holds the paths stays while they fill this share of it
  const WAIT = 60; // ms, while an answer is under way

  let timer;
  A.follow = () => {
    clearTimeout(timer);
    if (!A.state?.follow || !A.plots) return;
    const { runs, flows } = A.channels;
    if (runs.busy || (A.state.flow && flows.busy)) return (timer = setTimeout(A.follow, WAIT));
    const held = extent(), now = A.plots.landscape.ranges();
    if (held && !holds(now, held)) A.zoomed({ view: A.roundedRanges(around(held)) }, true);
  };

  /* x0, x1, y0, y1 of everything that is drawn and does not leave. */
  function extent() {
    const limits = A.state.flow ? A.shown.flows?.flows : null;
    const parts = [...(A.shown.runs?.runs ?? []), ...(limits ?? [])].map((part) => part.extent).filter(Boolean);
    if (!parts.length) return null;
    return [0, 1, 2, 3].map((i) => Math[i % 2 ? "max" : "min"](...parts.map((part) => part[i])));
  }

  function holds([x0, x1, y0, y1], [p0, p1, q0, q1]) {
    const filled = Math.max((p1 - p0) / (x1 - x0), (q1 - q0) / (y1 - y0));
    return p0 >= x0 && p1 <= x1 && q0 >= y0 && q1 <= y1 && (filled > FILLED || x1 - x0 <= leastWidth(p0, p1));
  }

  const leastWidth = (low, high) => 2 * SMALLEST * Math.max(1, Math.abs(low), Math.abs(high));

  /* The extent with padding, widened to the plot's own shape: both axes have one scale. */
  function around([x0, x1, y0, y1]) {
    const { width, height } = A.plots.landscape.area();
    const wide = Math.max(x1 - x0, leastWidth(x0, x1)), high = Math.max(y1 - y0, leastWidth(y0, y1));
    const scale = (1 + 2 * PADDING) * Math.max(wide / width, high / height), x = (x0 + x1) / 2, y = (y0 + y1) / 2;
    return [x - (scale * width) / 2, x + (scale * width) / 2, y - (scale * height) / 2, y + (scale * height) / 2];
  }
})();
