/* The link of a state: what the server is asked with, and what the address holds. */

import { store } from "./store.js";

function runText(run) {
  const items = Object.entries(run.values).map(([name, value]) => `${name}:${typeof value === "boolean" ? (value ? "on" : "off") : value}`);
  return [run.optimizer, ...(run.variant ? [`flow:${run.variant}`] : []), ...items].join(",");
}

/* Also what a chat or Markdown would cut off or mark up. */
const escaped = (text) => encodeURIComponent(text).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export function linkOf(state) {
  const parts = [["f", state.objective], ...Object.entries(state.objective_parameters)];
  if (state.start) parts.push(["x", state.start[0]], ["y", state.start[1]]); // else the objective's own
  parts.push(["steps", state.steps]);
  for (const run of state.runs) parts.push(["run", runText(run)]);
  parts.push(["edit", state.edit]);
  for (const name of store.specification.linked)
    if (state[name] !== null) parts.push([name, typeof state[name] === "boolean" ? Number(state[name]) : state[name]]);
  // a space is %20 here and never "+", which the server may take for a plus sign
  return parts.map(([name, value]) => `${name}=${escaped(String(value))}`).join("&");
}
export const linkNow = () => linkOf(store.state);
/* What the pictures of the runs depend on, and what their single steps do. */
export const pictureLink = () => linkOf({ ...store.state, at: null, overlays: null });
export const stepsLink = () => linkOf({ ...store.state, at: null, overlays: null, view: null, span: null, scale: null, window: null, axis: null, tolerance: null });
