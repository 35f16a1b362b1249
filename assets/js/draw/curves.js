/* The loss: one curve per run, its flow behind it, names at the ends. */

import { answers, store } from "../state/store.js";
import { shownScale } from "./axes.js";
import { colourOf, runColour } from "./colours.js";
import { drawLabel, drawText, spread, strokeLine } from "./ink.js";
import { editedLast } from "./landscape.js";

const ENDED = 12; // pixels before the right edge: a line that ends further left has its name there
const NEAR = 0.6; // pixels: a point nearer than this to the last one adds nothing to see
const STYLES = {
  main: { width: 1.3, dash: [], alpha: 1 },
  second: { width: 1.3, dash: [6, 3], alpha: 1 },
  reference: { width: 1.2, dash: [2, 3], alpha: 0.9 },
};

export const drawCurves = (context, plot) => {
  const { runs } = answers, flows = store.state.flow ? answers.flows : null;
  const { left, top, width, height } = plot.area();
  grid(context, plot);
  if (!runs) return;
  const edited = store.state.edit, labels = [], inside = []; // at the right edge; at the ends of lines that end before it
  const order = runs.runs.map((_, i) => i).sort((i, j) => Number(i === edited) - Number(j === edited));
  const each = (data, run, i, draw) => run?.lines.forEach((line, j) => draw(data, line, `${i}.${j}`, i, run));
  const label = (data, line, key, i, text, weight) => {
    const ys = data.arrays[`curve_y ${key}`], end = curveEnd(data.arrays[`curve_x ${key}`], ys, data.span);
    if (!end) return;
    const x = plot.x(end.x), ended = x < left + width - ENDED, y = plot.y(ended ? end.y : lastLevel(ys));
    if (x < left) return;
    (ended ? inside : labels).push({ x, y: Math.min(top + height, Math.max(top, y)), text, weight, colour: runColour(i) });
  };
  const one = (on, i) => {
    const behind = { width: 4, dash: [], alpha: 0.3 }, under = runs.runs[i]?.lines.length > 0;
    each(flows, flows?.flows[i], i, (data, line, key) => stroke(on, plot, data, key, i, under ? behind : STYLES[line.kind]));
    each(runs, runs.runs[i], i, (data, line, key) => stroke(on, plot, data, key, i, STYLES[line.kind]));
  };
  const things = (i) => {
    const found = [runColour(i), ...runs.span, ...(flows?.span ?? [])];
    const add = (data, line, key) => found.push(line.kind, data.arrays[`curve_x ${key}`], data.arrays[`curve_y ${key}`]);
    each(flows, flows?.flows[i], i, add);
    each(runs, runs.runs[i], i, add);
    return found;
  };
  context.save();
  plot.clip(context);
  editedLast(context, plot, runs.runs.length, things, one);
  context.restore();
  for (const i of order) {
    const several = runs.runs.length > 1;
    each(runs, runs.runs[i], i, (data, line, key, _, run) => {
      if (line.kind === "reference" && several && i !== edited) return;
      const text = !line.label ? run.title : several && line.kind !== "reference" ? `${run.title} ${line.label}` : line.label;
      label(data, line, key, i, text, line.kind === "reference" ? 400 : 600);
    });
    each(flows, flows?.flows[i], i, (data, line, key, _, flow) => {
      const alone = !runs.runs[i].lines.length;
      if (alone) label(data, line, key, i, runs.runs[i].title, 600);
      else if (i === edited) label(data, line, key, i, flow.title.length < 15 ? flow.title : "its flow", 400);
    });
  }
  for (const l of spread(labels, 15, top + 6, top + height - 4))
    drawLabel(context, l.text, left + width + 6, l.y, { colour: l.colour, weight: l.weight, size: 12.5, halo: false });
  for (const l of spread(inside, 15, top + 6, top + height - 4))
    drawLabel(context, l.text, l.x + 6, l.y, { colour: l.colour, weight: l.weight, size: 12.5 });
  const nothing = !runs.runs.some((run) => run.lines.length) && !flows?.flows.some((flow) => flow.lines.length);
  if (nothing)
    drawText(context, store.state.flow ? "nothing to draw for this method" : "needs the ODE limit: switch it on", left + width / 2, top + height / 2, {
      colour: colourOf("soft"), align: "center", weight: 400, size: 14,
    });
};

/* From the value to the axis's units. */
export const curveLevel = (value, { scale, small }) =>
  scale === "log" ? Math.log10(Math.max(value, 1e-300)) : scale === "symlog" ? Math.sign(value) * Math.log10(1 + Math.abs(value) / small) : value;

function grid(context, plot) {
  const { left, top, width, height } = plot.area();
  const [, , y0, y1] = plot.ranges();
  if (shownScale() === "linear") return;
  context.strokeStyle = colourOf("hair");
  context.lineWidth = 1;
  const { tickmode, tickvals, dtick } = plot.layout.yaxis;
  const every = tickmode === "array" ? tickvals[1] - tickvals[0] : dtick || 3;
  for (let d = Math.ceil(y0 / every) * every; d <= y1; d += every) {
    const y = Math.round(plot.y(d)) + 0.5;
    if (y > top && y < top + height) {
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      context.stroke();
    }
  }
}

/* The last point of a curve that has a number, in the axes' units; null where it has none. */
const curveEnd = (xs, ys, [k0, k1]) => {
  let j = (ys?.length ?? 0) - 1;
  while (j >= 0 && !Number.isFinite(ys[j])) j--;
  return j < 0 ? null : { x: k0 + xs[j] * (k1 - k0), y: ys[j] };
};

/* The level a curve ends on: the middle of its last twentieth, so that a spike does not carry the name away. */
function lastLevel(values) {
  if (!values?.length) return null;
  const tail = Array.from(values.slice(-Math.max(1, values.length >> 5))).sort((p, q) => p - q);
  return tail[tail.length >> 1];
}

function stroke(context, plot, data, key, i, { width, dash, alpha }) {
  const xs = data.arrays[`curve_x ${key}`], ys = data.arrays[`curve_y ${key}`];
  if (!xs?.length) return;
  const [k0, k1] = data.span;
  const bx = plot.x(k0), ax = plot.x(k1) - bx, by = plot.y(0), ay = plot.y(1) - by;
  const floor = plot.area().top + plot.area().height + 20;
  context.globalAlpha = alpha;
  context.strokeStyle = runColour(i);
  context.setLineDash(dash);
  const line = new Path2D(), last = xs.length - 1;
  let x0 = NaN, y0 = NaN;
  for (let j = 0; j <= last; j++) {
    const x = bx + xs[j] * ax, y = Math.min(floor, Math.max(-50, by + ys[j] * ay));
    if (Math.abs(x - x0) < NEAR && Math.abs(y - y0) < NEAR && j < last) continue;
    line.lineTo(x, y);
    [x0, y0] = [x, y];
  }
  strokeLine(context, line, width);
  context.setLineDash([]);
  context.globalAlpha = 1;
}
