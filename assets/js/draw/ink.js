/* Text and strokes on canvases. */

import { FONT, colourOf, coloursForgotten } from "./colours.js";

const labels = new Map();

export const drawText = (context, text, x, y, { colour, weight = 600, size = 13, align = "left", halo = true, angle = 0, style = "" }) => {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.font = `${style} ${weight} ${size}px ${FONT}`;
  context.textAlign = align;
  context.textBaseline = "middle";
  if (halo) {
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = typeof halo === "string" ? halo : colourOf("halo");
    context.strokeText(text, 0, 0);
  }
  context.fillStyle = colour;
  context.fillText(text, 0, 0);
  context.restore();
};

/* The same, written once and then copied: labels are drawn with every move, and their halos take long. */
const AROUND = 4, MOST_LABELS = 200;
export const drawLabel = (context, text, x, y, { align = "left", colour, ...how }) => {
  const scale = devicePixelRatio || 1, key = JSON.stringify([text, align, colour, how, scale]);
  if (labels.size > MOST_LABELS) labels.clear();
  if (!labels.has(key)) {
    const { weight = 600, size = 13 } = how, canvas = document.createElement("canvas"), own = canvas.getContext("2d");
    own.font = `${weight} ${size}px ${FONT}`;
    const width = Math.ceil(own.measureText(text).width) + 2 * AROUND, height = Math.ceil(1.5 * size) + 2 * AROUND;
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    canvas.dataset.text = text;
    own.scale(scale, scale);
    drawText(own, text, align === "right" ? width - AROUND : AROUND, height / 2, { ...how, align, colour });
    labels.set(key, { canvas, width, height });
  }
  const { canvas, width, height } = labels.get(key), whole = (pixels) => Math.round(pixels * scale) / scale;
  const left = align === "right" ? x + AROUND - width : x - AROUND;
  context.drawImage(canvas, whole(left), whole(y - height / 2), canvas.width / scale, canvas.height / scale);
};
document.fonts.addEventListener("loadingdone", () => labels.clear()); // they were written in another face

coloursForgotten.on(() => labels.clear());

/* A stroke as wide as `width`. Up to a pixel of the screen the browser draws lines forty times as fast as wider ones,
   whose outlines it has to fill: lines little wider than that are two fine ones, side by side. */
export const strokeLine = (context, line, width) => {
  const wide = width * (devicePixelRatio || 1);
  context.lineJoin = context.lineCap = "round";
  context.lineWidth = wide > FINE ? width : width / Math.max(1, wide);
  if (wide <= 1 || wide > FINE) return context.stroke(line);
  const apart = (width - context.lineWidth) / 2;
  for (const side of [-apart, apart]) {
    context.translate(side, side);
    context.stroke(line);
    context.translate(-side, -side);
  }
};
const FINE = 1.6; // pixels of the screen

/* Labels that want the same place are moved apart; each keeps its order. */
export const spread = (labels, gap, low, high) => {
  labels.sort((p, q) => p.y - q.y);
  for (let i = 1; i < labels.length; i++) labels[i].y = Math.max(labels[i].y, labels[i - 1].y + gap);
  let limit = high;
  for (let i = labels.length - 1; i >= 0; i--) {
    labels[i].y = Math.min(labels[i].y, limit);
    limit = labels[i].y - gap;
  }
  for (const label of labels) label.y = Math.max(label.y, low);
  return labels;
};
