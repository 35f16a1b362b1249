/* What is written to the page in one frame, so that it is laid out once. */

/* In the next frame, once for each name, the latest: what is written in one frame is laid out once. */
const due = new Map();
let held = null;
const write = () => {
  const acts = [...due.values()];
  due.clear();
  acts.forEach((act) => act());
};
export const inFrame = (name, act) => {
  if (!due.size && !held) requestAnimationFrame(write);
  due.set(name, act);
};

/* After a key a browser that is asked for a frame lets nothing in before it, and an answer comes a frame late: what is
   to be written waits for the answer, though not for long. */
const HELD = 14; // ms
export const holdFrame = () => {
  if (!due.size) held ??= setTimeout(letFrame, HELD);
};
export const letFrame = () => {
  if (!held) return;
  clearTimeout(held);
  held = null;
  if (due.size) requestAnimationFrame(write);
};

/* The next frame. */
export const frame = () => new Promise(requestAnimationFrame);
