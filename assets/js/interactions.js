/* Hands on the plots: clicks, drags, zooms and what hovers. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  let startBefore, stepBefore;

  function makePlots() {
    A.plots = {
      landscape: new A.Plot("landscape", { ground: A.drawGround, paths: A.drawPaths, trail: A.drawTrail, heads: A.drawHeads }, {
        moved: (ranges) => zoomed({ view: ranges.map((v) => Number(v.toPrecision(8))), follow: false }),
        resized: () => A.askEverything(),
        clicked: ({ x, y }) => {
          startBefore = A.state.start;
          setStart(x, y, true);
        },
        reset: (moved) => {
          // the first click of a double click has moved the start: to look at the whole is not to move it
          if (moved) {
            A.state.start = startBefore;
            A.showControls("s-");
            A.staleMap();
          }
          A.state.view = null;
          A.plots.landscape.setRanges(A.domain.flat()).then(() => zoomed({ view: null, follow: false }));
        },
      }),
      curves: new A.Plot("curves", { lines: A.drawCurves, cursor: A.drawCursor }, {
        clicked: ({ x }) => {
          stepBefore = A.state.at;
          A.player.seek(A.tiles.stepOn(x));
        },
        moved: (ranges) => zoomed({ span: ranges.map((v) => Number(v.toPrecision(10))) }),
        resized: () => A.askCurves(),
        reset: (moved) => {
          if (moved) A.player.seek(stepBefore ?? Infinity); // its first click has moved the playhead
          zoomed({ span: null });
        },
      }),
      map: A.makeMapPlot(),
    };
    const start = new A.Handle(A.plots.landscape, "Start point", {
      place: () => A.state?.start,
      dragged: setStart,
      step: () => (A.plots.landscape.ranges()[1] - A.plots.landscape.ranges()[0]) / 200,
      told: () => `start ${A.state.start.join(", ")}`,
    });
    start.dot.classList.add("start");
    A.handles = [start, A.makeMapHandle(A.plots.map)];
    A.plots.landscape.onredraw = () => start.update();
    A.plots.map.onredraw = () => A.handles[1].update();
    A.listenForHovers();
  }

  function setStart(x, y, final) {
    const [x0, x1] = A.plots.landscape.ranges();
    const digits = Math.max(0, 3 - Math.floor(Math.log10(x1 - x0)));
    A.state.start = [Number(x.toFixed(digits)), Number(y.toFixed(digits))];
    A.version += 1;
    A.inHand ||= !final;
    A.inFrame("start moved", () => {
      A.showControls("s-");
      A.handles.forEach((handle) => handle.update());
    });
    A.askCurves();
    A.staleMap();
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

  Object.assign(A, { makePlots, zoomed });
})();
