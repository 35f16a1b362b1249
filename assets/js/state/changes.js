/* Every change that the server has the last word on, and the state of a link: the one place that takes a new state. */

import { notice } from "../dom/notice.js";
import { signal } from "../dom/signal.js";
import { Unreachable, reached, unreached } from "../ask/reach.js";
import { askState } from "../ask/transport.js";
import { writeAddress } from "./address.js";
import { linkOf } from "./link.js";
import { planeOf } from "./planes.js";
import { changed, store } from "./store.js";

const RESTS = 150; // ms after a change until the address and the rule follow: keys come faster

export const stateAdopted = signal(); // a state of the server's is taken: {keep, sameGround}
export const stateChecked = signal(); // the server has seen the state, and the address holds it
export const changing = signal(); // a hand has let go: the state is about to be checked

/* Changes on which the server has the last word. They wait here, in order, until it has answered: a further one is
   asked for together with them, so that none is lost where the server is slow. */
let pending = [];

/* The state with the pending changes. Each run remembers its number on the page (`was`), since runs may be removed. */
export const intended = () => {
  const draft = structuredClone(store.state);
  draft.runs.forEach((run, i) => (run.was = i));
  for (const { mutate } of pending) mutate(draft);
  if (planeOf(draft) !== planeOf()) draft.box = null;
  return draft;
};
export const indexIn = (draft, i) => draft.runs.findIndex(({ was }) => was === i);
/* A change of the page's run `i`, by mutate(draft, index), wherever the run is by then. */
export const onRun = (i, mutate) => (draft) => {
  const index = indexIn(draft, i);
  if (index >= 0) mutate(draft, index);
};

/* Change a copy of the state, and take it once the server has answered. A change replaces a pending one of the same
   key; `refused(answer, draft)` says whether the answer does not take it. */
export function change(mutate, { key = null, refused = null } = {}) {
  pending = [...pending.filter((other) => key === null || other.key !== key), { mutate, key, refused }];
  return adoptChanges();
}

const adoptChanges = () => {
  let draft;
  return adopt(() => linkOf((draft = intended())), {
    keep: true,
    /* Whether the answer is to what is meant by now: otherwise that is asked for. The playhead moves on meanwhile. */
    checked(answer) {
      const before = pending.length;
      pending = pending.filter(({ refused }) => !refused?.(answer, draft));
      const now = intended();
      if (pending.length < before) {
        if (pending.length) adoptChanges();
        return false;
      }
      if (linkOf({ ...now, at: draft.at }) !== linkOf(draft)) {
        adoptChanges();
        return false;
      }
      if (now.at !== draft.at) answer.state.at = now.at;
      return true;
    },
  });
};

let adopting = 0;
/* Take the state of a link. `link()` gives it, again where the server could not be reached; `checked(answer)` says
   whether the answer is taken. */
export async function adopt(link, { keep = false, push = false, asked = null, checked = null } = {}) {
  const mine = ++adopting;
  if (!checked) pending = []; // another state, to which they do not belong
  let answer;
  try {
    answer = await (asked ?? askState(link()));
  } catch (error) {
    if (mine !== adopting) return;
    const away = error instanceof Unreachable;
    if (away) unreached("state", () => mine === adopting && adopt(link, { keep, push, checked }));
    else pending = [];
    notice([away ? "The server cannot be reached. What you chose is asked for again by itself." : String(error.message ?? error)]);
    return;
  }
  reached("state");
  if (mine !== adopting || (checked && !checked(answer))) return;
  pending = [];
  const sameGround = store.state && store.state.objective === answer.state.objective && String(store.state.view) === String(answer.state.view)
    && JSON.stringify(store.state.objective_parameters) === JSON.stringify(answer.state.objective_parameters);
  store.state = answer.state;
  store.inHand = false;
  store.domain = answer.domain;
  store.offered = answer.flows;
  changed();
  notice(answer.notes);
  writeAddress(answer.link, push);
  stateAdopted.emit({ keep, sameGround });
}

/* The address is not written for so many ms: what was done may be taken back. */
let writableFrom = 0;
export const holdAddress = (wait) => (writableFrom = performance.now() + wait);

let committing;
/* `byItself`: what the page does of its own accord takes no notice away that nobody has read yet. */
export function commit(byItself = false) {
  clearTimeout(committing);
  committing = setTimeout(async () => {
    const asked = store.version;
    try {
      const { link, notes, flows } = await askState(linkOf(store.state));
      if (asked !== store.version) return;
      if (notes.length || !byItself) notice(notes);
      store.offered = flows;
      writeAddress(link);
      stateChecked.emit();
      reached("address");
    } catch (error) {
      if (error instanceof Unreachable) unreached("address", commit);
    }
  }, Math.max(RESTS, writableFrom - performance.now()));
  changing.emit();
}
