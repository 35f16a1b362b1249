/* The landscape's view follows the paths: when the hand rests, and only as far as it must. */

import { roundedRanges } from "../dom/numbers.js";
import { channels } from "../ask/channels.js";
import { answers, store } from "../state/store.js";
import { plots } from "../draw/plot.js";
import { zoomed } from "./plots.js";

const PADDING = 0.12; // of the paths' extent, on every side
const SMALLEST = 1e-9; // extent of a view, beside the size of its coordinates
const FILLED = 0.45; // a view that holds the paths stays while they fill this share of it
const WAIT = 60; // ms, while an answer is under way

let timer;
export const follow = () => {
  clearTimeout(timer);
  if (!store.state?.follow || !plots) return;
  const { runs, flows } = channels;
  if (runs.busy || (store.state.flow && flows.busy)) return (timer = setTimeout(follow, WAIT));
  const held = extent(), now = plots.landscape.ranges();
  if (held && !holds(now, held)) zoomed({ view: roundedRanges(around(held)) }, true);
};

/* x0, x1, y0, y1 of everything that is drawn and does not leave. */
function extent() {
  const limits = store.state.flow ? answers.flows?.flows : null;
  const parts = [...(answers.runs?.runs ?? []), ...(limits ?? [])].map((part) => part.extent).filter(Boolean);
  if (!parts.length) return null;
  return [0, 1, 2, 3].map((i) => Math[i % 2 ? "max" : "min"](...parts.map((part) => part[i])));
}

/** @param {number[]} view @param {number[]} paths x0, x1, y0, y1 of either */
function holds([x0, x1, y0, y1], [p0, p1, q0, q1]) {
  const filled = Math.max((p1 - p0) / (x1 - x0), (q1 - q0) / (y1 - y0));
  return p0 >= x0 && p1 <= x1 && q0 >= y0 && q1 <= y1 && (filled > FILLED || x1 - x0 <= leastWidth(p0, p1));
}

const leastWidth = (low, high) => 2 * SMALLEST * Math.max(1, Math.abs(low), Math.abs(high));

/* The extent with padding, widened to the plot's own shape: both axes have one scale. */
/** @param {number[]} paths x0, x1, y0, y1 */
function around([x0, x1, y0, y1]) {
  const { width, height } = plots.landscape.area();
  const wide = Math.max(x1 - x0, leastWidth(x0, x1)), high = Math.max(y1 - y0, leastWidth(y0, y1));
  const scale = (1 + 2 * PADDING) * Math.max(wide / width, high / height), x = (x0 + x1) / 2, y = (y0 + y1) / 2;
  return [x - (scale * width) / 2, x + (scale * width) / 2, y - (scale * height) / 2, y + (scale * height) / 2];
}
