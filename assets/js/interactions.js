/* Hands on the plots: clicks, drags, zooms and what hovers. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  function makePlots() {
    A.plots = {
      landscape: new A.Plot("landscape", { ground: A.drawGround, paths: A.drawPaths, trail: A.drawTrail, heads: A.drawHeads }, {
        moved: (ranges) => zoomed({ view: A.roundedRanges(ranges), follow: false }),
        resized: () => A.askEverything(),
        clicked: ({ x, y }) => setStart(x, y, true),
        reset: () => {
          A.state.view = null;
          A.plots.landscape.setRanges(A.domain.flat()).then(() => zoomed({ view: null, follow: false }));
        },
      }),
      curves: new A.Plot("curves", { lines: A.drawCurves, cursor: A.drawCursor }, {
        clicked: ({ x }) => A.player.seek(A.tiles.stepOn(x)),
        moved: (ranges) => zoomed({ span: A.roundedRanges(ranges) }),
        resized: () => A.askCurves(),
        reset: () => zoomed({ span: null }),
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
    A.inHand ||= !final;
    A.changed();
    A.askCurves();
    if (final) A.commit();
  }

  /* Act, and give what takes it back to the last bit: each field of the state that the act has changed. Nothing is to be
     taken back once another state was adopted. The address waits `wait` ms, in which this may happen. */
  A.undoable = (act, wait) => {
    const { state } = A, before = structuredClone(state);
    A.holdAddress(wait);
    act();
    const changed = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(state[name]));
    return () => {
      A.holdAddress(0);
      if (A.state !== state) return;
      for (const name of changed) state[name] = before[name];
      A.changed();
      A.askCurves();
      A.commit();
    };
  };

  let zooming;
  /* `byItself`: no hand has asked for it. */
  function zoomed(patch, byItself = false) {
    Object.assign(A.state, patch);
    A.changed();
    clearTimeout(zooming);
    zooming = setTimeout(async () => {
      if (patch.view) await A.plots.landscape.setRanges(patch.view); // to the digits that the link holds
      if (patch.span === null) await A.showSpan();
      A.askCurves();
      A.askGround();
      A.commit(byItself);
    }, 60);
  }

  Object.assign(A, { makePlots, zoomed });
})();
