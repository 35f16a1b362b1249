/* The regime map on its canvas: cells, names, and where the horizon is short; the lines are in theory_lines.js. */

import { dotOnPlane } from "../state/planes.js";
import { answers, store } from "../state/store.js";
import { colourOf, rgb } from "./colours.js";
import { drawText } from "./ink.js";
import { drawMapLines } from "./theory_lines.js";

/* The share of the bar at which a value stands, or NaN. */
export const onBar = (value, { low, high, log }) => {
  if (!(high > low)) return Number.isNaN(value) ? NaN : 0.5;
  const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(1, Math.max(0, share));
};

/* Colours as pixels are held: four bytes in the order red, green, blue, alpha. */
const pixelsOf = (colours, alpha) => new Uint32Array(Uint8Array.from(colours.flatMap((colour) => [...rgb(colour), alpha])).buffer);

/* Cells as pixels, the first row at the bottom; a cell without a number stays clear, and the hatching shows. */
export const mapImage = (map) => {
  const n = map.size, canvas = document.createElement("canvas"), { regime, values } = map.arrays;
  canvas.width = canvas.height = n;
  const context = canvas.getContext("2d"), image = context.createImageData(n, n);
  const opaque = pixelsOf(values ? store.specification.map.colours : map.regimes.map((name) => colourOf(`regime-${name}`)), 255);
  const faint = pixelsOf(map.regimes.map((name) => colourOf(`regime-${name}`)), 60);
  const pixels = new Uint32Array(image.data.buffer), last = opaque.length - 1;
  for (let cell = 0; cell < n * n; cell++) {
    const share = values ? onBar(values[cell], map.bar) : 0;
    if (regime[cell] < 0 || Number.isNaN(share)) continue;
    // of a difference the cells that agree stand back
    const agree = map.dynamics === "difference" && map.arrays.limit[cell] === regime[cell];
    pixels[(n - 1 - Math.floor(cell / n)) * n + (cell % n)] = (agree ? faint : opaque)[values ? Math.round(last * share) : regime[cell]];
  }
  context.putImageData(image, 0, 0);
  return canvas;
};

export const drawMap = (context, plot) => {
  const { left, top, width, height } = plot.area(), { map } = answers;
  context.save();
  plot.clip(context);
  hatch(context, left, top, width, height);
  if (map?.size) {
    const [u0, u1, v0, v1] = map.window;
    const x0 = plot.x(u0), x1 = plot.x(u1), y0 = plot.y(v0), y1 = plot.y(v1);
    context.imageSmoothingEnabled = false;
    context.globalAlpha = answers.mapPale ? 0.45 : 1;
    context.drawImage(map.image, x0, y1, x1 - x0, y0 - y1);
    context.globalAlpha = 1;
    const veiled = veil(context, plot, map);
    nameRegimes(context, plot, map, (taken) => drawMapLines(context, plot, map, [...veiled, ...taken]), dotOnPlane?.());
  }
  context.restore();
  (map?.message ?? "").split("\n").forEach((line, i) =>
    drawText(context, line, left + width / 2, top + height / 2 + 20 * i - 20, { colour: colourOf("soft"), align: "center", weight: 400, size: 14 }),
  );
};

drawMap.still = true;

const held = (value, low, high) => Math.min(high, Math.max(low, value));

/* Names the patches, where regimes are shown, above what `beneath` draws: a name that is crossed out is not read. It is
   told the places taken, as [x, y, radius], those of a dot at `at` among them. */
export const nameRegimes = (context, plot, map, beneath, at) => {
  if (map.layer !== "regime") return beneath([]);
  const { left, width } = plot.area(), dot = at && [plot.x(at[0]), plot.y(at[1])];
  const taken = dot ? [[...dot, 18]] : [];
  const names = map.labels.map((label) => {
    const x = held(plot.x(label.x), left + 40, left + width - 40);
    let y = plot.y(label.y);
    if (dot && Math.abs(dot[0] - x) < 60 && Math.abs(dot[1] - y) < 20) y = dot[1] + 26; // not under the dot
    for (let d = -30; d <= 30; d += 15) taken.push([x + d, y, 10]);
    return [label.name, x, y];
  });
  beneath(taken);
  for (const [name, x, y] of names)
    drawText(context, name, x, y, { colour: colourOf(`on-${name}`), halo: colourOf(`regime-${name}`), align: "center", size: 14 });
};

/* Dots over the cells whose run is too short to tell, and words where they have room; returns their place. */
function veil(context, plot, { size: n, window: [u0, u1, v0, v1], arrays: { short } }) {
  const rows = Array.from({ length: n }, (_, r) => short.subarray(r * n, (r + 1) * n).reduce((sum, s) => sum + s, 0));
  const widest = Math.max(...rows);
  if (!widest) return [];
  const { left, top, width, height } = plot.area();
  const x0 = plot.x(u0), x1 = plot.x(u1), y0 = plot.y(v0), y1 = plot.y(v1);
  const at = (x, y) => {
    const c = Math.floor(((x - x0) / (x1 - x0)) * n), r = Math.floor(((y - y0) / (y1 - y0)) * n);
    return c >= 0 && c < n && r >= 0 && r < n && short[r * n + c];
  };
  for (const [colour, shift] of /** @type {[string, number][]} */ ([["theory-halo", 0.8], ["theory", 0]])) { // dark beside light: seen on any cell
    context.fillStyle = colourOf(colour);
    for (let x = left + 3; x < left + width; x += 6)
      for (let y = top + height - 3; y > top; y -= 6) if (at(x, y)) context.fillRect(x + shift, y + shift, 1, 1);
  }
  const full = rows.flatMap((count, r) => (count === widest ? [r] : [])), row = full[full.length >> 1];
  const x = plot.x(u0 + (short.indexOf(1, row * n) - row * n) / n * (u1 - u0)), text = "too short to tell";
  const y = held(plot.y(v0 + ((row + 0.5) / n) * (v1 - v0)), top + 9, top + height - 9);
  if ((widest / n) * (plot.x(u1) - plot.x(u0)) < 110) return [];
  drawText(context, text, held(x, left, left + width) + 7, y, { colour: colourOf("theory"), halo: colourOf("theory-halo"), weight: 500, size: 12 });
  return [20, 50, 80].map((d) => [held(x, left, left + width) + d, y, 12]);
}

function hatch(context, left, top, width, height) {
  context.strokeStyle = colourOf("hair");
  context.lineWidth = 1;
  context.beginPath();
  for (let d = -height; d < width; d += 7) {
    context.moveTo(left + d, top + height);
    context.lineTo(left + d + height, top);
  }
  context.stroke();
}
