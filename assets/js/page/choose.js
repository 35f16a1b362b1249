/* What the choosers do: objective, formula, runs, their choices. */

import { element, elements } from "../dom/elements.js";
import { notice } from "../dom/notice.js";
import { accept, refuse } from "../dom/refusals.js";
import { adopt, change, commit, intended, onRun } from "../state/changes.js";
import { hold } from "../state/pairs.js";
import { planeOf } from "../state/planes.js";
import { changed, edited, flowName, stateChanged, store } from "../state/store.js";
import { askCurves } from "../questions/pictures.js";

/* Where the characters at fault are in a text as the browser counts it: in UTF-16, with the spaces before it. */
function charactersAt(text, { position, length }) {
  const spaces = text.length - text.trimStart().length, characters = [...text.trim()];
  return [position, position + length].map((count) => spaces + characters.slice(0, count).join("").length);
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
export const choose = {
  objective(name) {
    if (store.state && name && name !== store.state.objective)
      change((state) => Object.assign(state, { objective: name, objective_parameters: {}, start: null, view: null, span: null, box: null }));
  },
  formula(text) {
    if (!store.state || text === null) return;
    const { objective } = store.state, known = store.specification.objectives, shown = known[objective]?.formula ?? objective;
    const field = element("formula"), beneath = element("formula-refusal");
    accept(field, beneath);
    if (text.trim() === "") return refuse(field, beneath, "Type a formula in x and y, such as x^2 + y^2. The landscape stays as it is.");
    if (text === shown) return;
    const named = Object.keys(known).find((name) => known[name].formula === text);
    change((state) => Object.assign(state, { objective: named ?? text, objective_parameters: {}, view: null, span: null, box: null }), {
      key: "formula",
      refused: ({ refused: why }) => {
        if (!why) return false;
        refuse(field, beneath, `${why.message} The landscape stays as it is.`);
        if (why.position !== null && document.activeElement === field) field.setSelectionRange(...charactersAt(text, why));
        return true;
      },
    });
  },
  add(name) {
    if (store.state && name && store.state.runs.length < store.specification.maximum_runs)
      change((state) => {
        state.runs.push({ optimizer: name, values: {}, held: "rates" });
        state.edit = state.runs.length - 1;
      });
    else if (store.state && name) {
      notice([`At most ${store.specification.maximum_runs} runs fit on one picture: remove one first.`]);
      stateChanged.emit();
    }
  },
  held(held) {
    if (!store.state || edited().held === held) return;
    const plane = planeOf();
    hold(edited(), held);
    if (planeOf() !== plane) store.state.box = null;
    changed();
    askCurves(); // rounding may differ, and where a spike comes hangs on it: the link must show the same
    commit();
  },
  variant(name) {
    if (store.state && name && name !== flowName()) change(onRun(store.state.edit, (draft, i) => (draft.runs[i].variant = name)));
  },
  choice(name, text) {
    if (!store.state) return;
    const value = store.specification.choices[name][text];
    if (name in edited().values && !same(edited().values[name], value))
      change(onRun(store.state.edit, (draft, i) => (draft.runs[i].values[name] = value)));
  },
  set(name, value) {
    const more = name === "curve" ? { scale: store.specification.curves[value].scale } : {};
    if (["curve", "scale", "window", "axis", "level"].includes(name)) more.span = null; // a range of other axes
    if (store.state && intended()[name] !== value) change((state) => Object.assign(state, { [name]: value }, more));
  },
};

/* The page's own choosers and switches, and the lessons, each of which is a link. */
export function watchChoosers() {
  for (const select of elements("select[data-field]"))
    select.addEventListener("change", () => choose.set(select.dataset.field, select.value));
  for (const toggle of elements("[role=switch][data-field]"))
    toggle.addEventListener("click", () => choose.set(toggle.dataset.field, !store.state[toggle.dataset.field]));
  element("lessons").addEventListener("click", (event) => {
    const anchor = event.target.closest("a.lesson");
    if (!anchor || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const link = new URL(anchor.href).search.slice(1);
    adopt(() => link, { push: true });
  });
}
