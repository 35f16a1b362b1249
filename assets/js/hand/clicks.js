/* Clicks and double clicks on a plot. */

import { store } from "../state/store.js";
import { undoable } from "./undo.js";

export const CLICK = 8; // pixels: a press that moves less is a click, as in Plotly
const TAP = 24; // pixels between two taps of a finger that make a double one
const DOUBLE = 500; // ms within which a second click makes a double one
const LATE = 100; // ms that a busy page may hear of it later

/* Plotly covers the page while a button is down, so presses are followed by pointer events of our own. It takes two
   clicks for a double one by the time it hears of them: a busy page would take them for two. A click acts at once;
   the second of a double click takes that back first, to the last bit. A click that follows a double one as fast
   does nothing by itself: of a hand that clicks on, every second click is the second of a double one.

   clicked: with the place, at once; reset: after a double click, when what its first click did is taken back. */
export function listenForClicks(plot, { clicked, reset }) {
  let down = null;
  plot.lastClick = null; // where, when, in which state; `undo` takes it back; `paired`: it was the second of two
  plot.container.addEventListener(
    "pointerdown",
    (event) => {
      const on = fingers.size < 2 && event.button === 0 && event.target.closest?.(".handle, .nsewdrag");
      down = on ? { x: event.clientX, y: event.clientY, id: event.pointerId, onPlot: on.matches(".nsewdrag") } : null;
    },
    true,
  );
  addEventListener("pointercancel", () => (down = null), true);
  addEventListener(
    "pointerup",
    (event) => {
      const press = down, before = plot.lastClick, follows = press && followsClick(plot, event);
      down = plot.lastClick = null;
      if (!press || event.pointerId !== press.id || apart(event, press.x, press.y) >= CLICK) return;
      plot.lastClick = { x: press.x, y: press.y, time: event.timeStamp, state: store.state, undo: null, paired: follows && !before.paired };
      if (plot.lastClick.paired) {
        before.undo?.();
        reset?.();
      } else if (!follows && press.onPlot && clicked)
        plot.lastClick.undo = undoable(() => clicked(plot.at(press.x, press.y)), DOUBLE + LATE);
    },
    true,
  );
}

/* Whether the event is near the last click on the plot, in place and in time, of which a busy page hears later; and no
   other state was adopted between. */
export function followsClick({ lastClick: last }, event) {
  const near = event.pointerType === "touch" ? TAP : CLICK;
  return last?.state === store.state && event.timeStamp - last.time < DOUBLE && apart(event, last.x, last.y) < near;
}

/* The fingers and pens that are down. Chromium's isPrimary does not tell: after two fingers have magnified the page it
   may take every later touch for that of a second finger. */
const fingers = new Set();
addEventListener("pointerdown", ({ pointerId, pointerType }) => pointerType !== "mouse" && fingers.add(pointerId), true);
/** @param {PointerEvent} event */
const lifted = ({ pointerId }) => void fingers.delete(pointerId);
addEventListener("pointerup", lifted, true);
addEventListener("pointercancel", lifted, true);

export const apart = (event, x, y) => Math.hypot(event.clientX - x, event.clientY - y);
