/* The theory's lines on the map, each named on itself. */

import { store } from "../state/store.js";
import { FONT, colourOf } from "./colours.js";
import { drawText } from "./ink.js";
import { plots } from "./plot.js";

const DASHES = { proved: [], "derived and checked": [6, 4], measured: [2, 3] };
const NEAR = 5; // pixels from a line at which it is meant
let onMap = []; // [name, points in pixels] of what was drawn last on the map

const shownLines = (map) => store.state.lines.filter((name) => map.arrays[`line ${name}`]);

/* Pieces of a line in pixels: [[x, y], ...] each. */
function pieces(plot, points) {
  const found = [[]];
  for (let i = 0; i < points.length; i += 2) {
    if (Number.isNaN(points[i])) found.push([]);
    else found.at(-1).push([plot.x(points[i]), plot.y(points[i + 1])]);
  }
  return found.filter((piece) => piece.length > 1);
}

/* The lines that are switched on. plot: {x, y, area} as Plot has them; taken: places [x, y, radius] that labels
   keep clear of. Returns [name, points in pixels] of each. */
export const drawLines = (context, plot, map, taken) => {
  const drawn = shownLines(map).map((name) => [name, pieces(plot, map.arrays[`line ${name}`])]);
  const outline = drawn.filter(([name]) => !store.specification.map.lines[name]);
  for (const [, parts] of outline) trace(context, parts, colourOf("theory"), 1, [], 0.45);
  const lines = drawn.filter(([name]) => store.specification.map.lines[name]);
  for (const [, parts] of lines) trace(context, parts, colourOf("theory-halo"), 3, [], 1);
  for (const [name, parts] of lines) trace(context, parts, colourOf("theory"), 1.3, DASHES[store.specification.map.lines[name].status], 1);
  for (const [name, parts] of lines) label(context, plot, store.specification.map.lines[name].relation, parts, taken);
  return drawn;
};

export const drawMapLines = (...on) => (onMap = drawLines(...on));

function trace(context, parts, colour, width, dash, alpha) {
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.globalAlpha = alpha;
  context.setLineDash(dash);
  context.beginPath();
  for (const part of parts) part.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
  context.restore();
}

/* The name along the line, where it has room beside what stands there already. */
function label(context, plot, text, parts, taken) {
  const { left, top, width, height } = plot.area();
  const inside = ([x, y]) => x > left + 4 && x < left + width - 4 && y > top + 4 && y < top + height - 4;
  context.font = `500 12px ${FONT}`;
  const half = context.measureText(text).width / 2 + 4;
  const part = parts.reduce((long, one) => (one.length > long.length ? one : long));
  const along = [0];
  for (let i = 1; i < part.length; i++) along.push(along[i - 1] + Math.hypot(part[i][0] - part[i - 1][0], part[i][1] - part[i - 1][1]));
  const at = (s) => {
    const i = Math.max(1, along.findIndex((length) => length >= s));
    const share = (s - along[i - 1]) / (along[i] - along[i - 1] || 1);
    return [0, 1].map((k) => part[i - 1][k] + share * (part[i][k] - part[i - 1][k]));
  };
  const whole = along.at(-1);
  for (const fraction of [0.7, 0.55, 0.8, 0.4, 0.3, 0.62, 0.48, 0.88, 0.2])
    for (const side of [-9, 9]) {
      const middle = fraction * whole;
      if (middle < half || middle > whole - half) continue;
      let [p, q] = [at(middle - half), at(middle + half)];
      if (p[0] > q[0]) [p, q] = [q, p]; // read from left to right
      const angle = Math.atan2(q[1] - p[1], q[0] - p[0]);
      const x = (p[0] + q[0]) / 2 - side * Math.sin(angle), y = (p[1] + q[1]) / 2 + side * Math.cos(angle);
      const spots = [];
      for (let d = -half; d <= half; d += half / 4) spots.push([x + d * Math.cos(angle), y + d * Math.sin(angle)]);
      if (!spots.every(inside) || spots.some(([u, v]) => taken.some(([tx, ty, r]) => Math.hypot(u - tx, v - ty) < r + 7))) continue;
      taken.push(...spots.map(([u, v]) => [u, v, 7]));
      drawText(context, text, x, y, { colour: colourOf("theory"), halo: colourOf("theory-halo"), angle, align: "center", size: 12, weight: 500 });
      return;
    }
}

/* What the line under the pointer says, and who says so. */
export const lineAt = (event) => {
  const box = plots.map.container.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
  for (const [name, parts] of onMap) {
    const line = store.specification.map.lines[name];
    if (!line) continue;
    for (const part of parts)
      for (let i = 1; i < part.length; i++) if (distance(x, y, part[i - 1], part[i]) < NEAR) return `${line.relation}: ${line.meaning}. ${line.source} (${line.status}). Holds for: ${line.scope}.`;
  }
  return null;
};

function distance(x, y, [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0], share = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy);
}
