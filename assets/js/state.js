/* The page's one state: its link, and the two pairs of which a run holds one. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  A.base = document.querySelector("base")?.href ?? new URL("./", window.location.href).pathname;
  A.state = null;
  A.version = 0; // counts every change, so that answers to older questions are known
  A.inHand = false; // a control is being moved, or was a moment ago
  A.shown = { runs: null, flows: null };
  A.element = (id) => document.getElementById(id);

  /* In the next frame, once for each name, the latest: what is written in one frame is laid out once. */
  const due = new Map();
  let held = null;
  const write = () => {
    const acts = [...due.values()];
    due.clear();
    acts.forEach((act) => act());
  };
  A.inFrame = (name, act) => {
    if (!due.size && !held) requestAnimationFrame(write);
    due.set(name, act);
  };

  /* After a key a browser that is asked for a frame lets nothing in before it, and an answer comes a frame late: what is
     to be written waits for the answer, though not for long. */
  const HELD = 14; // ms
  A.holdFrame = () => {
    if (!due.size) held ??= setTimeout(A.letFrame, HELD);
  };
  A.letFrame = () => {
    if (!held) return;
    clearTimeout(held);
    held = null;
    if (due.size) requestAnimationFrame(write);
  };

  /* Properties of an element, where they differ: to write the same text again is to lay it out again. */
  A.put = (element, properties) => {
    for (const [name, value] of Object.entries(properties)) if (element[name] !== value) element[name] = value;
  };
  A.setProps = (id, props) => window.dash_clientside.set_props(id, props);

  const plain = (value) => (typeof value === "number" ? String(value) : value);

  function runText(run) {
    const items = Object.entries(run.values).map(([name, value]) => `${name}:${typeof value === "boolean" ? (value ? "on" : "off") : plain(value)}`);
    return [run.optimizer, ...(run.variant ? [`flow:${run.variant}`] : []), ...items].join(",");
  }

  function linkOf(state) {
    const parts = [["f", state.objective], ...Object.entries(state.objective_parameters)];
    if (state.start) parts.push(["x", state.start[0]], ["y", state.start[1]]); // else the objective's own
    parts.push(["steps", state.steps]);
    for (const run of state.runs) parts.push(["run", runText(run)]);
    parts.push(["edit", state.edit]);
    for (const name of A.specification.linked)
      if (state[name] !== null) parts.push([name, typeof state[name] === "boolean" ? Number(state[name]) : state[name]]);
    // a space is %20 here and never "+", which the server may take for a plus sign
    return parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  }
  A.link = () => linkOf(A.state);
  /* What the address bar holds. The hash belongs to it: "&#38;", as HTML may write "&", splits it in the middle. */
  A.addressLink = () => window.location.search.slice(1) + window.location.hash;
  /* What the pictures of the runs depend on, and what their single steps do. */
  A.pictureLink = () => linkOf({ ...A.state, at: null, overlays: null });
  A.stepsLink = () => linkOf({ ...A.state, at: null, overlays: null, view: null, span: null, scale: null, window: null, axis: null, tolerance: null });

  const RATE_OF = { beta2: "a", beta1: "b" };
  const DECAY_OF = { a: "beta2", b: "beta1" };
  const edited = () => A.state.runs[A.state.edit];
  const flowName = () => edited().variant ?? A.offered[0]?.value; // of the ODE limit that is meant

  function valueOf(run, name) {
    const { values } = run, eta = values.learning_rate;
    if (name in values) return name in DECAY_OF ? Math.min(values[name], 1 / eta) : values[name];
    if (RATE_OF[name] in values) return Math.max(0, 1 - values[RATE_OF[name]] * eta);
    if (DECAY_OF[name] in values) return (1 - values[DECAY_OF[name]]) / eta;
    return undefined;
  }

  function setValue(run, name, value) {
    const eta = run.values.learning_rate;
    if (name in run.values) run.values[name] = value;
    else if (RATE_OF[name] in run.values) run.values[RATE_OF[name]] = (1 - value) / eta;
    else if (DECAY_OF[name] in run.values) run.values[DECAY_OF[name]] = Math.max(0, 1 - value * eta);
  }

  function hold(run, held) {
    if (run.held === held) return;
    for (const [rate, decay] of Object.entries(DECAY_OF)) {
      const [from, to] = held === "rates" ? [decay, rate] : [rate, decay];
      if (from in run.values) {
        run.values[to] = valueOf(run, to);
        delete run.values[from];
      }
    }
    run.held = held;
  }

  Object.assign(A, { DECAY_OF, RATE_OF, edited, flowName, hold, linkOf, setValue, valueOf });
})();
