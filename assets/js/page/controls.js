/* From state to controls. */

import { element, elements, make, put } from "../dom/elements.js";
import { numberText } from "../dom/numbers.js";
import { accept } from "../dom/refusals.js";
import { change, onRun } from "../state/changes.js";
import { idleReason, valueOf } from "../state/pairs.js";
import { quantityValue } from "../state/quantities.js";
import { edited, flowName, store } from "../state/store.js";
import { titlesOf } from "../state/titles.js";
import { quantities } from "../hand/quantities.js";
import { choose } from "./choose.js";
import { tellDash } from "./told.js";
import { showUnderstood } from "./understood.js";

export function showControls() {
  const run = edited();
  quantities["s-x"]?.setEnds(...store.domain[0]);
  quantities["s-y"]?.setEnds(...store.domain[1]);
  for (const [id, quantity] of Object.entries(quantities)) {
    const value = quantityValue(id);
    put(element(`row-${id}`), { hidden: value === undefined });
    if (value !== undefined) quantity.show(value);
    if (id.startsWith("p-")) quantity.idle(idleReason(run, id.slice(2)));
  }
  for (const name of Object.keys(store.specification.choices)) put(element(`row-p-${name}`), { hidden: !(name in run.values) });
}

export function showChoosers() {
  const { objective } = store.state, known = store.specification.objectives[objective], run = edited();
  tellDash("objective", { value: known ? objective : null });
  showFormula(known ? known.formula : objective);
  showHeld();
  for (const select of elements("select[data-field]")) put(select, { value: store.state[select.dataset.field] });
  put(element("level"), { hidden: !store.specification.curves[store.state.curve].from_level });
  showToggles();
  tellDash("add-run", { value: null });
  for (const [name, options] of Object.entries(store.specification.choices)) {
    const text = Object.keys(options).find((key) => options[key] === run.values[name]);
    if (text === undefined) continue;
    const why = idleReason(run, name), row = element(`row-p-${name}`);
    tellDash(`p-${name}`, { value: text, disabled: why !== "" });
    put(element(`p-${name}-idle`), { textContent: why });
    row.classList.toggle("idle", why !== "");
  }
  showFlows();
  showRuns();
}

/* What was typed and refused stays in the field, until there is another formula. */
let formulaShown = null;
function showFormula(text) {
  const field = element("formula");
  if (text === formulaShown && field.hasAttribute("aria-invalid")) return;
  accept(field, element("formula-refusal"));
  formulaShown = text;
  tellDash("formula", { value: text });
  showUnderstood(text);
}
export const forgetFormula = () => (formulaShown = null);

function showToggles() {
  for (const toggle of elements("[role=switch][data-field]")) put(toggle, { ariaChecked: String(store.state[toggle.dataset.field]) });
}

const PAIRS = { rates: ["a", "b"], decays: ["beta1", "beta2"] };

/* Which pair is held, and whether the other one has moved with the learning rate: the browser's own radio buttons,
   which bring their names and arrow keys. */
function showHeld() {
  const run = edited(), { labels } = store.specification.optimizers[run.optimizer], moved = movedPair(run);
  const present = (pair) => PAIRS[pair].filter((name) => valueOf(run, name) !== undefined);
  const told = (names) => names.map((name) => labels[name]).join(", ");
  const counts = present("rates").some((name) => !idleReason(run, name)); // else nothing hangs on what is held
  put(element("row-held"), { hidden: run.values.learning_rate === undefined || !counts });
  for (const label of element("held").children) {
    let radio = label.querySelector("input");
    if (!radio) {
      radio = make("input", { type: "radio", name: "held", value: label.dataset.value });
      radio.addEventListener("change", () => choose.held(radio.value));
      label.prepend(radio);
    }
    put(radio, { checked: radio.value === run.held });
    put(label.lastChild, { nodeValue: told(present(radio.value)) });
  }
  put(element("held-says"), { textContent: moved.length ? `${told(moved.map(({ name }) => name))} moved with η` : "while η moves" });
  for (const name of Object.values(PAIRS).flat()) {
    const from = moved.find((one) => one.name === name)?.from;
    quantities[`p-${name}`].mark(from === undefined ? "" : `Was ${numberText(from)} before the learning rate moved: ${told(present(run.held))} ${present(run.held).length > 1 ? "are" : "is"} held`);
  }
}

/* Of the pair that is not held, what the learning rate has moved since something else was touched: [{name, from}]. */
let stood = null; // that pair, and the learning rate, when the held values became what they are
function movedPair(run) {
  const { learning_rate: eta } = run.values;
  const held = PAIRS[run.held], follows = PAIRS[run.held === "rates" ? "decays" : "rates"];
  const key = JSON.stringify([store.state.edit, run.optimizer, held, held.map((name) => run.values[name])]);
  if (stood?.key !== key) stood = { key, eta, values: follows.map((name) => valueOf(run, name)) };
  if (eta === stood.eta) return [];
  return follows.map((name, i) => ({ name, from: stood.values[i] })).filter(({ name, from }) => from !== valueOf(run, name));
}
export const forgetMoved = () => (stood = null);

/* The ODE limits that the edited run has to choose from, where it is more than one. */
function showFlows() {
  element("row-variant").hidden = store.offered.length < 2;
  tellDash("variant", { options: store.offered, value: flowName() ?? null });
}

/* The chips. Made anew only where they differ: the one with the focus keeps it. */
let chips = "";
function showRuns() {
  const box = element("runs"), titles = titlesOf(store.state), text = JSON.stringify([store.state.edit, titles]);
  if (text === chips) return;
  chips = text;
  const buttons = () => elements("button", box), focused = buttons().indexOf(document.activeElement);
  box.replaceChildren(
    ...store.state.runs.map((run, i) => {
      const chip = document.createElement("div");
      chip.className = `chip${i === store.state.edit ? " edited" : ""}`;
      chip.style.setProperty("--run", `var(--run-${i})`);
      const name = document.createElement("button");
      name.type = "button";
      name.className = "name";
      name.textContent = titles[i];
      name.setAttribute("aria-pressed", String(i === store.state.edit));
      name.addEventListener("click", () => change(onRun(i, (draft, at) => (draft.edit = at))));
      chip.append(name);
      if (store.state.runs.length > 1) {
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "remove";
        remove.textContent = "×";
        remove.setAttribute("aria-label", `Remove ${name.textContent}`);
        remove.addEventListener("click", () =>
          change(onRun(i, (draft, at) => {
            if (draft.runs.length === 1) return;
            draft.runs.splice(at, 1);
            draft.edit = Math.min(draft.edit > at ? draft.edit - 1 : draft.edit, draft.runs.length - 1);
          })),
        );
        chip.append(remove);
      }
      return chip;
    }),
  );
  if (focused >= 0) buttons()[Math.min(focused, buttons().length - 1)].focus();
}
