/* The landscape: shading and contours below, flows and paths above. */

import { answers, store } from "../state/store.js";
import { playhead } from "../state/tiles.js";
import { colourOf, rgb, runColour } from "./colours.js";
import { drawLabel, spread, strokeLine } from "./ink.js";

const MOST_DOTS = 4000; // more are a scribble, not steps
const SEPARATE = 5; // pixels between steps from which each is drawn as a dot

export const drawGround = (context, plot) => {
  const ground = answers.ground;
  if (!ground) return;
  plot.clip(context);
  const [x0, x1, y0, y1] = ground.window;
  const left = plot.x(x0), right = plot.x(x1), top = plot.y(y1), bottom = plot.y(y0);
  if (ground.image) {
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(ground.image, left, top, right - left, bottom - top);
  }
  const lines = ground.arrays.lines, starts = ground.arrays.starts;
  context.strokeStyle = colourOf("contour");
  context.lineWidth = 0.8;
  context.beginPath();
  let open = false;
  for (let i = 0; i < 2 * (starts.at(-1) || 0); i += 2) {
    const u = lines[i] / ground.parts, v = lines[i + 1] / ground.parts;
    if (lines[i] > ground.parts) open = false;
    else {
      const x = left + u * (right - left), y = bottom + v * (top - bottom);
      if (open) context.lineTo(x, y);
      else context.moveTo(x, y);
      open = true;
    }
  }
  context.stroke();
  for (const [mx, my] of ground.minimizers) cross(context, plot.x(mx), plot.y(my));
};
drawGround.still = true;

function cross(context, x, y) {
  context.strokeStyle = colourOf("ink");
  context.lineWidth = 1.4;
  context.beginPath();
  context.moveTo(x - 4, y - 4);
  context.lineTo(x + 4, y + 4);
  context.moveTo(x - 4, y + 4);
  context.lineTo(x + 4, y - 4);
  context.stroke();
}

/* Shading as a small image, stretched smoothly: rows from y0 upwards, so it is turned over. */
export const shadeImage = (ground) => {
  const [rows, columns] = ground.arrays.shade.shape;
  if (!columns) return null;
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const low = rgb(colourOf("ground-low")), high = rgb(colourOf("ground-high")), none = rgb(colourOf("ground-none"));
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const s = ground.arrays.shade[r * columns + c];
      const at = 4 * ((rows - 1 - r) * columns + c);
      for (let j = 0; j < 3; j++) image.data[at + j] = s === 255 ? none[j] : low[j] + ((high[j] - low[j]) * s) / 254;
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
};

export const drawPaths = (context, plot) => {
  plot.clip(context);
  const { runs } = answers, flows = store.state.flow ? answers.flows : null;
  const looking = playhead() !== null; // then the path so far and the heads are drawn above
  const path = (data, i) => data?.arrays[`path ${i}`];
  const one = (on, i) => {
    if (path(flows, i)) stroke(on, plot, path(flows, i), flows.window, runColour(i), { width: 5, alpha: 0.32, dots: false });
    if (path(runs, i)) stroke(on, plot, path(runs, i), runs.window, runColour(i), { width: 1.5, alpha: looking ? 0.25 : 1, dots: true });
  };
  const things = (i) => [path(flows, i), path(runs, i), runColour(i), ...(flows?.window ?? []), ...(runs?.window ?? []), looking];
  editedLast(context, plot, store.state.runs.length, things, one);
  if (!runs || looking) return;
  const labels = [], { left, top, width, height } = plot.area();
  runs.runs.forEach(({ end: [x, y], title }, i) => {
    const px = plot.x(x), py = plot.y(y), colour = runColour(i);
    if (!path(runs, i) || !(px > left && px < left + width && py > top && py < top + height)) return;
    context.fillStyle = colour;
    context.beginPath();
    context.arc(px, py, 3.4, 0, 7);
    context.fill();
    labels.push({ x: px, y: py, text: title, colour, right: px < left + width - 110 });
  });
  for (const l of spread(labels, 16, top + 8, top + height - 8))
    drawLabel(context, l.text, l.x + (l.right ? 9 : -9), l.y, { colour: l.colour, align: l.right ? "left" : "right" });
};

/* Every run's strokes, the edited one's last. In the hand only these change: the others stay as they were drawn. */
export const editedLast = (context, plot, count, things, draw) => {
  const others = Array.from({ length: count }, (_, i) => i).filter((i) => i !== store.state.edit);
  const under = (on) => others.forEach((i) => draw(on, i));
  if (store.inHand && others.length) plot.keep(context, others.flatMap(things), under);
  else under(context);
  if (others.length < count) draw(context, store.state.edit);
};

export const strokePath = stroke;
function stroke(context, plot, path, [x0, x1, y0, y1], colour, { width, alpha, dots }) {
  const ax = plot.x(x1) - plot.x(x0), bx = plot.x(x0), ay = plot.y(y1) - plot.y(y0), by = plot.y(y0);
  context.save();
  context.globalAlpha = alpha;
  context.strokeStyle = context.fillStyle = colour;
  const line = new Path2D(), near = width / 4; // a point so near to the last one adds nothing to see
  const apart = [];
  let px = NaN, py = NaN;
  for (let i = 0; i < path.length; i += 2) {
    const u = path[i], v = path[i + 1];
    const x = bx + u * ax, y = by + v * ay;
    if (u !== u) px = NaN;
    else if (px !== px) {
      line.moveTo(x, y);
      px = x;
      py = y;
    } else if (Math.abs(x - px) > near || Math.abs(y - py) > near || i + 2 === path.length) {
      line.lineTo(x, y);
      if (dots && Math.hypot(x - px, y - py) > SEPARATE) apart.push(x, y);
      px = x;
      py = y;
    }
  }
  strokeLine(context, line, width);
  if (apart.length && apart.length < MOST_DOTS) {
    context.beginPath();
    for (let i = 0; i < apart.length; i += 2) {
      context.moveTo(apart[i] + 2, apart[i + 1]);
      context.arc(apart[i], apart[i + 1], 2, 0, 7);
    }
    context.fill();
  }
  context.restore();
}
