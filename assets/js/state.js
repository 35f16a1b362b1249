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


  function runText(run) {
    const items = Object.entries(run.values).map(([name, value]) => `${name}:${typeof value === "boolean" ? (value ? "on" : "off") : value}`);
    return [run.optimizer, ...(run.variant ? [`flow:${run.variant}`] : []), ...items].join(",");
  }

  /* Also what a chat or Markdown would cut off or mark up. */
  const escaped = (text) => encodeURIComponent(text).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

  function linkOf(state) {
    const parts = [["f", state.objective], ...Object.entries(state.objective_parameters)];
    if (state.start) parts.push(["x", state.start[0]], ["y", state.start[1]]); // else the objective's own
    parts.push(["steps", state.steps]);
    for (const run of state.runs) parts.push(["run", runText(run)]);
    parts.push(["edit", state.edit]);
    for (const name of A.specification.linked)
      if (state[name] !== null) parts.push([name, typeof state[name] === "boolean" ? Number(state[name]) : state[name]]);
    // a space is %20 here and never "+", which the server may take for a plus sign
    return parts.map(([name, value]) => `${name}=${escaped(String(value))}`).join("&");
  }
  A.link = () => linkOf(A.state);
  /* What the pictures of the runs depend on, and what their single steps do. */
  A.pictureLink = () => linkOf({ ...A.state, at: null, overlays: null });
  A.stepsLink = () => linkOf({ ...A.state, at: null, overlays: null, view: null, span: null, scale: null, window: null, axis: null, tolerance: null });

  const RATE_OF = { beta2: "a", beta1: "b" };
  const DECAY_OF = { a: "beta2", b: "beta1" };
  const edited = () => A.state.runs[A.state.edit];
  const flowName = () => edited().variant ?? A.offered[0]?.value; // of the ODE limit that is meant

  // The rule at the edges of a decay factor 1 - rate * eta is that of core/parameters.py
  const AT_LIMIT = 1e-12; // nearer to 0 it is 0: the rate is 1/eta up to rounding
  const LEAST_SHARE = 2 ** -53; // the least 1 - decay factor
  const ROUNDING = 2 ** -52; // of 1 - rate * eta

  /* A value as it is in force. What follows from the pair that is held is told in the fewest digits that lead back to it. */
  function valueOf(run, name) {
    const { values } = run;
    if (name in values) return name in DECAY_OF ? limited(values[name], values.learning_rate) : values[name];
    if (RATE_OF[name] in values) return decayOf(values[RATE_OF[name]], values.learning_rate);
    if (DECAY_OF[name] in values) return rateOf(values[DECAY_OF[name]], values.learning_rate);
    return undefined;
  }

  function decayFactor(rate, eta) {
    const decay = 1 - rate * eta;
    return Math.abs(decay) < AT_LIMIT ? 0 : decay;
  }

  /* A rate that is held, or the nearest one that has a decay factor. */
  function limited(rate, eta) {
    const limit = 1 / eta;
    if (decayFactor(rate, eta) >= 0) return Math.max(rate, LEAST_SHARE / eta);
    return A.fewestDigits(limit, (near) => near <= limit && decayFactor(near, eta) === 0);
  }

  function decayOf(rate, eta) {
    const exact = Math.min(1 - LEAST_SHARE, Math.max(0, decayFactor(rate, eta)));
    return exact && A.fewestDigits(exact, (near) => Math.abs(near - exact) <= ROUNDING && near > 0 && near < 1);
  }

  function rateOf(decay, eta) {
    const exact = (1 - decay) / eta, back = (rate) => decayFactor(rate, eta);
    const near = A.fewestDigits(exact, (rate) => back(rate) === decay);
    return back(near) === decay ? near : A.fewestDigits(exact, (rate) => Math.abs(back(rate) - decay) <= ROUNDING);
  }

  /* Why a parameter changes nothing in the run, or nothing where it does. A rate is what its decay factor is. */
  function idleReason(run, name) {
    const cases = A.specification.optimizers[run.optimizer].idle[DECAY_OF[name] ?? name] ?? [];
    const holds = ([other, { one_of: values, up_to: limit }]) => {
      const value = valueOf(run, other);
      return value === undefined || (values ? values.includes(value) : value <= limit);
    };
    return cases.find(({ where }) => where.every(holds))?.reason ?? "";
  }

  /* A value from a hand or a keyboard. The pair that is touched last is held from then on. */
  function setValue(run, name, value) {
    if (!(name in run.values) && name in DECAY_OF) hold(run, "rates");
    if (!(name in run.values) && name in RATE_OF) hold(run, "decays");
    if (name in run.values) run.values[name] = value;
  }

  function hold(run, held) {
    if (run.held === held) return;
    const other = held === "rates" ? RATE_OF : DECAY_OF;
    run.values = Object.fromEntries(Object.entries(run.values).map(([name, value]) => (name in other ? [other[name], valueOf(run, other[name])] : [name, value])));
    run.held = held;
  }

  /* Each run's title, with the values in which runs of the same method differ; as State.titles in dashboard/state. */
  function titles({ runs }) {
    return runs.map(({ optimizer, values }) => {
      const kin = runs.filter((other) => other.optimizer === optimizer).map((other) => other.values);
      const { title, labels } = A.specification.optimizers[optimizer];
      const differ = Object.keys(labels).filter((name) => name in values && kin.some((other) => other[name] !== values[name]));
      const told = (name) => {
        if (typeof values[name] === "boolean") return values[name] ? "on" : "off";
        if (typeof values[name] === "string") return values[name];
        return A.chosenTexts([...new Set([values[name], ...kin.filter((other) => name in other).map((other) => other[name])])])[0];
      };
      return [title, differ.map((name) => `${labels[name]} ${told(name)}`).join(", ")].join(" ").trim();
    });
  }

  Object.assign(A, { DECAY_OF, RATE_OF, edited, flowName, hold, idleReason, linkOf, setValue, titles, valueOf });
})();
