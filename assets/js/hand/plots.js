/* The plots, and hands on them: clicks, drags and zooms. */

import { roundedRanges } from "../dom/numbers.js";
import { commit } from "../state/changes.js";
import { changed, store } from "../state/store.js";
import { stepOn } from "../state/tiles.js";
import { showSpan } from "../draw/axes.js";
import { drawCurves } from "../draw/curves.js";
import { drawGround, drawPaths } from "../draw/landscape.js";
import { Plot, plots, setPlots } from "../draw/plot.js";
import { drawCursor, drawHeads, drawTrail } from "../draw/step_marks.js";
import { askCurves, askEverything, askGround } from "../questions/pictures.js";
import { listenForClicks } from "./clicks.js";
import { listenForHovers } from "./crosshair.js";
import { Handle } from "./handle.js";
import { makeMapHandle, makeMapPlot, mapBack, moveOnPlane } from "./map.js";
import { pinch } from "./pinch.js";
import { player } from "./player.js";

/* The dots on landscape and map. */
export const handles = [];

export function makePlots() {
  const landscape = new Plot("landscape", { ground: drawGround, paths: drawPaths, trail: drawTrail, heads: drawHeads }, {
    moved: (ranges) => zoomed({ view: roundedRanges(ranges), follow: false }),
    resized: () => askEverything(),
  });
  const curves = new Plot("curves", { lines: drawCurves, cursor: drawCursor }, {
    moved: (ranges) => zoomed({ span: roundedRanges(ranges) }),
    resized: () => askCurves(),
  });
  const map = makeMapPlot();
  setPlots({ landscape, curves, map });
  listenForClicks(landscape, {
    clicked: ({ x, y }) => setStart(x, y, true),
    reset: () => {
      store.state.view = null;
      landscape.setRanges(store.domain.flat()).then(() => zoomed({ view: null, follow: false }));
    },
  });
  listenForClicks(curves, { clicked: ({ x }) => player.seek(stepOn(x)), reset: () => zoomed({ span: null }) });
  listenForClicks(map, { clicked: ({ x, y }) => moveOnPlane(x, y, true), reset: () => mapBack() });
  for (const plot of [landscape, curves, map]) pinch(plot, (ranges, wider) => plot.on.moved?.(ranges, wider));
  const start = new Handle(landscape, "Start point", {
    place: () => store.state?.start,
    dragged: setStart,
    step: () => (landscape.ranges()[1] - landscape.ranges()[0]) / 200,
    told: () => `start ${store.state.start.join(", ")}`,
  });
  start.dot.classList.add("start");
  handles.push(start, makeMapHandle(map));
  landscape.onredraw = () => start.update();
  map.onredraw = () => handles[1].update();
  listenForHovers();
}

function setStart(x, y, final) {
  const [x0, x1] = plots.landscape.ranges();
  const digits = Math.max(0, 3 - Math.floor(Math.log10(x1 - x0)));
  store.state.start = [Number(x.toFixed(digits)), Number(y.toFixed(digits))];
  store.inHand ||= !final;
  changed();
  askCurves();
  if (final) commit();
}

let zooming;
/* `byItself`: no hand has asked for it. */
export function zoomed(patch, byItself = false) {
  Object.assign(store.state, patch);
  changed();
  clearTimeout(zooming);
  zooming = setTimeout(async () => {
    if (patch.view) await plots.landscape.setRanges(patch.view); // to the digits that the link holds
    if (patch.span === null) await showSpan();
    askCurves();
    askGround();
    commit(byItself);
  }, 60);
}
