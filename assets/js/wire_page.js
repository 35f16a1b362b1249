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

  /* A typed number: what cannot be taken is told in its own field, and the value stays. The server has the last word, as
     on a start where f is not finite. */
  A.typed = (id, text) => {
    const quantity = A.quantities[id], { label, range } = quantity, value = A.readNumber(text, range.whole);
    const refuse = (why) => quantity.refuse(`${why} ${A.numberText(A.quantityValue(id))} stays.`);
    const why = A.numberRefusal(label, text, value, range);
    if (why) return refuse(why);
    const ofRun = id.startsWith("p-"), shown = A.state.edit;
    const apply = (state) => A.applyQuantity(state, id, value), stored = (state) => A.storedQuantity(state, id);
    const on = (draft, at, act) => act(Object.assign(Object.create(draft), { edit: at }));
    change(ofRun ? A.onRun(shown, (draft, at) => on(draft, at, apply)) : apply, {
      key: ofRun ? `${id} ${shown}` : id,
      refused: (answer, draft) => {
        const at = ofRun ? A.indexIn(draft, shown) : draft.edit;
        if (at < 0 || on(draft, at, stored) !== value || on(answer.state, at, stored) === value) return false;
        refuse(answer.notes[0] ?? `${label} cannot be ${A.numberText(value)} here.`);
        return true;
      },
    });
  };

  /* Changes on which the server has the last word. They wait here, in order, until it has answered: a further one is
     asked for together with them, so that none is lost where the server is slow. */
  let pending = [];

  /* The state with the pending changes. Each run remembers its number on the page (`was`), since runs may be removed. */
  const intended = () => {
    const draft = structuredClone(A.state);
    draft.runs.forEach((run, i) => (run.was = i));
    for (const { mutate } of pending) mutate(draft);
    if (A.plane(draft) !== A.plane()) draft.box = null;
    return draft;
  };
  A.indexIn = (draft, i) => draft.runs.findIndex(({ was }) => was === i);
  /* A change of the page's run `i`, by mutate(draft, index), wherever the run is by then. */
  A.onRun = (i, mutate) => (draft) => {
    const index = A.indexIn(draft, i);
    if (index >= 0) mutate(draft, index);
  };

  /* Change a copy of the state, and take it once the server has answered. A change replaces a pending one of the same
     key; `refused(answer, draft)` says whether the answer does not take it. */
  function change(mutate, { key = null, refused = null } = {}) {
    pending = [...pending.filter((other) => key === null || other.key !== key), { mutate, key, refused }];
    return adoptChanges();
  }

  const adoptChanges = () => {
    let draft;
    return adopt(() => A.linkOf((draft = intended())), {
      keep: true,
      /* Whether the answer is to what is meant by now: otherwise that is asked for. The playhead moves on meanwhile. */
      checked(answer) {
        const before = pending.length;
        pending = pending.filter(({ refused }) => !refused?.(answer, draft));
        const now = intended();
        if (pending.length < before) {
          if (pending.length) adoptChanges();
          return false;
        }
        if (A.linkOf({ ...now, at: draft.at }) !== A.linkOf(draft)) {
          adoptChanges();
          return false;
        }
        if (now.at !== draft.at) answer.state.at = now.at;
        return true;
      },
    });
  };

  let adopting = 0, opened;
  const opening = new Promise((resolve) => (opened = resolve)); // until there is a state
  /* Take the state of a link. `link()` gives it, again where the server could not be reached; `checked(answer)` says
     whether the answer is taken. */
  async function adopt(link, { keep = false, push = false, asked = null, checked = null } = {}) {
    const mine = ++adopting;
    if (!checked) pending = []; // another state, to which they do not belong
    let answer;
    try {
      answer = await (asked ?? A.askState(link()));
    } catch (error) {
      if (mine !== adopting) return;
      const away = error instanceof A.Unreachable;
      if (away) A.unreached("state", () => mine === adopting && adopt(link, { keep, push, checked }));
      else pending = [];
      A.notice([away ? "The server cannot be reached. What you chose is asked for again by itself." : String(error.message ?? error)]);
      return;
    }
    A.reached("state");
    if (mine !== adopting || (checked && !checked(answer))) return;
    pending = [];
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
    opened();
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
  /* `byItself`: what the page does of its own accord takes no notice away that nobody has read yet. */
  function commit(byItself = false) {
    clearTimeout(committing);
    committing = setTimeout(async () => {
      const asked = A.version;
      try {
        const { link, notes, flows } = await A.askState(A.linkOf(A.state));
        if (asked !== A.version) return;
        if (notes.length || !byItself) A.notice(notes);
        A.offered = flows;
        A.inFrame("state", A.showState);
        A.writeAddress(link);
        A.showRule();
        A.reached("address");
      } catch (error) {
        if (error instanceof A.Unreachable) A.unreached("address", commit);
      }
    }, Math.max(RESTS, writableFrom - performance.now()));
    A.settle();
  }

  /* Where the characters at fault are in a text as the browser counts it: in UTF-16, with the spaces before it. */
  function charactersAt(text, { position, length }) {
    const spaces = text.length - text.trimStart().length, characters = [...text.trim()];
    return [position, position + length].map((count) => spaces + characters.slice(0, count).join("").length);
  }

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  A.choose = {
    objective(name) {
      if (A.state && name && name !== A.state.objective)
        change((state) => Object.assign(state, { objective: name, objective_parameters: {}, start: null, view: null, span: null, box: null }));
    },
    formula(text) {
      if (!A.state || text === null) return;
      const { objective } = A.state, known = A.specification.objectives, shown = known[objective]?.formula ?? objective;
      const field = A.element("formula"), beneath = A.element("formula-refusal");
      A.accept(field, beneath);
      if (text.trim() === "") return A.refuse(field, beneath, "Type a formula in x and y, such as x^2 + y^2. The landscape stays as it is.");
      if (text === shown) return;
      const named = Object.keys(known).find((name) => known[name].formula === text);
      change((state) => Object.assign(state, { objective: named ?? text, objective_parameters: {}, view: null, span: null, box: null }), {
        key: "formula",
        refused: ({ refused: why }) => {
          if (!why) return false;
          A.refuse(field, beneath, `${why.message} The landscape stays as it is.`);
          if (why.position !== null && document.activeElement === field) field.setSelectionRange(...charactersAt(text, why));
          return true;
        },
      });
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
      if (A.state && name && name !== A.flowName()) change(A.onRun(A.state.edit, (draft, i) => (draft.runs[i].variant = name)));
    },
    choice(name, text) {
      if (!A.state) return;
      const value = A.specification.choices[name][text];
      if (name in A.edited().values && !same(A.edited().values[name], value))
        change(A.onRun(A.state.edit, (draft, i) => (draft.runs[i].values[name] = value)));
    },
    set(name, value) {
      const more = name === "curve" ? { scale: A.specification.curves[value].scale } : {};
      if (["curve", "scale", "window", "axis", "level"].includes(name)) more.span = null; // a range of other axes
      if (A.state && intended()[name] !== value) change((state) => Object.assign(state, { [name]: value }, more));
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
      const link = new URL(anchor.href).search.slice(1);
      adopt(() => link, { push: true });
    });
    A.watchEnlarge();
    A.watchExamples();
    window.addEventListener("popstate", () => {
      if (A.onlyPlaceMoved()) return;
      A.forgetAddress();
      adopt(() => A.addressLink());
    });
    adopt(() => A.addressLink(), { asked: A.opening });
    await opening;
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
    A.watchFormula();
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
