/* The address bar: what it holds, and how it follows the state where a browser refuses to write it. */

import { linkNow } from "./link.js";
import { store } from "./store.js";

const APART = 320; // ms between two entries: Safari takes 100 in 30 s, and refuses every further one
const PATIENCE = [1000, 30000]; // ms until a refused entry is tried again, at first and at most

/* The link in the address. The hash belongs to it: "&#38;", as HTML may write "&", splits it in the middle. */
export const addressLink = () => location.search.slice(1) + location.hash;

const addressOf = (link) => `${location.pathname}${link ? `?${link}` : ""}`;

/* Whether the browser has gone to a place on the page only, as by a link "#…": that is no other state, and the address
   may be behind the one that is shown. */
let at = null;
const here = () => ({ search: location.search, hash: location.hash });
export const onlyPlaceMoved = () => {
  const { search, hash } = at ?? here();
  at = here();
  return at.search === search && at.hash !== hash;
};

let shareable = null; // the link of what is shown, in the server's short form, and of which version
let due = null, timer, written = -Infinity, wait = PATIENCE[0];

/* Writes a link into the address: now, or as soon as the browser lets it, the latest only. What the page shows does not
   depend on it. `push`: as a new entry, to come back from. */
export const writeAddress = (link, push = false) => {
  due = { link, push: push || Boolean(due?.push) };
  shareable = { link, version: store.version };
  const early = written + APART - performance.now();
  clearTimeout(timer);
  if (early > 0 && !due.push) timer = setTimeout(write, early);
  else write();
};

/* The browser has gone to another entry: what was due for the one before is not for this one. */
export const forgetAddress = () => {
  clearTimeout(timer);
  due = null;
};

function write() {
  const { link, push } = due;
  try {
    history[push ? "pushState" : "replaceState"](null, "", addressOf(link));
    due = null;
    at = here();
    written = performance.now();
    wait = PATIENCE[0];
  } catch {
    timer = setTimeout(write, wait);
    wait = Math.min(PATIENCE[1], 2 * wait);
  }
}

/* The whole address of what is shown now, also where the address bar is behind: in the server's short form where that
   is known. */
export const shareAddress = () => {
  const link = shareable?.version === store.version ? shareable.link : linkNow();
  return new URL(addressOf(link), location.href).href;
};
