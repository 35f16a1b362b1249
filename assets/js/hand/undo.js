/* A change that can be taken back. */

import { commit, holdAddress } from "../state/changes.js";
import { changed, store } from "../state/store.js";
import { askCurves } from "../questions/pictures.js";

/* Act, and give what takes it back to the last bit: each field of the state that the act has changed. Nothing is to be
   taken back once another state was adopted. The address waits `wait` ms, in which this may happen. */
export const undoable = (act, wait) => {
  const { state } = store, before = structuredClone(state);
  holdAddress(wait);
  act();
  const names = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(state[name]));
  return () => {
    holdAddress(0);
    if (store.state !== state) return;
    for (const name of names) state[name] = before[name];
    changed();
    askCurves();
    commit();
  };
};
