/* The page put together: what moves the state, and where it starts. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const RESTS = 150; // ms after a change until the address and the rule follow: keys come faster

  /* ---- from hand to state ---- */

  A.moved = (id, value, final) => {
    if (!A.state || value === A.quantityValue(id)) {
      if (A.state && final) commit();
      return;
    }
    A.applyQuantity(A.state, id, value);
    A.inHand ||= !final;
    A.changed();
    A.askCurves();
    if (A.isRule(id)) A.askMap();
    if (final) commit();
  };

  /* A typed value: what is no number is refused here, any number is read by the server as in a link, which says
     what it changed. */
  A.typed = (id, text) => {
    const refusal = notNumber(id, text) || (id.startsWith("p-") ? refused(A.edited(), id.slice(2), text) : "");
    if (refusal) {
      A.quantities[id].show(A.quantityValue(id));
      return A.notice([refusal]);
    }
    const draft = structuredClone(A.state);
    A.applyQuantity(draft, id, Number(text));
    adopt(A.linkOf(draft), { keep: true });
  };

  /* Why the text cannot be a value of the pair that is not held, if so: the server only ever sees the held pair. */
  function refused(run, name, text) {
    if (name in run.values || !(name in A.RATE_OF || name in A.DECAY_OF)) return "";
    const value = Number(text), limit = 1 / run.values.learning_rate;
    if (name in A.RATE_OF ? value >= 0 && value < 1 : value > 0 && value <= limit) return "";
    const allowed = name in A.RATE_OF ? `0 <= ${name} < 1` : `0 < ${name} <= 1/learning_rate = ${A.numberText(limit)}`;
    return `${name} = '${text.slice(0, 60)}' must be ${allowed}: ${A.numberText(A.valueOf(run, name))} is kept.`;
  }

  function notNumber(id, text) {
    if (text !== "" && Number.isFinite(Number(text))) return "";
    return `${id.slice(2)} = '${text.slice(0, 60)}' is no finite number: ${A.numberText(A.quantityValue(id))} is kept.`;
  }

  function change(mutate) {
    const draft = structuredClone(A.state);
    mutate(draft);
    if (A.plane(draft) !== A.plane()) draft.box = null;
    return adopt(A.linkOf(draft), { keep: true });
  }

  let adopting = 0;
  async function adopt(link, { keep = false, push = false, asked = A.askState(link) } = {}) {
    const mine = ++adopting;
    let answer;
    try {
      answer = await asked;
    } catch (error) {
      A.notice([String(error.message ?? error)]);
      return;
    }
    if (mine !== adopting) return;
    const sameGround = A.state && A.state.objective === answer.state.objective && String(A.state.view) === String(answer.state.view)
      && JSON.stringify(A.state.objective_parameters) === JSON.stringify(answer.state.objective_parameters);
    A.state = answer.state;
    A.inHand = false;
    A.domain = answer.domain;
    A.offered = answer.flows;
    A.changed();
    A.notice(answer.notes);
    A.writeAddress(answer.link, push);
    A.showRule();
    if (!keep) A.forgetShown();
    A.showState();
    if (A.plots) {
      if (!sameGround || !keep) await A.plots.landscape.setRanges(A.state.view ?? A.domain.flat());
      await A.showSpan();
      A.askEverything();
    }
  }

  /* The address is not written for so many ms: what was done may be taken back. */
  let writableFrom = 0;
  A.holdAddress = (wait) => (writableFrom = performance.now() + wait);

  let committing;
  function commit() {
    clearTimeout(committing);
    committing = setTimeout(async () => {
      const asked = A.version;
      try {
        const { link, notes, flows } = await A.askState(A.linkOf(A.state));
        if (asked !== A.version) return;
        A.notice(notes);
        A.offered = flows;
        A.inFrame("state", A.showState);
        A.writeAddress(link);
        A.showRule();
      } catch {
        /* the next change writes the address */
      }
    }, Math.max(RESTS, writableFrom - performance.now()));
    A.settle();
  }

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  A.choose = {
    objective(name) {
      if (A.state && name && name !== A.state.objective)
        change((state) => Object.assign(state, { objective: name, objective_parameters: {}, start: null, view: null, span: null, box: null }));
    },
    async formula(text) {
      const shown = A.specification.objectives[A.state?.objective]?.formula ?? A.state?.objective;
      if (!A.state || !text || text === shown) return;
      const known = Object.entries(A.specification.objectives).find(([, entry]) => entry.formula === text);
      const draft = { ...structuredClone(A.state), objective: known?.[0] ?? text, objective_parameters: {}, view: null, span: null, box: null };
      const answer = await A.askState(A.linkOf(draft));
      if (!answer.refused) return adopt(A.linkOf(draft), { keep: true });
      A.notice([`${answer.refused}. ${shown} is kept.`]);
    },
    add(name) {
      if (A.state && name && A.state.runs.length < A.specification.maximum_runs)
        change((state) => {
          state.runs.push({ optimizer: name, values: {}, held: "rates" });
          state.edit = state.runs.length - 1;
        });
      else if (A.state && name) {
        A.notice([`At most ${A.specification.maximum_runs} runs fit on one picture: remove one first.`]);
        A.showState();
      }
    },
    held(held) {
      if (!A.state || A.edited().held === held) return;
      const plane = A.plane();
      A.hold(A.edited(), held);
      if (A.plane() !== plane) A.state.box = null;
      A.changed();
      A.askCurves(); // rounding may differ, and where a spike comes hangs on it: the link must show the same
      commit();
    },
    variant(name) {
      if (A.state && name && name !== A.flowName()) change((state) => (state.runs[state.edit].variant = name));
    },
    choice(name, text) {
      if (!A.state) return;
      const value = A.specification.choices[name][text];
      if (name in A.edited().values && !same(A.edited().values[name], value)) change((state) => (state.runs[state.edit].values[name] = value));
    },
    set(name, value) {
      const more = name === "curve" ? { scale: A.specification.curves[value].scale } : {};
      if (["curve", "scale", "window", "axis"].includes(name)) more.span = null; // a range of other axes
      if (A.state && A.state[name] !== value) change((state) => Object.assign(state, { [name]: value }, more));
    },
  };

  async function theme(name) {
    document.documentElement.dataset.theme = name;
    A.remember("theme", name);
    A.element("theme").textContent = name === "dark" ? "Light" : "Dark";
    A.forgetColours();
    if (!A.plots) return;
    if (A.ground) A.ground.image = A.shadeImage(A.ground);
    if (A.map?.size) A.map.image = A.mapImage(A.map);
    await colourAxes();
    A.recolourViews();
  }

  async function colourAxes() {
    const ink = A.colour("soft"), line = A.colour("axis");
    const axis = (name) => ({ [`${name}.linecolor`]: line, [`${name}.tickcolor`]: line, [`${name}.color`]: ink });
    for (const plot of Object.values(A.plots)) await plot.relayout({ ...axis("xaxis"), ...axis("yaxis"), "font.color": ink });
  }

  A.start = async (data) => {
    if (A.specification) return;
    A.specification = data;
    A.openChannels();
    A.player.build();
    const preferred = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    theme(A.remembered("theme") ?? preferred);
    A.element("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
    A.element("share").addEventListener("click", A.share);
    for (const select of document.querySelectorAll("select[data-field]"))
      select.addEventListener("change", () => A.choose.set(select.dataset.field, select.value));
    for (const toggle of document.querySelectorAll("[role=switch][data-field]"))
      toggle.addEventListener("click", () => A.choose.set(toggle.dataset.field, !A.state[toggle.dataset.field]));
    A.element("lessons").addEventListener("click", (event) => {
      const anchor = event.target.closest("a.lesson");
      if (!anchor || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      adopt(new URL(anchor.href).search.slice(1), { push: true });
    });
    A.watchEnlarge();
    A.watchExamples();
    window.addEventListener("popstate", () => {
      A.forgetAddress();
      adopt(A.addressLink());
    });
    await adopt(A.addressLink(), { asked: A.opening });
    A.makePlots();
    A.watchMap();
    A.watchComparison();
    A.watchNaming();
    A.watchJob();
    await colourAxes();
    await A.plots.landscape.setRanges(A.state.view ?? A.domain.flat());
    await A.showSpan();
    A.askEverything();
    await drawAxes();
    A.connect();
    A.watchRule();
    ownFields();
    A.ready = true;
  };

  /* After every change of a field the browser's autofill looks at the fields of its form and at all that have none,
     and lays the page out for each: here none is without. */
  function ownFields() {
    const form = A.make("form", { id: "fields", hidden: true, autocomplete: "off" });
    form.addEventListener("submit", (event) => event.preventDefault());
    // no form is ever to be submitted, and in some frames even to ask for it is an error; earlier than on keypress,
    // Dash's fields would not hear of the key
    document.addEventListener("keypress", (event) => {
      if (event.key === "Enter" && event.target.matches?.("input")) event.preventDefault();
    });
    document.body.append(form);
    for (const field of document.querySelectorAll("input, select, textarea")) if (!field.form) field.setAttribute("form", form.id);
  }

  /* Around the first picture: to run plotly.js holds the page up for longer than all that came before. */
  async function drawAxes() {
    const first = ["runs", "flows", "landscape"].map((kind) => A.channels[kind]);
    do await frame();
    while (first.some(({ busy }) => busy));
    await frame();
    await A.plotly();
    for (const plot of Object.values(A.plots)) {
      await plot.drawAxes();
      await frame();
    }
  }

  const frame = () => new Promise(requestAnimationFrame);

  Object.assign(A, { change, commit });
})();
