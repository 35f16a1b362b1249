/* The landscape as a surface, with the runs and their ODE limits on it. A path's height is the surface's own where it
   stands, so that no path sinks into it or floats. */

import { answers, store } from "../state/store.js";
import { colourOf, runColour } from "./colours.js";
import { sceneAxis, sceneLayout, sceneName, sceneOf } from "./scene.js";

const LIFT = 0.006; // of the height of the picture: what keeps a line from flickering through the surface
const MOST_POINTS = 60_000; // of a path with its strokes divided
const CAMERA = { eye: { x: -0.5, y: -1.32, z: 1.6 }, center: { x: 0, y: 0, z: -0.08 } };
let heights = null, built = "";

const runsOf = () => answers.runs?.runs ?? [];

export const showSurface = (data, { x0, x1, y0, y1 }) => {
  const [rows, columns] = data.arrays.height.shape, all = data.arrays.height;
  heights = { ...data, window: [x0, x1, y0, y1].map(Number), rows, columns };
  heights.top = all.reduce((most, value) => (value > most ? value : most), 1e-9);
  built = "";
  draw();
};

/* The surface's height at (u, v) of its window: between the four samples around. */
function heightAt(u, v) {
  const { rows, columns, arrays } = heights;
  const c = Math.min(columns - 2, Math.floor(u * (columns - 1))), r = Math.min(rows - 2, Math.floor(v * (rows - 1)));
  const s = u * (columns - 1) - c, t = v * (rows - 1) - r, at = r * columns + c, h = arrays.height;
  return (1 - t) * ((1 - s) * h[at] + s * h[at + 1]) + t * ((1 - s) * h[at + columns] + s * h[at + columns + 1]);
}

/* Points of the plane, lifted; a gap stands where one is outside the window. */
function lifted(points) {
  const [x0, x1, y0, y1] = heights.window, x = [], y = [], z = [];
  for (let i = 0; i < points.length / 2; i++) {
    const u = (points[2 * i] - x0) / (x1 - x0), v = (points[2 * i + 1] - y0) / (y1 - y0);
    const inside = u >= 0 && u <= 1 && v >= 0 && v <= 1;
    x.push(inside ? points[2 * i] : null);
    y.push(inside ? points[2 * i + 1] : null);
    z.push(inside ? heightAt(u, v) + LIFT * heights.top : null);
  }
  return { x, y, z };
}

/* A path's units of the view at that time, as points of the plane: enough of them that no straight stroke between two
   cuts through a fold of the surface. */
function onPlane(path, [x0, x1, y0, y1]) {
  const points = [], cells = Math.max(heights.rows, heights.columns), most = Math.max(1, MOST_POINTS / path.length);
  for (let i = 0; i < path.length; i += 2) {
    const joined = i && path[i] - path[i - 2] === path[i] - path[i - 2]; // not from, nor to, a gap
    const du = joined ? path[i] - path[i - 2] : 0, dv = joined ? path[i + 1] - path[i - 1] : 0;
    const parts = Math.ceil(Math.min(most, Math.max(1, cells * Math.hypot(du, dv))));
    for (let part = parts - 1; part >= 0; part--)
      points.push(x0 + (path[i] - (part / parts) * du) * (x1 - x0), y0 + (path[i + 1] - (part / parts) * dv) * (y1 - y0));
  }
  return points;
}

/* The lines in the order of their traces: every run's limit, then every run, then where the runs end. */
function lines() {
  const { runs, flows } = answers, limits = store.state.flow ? flows : null;
  const lineOf = (data, i) => {
    const path = data?.arrays[`path ${i}`];
    return path?.length ? lifted(onPlane(path, data.window)) : { x: [null], y: [null], z: [null] };
  };
  return [...runsOf().map((_, i) => lineOf(limits, i)), ...runsOf().map((_, i) => lineOf(runs, i)), lifted(runsOf().flatMap((run) => run.end))];
}

function picture() {
  const [x0, x1, y0, y1] = heights.window, { rows, columns, arrays, ticks } = heights;
  const steps = (low, high, n) => Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
  const z = Array.from({ length: rows }, (_, r) => arrays.height.subarray(r * columns, (r + 1) * columns));
  const sheet = {
    type: "surface", x: steps(x0, x1, columns), y: steps(y0, y1, rows), z, showscale: false, hoverinfo: "skip",
    colorscale: [[0, colourOf("surface-low")], [1, colourOf("surface-high")]], cmin: 0, cmax: heights.top,
    contours: { x: { highlight: false }, y: { highlight: false },
      z: { show: true, highlight: false, color: colourOf("surface-line"), width: 1, start: 0, end: heights.top, size: heights.top / 16 } },
    lighting: { ambient: 0.86, diffuse: 0.4, specular: 0.03, roughness: 0.9, fresnel: 0 },
    lightposition: { x: -1000, y: -1000, z: 3000 },
  };
  const scale = Math.max(x1 - x0, y1 - y0), arm = 0.014 * scale;
  const crosses = (answers.ground?.minimizers ?? []).flatMap(([x, y]) => [x - arm, y - arm, x + arm, y + arm, NaN, NaN, x - arm, y + arm, x + arm, y - arm, NaN, NaN]);
  const least = { type: "scatter3d", mode: "lines", ...lifted(crosses), hoverinfo: "skip", line: { color: colourOf("ink"), width: 4 } };
  const found = lines(), n = runsOf().length;
  const line = (at, i, width, opacity) => ({
    type: "scatter3d", mode: "lines", ...at, connectgaps: false, hoverinfo: "skip", opacity, line: { color: runColour(i), width },
  });
  const ends = {
    type: "scatter3d", mode: "markers", ...found[2 * n], hoverinfo: "skip", marker: { size: 4.5, color: runsOf().map((_, i) => runColour(i)) },
  };
  const layout = sceneLayout({
    scene: {
      xaxis: sceneAxis("x", { range: [x0, x1] }),
      yaxis: sceneAxis("y", { range: [y0, y1] }),
      zaxis: sceneAxis(`${store.state.objective ? "f − f*" : ""}, log-like`, {
        range: [0, 1.02 * heights.top], tickvals: ticks.map(([at]) => at), ticktext: ticks.map(([, text]) => text),
      }),
      aspectmode: "manual",
      aspectratio: { x: (x1 - x0) / scale, y: (y1 - y0) / scale, z: 0.55 },
      camera: CAMERA,
      annotations: names(found[2 * n]),
      dragmode: "orbit",
      uirevision: "kept",
    },
  });
  return [[sheet, least, ...found.slice(0, n).map((at, i) => line(at, i, 10, 0.35)), ...found.slice(n, 2 * n).map((at, i) => line(at, i, 4, 1)), ends], layout];
}

function moved() {
  const found = lines(), part = (name) => found.map((at) => at[name]);
  return [{ x: part("x"), y: part("y"), z: part("z") }, { "scene.annotations": names(found.at(-1)) }, found.map((_, i) => i + 2)];
}

const names = ({ x, y, z }) =>
  runsOf().flatMap((run, i) => (Number.isFinite(x[i]) ? [sceneName(run.title, [x[i], y[i], z[i]], runColour(i))] : []));

function draw() {
  if (!heights || store.state.landscape !== "surface" || !answers.runs) return;
  const shape = JSON.stringify([heights.window, store.state.objective, runsOf().map((run) => run.title), answers.ground?.minimizers]);
  const same = shape === built;
  built = shape;
  sceneOf("surface", "Surface").draw(picture, same ? moved : null);
}

function recolour() {
  built = "";
  draw();
}

export const surfaceFloor = () => heights?.floor;
export const surface = { draw, recolour };
