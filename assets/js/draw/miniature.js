/* A loss curve in miniature. */

import { shortNumber } from "../dom/numbers.js";
import { store } from "../state/store.js";
import { runColour } from "./colours.js";

/* A loss curve in miniature, in a canvas of this size; `name` picks its arrays. */
export const drawSmall = (canvas, arrays, header, suffix, width, height) => {
  const scale = devicePixelRatio || 1, context = canvas.getContext("2d");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  context.scale(scale, scale);
  context.beginPath();
  const xs = arrays[`x${suffix}`], ys = arrays[`y${suffix}`];
  for (let i = 0; i < xs.length; i++) {
    const x = 1 + xs[i] * (width - 2), y = 3 + (1 - Math.min(1.1, Math.max(-0.05, ys[i]))) * (height - 6);
    if (i) context.lineTo(x, y);
    else context.moveTo(x, y);
  }
  context.strokeStyle = runColour(store.state.edit);
  context.lineWidth = 1.1;
  context.lineJoin = "round";
  context.stroke();
};

/* From which loss to which a miniature goes, in words. */
export const smallRange = ({ low, high, scale }) =>
  `${shortNumber(scale === "log" ? 10 ** low : low)} to ${shortNumber(scale === "log" ? 10 ** high : high)}`;
