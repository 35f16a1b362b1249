/* A pointer over the landscape or the loss points at a step: its numbers, and its place on both. */

import { element } from "../dom/elements.js";
import { fixedText } from "../dom/numbers.js";
import { answers, store } from "../state/store.js";
import { stepAt, stepOn, stepUnit } from "../state/tiles.js";
import { titleOf } from "../state/titles.js";
import { plots } from "../draw/plot.js";
import { wantTile } from "../questions/tiles.js";

const NEAR = 24; // pixels between pointer and path
const REST = 90; // ms of rest after which the step itself is asked for, not only one nearby
store.hover = null;
let resting;

function point(k) {
  const same = (store.hover?.k ?? null) === k;
  clearTimeout(resting);
  if (same && k === null) return;
  store.hover = k === null ? null : { k };
  if (k !== null) {
    wantTile(k, Infinity);
    resting = setTimeout(() => store.hover && wantTile(store.hover.k), REST);
  }
  showHover();
}

export const showHover = () => {
  plots?.landscape.redraw("heads");
  plots?.curves.redraw("cursor");
  if (!store.hover) return;
  const at = stepAt(store.hover.k);
  if (!at) return;
  const step = `step ${at.k.toLocaleString("en")}`, own = at.data.arrays[`position ${store.state.edit}`];
  const place = [0, 1].map((j) => fixedText(own[2 * at.row + j], 6)).join(", ");
  const time = store.state.axis === "time" ? `   t ${(at.k * stepUnit(store.state.edit)).toPrecision(4)}` : "";
  element("curves-readout").textContent = step + time; // the values stand at the curves
  element("landscape-readout").textContent = `${step}   ${titleOf(store.state.edit)} ${place}`;
};

/* The step of the edited run's path that is drawn nearest to a pixel, or null where none is near. */
function nearest(plot, clientX, clientY) {
  const { runs } = answers, path = runs?.arrays[`path ${store.state.edit}`], steps = runs?.arrays[`path_step ${store.state.edit}`];
  if (!path) return null;
  const at = plot.at(clientX, clientY), { width, height } = plot.area(), [x0, x1, y0, y1] = runs.window;
  const u = (at.x - x0) / (x1 - x0), v = (at.y - y0) / (y1 - y0);
  let best = null, least = NEAR;
  for (let i = 0; i < steps.length; i++) {
    const far = Math.hypot((path[2 * i] - u) * width, (path[2 * i + 1] - v) * height);
    if (far < least) [best, least] = [steps[i], far];
  }
  return at.inside ? best : null;
}

export const listenForHovers = () => {
  const { curves, landscape } = plots;
  const show = (name, text) => (element(`${name}-readout`).textContent = text);
  curves.container.addEventListener("pointermove", (event) => {
    const at = curves.at(event.clientX, event.clientY);
    point(at.inside ? stepOn(at.x) : null);
    if (!at.inside) show("curves", "");
  });
  landscape.container.addEventListener("pointermove", (event) => {
    // a hand that moves the start passes over the path, and means no step of it
    const at = landscape.at(event.clientX, event.clientY), k = store.inHand ? null : nearest(landscape, event.clientX, event.clientY);
    point(k);
    if (k === null) show("landscape", at.inside ? `${at.x.toPrecision(4)}, ${at.y.toPrecision(4)}` : "");
    if (k === null) show("curves", "");
  });
  for (const plot of [curves, landscape])
    plot.container.addEventListener("pointerleave", () => {
      point(null);
      show("curves", "");
      show("landscape", "");
    });
};
