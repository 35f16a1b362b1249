/* What the pictures need to know: one channel each, the newest question wins. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const SETTLE = 140; // ms after the last change before the ground and the map are asked for anew
  const pageName = (A.pageName = Math.random().toString(36).slice(2));

  function canvasOf() {
    const area = A.plots.landscape.area(), [x0, x1, y0, y1] = A.plots.landscape.ranges();
    const canvas = {
      x0, x1, y0, y1, width: Math.max(1, Math.round(area.width)), height: Math.max(1, Math.round(area.height)),
      curve_width: Math.max(1, Math.round(A.plots.curves.area().width)), scale: A.state.scale,
    };
    if (A.state.span) [canvas.k0, canvas.k1] = A.state.span;
    return canvas;
  }

  A.openChannels = () => {
    const failed = (message) => A.notice([message]);
    A.channels = {
      runs: new A.Channel("runs", A.showAnswer("runs"), failed),
      flows: new A.Channel("flows", A.showAnswer("flows"), failed),
      landscape: new A.Channel("landscape", A.showGround, failed),
      map: new A.Channel("map", A.showMap, failed),
      surface: new A.Channel("surface", A.showSurface, failed),
      phase: new A.Channel("phase", A.showPhase, failed),
      steps: new A.Channel("steps", A.tiles.showTile, failed),
      comparison: new A.Channel("comparison", A.showComparison, failed),
    };
  };

  function askCurves() {
    if (!A.plots) return;
    const question = { link: A.pictureLink(), ...canvasOf() };
    A.channels.runs.ask(question);
    if (A.state.flow) A.channels.flows.ask(question);
    A.showView();
  }

  let settling;
  function settle() {
    clearTimeout(settling);
    settling = setTimeout(() => {
      askGround();
      askMap();
      A.askComparison();
      A.follow();
    }, SETTLE);
  }

  function askEverything() {
    askCurves();
    A.follow();
    askGround();
    askMap();
    A.askComparison();
  }

  let groundAsked = "";
  function askGround() {
    if (!A.plots) return;
    const [x0, x1, y0, y1] = A.plots.landscape.ranges();
    const key = JSON.stringify([A.state.objective, A.state.objective_parameters, x0, x1, y0, y1]);
    if (key === groundAsked) return;
    groundAsked = key;
    A.channels.landscape.ask({ link: A.linkOf(A.state), x0, x1, y0, y1 });
  }

  A.serial = 0;
  A.mapAsked = "";
  function mapKey() {
    const run = A.edited(), values = { ...run.values };
    for (const name of ["a", "b", "beta1", "beta2"]) delete values[name];
    return JSON.stringify([A.state.objective, A.state.objective_parameters, A.state.start, A.state.steps, run.optimizer, values]);
  }

  function staleMap() {
    const stale = mapKey() !== A.mapAsked;
    if (stale !== A.mapStale) {
      A.mapStale = stale;
      A.plots?.map.redraw("cells");
    }
  }

  function askMap() {
    if (!A.plots) return;
    const { rates, title } = A.specification.optimizers[A.edited().optimizer];
    A.mapMessage = rates ? "" : `${title} has no plane of a and b:\nthe map is drawn for methods\nwith β₁ and β₂, such as Adam.`;
    if (!rates) {
      A.map = null;
      A.mapAsked = "";
      A.element("status").textContent = "";
      A.plots.map.redraw();
      return;
    }
    const key = mapKey();
    if (key === A.mapAsked) return;
    A.mapAsked = key;
    askMapOf(A.specification.map.sizes[0]);
  }

  function askMapOf(size) {
    A.serial += 1;
    A.element("status").textContent = `${size} × ${size} …`;
    A.channels.map.ask({ link: A.linkOf(A.state), size, page: pageName, serial: A.serial });
  }

  Object.assign(A, { askCurves, askEverything, askGround, askMapOf, mapKey, settle, staleMap });
})();
