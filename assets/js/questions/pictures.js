/* What the pictures need to know: one channel each, the newest question wins. */

import { signal } from "../dom/signal.js";
import { channels } from "../ask/channels.js";
import { linkOf, pictureLink } from "../state/link.js";
import { store } from "../state/store.js";
import { showAxis } from "../draw/axes.js";
import { plots } from "../draw/plot.js";
import { askMap } from "./map.js";
import { askView } from "./views.js";

const SETTLE = 140; // ms after the last change before the ground is asked for anew

function canvasOf() {
  const area = plots.landscape.area(), [x0, x1, y0, y1] = plots.landscape.ranges();
  const canvas = {
    x0, x1, y0, y1, width: Math.max(1, Math.round(area.width)), height: Math.max(1, Math.round(area.height)),
    curve_width: Math.max(1, Math.round(plots.curves.area().width)), scale: store.state.scale,
  };
  if (store.state.span) [canvas.k0, canvas.k1] = store.state.span;
  return canvas;
}

export const picturesAsked = signal(); // the runs are asked for: what goes with them follows
export const rested = signal(); // the hand rests

/* In the hand a draft of the limits will do. */
let drafted = false;
function pictureQuestion() {
  drafted = store.inHand;
  return { link: pictureLink(), ...canvasOf(), limits: Number(store.state.flow), draft: Number(drafted) };
}

export function askCurves() {
  if (!plots) return;
  // limits that are known to be quick come with the runs, in one answer
  channels.runs.ask(pictureQuestion());
  askView();
  picturesAsked.emit();
}

/* The picture first: a map computes on all cores. */
const LATEST = 20; // ms that a map waits for it
async function pictured() {
  const until = performance.now() + LATEST, { runs, flows } = channels;
  do await new Promise((resolve) => setTimeout(resolve, 8));
  while ((runs.busy || flows.busy) && performance.now() < until);
}

let settling, settled = 0;
export async function settle() {
  const mine = ++settled;
  await pictured();
  if (mine !== settled) return;
  askMap(); // coarse at first, and dropped where a newer question comes
  clearTimeout(settling);
  settling = setTimeout(() => {
    store.inHand = false;
    showAxis();
    if (drafted && store.state.flow) askCurves();
    askGround();
    rested.emit();
  }, SETTLE);
}

export function askEverything() {
  askCurves();
  askGround();
  askMap();
  rested.emit();
}

let groundAsked = "";
export function askGround() {
  if (!plots) return;
  const [x0, x1, y0, y1] = plots.landscape.ranges();
  const key = JSON.stringify([store.state.objective, store.state.objective_parameters, x0, x1, y0, y1]);
  if (key === groundAsked) return;
  groundAsked = key;
  channels.landscape.ask({ link: linkOf(store.state), x0, x1, y0, y1 });
}
