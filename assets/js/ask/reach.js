/* Whether the server can be reached. What could not be asked is asked again by itself: after growing pauses, when the
   browser is online again, and as soon as anything else is answered. Until then what is old is marked. */

import { elements } from "../dom/elements.js";
import { signal } from "../dom/signal.js";

const FIRST = 1000, LONGEST = 30_000; // ms between two tries
// by the name of a question: what its answer would have renewed
const RENEWS = {
  runs: [".slot.landscape", ".slot.curves", "#sentence"], flows: [".slot.landscape", ".slot.curves"], landscape: [".slot.landscape"],
  surface: [".slot.landscape"], phase: [".slot.landscape"], steps: ["#inspector"], map: [".slot.map"], examples: ["#section-regimes"],
  naming: ["#section-naming"], comparison: ["#section-compare"], job: ["#section-big_map"],
};
const waiting = new Map(); // by name, what asks again
/* A sentence on whether the server can be reached; one on an answer that could not be drawn. */
export const unreachedSaid = signal(), failed = signal();
let pause = FIRST, timer = null;

export class Unreachable extends Error {}

export const unreached = (name, again) => {
  waiting.set(name, again);
  mark();
  if (timer !== null) return;
  timer = setTimeout(retry, pause);
  pause = Math.min(LONGEST, 2 * pause);
};

export const reached = (name) => {
  pause = FIRST;
  if (!waiting.size) return;
  waiting.delete(name);
  mark();
  retry();
};

function retry() {
  clearTimeout(timer);
  timer = null;
  for (const again of [...waiting.values()]) again();
}

let said = false;
function mark() {
  const old = new Set([...waiting.keys()].flatMap((name) => RENEWS[name] ?? []).flatMap((where) => elements(where)));
  for (const element of elements("[data-old]")) if (!old.has(element)) delete element.dataset.old;
  for (const element of old) element.dataset.old = "true";
  if (said === waiting.size > 0) return;
  said = !said;
  unreachedSaid.emit(said ? "The server cannot be reached. What is marked as not up to date is asked for again by itself." : "The server is reached again.");
}

addEventListener("online", () => {
  pause = FIRST;
  retry();
});

/* An answer came, and the page failed to draw it: its own fault, told as such. */
export const failedToDraw = (error) => {
  console.error(error);
  failed.emit("An answer came but could not be drawn. That is a fault of this page; its details are in the browser's console.");
};
