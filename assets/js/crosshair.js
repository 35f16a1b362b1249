/* A pointer over the landscape or the loss points at a step: its numbers, and its place on both. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const NEAR = 24; // pixels between pointer and path
  const REST = 90; // ms of rest after which the step itself is asked for, not only one nearby
  A.hover = null;
  let resting;

  function point(k) {
    const same = (A.hover?.k ?? null) === k;
    clearTimeout(resting);
    if (same && k === null) return;
    A.hover = k === null ? null : { k };
    if (k !== null) {
      A.tiles.want(k, Infinity);
      resting = setTimeout(() => A.hover && A.tiles.want(A.hover.k), REST);
    }
    A.showHover();
  }

  A.showHover = () => {
    A.plots?.landscape.redraw("heads");
    A.plots?.curves.redraw("cursor");
    if (!A.hover) return;
    const at = A.tiles.stepAt(A.hover.k);
    if (!at) return;
    const step = `step ${at.k.toLocaleString("en")}`, own = at.data.arrays[`position ${A.state.edit}`];
    const place = [0, 1].map((j) => A.fixedText(own[2 * at.row + j], 6)).join(", ");
    const time = A.state.axis === "time" ? `   t ${(at.k * A.tiles.unit(A.state.edit)).toPrecision(4)}` : "";
    A.element("curves-readout").textContent = step + time; // the values stand at the curves
    A.element("landscape-readout").textContent = `${step}   ${A.titleOf(A.state.edit)} ${place}`;
  };

  /* The step of the edited run's path that is drawn nearest to a pixel, or null where none is near. */
  function nearest(plot, clientX, clientY) {
    const { runs } = A.shown, path = runs?.arrays[`path ${A.state.edit}`], steps = runs?.arrays[`path_step ${A.state.edit}`];
    if (!path) return null;
    const at = plot.at(clientX, clientY), { width, height } = plot.area(), [x0, x1, y0, y1] = runs.window;
    const u = (at.x - x0) / (x1 - x0), v = (at.y - y0) / (y1 - y0);
    let best = null, least = NEAR;
    for (let i = 0; i < steps.length; i++) {
      const far = Math.hypot((path[2 * i] - u) * width, (path[2 * i + 1] - v) * height);
      if (far < least) [best, least] = [steps[i], far];
    }
    return at.inside ? best : null;
  }

  A.listenForHovers = () => {
    const { curves, landscape } = A.plots;
    const show = (name, text) => (A.element(`${name}-readout`).textContent = text);
    curves.container.addEventListener("pointermove", (event) => {
      const at = curves.at(event.clientX, event.clientY);
      point(at.inside ? A.tiles.stepOn(at.x) : null);
      if (!at.inside) show("curves", "");
    });
    landscape.container.addEventListener("pointermove", (event) => {
      // a hand that moves the start passes over the path, and means no step of it
      const at = landscape.at(event.clientX, event.clientY), k = A.inHand ? null : nearest(landscape, event.clientX, event.clientY);
      point(k);
      if (k === null) show("landscape", at.inside ? `${at.x.toPrecision(4)}, ${at.y.toPrecision(4)}` : "");
      if (k === null) show("curves", "");
    });
    for (const plot of [curves, landscape])
      plot.container.addEventListener("pointerleave", () => {
        point(null);
        show("curves", "");
        show("landscape", "");
      });
  };
})();
