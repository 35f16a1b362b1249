/* The map's choosers: its plane, what colours it, how long the runs are; the colour bar; the way back from a box. */

import { element, make } from "../dom/elements.js";
import { numberText } from "../dom/numbers.js";
import { accept, numberRefusal, readNumber, refuse } from "../dom/refusals.js";
import { ownHorizon, planeOf, planesOf } from "../state/planes.js";
import { answers, edited, store } from "../state/store.js";
import { mapBack, setMap } from "../hand/map.js";
import { fillBar } from "./colour_bar.js";
import { showLineSwitches } from "./line_switches.js";

const choosers = {};

const planeTitle = (plane) =>
  plane === "x0,y0" ? "the start" : plane.split(",").map((name) => store.specification.map.axes[name].symbol).join(", ");

function chooser(label, changed) {
  const select = make("select", { className: "quiet" });
  select.setAttribute("aria-label", label);
  select.addEventListener("change", () => changed(select.value));
  return select;
}

function fill(select, options, value) {
  const key = JSON.stringify(options);
  if (select.dataset.options !== key) {
    select.dataset.options = key;
    select.replaceChildren(...options.map(([name, text]) => make("option", { value: name, textContent: text })));
  }
  select.value = value;
}

function build() {
  choosers.plane = chooser("Plane of the map", (plane) => setMap({ plane, box: null }));
  choosers.layer = chooser("What colours the map", (layer) => setMap({ layer }));
  choosers.dynamics = chooser("Steps, their ODE limit, or the difference", (dynamics) => setMap({ dynamics }));
  element("map-tools").append("of ", choosers.dynamics, " over ", choosers.plane, " by ", choosers.layer);
  const foot = element("map-foot");
  choosers.horizon = make("input", { type: "text", inputMode: "decimal", spellcheck: false });
  choosers.horizon.setAttribute("aria-label", "Horizon of the map's runs");
  choosers.horizon.title = "How long every cell runs: learning rate times steps, for most methods. Empty: as long as the run itself";
  const beneath = make("p", { id: "horizon-refusal", className: "refusal" });
  beneath.setAttribute("role", "alert");
  const typed = () => {
    const text = choosers.horizon.value.trim();
    if (text === choosers.horizon.dataset.shown) return;
    if (text === "") return setMap({ horizon: null });
    const value = readNumber(text), why = numberRefusal("The horizon", text, value, store.specification.horizon);
    if (!why) return setMap({ horizon: value });
    choosers.horizon.value = shownHorizon();
    refuse(choosers.horizon, beneath, `${why} ${shownHorizon()} stays.`);
  };
  choosers.horizon.addEventListener("input", () => accept(choosers.horizon, beneath));
  choosers.horizon.addEventListener("blur", typed);
  choosers.horizon.addEventListener("keydown", (event) => event.key === "Enter" && typed());
  foot.append(make("label", {}, "horizon ", choosers.horizon), beneath);
  choosers.beneath = beneath;
  choosers.back = make("button", { type: "button", className: "out", textContent: "← back", hidden: true });
  choosers.back.title = "Out of the box, as with Escape or a double click";
  choosers.back.addEventListener("click", mapBack);
  element("map-plot").append(choosers.back, make("div", { id: "map-bar", className: "bar", hidden: true }));
}

/* What someone has typed stays what it is; steps times a learning rate is rounded. */
const shownHorizon = () => numberText(store.state.horizon ?? Number(ownHorizon().toPrecision(6)));

/* A text that is being typed stays, until the horizon is another one. */
function showHorizon() {
  const { horizon } = choosers, text = shownHorizon();
  if (text === horizon.dataset.shown) return;
  horizon.value = horizon.dataset.shown = text;
  accept(horizon, choosers.beneath);
}

export const showMapTools = () => {
  if (!choosers.plane) build();
  const run = edited(), { layers } = store.specification.map;
  fill(choosers.plane, planesOf(run).map((plane) => [plane, planeTitle(plane)]), planeOf());
  fill(choosers.dynamics, [["steps", "the steps"], ["flow", "the ODE limit"], ["difference", "the difference"]], store.state.dynamics);
  choosers.layer.disabled = store.state.dynamics !== "steps";
  fill(choosers.layer, Object.entries(layers).map(([name, { title }]) => [name, title]), choosers.layer.disabled ? "regime" : store.state.layer);
  showHorizon();
  choosers.horizon.classList.toggle("own", store.state.horizon === null);
  choosers.back.hidden = !store.state.box;
  showLineSwitches();
};

export const showColourBar = () => fillBar(element("map-bar"), answers.map);
