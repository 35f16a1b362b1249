/* The map's choosers: its plane, what colours it, how long the runs are; the colour bar; the way back from a box. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const choosers = {};

  const element = (tag, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  A.make = element;

  const planeTitle = (plane) =>
    plane === "x0,y0" ? "the start" : plane.split(",").map((name) => A.specification.map.axes[name].symbol).join(", ");

  function chooser(label, changed) {
    const select = element("select", { className: "quiet" });
    select.setAttribute("aria-label", label);
    select.addEventListener("change", () => changed(select.value));
    return select;
  }

  function fill(select, options, value) {
    const key = JSON.stringify(options);
    if (select.dataset.options !== key) {
      select.dataset.options = key;
      select.replaceChildren(...options.map(([name, text]) => element("option", { value: name, textContent: text })));
    }
    select.value = value;
  }

  function build() {
    choosers.plane = chooser("Plane of the map", (plane) => A.setMap({ plane, box: null }));
    choosers.layer = chooser("What colours the map", (layer) => A.setMap({ layer }));
    choosers.dynamics = chooser("Steps, their ODE limit, or the difference", (dynamics) => A.setMap({ dynamics }));
    A.element("map-tools").append("of ", choosers.dynamics, " over ", choosers.plane, " by ", choosers.layer);
    const foot = A.element("map-foot");
    choosers.horizon = element("input", { type: "text", inputMode: "decimal", spellcheck: false });
    choosers.horizon.setAttribute("aria-label", "Horizon of the map's runs");
    choosers.horizon.title = "How long every cell runs: learning rate times steps, for most methods. Empty: as long as the run itself";
    const beneath = element("p", { id: "horizon-refusal", className: "refusal" });
    beneath.setAttribute("role", "alert");
    const typed = () => {
      const text = choosers.horizon.value.trim();
      if (text === choosers.horizon.dataset.shown) return;
      if (text === "") return A.setMap({ horizon: null });
      const value = A.readNumber(text), why = A.numberRefusal("The horizon", text, value, A.specification.horizon);
      if (!why) return A.setMap({ horizon: value });
      choosers.horizon.value = shownHorizon();
      A.refuse(choosers.horizon, beneath, `${why} ${shownHorizon()} stays.`);
    };
    choosers.horizon.addEventListener("input", () => A.accept(choosers.horizon, beneath));
    choosers.horizon.addEventListener("blur", typed);
    choosers.horizon.addEventListener("keydown", (event) => event.key === "Enter" && typed());
    foot.append(element("label", {}, "horizon ", choosers.horizon), beneath);
    choosers.beneath = beneath;
    choosers.back = element("button", { type: "button", className: "out", textContent: "← back", hidden: true });
    choosers.back.title = "Out of the box, as with Escape or a double click";
    choosers.back.addEventListener("click", A.mapBack);
    A.element("map-plot").append(choosers.back, element("div", { id: "map-bar", className: "bar", hidden: true }));
  }

  /* What someone has typed stays what it is; steps times a learning rate is rounded. */
  const shownHorizon = () => A.numberText(A.state.horizon ?? Number(A.ownHorizon().toPrecision(6)));

  /* A text that is being typed stays, until the horizon is another one. */
  function showHorizon() {
    const { horizon } = choosers, text = shownHorizon();
    if (text === horizon.dataset.shown) return;
    horizon.value = horizon.dataset.shown = text;
    A.accept(horizon, choosers.beneath);
  }

  A.showMapTools = () => {
    if (!choosers.plane) build();
    const run = A.edited(), { layers } = A.specification.map;
    fill(choosers.plane, A.planes(run).map((plane) => [plane, planeTitle(plane)]), A.plane());
    fill(choosers.dynamics, [["steps", "the steps"], ["flow", "the ODE limit"], ["difference", "the difference"]], A.state.dynamics);
    choosers.layer.disabled = A.state.dynamics !== "steps";
    fill(choosers.layer, Object.entries(layers).map(([name, { title }]) => [name, title]), choosers.layer.disabled ? "regime" : A.state.layer);
    showHorizon();
    choosers.horizon.classList.toggle("own", A.state.horizon === null);
    choosers.back.hidden = !A.state.box;
    A.showLineSwitches();
  };

  A.showColourBar = () => A.fillBar(A.element("map-bar"), A.map);

  /* What the colours of a map by one of its layers mean: its least number, the colours, its greatest. */
  A.fillBar = (bar, map) => {
    bar.hidden = !map?.bar;
    if (!map?.bar) return;
    const { title, unit } = A.specification.map.layers[map.layer], { low, high, log, below, above } = map.bar;
    const stripe = element("span", { className: "stripe" });
    stripe.style.background = `linear-gradient(to right, ${A.specification.map.colours.join(",")})`;
    const end = (sign, value) => element("span", {}, sign, ...A.typeset(A.shortNumber(value)));
    bar.replaceChildren(end(below ? "≤ " : "", low), stripe, end(above ? "≥ " : "", high), unit);
    bar.title = `${title}, ${log ? "even decades" : "even steps"}`;
  };
})();
