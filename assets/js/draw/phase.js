/* The phase of the edited run and its limit: one coordinate, what drives it, and what divides that. */

import { element } from "../dom/elements.js";
import { store } from "../state/store.js";
import { runColour } from "./colours.js";
import { sceneAxis, sceneLayout, sceneName, sceneOf } from "./scene.js";

const CAMERA = { eye: { x: 1.75, y: -1.75, z: 1.1 }, center: { x: 0, y: 0, z: -0.1 } };
const DECADES = 24; // at most on an axis: below, m only fades on a gradient that is exactly 0
const kept = [];
let found = null;

/* `of`: the run of the question. */
export const showPhase = (data, question, of) => {
  found = { ...data, of };
  draw();
};

/* Whole decades that hold every value, kept while they still do. */
function decades(j) {
  let low = Infinity, high = -Infinity;
  for (const name of ["run", "flow"])
    for (const value of found.arrays[`${name} ${j}`] ?? [])
      if (value > 0) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
  if (low > high) return [-1, 1];
  const range = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))], old = kept[j];
  range[0] = Math.max(range[0], range[1] - DECADES);
  if (range[0] === range[1]) range[1] += 1;
  const fits = old && old[0] <= range[0] && old[1] >= range[1] && range[1] - range[0] > 0.6 * (old[1] - old[0]);
  return (kept[j] = fits ? old : range);
}

function axisOf({ title, type }, j) {
  if (type === "linear") return sceneAxis(title);
  const range = decades(j);
  return sceneAxis(title, { type: "log", range, dtick: Math.max(1, Math.ceil((range[1] - range[0]) / 5)) });
}

function picture() {
  const { axes, arrays } = found, solid = axes.length === 3, colour = runColour(found.of.run);
  const type = solid ? "scatter3d" : "scatter";
  const points = (name, pick = (values) => values) =>
    Object.fromEntries(axes.map((_, j) => ["xyz"[j], pick(arrays[`${name} ${j}`] ?? new Float64Array(0))]));
  const line = (name, width, opacity) => ({ type, mode: "lines", hoverinfo: "skip", connectgaps: false, opacity, ...points(name), line: { color: colour, width } });
  const last = points("run", (values) => Array.from(values.slice(-1)));
  const end = { type, mode: "markers", hoverinfo: "skip", cliponaxis: false, ...last, marker: { size: solid ? 4.5 : 8, color: colour } };
  const place = axes.map(({ type }, j) => (type === "log" ? Math.log10(last["xyz"[j]][0]) : last["xyz"[j]][0]));
  const name = sceneName(found.of.title, place, colour);
  const traces = [line("flow", solid ? 9 : 5, 0.32), line("run", solid ? 3 : 1.4, 1), end];
  const more = solid
    ? { scene: { ...Object.fromEntries(axes.map((axis, j) => [`${"xyz"[j]}axis`, axisOf(axis, j)])), aspectmode: "cube", camera: CAMERA, annotations: [name], dragmode: "orbit", uirevision: "kept" } }
    : { margin: { l: 62, r: 26, t: 14, b: 46 }, dragmode: "pan", annotations: [name], ...Object.fromEntries(axes.map((axis, j) => [`${"xy"[j]}axis`, { ...axisOf(axis, j), showline: true, ticks: "outside", ticklen: 4 }])) };
  return [traces, sceneLayout(more)];
}

function draw() {
  if (!found || store.state.landscape !== "phase") return;
  element("phase-view").dataset.note = found.note;
  sceneOf("phase", "Phase").draw(picture);
}

export const phase = { draw, recolour: draw };
