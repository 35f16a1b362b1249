/* A big map: start, progress, tiles on a canvas as they finish, cancel, go on, downloads. */

import { base } from "../dash.js";
import { element, make } from "../dom/elements.js";
import { notice } from "../dom/notice.js";
import { shortNumber } from "../dom/numbers.js";
import { unpack } from "../ask/packing.js";
import { Unreachable, reached, unreached } from "../ask/reach.js";
import { linkOf } from "../state/link.js";
import { store } from "../state/store.js";
import { colourOf, rgb } from "../draw/colours.js";
import { drawText } from "../draw/ink.js";
import { nameRegimes, onBar } from "../draw/regime_map.js";
import { drawLines } from "../draw/theory_lines.js";
import { fillBar } from "./colour_bar.js";

const POLL = 700; // ms while a job runs
const SAMPLES = 40_000; // cells that the colour bar is made from
const LEFT = 54, BOTTOM = 44, TOP = 8, RIGHT = 10; // pixels around the cells
let job = { state: "none" }, shownNumber = -1, tilesShown = 0, cells, canvas, image, steps, polling;

const ask = async (path, method = "GET", parameters = {}) => {
  const response = await fetch(`${base}data/${path}?${new URLSearchParams(parameters)}`, { method }).catch((error) => {
    throw new Unreachable(error.message);
  });
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).error ?? `The server answered with status ${response.status}.`);
  return response;
};

/* One request, and what the server says of the job after it. */
async function tell(path, method, parameters) {
  try {
    job = await (await ask(path, method, parameters)).json();
    reached("job");
  } catch (error) {
    if (error instanceof Unreachable && method === undefined) return unreached("job", () => tell(path));
    notice([error instanceof Unreachable ? "The server cannot be reached: nothing was started or stopped." : error.message]);
  }
  await show();
}

export const watchJob = () => {
  canvas = document.createElement("canvas");
  element("job-map").append(canvas);
  steps = make("input", { type: "text", inputMode: "numeric", id: "job-steps", value: String(store.state.steps), spellcheck: false });
  element("job-steps-place").append(steps);
  element("job-start").addEventListener("click", start);
  element("job-resume").addEventListener("click", () => tell("job/resume", "POST"));
  element("job-cancel").addEventListener("click", () => tell("job/cancel", "POST"));
  element("job-npz").href = `${base}data/job/map.npz`;
  element("job-png").addEventListener("click", png);
  element("job-layer").addEventListener("change", () => tell("job"));
  new ResizeObserver(() => cells && draw()).observe(element("job-map"));
  new MutationObserver(() => cells && recolour()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  tell("job");
};

function start() {
  const asked = Number(steps.value);
  if (steps.value.trim() === "" || !Number.isFinite(asked)) return notice([`The steps of a big map are a number, which “${steps.value.slice(0, 60)}” is not.`]);
  return tell("job", "POST", { link: linkOf(store.state), size: element("job-size").value, steps: asked });
}

async function show() {
  const running = job.state === "running";
  element("job-start").hidden = running;
  element("job-cancel").hidden = !running;
  element("job-resume").hidden = !["stopped", "cancelled", "failed"].includes(job.state);
  element("job-downloads").hidden = job.state !== "finished";
  element("job-colouring").hidden = !job.layers || job.state === "stopped";
  offer(job.layers ?? ["regime"]);
  element("job-svg").href = `${base}data/job/map.svg?layer=${layer()}`;
  element("job-says").textContent = says();
  element("job-done").style.width = `${job.total ? (100 * job.done) / job.total : 0}%`;
  if (job.number !== undefined && job.state !== "stopped") await tiles();
  clearTimeout(polling);
  if (running) polling = setTimeout(() => tell("job"), POLL);
}

const layer = () => element("job-layer").value;

/* What the cells can be coloured by; the chosen one stays where it is offered. */
function offer(names) {
  const select = element("job-layer"), { layers } = store.specification.map, kept = names.includes(layer()) ? layer() : names[0];
  if ([...select.options].map((option) => option.value).join() === names.join()) return;
  select.replaceChildren(...names.map((name) => make("option", { value: name, textContent: layers[name].title })));
  select.value = kept;
}

function says() {
  const { state, done, total, size, steps: count, seconds_left: seconds } = job;
  if (state === "none") return "";
  const what = `${size} × ${size}, ${count.toLocaleString("en")} steps`;
  const left = seconds === null ? "" : `, ${seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`} left`;
  return {
    running: `${what}: tile ${done} of ${total}${left}`,
    finished: `${what}: finished`,
    cancelled: `${what}: cancelled at tile ${done} of ${total}; go on with what is there`,
    stopped: `${what}: stopped with the server; go on with what is there`,
    failed: `${what}: failed: ${job.said}`,
  }[state];
}

/* The tiles that came since the last look; all of them for another job or another layer. */
async function tiles() {
  const chosen = layer();
  if (job.number !== shownNumber || chosen !== cells.layer) {
    [shownNumber, tilesShown] = [job.number, 0];
    const { size, plane, window: ends } = job;
    cells = { size, plane, window: ends, layer: chosen, arrays: { regime: new Int8Array(size ** 2).fill(-1) }, labels: [], bar: null };
    if (chosen !== "regime") cells.arrays.values = new Float32Array(size ** 2).fill(NaN);
    image = Object.assign(document.createElement("canvas"), { width: size, height: size });
    element("job-map").hidden = false;
  }
  const now = cells, data = unpack(await (await ask("job/tiles", "GET", { since: tilesShown, layer: chosen })).arrayBuffer());
  if (data.number !== shownNumber || now !== cells || chosen !== layer()) return;
  data.tiles.forEach(([row, column, rows, columns], i) => {
    for (const [name, whole] of [["regime", cells.arrays.regime], ["values", cells.arrays.values]]) {
      const tile = data.arrays[name === "values" ? `values ${i}` : String(i)];
      for (let r = 0; whole && r < rows; r++) whole.set(tile.subarray(r * columns, (r + 1) * columns), (row + r) * cells.size + column);
    }
  });
  for (const name of Object.keys(data.arrays)) if (name.startsWith("line ")) cells.arrays[name] = data.arrays[name];
  tilesShown += data.tiles.length;
  cells.labels = data.labels;
  if (cells.arrays.values && data.tiles.length) recolour(); // the bar's ends may have moved
  else {
    for (const tile of data.tiles) paint(...tile);
    draw();
  }
}

/* The bar on which the values known so far are shown; its rare ends are left out, as on the server's maps. */
function barOf(values, { log }) {
  const every = Math.ceil(values.length / SAMPLES), some = [];
  for (let i = 0; i < values.length; i += every) if (Number.isFinite(values[i])) some.push(values[i]);
  some.sort((p, q) => p - q);
  const even = log && some.at(-1) > 0 && some[0] >= 0, shown = even ? some.filter((value) => value > 0) : some;
  if (!shown.length) return { low: 0, high: 1, log: false };
  const at = (share) => shown[Math.round(share * (shown.length - 1))];
  const { rare } = store.specification.map;
  let [low, high] = [at(rare), at(1 - rare)];
  if (low === high) [low, high] = [shown[0], shown.at(-1)];
  return { low, high, log: even, below: shown[0] < low, above: shown.at(-1) > high };
}

/* Cells as pixels, the first row at the bottom. */
function paint(row, column, rows, columns) {
  const context = image.getContext("2d"), pixels = context.createImageData(columns, rows), { regime, values } = cells.arrays;
  const palette = store.specification.regimes.map((name) => rgb(colourOf(`regime-${name}`)));
  const table = store.specification.map.colours.map(rgb), last = table.length - 1;
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const cell = (row + r) * cells.size + column + c, share = values ? onBar(values[cell], cells.bar) : 0;
      if (regime[cell] < 0 || Number.isNaN(share)) continue;
      const colour = values ? table[Math.round(last * share)] : palette[regime[cell]];
      pixels.data.set([...colour, 255], 4 * ((rows - 1 - r) * columns + c));
    }
  context.putImageData(pixels, column, cells.size - row - rows);
}

function recolour() {
  cells.bar = cells.arrays.values ? barOf(cells.arrays.values, store.specification.map.layers[cells.layer]) : null;
  paint(0, 0, cells.size, cells.size);
  draw();
}

export const drawJob = () => cells && draw();

function draw() {
  const width = element("job-map").clientWidth, height = width, scale = devicePixelRatio || 1;
  if (!width) return;
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const context = canvas.getContext("2d"), soft = colourOf("soft"), side = [width - LEFT - RIGHT, height - TOP - BOTTOM];
  context.scale(scale, scale);
  context.imageSmoothingEnabled = cells.size > side[0];
  context.drawImage(image, LEFT, TOP, ...side);
  context.strokeStyle = colourOf("axis");
  context.strokeRect(LEFT, TOP, ...side);
  const [u0, u1, v0, v1] = cells.window, area = { left: LEFT, top: TOP, width: side[0], height: side[1] };
  const plot = {
    area: () => area,
    x: (u) => LEFT + ((u - u0) / (u1 - u0)) * side[0],
    y: (v) => TOP + (1 - (v - v0) / (v1 - v0)) * side[1],
  };
  context.save();
  context.beginPath();
  context.rect(LEFT, TOP, ...side);
  context.clip();
  nameRegimes(context, plot, cells, (taken) => drawLines(context, plot, cells, taken));
  context.restore();
  fillBar(element("job-bar"), cells);
  cells.plane.split(",").forEach((name, axis) => {
    const { symbol, scale: kind } = store.specification.map.axes[name], [low, high] = cells.window.slice(2 * axis, 2 * axis + 2);
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const unit = low + share * (high - low), text = shortNumber(kind === "linear" ? unit : 10 ** unit);
      if (axis) drawText(context, text, LEFT - 6, TOP + (1 - share) * side[1] + (share === 1 ? 5 : 0), { colour: soft, weight: 400, size: 12, align: "right" });
      else drawText(context, text, LEFT + share * side[0], TOP + side[1] + 14, { colour: soft, weight: 400, size: 12, align: share === 1 ? "right" : "center" });
    }
    if (axis) drawText(context, symbol, 10, TOP + side[1] / 2, { colour: soft, weight: 400, size: 13, align: "center", angle: -Math.PI / 2 });
    else drawText(context, symbol, LEFT + side[0] / 2, TOP + side[1] + 34, { colour: soft, weight: 400, size: 13, align: "center" });
  });
  const { regime } = cells.arrays, counts = store.specification.regimes.map(() => 0);
  for (const index of regime) if (index >= 0) counts[index]++;
  const told = store.specification.regimes.map((name, i) => `${name} ${Math.round((100 * counts[i]) / regime.length)} %`);
  element("job-map").setAttribute("aria-label", `Big map. ${told.join(", ")}`);
}

/* The picture for print, drawn by the browser at twice its size. */
async function png(event) {
  event.preventDefault();
  const source = URL.createObjectURL(await (await ask("job/map.svg", "GET", { layer: layer() })).blob()), picture = new Image();
  picture.src = source;
  await picture.decode();
  const large = Object.assign(document.createElement("canvas"), { width: 2 * picture.width, height: 2 * picture.height });
  large.getContext("2d").drawImage(picture, 0, 0, large.width, large.height);
  URL.revokeObjectURL(source);
  const file = URL.createObjectURL(await new Promise((resolve) => large.toBlob(resolve, "image/png")));
  make("a", { href: file, download: "adamoscope-map.png" }).click();
  setTimeout(() => URL.revokeObjectURL(file), 10_000);
}
