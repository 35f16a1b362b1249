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

  function applyQuantity(state, id, value) {
    const [kind, name] = [id.slice(0, 1), id.slice(2)];
    if (kind === "p") A.setValue(state.runs[state.edit], name, value);
    else if (kind === "f") state.objective_parameters[name] = value;
    else if (name === "x" || name === "y") state.start[name === "x" ? 0 : 1] = value;
    else state[name] = value;
  }

  function showControls(except) {
    const run = A.edited();
    for (const [id, quantity] of Object.entries(A.quantities)) {
      const value = quantityValue(id);
      const row = A.element(`row-${id}`);
      A.put(row, { hidden: value === undefined });
      if (id !== except && value !== undefined && (!except || value !== quantity.value())) quantity.show(value);
    }
    if (!except) {
      A.quantities["s-x"]?.setEnds(...A.domain[0]);
      A.quantities["s-y"]?.setEnds(...A.domain[1]);
    }
    A.put(A.element("row-held"), { hidden: run.values.learning_rate === undefined || !A.specification.optimizers[run.optimizer].rates });
    for (const name of Object.keys(A.specification.choices)) A.put(A.element(`row-p-${name}`), { hidden: !(name in run.values) });
    A.player.refresh();
  }

  function showChoosers() {
    const { objective } = A.state, known = A.specification.objectives[objective], run = A.edited();
    A.setProps("objective", { value: known ? objective : null });
    A.setProps("formula", { value: known ? known.formula : objective });
    showHeld();
    for (const select of document.querySelectorAll("select[data-field]")) select.value = A.state[select.dataset.field];
    showToggles();
    A.setProps("add-run", { value: null });
    for (const [name, options] of Object.entries(A.specification.choices)) {
      const text = Object.keys(options).find((key) => options[key] === run.values[name]);
      if (text !== undefined) A.setProps(`p-${name}`, { value: text });
    }
    showFlows();
    showRuns();
  }

  function showToggles() {
    for (const toggle of document.querySelectorAll("[role=switch][data-field]")) toggle.setAttribute("aria-checked", String(A.state[toggle.dataset.field]));
  }

  /* Which pair is held: the browser's own radio buttons, which bring their names and arrow keys. */
  function showHeld() {
    for (const label of A.element("held").children) {
      let radio = label.querySelector("input");
      if (!radio) {
        radio = A.make("input", { type: "radio", name: "held", value: label.dataset.value });
        radio.addEventListener("change", () => A.choose.held(radio.value));
        label.prepend(radio);
      }
      radio.checked = radio.value === A.edited().held;
    }
  }

  /* The ODE limits that the edited run has to choose from, where it is more than one. */
  function showFlows() {
    A.element("row-variant").hidden = A.offered.length < 2;
    A.setProps("variant", { options: A.offered, value: A.flowName() ?? null });
  }

  function showRuns() {
    const box = A.element("runs");
    box.replaceChildren(
      ...A.state.runs.map((run, i) => {
        const chip = document.createElement("div");
        chip.className = `chip${i === A.state.edit ? " edited" : ""}`;
        chip.style.setProperty("--run", `var(--run-${i})`);
        const name = document.createElement("button");
        name.type = "button";
        name.className = "name";
        name.textContent = run.title;
        name.setAttribute("aria-pressed", String(i === A.state.edit));
        name.addEventListener("click", () => A.change((state) => (state.edit = i)));
        chip.append(name);
        if (A.state.runs.length > 1) {
          const remove = document.createElement("button");
          remove.type = "button";
          remove.className = "remove";
          remove.textContent = "×";
          remove.setAttribute("aria-label", `Remove ${name.textContent}`);
          remove.addEventListener("click", () =>
            A.change((state) => {
              state.runs.splice(i, 1);
              state.edit = Math.min(state.edit > i ? state.edit - 1 : state.edit, state.runs.length - 1);
            }),
          );
          chip.append(remove);
        }
        return chip;
      }),
    );
  }

  Object.assign(A, { applyQuantity, quantityValue, showChoosers, showControls, showFlows, showToggles });
})();
