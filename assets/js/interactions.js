/* Hands on the plots: clicks, drags, zooms and what hovers. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const DOUBLE = 600; // ms within which a second click makes a double one
  let startBefore, clickedAt = -Infinity;

  function makePlots() {
    A.plots = {
      landscape: new A.Plot("landscape", { ground: A.drawGround, paths: A.drawPaths, trail: A.drawTrail, heads: A.drawHeads }, {
        moved: (ranges) => zoomed({ view: ranges.map((v) => Number(v.toPrecision(8))), follow: false }),
        resized: () => A.askEverything(),
        clicked: ({ x, y }) => {
          const now = performance.now();
          if (now - clickedAt > DOUBLE) startBefore = A.state.start;
          clickedAt = now;
          setStart(x, y, true);
        },
        reset: () => {
          // the first click of a double click has moved the start: to look at the whole is not to move it
          if (performance.now() - clickedAt < DOUBLE) {
            A.state.start = startBefore;
            A.showControls("s-");
            A.staleMap();
          }
          A.state.view = null;
          A.plots.landscape.setRanges(A.domain.flat()).then(() => zoomed({ view: null, follow: false }));
        },
      }),
      curves: new A.Plot("curves", { lines: A.drawCurves, cursor: A.drawCursor }, {
        clicked: ({ x }) => A.player.seek(A.tiles.stepOn(x)),
        moved: (ranges) => zoomed({ span: ranges.map((v) => Number(v.toPrecision(10))) }),
        resized: () => A.askCurves(),
        reset: () => zoomed({ span: null }),
      }),
      map: new A.Plot("map", { cells: A.drawMap }, { clicked: ({ x, y }) => setRates(x, y, true) }),
    };
        const start = new A.Handle(A.plots.landscape, "Start point", {
      place: () => A.state?.start,
      dragged: setStart,
      step: () => (A.plots.landscape.ranges()[1] - A.plots.landscape.ranges()[0]) / 200,
    });
    start.dot.classList.add("start");
    const rates = new A.Handle(A.plots.map, "a and b of the run", {
      place: ratesInForce,
      dragged: setRates,
      step: () => 0.02,
    });
    A.handles = [start, rates];
    A.plots.landscape.onredraw = () => start.update();
    A.plots.map.onredraw = () => rates.update();
    readouts();
  }

  function setStart(x, y, final) {
    const [x0, x1] = A.plots.landscape.ranges();
    const digits = Math.max(0, 3 - Math.floor(Math.log10(x1 - x0)));
    A.state.start = [Number(x.toFixed(digits)), Number(y.toFixed(digits))];
    A.version += 1;
    A.showControls("s-");
    A.handles[0].update();
    A.askCurves();
    A.staleMap();
    if (final) A.commit();
  }

  /* log10 of a and b of the edited run, or null where it has none. */
  function ratesInForce() {
    if (!A.state || !A.specification.optimizers[A.edited().optimizer].rates) return null;
    return ["a", "b"].map((name) => Math.log10(A.valueOf(A.edited(), name)));
  }

  function setRates(x, y, final) {
    const run = A.edited();
    if (!A.specification.optimizers[run.optimizer].rates) return;
    const limit = 1 / run.values.learning_rate;
    A.setValue(run, "a", Math.min(limit, Number((10 ** x).toPrecision(3))));
    A.setValue(run, "b", Math.min(limit, Number((10 ** y).toPrecision(3))));
    A.version += 1;
    A.showControls("p-");
    A.handles[1].update();
    A.askCurves();
    if (final) A.commit();
  }

  let zooming;
  function zoomed(patch) {
    Object.assign(A.state, patch);
    A.version += 1;
    A.showToggles();
    clearTimeout(zooming);
    zooming = setTimeout(async () => {
      if (patch.view) await A.plots.landscape.setRanges(patch.view); // to the digits that the link holds
      if (patch.span === null) await A.showSpan();
      A.askCurves();
      A.askGround();
      A.commit();
    }, 60);
  }

  function readouts() {
    const { map } = A.plots;
    const show = (name, text) => (A.element(`${name}-readout`).textContent = text);
    A.listenForHovers();
    map.container.addEventListener("pointermove", (event) => {
      const at = map.at(event.clientX, event.clientY);
      if (!at.inside || !A.map) return show("map", "");
      const [low, high] = A.map.range.map(Math.log10), n = A.map.size;
      const c = Math.floor(((at.x - low) / (high - low)) * n), r = Math.floor(((at.y - low) / (high - low)) * n);
      const regime = A.map.arrays.regime[r * n + c];
      show("map", `a ${(10 ** at.x).toPrecision(3)}   b ${(10 ** at.y).toPrecision(3)}   ${regime < 0 ? "no such β" : A.map.regimes[regime]}`);
    });
    map.container.addEventListener("pointerleave", () => show("map", ""));
  }

  Object.assign(A, { makePlots, rates: ratesInForce, zoomed });
})();
