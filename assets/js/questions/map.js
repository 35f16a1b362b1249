/* What the regime map needs to know: its cells, coarse before fine; the newest question stops what is under way. */

import { element } from "../dom/elements.js";
import { percentText } from "../dom/numbers.js";
import { signal } from "../dom/signal.js";
import { channels } from "../ask/channels.js";
import { linkOf } from "../state/link.js";
import { DECAY_OF, RATE_OF } from "../state/pairs.js";
import { evenInTime, ownHorizon, planeOf } from "../state/planes.js";
import { ruleNames } from "../state/rule.js";
import { answers, edited, store } from "../state/store.js";
import { showPlane } from "../draw/map_axes.js";
import { plots } from "../draw/plot.js";
import { mapImage } from "../draw/regime_map.js";

const PALES = 180; // ms that cells of another question wait for new ones before they pale
export const pageName = Math.random().toString(36).slice(2); // tells the server whose older questions are no longer wanted
export const mapDrawn = signal(); // a map of the present question is drawn
let serial = 0, keyAsked, cellsAsked;
let mapAsked = ""; // the last question
export const mapLastAsked = () => mapAsked;

/* What the cells depend on, wherever on the plane they are; most layers are a matter of colours. */
function mapKey() {
  const { objective, objective_parameters, start, steps, horizon, dynamics, layer, tolerance } = store.state;
  const run = edited(), plane = planeOf(), names = plane.split(","), values = { ...run.values };
  const shared = Object.entries(objective_parameters).filter(([name]) => !names.includes(name));
  for (const name of names) {
    delete values[name];
    delete values[RATE_OF[name] ?? DECAY_OF[name]];
  }
  const along = evenInTime() ? ownHorizon() : null;
  const length = [horizon ?? along, (horizon ?? along) === null ? steps : null];
  const extra = store.specification.map.layers[layer].extra ? [layer, tolerance] : null;
  const from = names.includes("x0") ? null : start;
  return JSON.stringify([objective, shared, from, length, run.optimizer, values, plane, dynamics, dynamics === "steps" ? extra : run.variant]);
}

const rule = () => ruleNames().map((name) => store.state[name]).join();

/* Cells of another question pale, unless new ones come soon. */
let paling;
export function staleMap() {
  const stale = mapKey() !== answers.map?.key;
  if (stale === answers.mapStale) return;
  answers.mapStale = stale;
  clearTimeout(paling);
  if (stale) paling = setTimeout(() => pale(answers.mapStale), PALES);
  else pale(false);
}

function pale(yes) {
  if (answers.mapPale === yes) return;
  answers.mapPale = yes;
  plots?.map.redraw("cells");
}

/* The last maps that were shown, the finest of each question: to go back to one is to see it again at once. */
const KEPT = 12, kept = new Map();
const keptAs = () => `${mapAsked} ${store.state.layer}`;

function keep(data) {
  kept.delete(keptAs());
  kept.set(keptAs(), data);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
}

export function askMap() {
  if (!plots) return;
  const cells = `${mapKey()} ${store.state.box}`, asked = `${cells} ${rule()}`;
  if (asked === mapAsked) return;
  mapAsked = asked;
  staleMap();
  const before = kept.get(keptAs());
  // another rule names the same cells anew: no need to begin coarse
  askMapOf(before?.size || (cells === answers.map?.cells && answers.map.size) || store.specification.map.sizes[store.state.dynamics][0]);
  if (before) present(before, serial);
}

export function askMapOf(size) {
  serial += 1;
  element("status").textContent = `${size} × ${size} …`;
  keyAsked = mapKey();
  cellsAsked = `${mapKey()} ${store.state.box}`;
  channels.map.ask({ link: linkOf(store.state), size, page: pageName, serial: serial });
}

const differs = ({ differs: share }) => (share === undefined || share === null ? "" : `${percentText(share, 2)} differ   `);

export async function showMap(data, question) {
  if (!data || question.serial !== serial || !(await present(data, question.serial))) return;
  if (answers.mapStale || `${data.key} ${store.state.box} ${rule()}` !== mapAsked) return;
  if (data.size && data.layer === store.state.layer) keep(data);
  if (data.size && (data.size >= 64 || !data.next)) channels.examples.ask(question, { plane: data.plane });
  if (data.next) askMapOf(data.next);
}

/* Whether the map is drawn: not where the next one was asked for meanwhile. */
async function present(data, mine) {
  if (data.size) data.image = mapImage(data);
  await showPlane(data);
  if (serial !== mine) return false;
  answers.map = Object.assign(data, { key: keyAsked, cells: cellsAsked });
  answers.mapStale = mapKey() !== data.key;
  clearTimeout(paling);
  answers.mapPale = answers.mapStale;
  plots.map.redraw();
  mapDrawn.emit();
  element("status").textContent = data.size ? `${differs(data)}${data.size} × ${data.size} ${data.dynamics === "flow" ? "flows" : "runs"}` : "";
  element("map-plot").setAttribute("aria-label", `Regime map. ${data.shares ?? data.message}`);
  return true;
}
