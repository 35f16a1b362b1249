/* The planes of the map: which a run offers, their axes' units, and where the run stands. */

import { idleReason, valueOf } from "./pairs.js";
import { answers, edited, store } from "./store.js";

export const PART = 200; // an arrow key moves by this part of the axis

/* The plane that is drawn for a state: what it asks for, its twin in the pair held, or the method's usual one. */
export const planeOf = (state = store.state) => {
  const run = state.runs[state.edit], here = planesOf(run, run.held, state);
  const there = planesOf(run, run.held === "rates" ? "decays" : "rates", state);
  return here[Math.max(0, here.indexOf(state.plane), there.indexOf(state.plane))];
};

/* The planes that a run offers, without those along a parameter that changes nothing in it; the start's is the last,
   behind those along the objective's own parameters. */
export const planesOf = (run, held = run.held, { objective } = store.state) => {
  const own = store.specification.optimizers[run.optimizer].planes[held], along = store.specification.objectives[objective]?.planes ?? [];
  return [...own.slice(0, -1), ...along, own.at(-1)].filter((plane) => !plane.split(",").some((name) => idleReason(run, name)));
};

/* Whether the plane's cells run as long on the clock, and not as many steps. */
export const evenInTime = () => {
  const names = planeOf().split(","), { bending } = store.specification.optimizers[edited().optimizer];
  return names.includes("learning_rate") && !names.some((name) => bending.includes(name));
};

const scaleOf = (name) => store.specification.map.axes[name].scale;
const toUnits = (name, value) =>
  ({ log: () => Math.log10(value), complement: () => Math.log10(1 - value), linear: () => value })[scaleOf(name)]();

/* The value at a place on an axis that shows `width`, in as many digits as a hand can tell there. */
export function fromUnits(name, unit, width) {
  const scale = scaleOf(name), digits = Math.max(3, Math.ceil(-Math.log10((2.3 * width) / PART)) + 1);
  if (scale === "linear") return Number(unit.toFixed(Math.min(15, Math.max(0, 3 - Math.floor(Math.log10(width))))));
  const power = Number((10 ** unit).toPrecision(Math.min(15, digits)));
  return scale === "log" ? power : Math.max(0, Number((1 - power).toPrecision(15)));
}

/* The time of one step of the edited run, and of all of them, by its method's clock. */
export const clock = (learningRate) => learningRate ** store.specification.optimizers[edited().optimizer].clock;
export const ownHorizon = () => store.state.steps * clock(edited().values.learning_rate);

export const START = ["x0", "y0"];
export const ofObjective = (name) => name in store.state.objective_parameters;
const valueNow = (name) => {
  if (START.includes(name)) return store.state.start[START.indexOf(name)];
  return ofObjective(name) ? store.state.objective_parameters[name] : valueOf(edited(), name);
};

/* The edited run's place on the plane that is drawn, or null where it has none. */
export const dotOnPlane = () => {
  if (!store.state || answers.map?.plane !== planeOf()) return null;
  const at = answers.map.plane.split(",").map((name) => toUnits(name, valueNow(name)));
  return at.every(Number.isFinite) ? at : null;
};
