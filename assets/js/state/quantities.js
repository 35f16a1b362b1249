/* From a control's id to its place in the state. */

import { setValue, valueOf } from "./pairs.js";
import { planeOf } from "./planes.js";
import { edited, store } from "./store.js";

export function quantityValue(id) {
  const [kind, name] = [id.slice(0, 1), id.slice(2)];
  if (kind === "p") return valueOf(edited(), name);
  if (kind === "f") return store.state.objective_parameters[name];
  return { x: store.state.start[0], y: store.state.start[1] }[name] ?? store.state[name];
}

/* The value of a state itself, which may not be the one in force. */
export function storedQuantity(state, id) {
  const [kind, name] = [id.slice(0, 1), id.slice(2)];
  if (kind === "p") return state.runs[state.edit].values[name];
  if (kind === "f") return state.objective_parameters[name];
  return { x: state.start?.[0], y: state.start?.[1] }[name] ?? state[name];
}

export function applyQuantity(state, id, value) {
  const [kind, name] = [id.slice(0, 1), id.slice(2)];
  if (kind === "p") {
    const plane = planeOf(state);
    setValue(state.runs[state.edit], name, value);
    if (planeOf(state) !== plane) state.box = null;
  } else if (kind === "f") state.objective_parameters[name] = value;
  else if (name === "x" || name === "y") (state.start ??= [...store.state.start])[name === "x" ? 0 : 1] = value;
  else state[name] = value;
}
