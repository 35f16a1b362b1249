/* The page's one state, and what the last answers were. */

import { signal } from "../dom/signal.js";

/* `specification`: what the server told once, of optimizers, objectives, curves. `state`: dashboard/state/state.py.
   `version` counts every change, so that answers to older questions are known. `inHand`: a control is being moved, or
   was a moment ago. `domain`: of the landscape. `offered`: the ODE limits of the edited run. `hover`: the step that a
   pointer is at, {k}. `ready`: everything is at work. */
export const store = {
  specification: null, state: null, version: 0, inHand: false, domain: null, offered: [], hover: null, ready: false,
};

/* What is drawn: the last answer of each kind. `mapStale`: the map's cells are of another question; `mapPale`: so they
   are drawn. */
export const answers = { runs: null, flows: null, ground: null, map: null, mapStale: false, mapPale: false, examples: null };

export const stateChanged = signal();

/* To be called after every change of the state. */
export const changed = () => {
  store.version += 1;
  stateChanged.emit();
};

export const edited = () => store.state.runs[store.state.edit];
export const flowName = () => edited().variant ?? store.offered[0]?.value; // of the ODE limit that is meant
