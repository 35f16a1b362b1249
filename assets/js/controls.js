/* From state to controls, and from a control's id to its place in the state. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  function quantityValue(id) {
    const [kind, name] = [id.slice(0, 1), id.slice(2)];
    if (kind === "p") return A.valueOf(A.edited(), name);
    if (kind === "f") return A.state.objective_parameters[name];
    return { x: A.state.start[0], y: A.state.start[1] }[name] ?? A.state[name];
  }

  /* The value of a state itself, which may not be the one in force. */
  function storedQuantity(state, id) {
    const [kind, name] = [id.slice(0, 1), id.slice(2)];
    if (kind === "p") return state.runs[state.edit].values[name];
    if (kind === "f") return state.objective_parameters[name];
    return { x: state.start?.[0], y: state.start?.[1] }[name] ?? state[name];
  }

  function applyQuantity(state, id, value) {
    const [kind, name] = [id.slice(0, 1), id.slice(2)];
    if (kind === "p") {
      const plane = A.plane(state);
      A.setValue(state.runs[state.edit], name, value);
      if (A.plane(state) !== plane) state.box = null;
    } else if (kind === "f") state.objective_parameters[name] = value;
    else if (name === "x" || name === "y") (state.start ??= [...A.state.start])[name === "x" ? 0 : 1] = value;
    else state[name] = value;
  }

  function showControls() {
    const run = A.edited();
    A.quantities["s-x"]?.setEnds(...A.domain[0]);
    A.quantities["s-y"]?.setEnds(...A.domain[1]);
    for (const [id, quantity] of Object.entries(A.quantities)) {
      const value = quantityValue(id);
      A.put(A.element(`row-${id}`), { hidden: value === undefined });
      if (value !== undefined) quantity.show(value);
      if (id.startsWith("p-")) quantity.idle(A.idleReason(run, id.slice(2)));
    }
    for (const name of Object.keys(A.specification.choices)) A.put(A.element(`row-p-${name}`), { hidden: !(name in run.values) });
  }

  function showChoosers() {
    const { objective } = A.state, known = A.specification.objectives[objective], run = A.edited();
    A.tellDash("objective", { value: known ? objective : null });
    showFormula(known ? known.formula : objective);
    showHeld();
    for (const select of document.querySelectorAll("select[data-field]")) A.put(select, { value: A.state[select.dataset.field] });
    A.put(A.element("level"), { hidden: !A.specification.curves[A.state.curve].from_level });
    showToggles();
    A.tellDash("add-run", { value: null });
    for (const [name, options] of Object.entries(A.specification.choices)) {
      const text = Object.keys(options).find((key) => options[key] === run.values[name]);
      if (text === undefined) continue;
      const why = A.idleReason(run, name), row = A.element(`row-p-${name}`);
      A.tellDash(`p-${name}`, { value: text, disabled: why !== "" });
      A.put(A.element(`p-${name}-idle`), { textContent: why });
      row.classList.toggle("idle", why !== "");
    }
    showFlows();
    showRuns();
  }

  /* What was typed and refused stays in the field, until there is another formula. */
  let formulaShown = null;
  function showFormula(text) {
    const field = A.element("formula");
    if (text === formulaShown && field.hasAttribute("aria-invalid")) return;
    A.accept(field, A.element("formula-refusal"));
    formulaShown = text;
    A.tellDash("formula", { value: text });
    A.showUnderstood(text);
  }
  A.forgetFormula = () => (formulaShown = null);

  function showToggles() {
    for (const toggle of document.querySelectorAll("[role=switch][data-field]")) A.put(toggle, { ariaChecked: String(A.state[toggle.dataset.field]) });
  }

  const PAIRS = { rates: ["a", "b"], decays: ["beta1", "beta2"] };

  /* Which pair is held, and whether the other one has moved with the learning rate: the browser's own radio buttons,
     which bring their names and arrow keys. */
  function showHeld() {
    const run = A.edited(), { labels } = A.specification.optimizers[run.optimizer], moved = movedPair(run);
    const present = (pair) => PAIRS[pair].filter((name) => A.valueOf(run, name) !== undefined);
    const told = (names) => names.map((name) => labels[name]).join(", ");
    const counts = present("rates").some((name) => !A.idleReason(run, name)); // else nothing hangs on what is held
    A.put(A.element("row-held"), { hidden: run.values.learning_rate === undefined || !counts });
    for (const label of A.element("held").children) {
      let radio = label.querySelector("input");
      if (!radio) {
        radio = A.make("input", { type: "radio", name: "held", value: label.dataset.value });
        radio.addEventListener("change", () => A.choose.held(radio.value));
        label.prepend(radio);
      }
      A.put(radio, { checked: radio.value === run.held });
      A.put(label.lastChild, { nodeValue: told(present(radio.value)) });
    }
    A.put(A.element("held-says"), { textContent: moved.length ? `${told(moved.map(({ name }) => name))} moved with η` : "while η moves" });
    for (const name of Object.values(PAIRS).flat()) {
      const from = moved.find((one) => one.name === name)?.from;
      A.quantities[`p-${name}`].mark(from === undefined ? "" : `Was ${A.numberText(from)} before the learning rate moved: ${told(present(run.held))} ${present(run.held).length > 1 ? "are" : "is"} held`);
    }
  }

  /* Of the pair that is not held, what the learning rate has moved since something else was touched: [{name, from}]. */
  let stood = null; // that pair, and the learning rate, when the held values became what they are
  function movedPair(run) {
    const { learning_rate: eta } = run.values;
    const held = PAIRS[run.held], follows = PAIRS[run.held === "rates" ? "decays" : "rates"];
    const key = JSON.stringify([A.state.edit, run.optimizer, held, held.map((name) => run.values[name])]);
    if (stood?.key !== key) stood = { key, eta, values: follows.map((name) => A.valueOf(run, name)) };
    if (eta === stood.eta) return [];
    return follows.map((name, i) => ({ name, from: stood.values[i] })).filter(({ name, from }) => from !== A.valueOf(run, name));
  }
  A.forgetMoved = () => (stood = null);

  /* The ODE limits that the edited run has to choose from, where it is more than one. */
  function showFlows() {
    A.element("row-variant").hidden = A.offered.length < 2;
    A.tellDash("variant", { options: A.offered, value: A.flowName() ?? null });
  }

  /* The chips. Made anew only where they differ: the one with the focus keeps it. */
  let chips = "";
  function showRuns() {
    const box = A.element("runs"), titles = A.titles(A.state), text = JSON.stringify([A.state.edit, titles]);
    if (text === chips) return;
    chips = text;
    const buttons = () => [...box.querySelectorAll("button")], focused = buttons().indexOf(document.activeElement);
    box.replaceChildren(
      ...A.state.runs.map((run, i) => {
        const chip = document.createElement("div");
        chip.className = `chip${i === A.state.edit ? " edited" : ""}`;
        chip.style.setProperty("--run", `var(--run-${i})`);
        const name = document.createElement("button");
        name.type = "button";
        name.className = "name";
        name.textContent = titles[i];
        name.setAttribute("aria-pressed", String(i === A.state.edit));
        name.addEventListener("click", () => A.change(A.onRun(i, (draft, at) => (draft.edit = at))));
        chip.append(name);
        if (A.state.runs.length > 1) {
          const remove = document.createElement("button");
          remove.type = "button";
          remove.className = "remove";
          remove.textContent = "×";
          remove.setAttribute("aria-label", `Remove ${name.textContent}`);
          remove.addEventListener("click", () =>
            A.change(A.onRun(i, (draft, at) => {
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

  Object.assign(A, { applyQuantity, quantityValue, showChoosers, showControls, storedQuantity });
})();
