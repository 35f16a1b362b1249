/* One step, drawn: where every run and its limit are, the path so far, and what the edited run's step is made of. */

import { answers, store } from "../state/store.js";
import { playhead, stepAt, stepUnit } from "../state/tiles.js";
import { titleOf } from "../state/titles.js";
import { FONT, colourOf, runColour } from "./colours.js";
import { curveLevel } from "./curves.js";
import { drawText } from "./ink.js";
import { strokePath } from "./landscape.js";
import { plots } from "./plot.js";

const LONGEST = 74; // pixels of the longest arrow
const FAR = 1e5; // pixels: an ellipse this long is two lines
export const OVERLAYS = {
  gradient: { label: "−∇f", meaning: "The direction of steepest descent" },
  momentum: { label: "momentum", meaning: "The method's average of gradients, against which it moves" },
  step: { label: "step", meaning: "From this iterate to the next" },
  rates: { label: "effective rates", meaning: "Where gradients as long as the momentum, in all directions, would lead: half axes η/P times that length" },
  mirror: { label: "mirror descent", meaning: "Level ellipses of ⟨d, x⟩ + Σ Pᵢ(xᵢ − xₖᵢ)²/2η, whose lowest point is the next iterate" },
};
/** @type {any} what of the paths is drawn: {data, signature, ends}; null where the trail is blank */
let trailed = {};
const nothing = Object.assign(() => {}, { nothing: () => true });

const pair = (array, row) => [array[2 * row], array[2 * row + 1]];
/** @param {number[]} vector */
const length = ([x, y]) => Math.hypot(x, y);
const finite = (...numbers) => numbers.flat().every(Number.isFinite);

/* ---- the landscape ---- */

const forgetTrail = () => (trailed = {});

/* The paths up to the playhead, over the pale ones. While it goes forward only what is new is drawn. */
function paintTrail(plot) {
  const head = playhead(), { runs } = answers;
  const canvas = plot.canvases.trail;
  if (!head || !runs) {
    if (trailed !== null) plot.paint("trail", nothing);
    trailed = null;
    return;
  }
  const signature = `${plot.ranges()} ${canvas.width} ${canvas.height} ${colourOf("ink")}`;
  const ends = runs.runs.map((_, i) => countUpTo(runs.arrays[`path_step ${i}`], head.k));
  const goes = trailed?.data === runs && trailed.signature === signature && ends.every((end, i) => end >= trailed.ends[i]);
  const from = goes ? trailed.ends : ends.map(() => 0);
  plot.paint("trail", (context) => {
    plot.clip(context);
    ends.forEach((end, i) => {
      const path = runs.arrays[`path ${i}`].subarray(2 * Math.max(0, from[i] - 1), 2 * end);
      if (end > from[i]) strokePath(context, plot, path, runs.window, runColour(i), { width: 1.5, alpha: 1, dots: true });
    });
  }, !goes);
  trailed = { data: runs, signature, ends };
}

function countUpTo(steps, k) {
  let low = 0, high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= k) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const drawHeads = (context, plot) => {
  plot.clip(context);
  const head = playhead(), { left, top, width, height } = plot.area();
  if (head) {
    const { arrays } = head.data, labels = [];
    if (store.state.flow) store.state.runs.forEach((_, i) => labels.push(...limit(context, plot, head, i)));
    labels.push(...anatomy(context, plot, head));
    store.state.runs.forEach((_, i) => {
      const [x, y] = pair(arrays[`position ${i}`], head.row), px = plot.x(x), py = plot.y(y);
      if (!(px > left && px < left + width && py > top && py < top + height)) return;
      dot(context, px, py, 4.6, runColour(i));
      const right = px < left + width - 110;
      labels.unshift({ x: px + (right ? 9 : -9), y: py - 16, text: titleOf(i), colour: runColour(i), align: right ? "left" : "right" });
    });
    write(context, plot, labels);
  }
  const at = store.hover && stepAt(store.hover.k);
  if (!at) return;
  store.state.runs.forEach((_, i) => {
    const [x, y] = pair(at.data.arrays[`position ${i}`], at.row);
    ring(context, plot.x(x), plot.y(y), 6, runColour(i), 1.5);
  });
};

/* Where a run's flow is at the time of the step; named where it is away from the run. */
function limit(context, plot, { data, row }, i) {
  const positions = data.arrays[`limit ${i}`];
  if (!positions || !finite(pair(positions, row))) return [];
  const [x, y] = pair(positions, row), px = plot.x(x), py = plot.y(y), own = pair(data.arrays[`position ${i}`], row);
  ring(context, px, py, 7.5, runColour(i), 3.5, 0.55);
  const away = i === store.state.edit && Math.hypot(plot.x(own[0]) - px, plot.y(own[1]) - py) > 30;
  return away ? [{ x: px + 12, y: py, text: "its limit", colour: runColour(i), size: 12.5, weight: 400 }] : [];
}

/* Labels where they want to be, or the next free place above or below, inside the plot; the first have their way. */
function write(context, plot, labels) {
  const { left, width } = plot.area(), taken = [];
  for (const { x, y, text, align = "left", size = 13, weight = 600, colour } of labels) {
    context.font = `${weight} ${size}px ${FONT}`;
    const wide = context.measureText(text).width;
    const from = Math.max(left + 4, Math.min(left + width - wide - 4, x - { left: 0, center: wide / 2, right: wide }[align]));
    const free = (at) => taken.every((box) => from + wide < box.from || from > box.to || Math.abs(at - box.y) >= 15);
    const shift = [0, 15, -15, 30, -30, 45, -45].find((by) => free(y + by)) ?? 0;
    taken.push({ from, to: from + wide, y: y + shift });
    drawText(context, text, from, y + shift, { colour, size, weight });
  }
}

function dot(context, x, y, radius, colour) {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fillStyle = colour;
  context.strokeStyle = colourOf("paper");
  context.lineWidth = 1.6;
  context.fill();
  context.stroke();
}

function ring(context, x, y, radius, colour, width, alpha = 1) {
  context.save();
  context.globalAlpha = alpha;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.stroke();
  context.restore();
}

/* ---- what the step is made of ---- */

/* Numbers of the step in the tile's row, and how much larger than life it is drawn. */
export const stepParts = (plot, { data, row }) => {
  const { arrays } = data, edit = store.state.edit;
  const [x, y] = pair(arrays[`position ${edit}`], row), next = pair(arrays.next, row);
  const right = plot.x(1) - plot.x(0), up = plot.y(1) - plot.y(0); // pixels of a unit; up is below 0
  const step = [next[0] - x, next[1] - y], pixels = length([step[0] * right, step[1] * up]);
  const gradient = pair(arrays.gradient, row), direction = pair(arrays.direction, row);
  return {
    x, y, step, gradient, direction, right, up, magnification: magnification(pixels),
    rates: pair(arrays["effective rate"], row), lowest: pair(arrays.lowest, row),
    scale: LONGEST / Math.max(length([gradient[0] * right, gradient[1] * up]), data.momentum ? length([(direction[0] || 0) * right, (direction[1] || 0) * up]) : 0),
  };
};

/* 1, 2, 5, 10, ...: the largest with which a step of so many pixels is no longer than the longest arrow. */
function magnification(pixels) {
  if (!(pixels > 0) || pixels >= LONGEST / 2) return 1;
  const decade = 10 ** Math.floor(Math.log10(LONGEST / pixels));
  return [5, 2, 1].find((digit) => digit * decade * pixels <= LONGEST) * decade;
}

function anatomy(context, plot, head) {
  const chosen = new Set(store.state.overlays), part = stepParts(plot, head), { data } = head;
  const ink = colourOf("ink"), run = runColour(store.state.edit);
  const px = plot.x(part.x), py = plot.y(part.y), N = part.magnification;
  const said = [];
  const axis = [N * part.right, N * part.up];
  const labels = [];
  let lowest = null;
  if (chosen.has("mirror") && data.quadratic && finite(part.lowest, part.rates)) {
    // the level through x_k, and half and one and a half of its radius
    const size = Math.sqrt(part.rates[0] * part.direction[0] ** 2 + part.rates[1] * part.direction[1] ** 2);
    const [cx, cy] = [px + (part.lowest[0] - part.x) * axis[0], py + (part.lowest[1] - part.y) * axis[1]];
    for (const share of [0.5, 1, 1.5])
      ellipse(context, cx, cy, Math.sqrt(part.rates[0]) * size * share * axis[0], Math.sqrt(part.rates[1]) * size * share * axis[1], ink, share === 1 ? 1.3 : 0.7);
    cross(context, cx, cy, ink);
    lowest = [cx, cy];
  }
  if (chosen.has("rates") && data.quadratic && finite(part.rates, part.direction)) {
    const long = length(part.direction);
    ellipse(context, px, py, part.rates[0] * long * axis[0], part.rates[1] * long * axis[1], run, 1.2, [4, 3]);
  }
  /** @type {(vector: any, scale: number[], text: string, colour: string, width: number, dash?: number[]) => void} */
  const push = (vector, [ax, ay], text, colour, width, dash) => {
    if (!finite(vector) || !length(vector)) return;
    const [tx, ty] = [px + vector[0] * ax, py + vector[1] * ay];
    arrow(context, px, py, tx, ty, colour, width, dash);
    label(tx, ty, text, colour);
  };
  // beyond the tip, as the arrow points
  const label = (tx, ty, text, colour) => {
    const long = Math.hypot(tx - px, ty - py) || 1, [u, v] = [(tx - px) / long, (ty - py) / long];
    labels.push({ x: tx + 7 * u, y: ty + 11 * v, text, colour, size: 12.5, weight: 500, align: Math.abs(u) < 0.35 ? "center" : u > 0 ? "left" : "right" });
  };
  const own = [-part.scale * part.right, -part.scale * part.up];
  if (chosen.has("gradient")) push(part.gradient, own, "−∇f", ink, 1.6);
  if (chosen.has("momentum") && data.momentum) push(part.direction, own, "−momentum", ink, 1.6, [5, 3]);
  const reached = lowest && finite(part.step) && Math.hypot(px + part.step[0] * axis[0] - lowest[0], py + part.step[1] * axis[1] - lowest[1]) < 3;
  if (chosen.has("step")) push(part.step, axis, reached ? "step to the lowest point" : "step", run, 2.6);
  if (lowest && !(reached && chosen.has("step"))) label(lowest[0], lowest[1], "lowest point", ink);
  if ((chosen.has("step") || chosen.has("rates") || chosen.has("mirror")) && finite(part.step)) said.push(N > 1 ? `step drawn × ${N.toLocaleString("en")}` : "step drawn true to scale");
  if (chosen.has("gradient") || (chosen.has("momentum") && data.momentum)) said.push(data.momentum && chosen.has("momentum") ? "−∇f and momentum to a scale of their own" : "−∇f to a scale of its own");
  const { left, top, width, height } = plot.area();
  const lines = width < 420 ? said : [said.join("; ")];
  lines.forEach((line, i) => drawText(context, line, left + 8, top + height - 12 - 16 * (lines.length - 1 - i), { colour: colourOf("soft"), weight: 400, size: 12.5 }));
  return labels;
}

function ellipse(context, x, y, rx, ry, colour, width, dash = []) {
  context.save();
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.ellipse(x, y, Math.min(FAR, Math.abs(rx)), Math.min(FAR, Math.abs(ry)), 0, 0, 2 * Math.PI);
  context.stroke();
  context.restore();
}

function cross(context, x, y, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1.6;
  context.beginPath();
  context.moveTo(x - 4, y);
  context.lineTo(x + 4, y);
  context.moveTo(x, y - 4);
  context.lineTo(x, y + 4);
  context.stroke();
}

function arrow(context, x, y, tx, ty, colour, width, dash = []) {
  const angle = Math.atan2(ty - y, tx - x), long = Math.hypot(tx - x, ty - y), tip = Math.min(8, 0.6 * long);
  for (const [stroke, more] of [[colourOf("halo"), 3], [colour, 0]]) {
    context.strokeStyle = context.fillStyle = stroke;
    context.lineWidth = width + more;
    context.lineCap = context.lineJoin = "round";
    context.setLineDash(more ? [] : dash);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(tx - 0.7 * tip * Math.cos(angle), ty - 0.7 * tip * Math.sin(angle));
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(tx, ty);
    for (const side of [2.7, -2.7]) context.lineTo(tx + tip * Math.cos(angle + side), ty + tip * Math.sin(angle + side));
    context.closePath();
    context.fill();
    if (more) context.stroke();
  }
}

/* ---- the curves ---- */

export const drawCursor = (context, plot) => {
  const head = playhead(), at = store.hover && stepAt(store.hover.k);
  const { left, top, width, height } = plot.area();
  if (head) {
    const x = cursor(context, plot, head, 1.4, colourOf("ink"));
    context.fillStyle = colourOf("veil");
    if (x < left + width) context.fillRect(Math.max(left, x), top, left + width - Math.max(left, x), height);
    for (const { x, y, i } of onCurves(plot, head)) dot(context, x, y, 4, runColour(i));
  }
  if (!at) return;
  cursor(context, plot, at, 1, colourOf("soft"));
  const right = plot.x(at.k * stepUnit(store.state.edit)) < left + width - 70;
  const marks = onCurves(plot, at);
  for (const { x, y, i } of marks) ring(context, x, y, 4.5, runColour(i), 1.5);
  write(context, plot, marks.map(({ x, y, i, value }) => ({
    x: x + (right ? 9 : -9), y: y - 9, text: scientific(value), colour: runColour(i), size: 12.5, align: right ? "left" : "right",
  })));
};

const scientific = (value) => value.toExponential(3).replaceAll("-", "−");

/* The line at the edited run's step, or time: its pixel. */
function cursor(context, plot, { k }, thick, colour) {
  const { left, top, width, height } = plot.area(), x = plot.x(k * stepUnit(store.state.edit));
  if (x < left - 1 || x > left + width + 1) return x;
  context.strokeStyle = colour;
  context.lineWidth = thick;
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, top + height);
  context.stroke();
  return x;
}

/* Where the step is on every run's own curves, in pixels, with its value there. */
function onCurves(plot, { k, data, row }) {
  const { runs } = answers, { left, top, width, height } = plot.area();
  const marks = [];
  for (const [name, values] of Object.entries(data.arrays)) {
    if (!runs || !name.startsWith("value ")) continue;
    const i = parseInt(name.slice(6)), value = values[row];
    const x = plot.x(k * stepUnit(i)), y = plot.y(curveLevel(value, runs));
    if (x >= left - 1 && x <= left + width + 1 && y >= top - 1 && y <= top + height + 1) marks.push({ x, y, i, value });
  }
  return marks;
}

let looking = false;
export const drawSteps = () => {
  if (!plots) return;
  if (looking !== (playhead() !== null)) {
    looking = !looking;
    plots.landscape.redraw("paths");
  }
  paintTrail(plots.landscape);
  plots.landscape.redraw("heads");
  plots.curves.redraw("cursor");
};
export const drawTrail = (context, plot) => {
  forgetTrail();
  paintTrail(plot);
};
drawTrail.nothing = () => playhead() === null;
drawHeads.nothing = drawCursor.nothing = () => playhead() === null && !store.hover;
