/* The page: one state, the controls that change it, the questions it raises, the pictures that answer. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const SETTLE = 140; // ms after the last change before the ground and the map are asked for anew
  A.base = document.querySelector("base")?.href ?? new URL("./", window.location.href).pathname;
  A.shown = { runs: null, flows: null };
  A.state = null;
  let specification, plots, handles, domain, version = 0;
  const pageName = Math.random().toString(36).slice(2);

  const element = (id) => document.getElementById(id);
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);

  /* ---- the state as a link: everything spelled out; the server shortens it for the address bar ---- */

  const plain = (value) => (typeof value === "number" ? String(value) : value);

  function runText(run) {
    const items = Object.entries(run.values).map(([name, value]) => `${name}:${typeof value === "boolean" ? (value ? "on" : "off") : plain(value)}`);
    return [run.optimizer, ...items].join(",");
  }

  function linkOf(state) {
    const parts = [["f", state.objective], ...Object.entries(state.objective_parameters)];
    if (state.start) parts.push(["x", state.start[0]], ["y", state.start[1]]); // else the objective's own
    parts.push(["steps", state.steps]);
    for (const run of state.runs) parts.push(["run", runText(run)]);
    parts.push(["edit", state.edit], ["flow", state.flow ? "1" : "0"], ["scale", state.scale], ["window", state.window]);
    if (state.view) parts.push(["view", state.view.join(",")]);
    if (state.span) parts.push(["span", state.span.join(",")]);
    return new URLSearchParams(parts.map(([name, value]) => [name, String(value)])).toString();
  }
  A.link = () => linkOf(A.state);

  /* ---- the two pairs: one is held, the other derived ---- */

  const RATE_OF = { beta2: "a", beta1: "b" };
  const DECAY_OF = { a: "beta2", b: "beta1" };
  const edited = () => A.state.runs[A.state.edit];

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

  /* ---- controls ---- */

  function quantityValue(id) {
    const [kind, name] = [id.slice(0, 1), id.slice(2)];
    if (kind === "p") return valueOf(edited(), name);
    if (kind === "f") return A.state.objective_parameters[name];
    return { x: A.state.start[0], y: A.state.start[1], steps: A.state.steps }[name];
  }

  function applyQuantity(state, id, value) {
    const [kind, name] = [id.slice(0, 1), id.slice(2)];
    if (kind === "p") setValue(state.runs[state.edit], name, value);
    else if (kind === "f") state.objective_parameters[name] = value;
    else if (name === "steps") state.steps = value;
    else state.start[name === "x" ? 0 : 1] = value;
  }

  function showControls(except) {
    const run = edited();
    for (const [id, quantity] of Object.entries(A.quantities)) {
      const value = quantityValue(id);
      const row = element(`row-${id}`);
      row.hidden = value === undefined;
      if (id !== except && value !== undefined) quantity.show(value);
    }
    if (!except) {
      A.quantities["s-x"]?.setEnds(...domain[0]);
      A.quantities["s-y"]?.setEnds(...domain[1]);
    }
    element("row-held").hidden = run.values.learning_rate === undefined || !specification.optimizers[run.optimizer].rates;
    for (const name of Object.keys(specification.choices)) element(`row-p-${name}`).hidden = !(name in run.values);
  }

  function showChoosers() {
    const { objective } = A.state, known = specification.objectives[objective], run = edited();
    setProps("objective", { value: known ? objective : null });
    setProps("formula", { value: known ? known.formula : objective });
    setProps("held", { value: run.held });
    setProps("scale", { value: A.state.scale });
    setProps("window", { value: A.state.window });
    setProps("flow", { value: A.state.flow ? ["flow"] : [] });
    setProps("add-run", { value: null });
    for (const [name, options] of Object.entries(specification.choices)) {
      const text = Object.keys(options).find((key) => options[key] === run.values[name]);
      if (text !== undefined) setProps(`p-${name}`, { value: text });
    }
    showRuns();
  }

  function showRuns() {
    const box = element("runs");
    box.replaceChildren(
      ...A.state.runs.map((run, i) => {
        const chip = document.createElement("div");
        chip.className = `chip${i === A.state.edit ? " edited" : ""}`;
        chip.style.setProperty("--run", `var(--run-${i})`);
        const name = document.createElement("button");
        name.type = "button";
        name.className = "name";
        name.textContent = specification.optimizers[run.optimizer].title;
        name.setAttribute("aria-pressed", String(i === A.state.edit));
        name.addEventListener("click", () => change((state) => (state.edit = i)));
        chip.append(name);
        if (A.state.runs.length > 1) {
          const remove = document.createElement("button");
          remove.type = "button";
          remove.className = "remove";
          remove.textContent = "×";
          remove.setAttribute("aria-label", `Remove ${name.textContent}`);
          remove.addEventListener("click", () =>
            change((state) => {
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

  /* ---- from hand to question ---- */

  A.moved = (id, value, final) => {
    if (!A.state || value === quantityValue(id)) {
      if (A.state && final) commit();
      return;
    }
    applyQuantity(A.state, id, value);
    version += 1;
    showControls(id);
    askCurves();
    handles?.forEach((handle) => handle.update());
    if (!id.startsWith("p-a") && !id.startsWith("p-b")) staleMap();
    if (final) commit();
  };

  /* A typed value may be anything: the server reads it as it reads a link, and says what it changed. */
  A.typed = (id, text) => {
    const refusal = id.startsWith("p-") ? refused(edited(), id.slice(2), text) : "";
    if (refusal) {
      A.quantities[id].show(quantityValue(id));
      return notice([refusal]);
    }
    const draft = structuredClone(A.state);
    applyQuantityText(draft, id, text);
    adopt(linkOf(draft), { keep: true });
  };

  /* Why the text cannot be a value of the pair that is not held, if so: the server only ever sees the held pair. */
  function refused(run, name, text) {
    if (name in run.values || !(name in RATE_OF || name in DECAY_OF)) return "";
    const value = text === "" ? NaN : Number(text), limit = 1 / run.values.learning_rate;
    if (name in RATE_OF ? value >= 0 && value < 1 : value > 0 && value <= limit) return "";
    const allowed = name in RATE_OF ? `0 <= ${name} < 1` : `0 < ${name} <= 1/learning_rate = ${A.numberText(limit)}`;
    return `${name} = '${text.slice(0, 60)}' must be ${allowed}: ${A.numberText(valueOf(run, name))} is kept.`;
  }

  function applyQuantityText(draft, id, text) {
    const number = Number(text);
    if (text !== "" && Number.isFinite(number)) return applyQuantity(draft, id, number);
    const [kind, name] = [id.slice(0, 1), id.slice(2)];
    if (kind === "p") {
      const run = draft.runs[draft.edit];
      const target = name in run.values ? name : RATE_OF[name] ?? DECAY_OF[name];
      run.values[target] = text || "nothing";
    } else applyQuantity(draft, id, text || "nothing");
  }

  function change(mutate) {
    const draft = structuredClone(A.state);
    mutate(draft);
    return adopt(linkOf(draft), { keep: true });
  }

  let adopting = 0;
  async function adopt(link, { keep = false, push = false } = {}) {
    const mine = ++adopting;
    let answer;
    try {
      answer = await A.askState(link);
    } catch (error) {
      notice([String(error.message ?? error)]);
      return;
    }
    if (mine !== adopting) return;
    const sameGround = A.state && A.state.objective === answer.state.objective && String(A.state.view) === String(answer.state.view)
      && JSON.stringify(A.state.objective_parameters) === JSON.stringify(answer.state.objective_parameters);
    A.state = answer.state;
    domain = answer.domain;
    version += 1;
    notice(answer.notes);
    if (push) window.history.pushState(null, "", addressOf(answer.link));
    else window.history.replaceState(null, "", addressOf(answer.link));
    setProps("committed", { data: answer.link });
    showControls();
    showChoosers();
    if (plots) {
      if (!sameGround || !keep) await plots.landscape.setRanges(A.state.view ?? domain.flat());
      await showSpan();
      askEverything();
    }
  }

  const addressOf = (link) => `${window.location.pathname}${link ? `?${link}` : ""}`;

  let committing;
  function commit() {
    clearTimeout(committing);
    committing = setTimeout(async () => {
      const asked = version;
      try {
        const { link, notes } = await A.askState(linkOf(A.state));
        if (asked !== version) return;
        notice(notes);
        window.history.replaceState(null, "", addressOf(link));
        setProps("committed", { data: link });
      } catch {
        /* the next change writes the address */
      }
    }, 60);
    settle();
  }

  /* ---- questions ---- */

  function canvasOf() {
    const area = plots.landscape.area(), [x0, x1, y0, y1] = plots.landscape.ranges();
    const canvas = {
      x0, x1, y0, y1, width: Math.max(1, Math.round(area.width)), height: Math.max(1, Math.round(area.height)),
      curve_width: Math.max(1, Math.round(plots.curves.area().width)), scale: A.state.scale,
    };
    if (A.state.span) [canvas.k0, canvas.k1] = A.state.span;
    return canvas;
  }

  const answers = {
    runs: new A.Channel("runs", showAnswer("runs"), (message) => notice([message])),
    flows: new A.Channel("flows", showAnswer("flows"), (message) => notice([message])),
    landscape: new A.Channel("landscape", showGround, (message) => notice([message])),
    map: new A.Channel("map", showMap, (message) => notice([message])),
  };
  A.channels = answers;

  function askCurves() {
    if (!plots) return;
    const question = { link: linkOf(A.state), ...canvasOf() };
    answers.runs.ask(question);
    if (A.state.flow) answers.flows.ask(question);
  }

  let settling;
  function settle() {
    clearTimeout(settling);
    settling = setTimeout(() => {
      askGround();
      askMap();
    }, SETTLE);
  }

  function askEverything() {
    askCurves();
    askGround();
    askMap();
  }

  let groundAsked = "";
  function askGround() {
    if (!plots) return;
    const [x0, x1, y0, y1] = plots.landscape.ranges();
    const key = JSON.stringify([A.state.objective, A.state.objective_parameters, x0, x1, y0, y1]);
    if (key === groundAsked) return;
    groundAsked = key;
    answers.landscape.ask({ link: linkOf(A.state), x0, x1, y0, y1 });
  }

  let serial = 0, mapAsked = "";
  function mapKey() {
    const run = edited(), values = { ...run.values };
    for (const name of ["a", "b", "beta1", "beta2"]) delete values[name];
    return JSON.stringify([A.state.objective, A.state.objective_parameters, A.state.start, A.state.steps, run.optimizer, values]);
  }

  function staleMap() {
    const stale = mapKey() !== mapAsked;
    if (stale !== A.mapStale) {
      A.mapStale = stale;
      plots?.map.redraw("cells");
    }
  }

  function askMap() {
    if (!plots) return;
    const { rates, title } = specification.optimizers[edited().optimizer];
    A.mapMessage = rates ? "" : `${title} has no plane of a and b:\nthe map is drawn for methods\nwith β₁ and β₂, such as Adam.`;
    if (!rates) {
      A.map = null;
      mapAsked = "";
      element("status").textContent = "";
      plots.map.redraw();
      return;
    }
    const key = mapKey();
    if (key === mapAsked) return;
    mapAsked = key;
    askMapOf(specification.map.sizes[0]);
  }

  function askMapOf(size) {
    serial += 1;
    element("status").textContent = `${size} × ${size} …`;
    answers.map.ask({ link: linkOf(A.state), size, page: pageName, serial });
  }

  /* ---- answers ---- */

  function showAnswer(kind) {
    return (data, question) => {
      const { x0, x1, y0, y1 } = question;
      data.window = [x0, x1, y0, y1];
      if (kind === "flows") {
        data.span = question.k0 === undefined ? null : [question.k0, question.k1];
        data.span ??= A.state.window === "tail" ? [Math.max(0, A.state.steps - 200), A.state.steps] : [0, A.state.steps];
      }
      A.shown[kind] = data;
      if (kind === "runs") {
        showSentence(data);
        showAxis(data);
      }
      plots.landscape.redraw("paths");
      plots.curves.redraw();
      A.drawn = { ...(A.drawn || {}), [kind]: (A.drawn?.[kind] ?? 0) + 1 };
    };
  }

  let sentence = "";
  function showSentence(data) {
    const limits = data.runs[A.state.edit]?.notes.join(" ") ?? "";
    if (element("limits").dataset.text !== limits) {
      element("limits").dataset.text = limits;
      element("limits").replaceChildren(...typeset(limits));
    }
    if (data.sentence === sentence) return;
    sentence = data.sentence;
    element("sentence").replaceChildren(...typeset(sentence));
  }

  const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  function typeset(text) {
    return text.split(/([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|[₀-₉]+)/).map((part, i) => {
      if (!(i % 2)) return document.createTextNode(part);
      const up = part[0] === "⁻" || SUPERSCRIPTS.includes(part[0]);
      const node = document.createElement(up ? "sup" : "sub");
      node.textContent = [...part].map((c) => (c === "⁻" ? "−" : up ? SUPERSCRIPTS.indexOf(c) : c.charCodeAt(0) - 0x2080)).join("");
      return node;
    });
  }

  A.shownScale = () => (A.state.window === "tail" ? "linear" : A.state.scale);

  /* The loss axis moves only when it must: a new decade, or a linear range that no longer fits. */
  function showAxis({ axis, span, scale }) {
    if (A.state.span) return;
    const [, , y0, y1] = plots.curves.ranges();
    const fits = scale === "linear" && axis[0] >= y0 && axis[1] <= y1 && axis[1] - axis[0] > 0.4 * (y1 - y0);
    const change = {};
    if (!fits && (axis[0] !== y0 || axis[1] !== y1)) {
      change["yaxis.range"] = axis;
      if (scale === "log") Object.assign(change, decadeTicks(axis));
    }
    const [k0, k1] = plots.curves.ranges();
    if (k0 !== span[0] || k1 !== span[1]) change["xaxis.range"] = span;
    if (Object.keys(change).length) plots.curves.relayout(change);
  }

  /* Whole decades between ticks, so that about six stand on the axis. */
  function decadeTicks([low, high]) {
    return { "yaxis.tickmode": "linear", "yaxis.dtick": [1, 2, 3, 6, 12].find((step) => (high - low) / step <= 7) ?? 24 };
  }

  async function showSpan() {
    const type = A.shownScale() === "log" ? "log" : "linear";
    const ticks = type === "log" ? decadeTicks(plots.curves.ranges().slice(2)) : { "yaxis.tickmode": "auto", "yaxis.nticks": 5 };
    const change = { "yaxis.type": type, ...ticks };
    element("scale").classList.toggle("idle", A.state.window === "tail");
    if (A.state.span) {
      change["xaxis.range"] = A.state.span.slice(0, 2);
      change["yaxis.range"] = A.state.span.slice(2);
    }
    if (plots.curves.graph.layout.yaxis.type !== type || A.state.span) await plots.curves.relayout(change);
  }

  function showGround(data, question) {
    data.window = [question.x0, question.x1, question.y0, question.y1].map(Number);
    data.image = A.shadeImage(data);
    A.ground = data;
    plots.landscape.redraw("ground");
  }

  function showMap(data, question) {
    if (!data || question.serial !== serial) return;
    data.image = A.mapImage(data);
    A.map = data;
    A.mapStale = mapKey() !== mapAsked;
    plots.map.redraw("cells");
    const { sizes } = specification.map;
    const next = sizes[sizes.indexOf(data.size) + 1];
    element("status").textContent = `${data.size} × ${data.size} runs`;
    element("map-plot").setAttribute("aria-label", `Regime map. ${data.shares}`);
    if (next && !A.mapStale) askMapOf(next);
  }

  function notice(notes) {
    const box = element("notice");
    box.hidden = !notes.length;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", "Dismiss");
    close.addEventListener("click", () => (box.hidden = true));
    box.replaceChildren(...typeset(notes.join(" ")), close);
  }

  /* ---- plots ---- */

  const DOUBLE = 600; // ms within which a second click makes a double one
  let startBefore, clickedAt = -Infinity;

  function makePlots() {
    plots = {
      landscape: new A.Plot("landscape", { ground: A.drawGround, paths: A.drawPaths }, {
        moved: (ranges) => zoomed({ view: ranges.map((v) => Number(v.toPrecision(8))) }),
        resized: () => askEverything(),
        clicked: ({ x, y }) => {
          const now = performance.now();
          if (now - clickedAt > DOUBLE) startBefore = A.state.start;
          clickedAt = now;
          setStart(x, y, true);
        },
        reset: () => {
          // the first click of a double click has moved the start: to look at the whole is not to move it
          if (performance.now() - clickedAt < DOUBLE) {
            A.state.start = startBefore;
            showControls("s-");
            staleMap();
          }
          A.state.view = null;
          plots.landscape.setRanges(domain.flat()).then(() => zoomed({ view: null }));
        },
      }),
      curves: new A.Plot("curves", { lines: A.drawCurves }, {
        moved: (ranges) => zoomed({ span: ranges.map((v) => Number(v.toPrecision(10))) }),
        resized: () => askCurves(),
        reset: () => zoomed({ span: null }),
      }),
      map: new A.Plot("map", { cells: A.drawMap }, { clicked: ({ x, y }) => setRates(x, y, true) }),
    };
    A.plots = plots;
    const start = new A.Handle(plots.landscape, "Start point", {
      place: () => A.state?.start,
      dragged: setStart,
      step: () => (plots.landscape.ranges()[1] - plots.landscape.ranges()[0]) / 200,
    });
    start.dot.classList.add("start");
    const rates = new A.Handle(plots.map, "a and b of the run", {
      place: () => (A.state && specification.optimizers[edited().optimizer].rates
        ? [Math.log10(valueOf(edited(), "a")), Math.log10(valueOf(edited(), "b"))] : null),
      dragged: setRates,
      step: () => 0.02,
    });
    handles = [start, rates];
    plots.landscape.onredraw = () => start.update();
    plots.map.onredraw = () => rates.update();
    readouts();
  }

  function setStart(x, y, final) {
    const [x0, x1] = plots.landscape.ranges();
    const digits = Math.max(0, 3 - Math.floor(Math.log10(x1 - x0)));
    A.state.start = [Number(x.toFixed(digits)), Number(y.toFixed(digits))];
    version += 1;
    showControls("s-");
    handles[0].update();
    askCurves();
    staleMap();
    if (final) commit();
  }

  function setRates(x, y, final) {
    const run = edited();
    if (!specification.optimizers[run.optimizer].rates) return;
    const limit = 1 / run.values.learning_rate;
    setValue(run, "a", Math.min(limit, Number((10 ** x).toPrecision(3))));
    setValue(run, "b", Math.min(limit, Number((10 ** y).toPrecision(3))));
    version += 1;
    showControls("p-");
    handles[1].update();
    askCurves();
    if (final) commit();
  }

  let zooming;
  function zoomed(patch) {
    Object.assign(A.state, patch);
    version += 1;
    clearTimeout(zooming);
    zooming = setTimeout(async () => {
      if (patch.view) await plots.landscape.setRanges(patch.view); // to the digits that the link holds
      if (patch.span === null) await showSpan();
      askCurves();
      askGround();
      commit();
    }, 60);
  }

  function readouts() {
    const { curves, landscape, map } = plots;
    const show = (name, text) => (element(`${name}-readout`).textContent = text);
    curves.container.addEventListener("pointermove", (event) => {
      const at = curves.at(event.clientX, event.clientY), { runs } = A.shown;
      if (!at.inside || !runs) return show("curves", "");
      const [k0, k1] = runs.span;
      const lines = runs.runs.map((run, i) => {
        const xs = runs.arrays[`curve_x ${i}`], ys = runs.arrays[`curve_y ${i}`];
        const u = (at.x - k0) / (k1 - k0);
        let low = 0, high = xs.length - 1;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (xs[middle] < u) low = middle + 1;
          else high = middle;
        }
        const value = runs.scale === "log" ? 10 ** ys[low] : ys[low];
        return `${run.title} ${value.toExponential(2)}`;
      });
      show("curves", `step ${Math.round(at.x).toLocaleString("en")}   ${lines.join("   ")}`);
    });
    landscape.container.addEventListener("pointermove", (event) => {
      const at = landscape.at(event.clientX, event.clientY);
      show("landscape", at.inside ? `${at.x.toPrecision(4)}, ${at.y.toPrecision(4)}` : "");
    });
    map.container.addEventListener("pointermove", (event) => {
      const at = map.at(event.clientX, event.clientY);
      if (!at.inside || !A.map) return show("map", "");
      const [low, high] = A.map.range.map(Math.log10), n = A.map.size;
      const c = Math.floor(((at.x - low) / (high - low)) * n), r = Math.floor(((at.y - low) / (high - low)) * n);
      const regime = A.map.arrays.regime[r * n + c];
      show("map", `a ${(10 ** at.x).toPrecision(3)}   b ${(10 ** at.y).toPrecision(3)}   ${regime < 0 ? "no such β" : A.map.regimes[regime]}`);
    });
    for (const [name, plot] of Object.entries(plots))
      plot.container.addEventListener("pointerleave", () => show(name, ""));
  }

  /* ---- Dash's side: choosers that change the state ---- */

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  A.choose = {
    objective(name) {
      if (A.state && name && name !== A.state.objective)
        change((state) => Object.assign(state, { objective: name, objective_parameters: {}, start: null, view: null, span: null }));
    },
    formula(text) {
      if (!A.state || !text) return;
      const known = specification.objectives[A.state.objective];
      const name = Object.keys(specification.objectives).find((key) => specification.objectives[key].formula === text) ?? text;
      if (text !== (known ? known.formula : A.state.objective))
        change((state) => Object.assign(state, { objective: name, objective_parameters: {}, start: null, view: null, span: null }));
    },
    add(name) {
      if (A.state && name && A.state.runs.length < specification.maximum_runs)
        change((state) => {
          state.runs.push({ optimizer: name, values: { }, held: "rates" });
          state.edit = state.runs.length - 1;
        });
      else if (A.state && name) {
        notice([`At most ${specification.maximum_runs} runs fit on one picture: remove one first.`]);
        setProps("add-run", { value: null });
      }
    },
    held(held) {
      if (!A.state || edited().held === held) return;
      hold(edited(), held);
      version += 1;
      showControls();
      askCurves(); // rounding may differ, and where a spike comes hangs on it: the link must show the same
      commit();
    },
    choice(name, text) {
      if (!A.state) return;
      const value = specification.choices[name][text];
      if (name in edited().values && !same(edited().values[name], value)) change((state) => (state.runs[state.edit].values[name] = value));
    },
    set(name, value) {
      if (A.state && A.state[name] !== value) change((state) => Object.assign(state, { [name]: value, span: null }));
    },
  };

  /* ---- theme, sharing, start ---- */

  async function theme(name) {
    document.documentElement.dataset.theme = name;
    localStorage.setItem("adamoscope-theme", name);
    element("theme").textContent = name === "dark" ? "Light" : "Dark";
    A.forgetColours();
    if (!plots) return;
    if (A.ground) A.ground.image = A.shadeImage(A.ground);
    if (A.map) A.map.image = A.mapImage(A.map);
    for (const plot of Object.values(plots)) await plot.relayout(axisColours());
  }

  function axisColours() {
    const ink = A.colour("soft"), line = A.colour("axis");
    const axis = (name) => ({ [`${name}.linecolor`]: line, [`${name}.tickcolor`]: line, [`${name}.color`]: ink });
    return { ...axis("xaxis"), ...axis("yaxis"), "font.color": ink };
  }

  async function share() {
    const button = element("share");
    try {
      await navigator.clipboard.writeText(window.location.href);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Copy it from the address bar";
    }
    setTimeout(() => (button.textContent = "Copy link"), 1600);
  }

  A.start = async (data) => {
    if (specification) return;
    specification = data;
    const stored = localStorage.getItem("adamoscope-theme");
    const preferred = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    element("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
    element("share").addEventListener("click", share);
    element("lessons").addEventListener("click", (event) => {
      const anchor = event.target.closest("a.lesson");
      if (!anchor || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      adopt(new URL(anchor.href).search.slice(1), { push: true });
    });
    window.addEventListener("popstate", () => adopt(window.location.search.slice(1)));
    await adopt(window.location.search.slice(1));
    await until(() => ["landscape", "curves", "map"].every((id) => document.querySelector(`#${id} .js-plotly-plot`)?._fullLayout?.xaxis?._length));
    makePlots();
    await theme(stored ?? preferred);
    for (const plot of Object.values(plots)) plot.size();
    await plots.landscape.setRanges(A.state.view ?? domain.flat());
    await showSpan();
    askEverything();
    A.ready = true;
  };

  function until(condition) {
    return new Promise((resolve) => {
      const look = () => (condition() ? resolve() : requestAnimationFrame(look));
      look();
    });
  }
})();
