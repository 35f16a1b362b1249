/* The map's plane: its axes' units, the dot that is dragged on it, boxes into it and back. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const PART = 200; // an arrow key moves by this part of the axis
  const OUT = 1.25; // times as wide by two fingers is meant to lead out; less is two fingers that move the box
  const way = []; // the boxes on the way in, {plane, from, to}, to go back by

  /* The plane that is drawn for a state: what it asks for, its twin in the pair held, or the method's usual one. */
  A.plane = (state = A.state) => {
    const run = state.runs[state.edit], here = A.planes(run, run.held, state);
    const there = A.planes(run, run.held === "rates" ? "decays" : "rates", state);
    return here[Math.max(0, here.indexOf(state.plane), there.indexOf(state.plane))];
  };

  /* The planes that a run offers, without those along a parameter that changes nothing in it; the start's is the last,
     behind those along the objective's own parameters. */
  A.planes = (run, held = run.held, { objective } = A.state) => {
    const own = A.specification.optimizers[run.optimizer].planes[held], along = A.specification.objectives[objective]?.planes ?? [];
    return [...own.slice(0, -1), ...along, own.at(-1)].filter((plane) => !plane.split(",").some((name) => A.idleReason(run, name)));
  };

  /* Whether the plane's cells run as long on the clock, and not as many steps. */
  A.evenInTime = () => {
    const names = A.plane().split(","), { bending } = A.specification.optimizers[A.edited().optimizer];
    return names.includes("learning_rate") && !names.some((name) => bending.includes(name));
  };

  const scaleOf = (name) => A.specification.map.axes[name].scale;
  const toUnits = (name, value) =>
    ({ log: () => Math.log10(value), complement: () => Math.log10(1 - value), linear: () => value })[scaleOf(name)]();

  /* The value at a place on an axis that shows `width`, in as many digits as a hand can tell there. */
  function fromUnits(name, unit, width) {
    const scale = scaleOf(name), digits = Math.max(3, Math.ceil(-Math.log10((2.3 * width) / PART)) + 1);
    if (scale === "linear") return Number(unit.toFixed(Math.min(15, Math.max(0, 3 - Math.floor(Math.log10(width))))));
    const power = Number((10 ** unit).toPrecision(Math.min(15, digits)));
    return scale === "log" ? power : Math.max(0, Number((1 - power).toPrecision(15)));
  }
  A.valueOnPlane = (name, unit) => ({ log: 10 ** unit, complement: 1 - 10 ** unit, linear: unit })[scaleOf(name)];

  /* The time of one step of the edited run, and of all of them, by its method's clock. */
  const clock = (learningRate) => learningRate ** A.specification.optimizers[A.edited().optimizer].clock;
  A.ownHorizon = () => A.state.steps * clock(A.edited().values.learning_rate);

  const START = ["x0", "y0"];
  const ofObjective = (name) => name in A.state.objective_parameters;
  const valueNow = (name) => {
    if (START.includes(name)) return A.state.start[START.indexOf(name)];
    return ofObjective(name) ? A.state.objective_parameters[name] : A.valueOf(A.edited(), name);
  };

  /* The edited run's place on the plane that is drawn, or null where it has none. */
  A.dotOnPlane = () => {
    if (!A.state || A.map?.plane !== A.plane()) return null;
    const at = A.map.plane.split(",").map((name) => toUnits(name, valueNow(name)));
    return at.every(Number.isFinite) ? at : null;
  };

  /* Move the edited run to a place on the plane; along the learning rate its time stays, as on the map. */
  A.moveOnPlane = (x, y, final) => {
    if (A.map?.plane !== A.plane()) return;
    const [x0, x1, y0, y1] = A.plots.map.ranges(), run = A.edited(), { state } = A;
    const names = A.map.plane.split(",");
    const values = [fromUnits(names[0], x, x1 - x0), fromUnits(names[1], y, y1 - y0)];
    names.forEach((name, i) => {
      if (START.includes(name)) state.start[START.indexOf(name)] = values[i];
      else if (ofObjective(name)) state.objective_parameters[name] = values[i];
      else if (name === "learning_rate" && A.evenInTime()) {
        state.horizon ??= A.ownHorizon();
        const [least, most] = A.specification.steps;
        state.steps = Math.min(most, Math.max(least, Math.round(state.horizon / clock(values[i]))));
        run.values.learning_rate = values[i];
      } else A.setValue(run, name, name in A.DECAY_OF ? Math.min(1 / run.values.learning_rate, values[i]) : values[i]);
    });
    A.inHand ||= !final;
    A.changed();
    A.askCurves();
    if (final) A.commit();
  };

  A.makeMapPlot = () => {
    const plot = new A.Plot("map", { cells: A.drawMap }, {
      moved: (ranges, wider = 1) => {
        if (wider < OUT) zoomTo(A.roundedRanges(ranges));
        else if (A.state.box) A.mapBack();
        else A.showPlane(A.map);
      },
      clicked: ({ x, y }) => A.moveOnPlane(x, y, true),
      reset: () => A.mapBack(),
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && A.state?.box && !event.defaultPrevented) A.mapBack();
    });
    return plot;
  };

  A.makeMapHandle = (plot) =>
    new A.Handle(plot, "The run on the map", {
      place: A.dotOnPlane,
      dragged: A.moveOnPlane,
      step: () => {
        const [x0, x1, y0, y1] = plot.ranges();
        return [(x1 - x0) / PART, (y1 - y0) / PART];
      },
      told: () => A.cellText(...A.dotOnPlane()),
    });

  function zoomTo(box) {
    way.push({ plane: A.plane(), from: A.state.box, to: box });
    A.setMap({ box });
  }

  /* Out of a box, the way that led into it. A box that came with a link has none: out of it is the whole map. */
  A.mapBack = () => {
    const { box } = A.state;
    if (!box) return;
    let last;
    do last = way.pop();
    while (last && (last.plane !== A.plane() || String(last.to) !== String(box)));
    A.setMap({ box: last?.from ?? null });
  };

  /* A part of the state that only the map depends on. */
  A.setMap = (patch) => {
    const { layer } = A.state;
    Object.assign(A.state, patch);
    A.changed();
    A.staleMap();
    A.askCurves(); // from the cache: what is drawn is what the link asks for
    if (A.state.layer !== layer && !A.mapStale && A.map.size) A.askMapOf(A.map.size); // other colours, same cells
    A.commit();
  };

  /* Plotly's axes for a map that has come: only now, so that old axes never stand around new cells. */
  A.showPlane = async ({ plane, window: ends }) => {
    const ranges = A.plots.map.ranges(), change = {}, names = plane.split(",");
    const { layout } = A.plots.map;
    ["xaxis", "yaxis"].forEach((axis, i) => {
      const { title, scale } = A.specification.map.axes[names[i]], range = ends.slice(2 * i, 2 * i + 2);
      const type = scale === "linear" ? "linear" : "log";
      if (layout[axis].title.text !== title) change[`${axis}.title.text`] = title;
      if (layout[axis].type !== type) change[`${axis}.type`] = type;
      if (String(range) === String(ranges.slice(2 * i, 2 * i + 2)) && !Object.keys(change).length) return;
      const decades = type === "log" && range[1] - range[0] >= 2;
      change[`${axis}.range`] = range;
      change[`${axis}.tickmode`] = decades ? "linear" : "auto";
      change[`${axis}.dtick`] = decades ? Math.ceil((range[1] - range[0]) / 6) : null;
      change[`${axis}.nticks`] = 6;
    });
    if (Object.keys(change).length) await A.plots.map.relayout(change);
  };
})();
