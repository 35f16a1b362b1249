/* Hands on the map: the dot that is dragged on it, boxes into it and back. */

import { roundedRanges } from "../dom/numbers.js";
import { commit } from "../state/changes.js";
import { DECAY_OF, setValue } from "../state/pairs.js";
import {
  PART, START, clock, dotOnPlane, evenInTime, fromUnits, ofObjective, ownHorizon, planeOf,
} from "../state/planes.js";
import { answers, changed, edited, store } from "../state/store.js";
import { showPlane } from "../draw/map_axes.js";
import { cellText } from "../draw/map_cells.js";
import { Plot, plots } from "../draw/plot.js";
import { drawMap } from "../draw/regime_map.js";
import { askMapOf, staleMap } from "../questions/map.js";
import { askCurves } from "../questions/pictures.js";
import { Handle } from "./handle.js";

const OUT = 1.25; // times as wide by two fingers is meant to lead out; less is two fingers that move the box
const way = []; // the boxes on the way in, {plane, from, to}, to go back by

/* Move the edited run to a place on the plane; along the learning rate its time stays, as on the map. */
export const moveOnPlane = (x, y, final) => {
  if (answers.map?.plane !== planeOf()) return;
  const [x0, x1, y0, y1] = plots.map.ranges(), run = edited(), { state } = store;
  const names = answers.map.plane.split(",");
  const values = [fromUnits(names[0], x, x1 - x0), fromUnits(names[1], y, y1 - y0)];
  names.forEach((name, i) => {
    if (START.includes(name)) state.start[START.indexOf(name)] = values[i];
    else if (ofObjective(name)) state.objective_parameters[name] = values[i];
    else if (name === "learning_rate" && evenInTime()) {
      state.horizon ??= ownHorizon();
      const [least, most] = store.specification.steps;
      state.steps = Math.min(most, Math.max(least, Math.round(state.horizon / clock(values[i]))));
      run.values.learning_rate = values[i];
    } else setValue(run, name, name in DECAY_OF ? Math.min(1 / run.values.learning_rate, values[i]) : values[i]);
  });
  store.inHand ||= !final;
  changed();
  askCurves();
  if (final) commit();
};

export const makeMapPlot = () => {
  const plot = new Plot("map", { cells: drawMap }, {
    moved: (ranges, wider = 1) => {
      if (wider < OUT) zoomTo(roundedRanges(ranges));
      else if (store.state.box) mapBack();
      else showPlane(answers.map);
    },
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && store.state?.box && !event.defaultPrevented) mapBack();
  });
  return plot;
};

export const makeMapHandle = (plot) =>
  new Handle(plot, "The run on the map", {
    place: dotOnPlane,
    dragged: moveOnPlane,
    step: () => {
      const [x0, x1, y0, y1] = plot.ranges();
      return [(x1 - x0) / PART, (y1 - y0) / PART];
    },
    told: () => cellText(...dotOnPlane()),
  });

function zoomTo(box) {
  way.push({ plane: planeOf(), from: store.state.box, to: box });
  setMap({ box });
}

/* Out of a box, the way that led into it. A box that came with a link has none: out of it is the whole map. */
export const mapBack = () => {
  const { box } = store.state;
  if (!box) return;
  let last;
  do last = way.pop();
  while (last && (last.plane !== planeOf() || String(last.to) !== String(box)));
  setMap({ box: last?.from ?? null });
};

/* A part of the state that only the map depends on. */
export const setMap = (patch) => {
  const { layer } = store.state;
  Object.assign(store.state, patch);
  changed();
  staleMap();
  askCurves(); // from the cache: what is drawn is what the link asks for
  if (store.state.layer !== layer && !answers.mapStale && answers.map.size) askMapOf(answers.map.size); // other colours, same cells
  commit();
};
