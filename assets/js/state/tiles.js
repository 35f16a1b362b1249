/* The runs step by step: exact iterates in a pyramid of tiles, and the step that the playhead is at. */

import { stepsLink } from "./link.js";
import { answers, store } from "./store.js";

let tiles = new Map(), link = "", version = -1;

const name = (level, tile) => `${level}/${tile}`;
const span = (level) => store.specification.tile * 2 ** level;
const topLevel = () => Math.max(0, Math.floor(Math.log2(store.state.steps / store.specification.tile)) + 1);

/* Tiles are of the runs that the state has now: with a change of them, all are gone. */
function current() {
  if (version !== store.version) {
    version = store.version;
    const now = stepsLink();
    if (now !== link) {
      tiles = new Map();
      link = now;
    }
  }
  return tiles;
}

/* The iterate nearest to k in the finest tile that is here, or null: {k, data, row}. */
export function stepAt(k) {
  for (let level = 0; level <= topLevel(); level++) {
    const data = current().get(name(level, Math.floor(k / span(level))));
    if (!data) continue;
    const row = Math.min(data.arrays.gap.length - 1, Math.round((k - data.first) / 2 ** level));
    return { k: data.first + row * 2 ** level, data, row };
  }
  return null;
}

/* The first of the tiles that the page has use for and does not have: all of the run coarsely, k at the level in
   use, and what comes after it. */
export function missingTile(step, level) {
  // what a pointer is near to may be of longer runs, whose picture still stands
  const k = Math.min(step, store.state.steps), top = topLevel(), at = Math.min(level, top), tile = Math.floor(k / span(at));
  const wanted = [[top, 0], [at, tile]];
  if (k % span(at) > span(at) / 2 && (tile + 1) * span(at) <= store.state.steps) wanted.push([at, tile + 1]);
  return wanted.find(([l, t]) => !current().has(name(l, t)));
}

/* What one step of a run is on the curves' axis, and the edited run's step at a place there. */
export const stepUnit = (i) => answers.runs?.runs[i]?.unit ?? 1;
export const stepOn = (x) => Math.min(store.state.steps, Math.max(0, Math.round(x / stepUnit(store.state.edit))));

/* The link of the runs whose tiles are held, and whether any are. */
export const tilesLink = () => (current(), link);
export const hasTiles = () => tiles.size > 0;

export function keepTile({ link: of, level, tile }, data) {
  if (of === tilesLink()) tiles.set(name(level, tile), data);
}

export const lastStep = () => store.state.steps;
export const stepNow = () => Math.min(store.state.at ?? lastStep(), lastStep()); // a link's step may lie past a shorter run's end

/* The step looked at, with its tile, or null at the end or while its tile is on its way. */
export const playhead = () => (store.state?.at == null ? null : stepAt(stepNow()));
