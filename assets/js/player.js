/* The transport: play, pause, step, scrub. The playhead is the state's `at`, a step; null is the end. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const SPEEDS = [1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000]; // steps a second
  const WHOLE_RUN = 20; // seconds that the speed chosen at first needs for it
  const JUMPS = 4; // a second, where motion is to be reduced
  const RESTS = 140; // ms after a change of the runs until a step of theirs is looked at
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const player = (A.player = { speed: null, playing: false });
  let parts = {}, exact = 0, before = 0, shown = "", timer, resting;

  const last = () => A.state.steps;
  const here = () => Math.min(A.state.at ?? last(), last()); // a link's step may lie past a shorter run's end

  /* The step looked at, with its tile, or null at the end or while its tile is on its way. */
  A.playhead = () => (A.state?.at == null ? null : A.tiles.stepAt(here()));

  /* Go to a step; the end is no step to look at. `final`: the hand has let go. */
  player.seek = (k, final = true) => {
    const to = Math.max(0, Math.round(k));
    A.state.at = to >= last() ? null : to;
    A.version += 1;
    if (!player.playing) exact = to;
    show();
    if (final) {
      look();
      A.commit();
    }
  };

  /* Ask for what the playhead needs: while it moves fast every so many-th step, at rest the step itself. */
  function look() {
    if (A.state.at === null) return;
    const level = player.playing ? Math.max(0, Math.floor(Math.log2(player.speed / frames()))) : 0;
    A.tiles.want(here(), level);
  }
  const frames = () => (still.matches ? JUMPS : 60);

  function play() {
    player.playing = true;
    exact = A.state.at ?? 0;
    before = performance.now();
    player.seek(exact, false);
    look();
    tick(before);
  }

  function pause() {
    player.playing = false;
    clearTimeout(timer);
    cancelAnimationFrame(timer);
    player.seek(here());
  }

  function tick(now) {
    if (!player.playing) return;
    // no time passes while the first tile is on its way, nor while the page is not looked at; a frame's own time may
    // lie before the click that began it
    const passed = Math.min(1000, Math.max(0, now - before));
    if (A.tiles.stepAt(Math.floor(exact))) exact += (player.speed * passed) / 1000;
    before = now;
    if (exact >= last()) {
      A.state.at = last();
      return pause();
    }
    if (Math.floor(exact) !== A.state.at) player.seek(Math.floor(exact), false);
    look();
    if (still.matches) timer = setTimeout(() => tick(performance.now()), 1000 / JUMPS);
    else timer = requestAnimationFrame(tick);
  }

  player.toggle = () => (player.playing ? pause() : play());

  player.step = (by) => {
    if (player.playing) pause();
    player.seek(here() + by);
  };

  /* ---- what shows it ---- */

  function show() {
    const at = here(), told = `${at} ${last()} ${player.playing} ${A.state.at}`;
    if (told !== shown) {
      shown = told;
      parts.play.dataset.playing = player.playing;
      parts.play.setAttribute("aria-label", player.playing ? "Pause" : "Play");
      parts.slider.max = last();
      parts.slider.value = at;
      parts.slider.style.setProperty("--share", `${(100 * at) / last()}%`);
      parts.slider.setAttribute("aria-valuetext", `step ${at}`);
      A.put(parts.step, { textContent: at.toLocaleString("en") });
      A.put(parts.of, { textContent: `of ${last().toLocaleString("en")}` });
      parts.back.disabled = at === 0;
      parts.on.disabled = A.state.at === null;
    }
    A.showSteps();
  }

  /* Everything that shows the playhead's step: called when it moves, and when a tile has come. */
  A.showSteps = () => {
    A.drawSteps();
    A.showInspector(A.playhead());
  };

  /* The state is another one, as after a link or a slider's move. */
  player.refresh = () => {
    if (player.playing && A.state.at === null) player.playing = false;
    if (Math.floor(exact) !== (A.state.at ?? 0)) exact = A.state.at ?? 0;
    player.speed ??= SPEEDS.find((speed) => speed * WHOLE_RUN >= last()) ?? SPEEDS.at(-1);
    A.put(parts.speed, { value: String(player.speed) });
    for (const box of parts.overlays) A.put(box, { checked: A.state.overlays.includes(box.value) });
    show();
    clearTimeout(resting);
    resting = setTimeout(look, RESTS);
  };

  function node(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  const ICONS = { // 16 x 16, drawn in the text's colour
    play: "M4 2.5v11l9.5-5.5z", pause: "M3.5 2.5h3.2v11H3.5zM9.3 2.5h3.2v11H9.3z", back: "M3 2.5h2v11H3zM13 2.5v11L6 8z", on: "M11 2.5h2v11h-2zM3 2.5v11L10 8z",
  };
  const icon = (name) => `<svg class="${name}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;

  function button(name, label, act, extra = "") {
    const made = node("button", { type: "button", className: `transport ${name}`, innerHTML: icon(name) + extra, title: label });
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  player.build = () => {
    parts = {
      back: button("back", "One step back", () => player.step(-1)),
      play: button("play", "Play", player.toggle, icon("pause")),
      on: button("on", "One step on", () => player.step(1)),
      slider: node("input", { type: "range", min: 0, step: 1 }),
      step: node("output", { className: "step" }),
      of: node("span", { className: "aside" }),
      speed: node("select", {}, ...SPEEDS.map((speed) => node("option", { value: speed, textContent: speed.toLocaleString("en") }))),
      overlays: Object.keys(A.OVERLAYS).map((value) => node("input", { type: "checkbox", value })),
    };
    parts.play.title = "Play or pause (space)";
    parts.slider.setAttribute("aria-label", "Playhead");
    parts.speed.setAttribute("aria-label", "Steps a second");
    const overlays = node("span", { className: "overlays" }, "at this step", ...parts.overlays.map((box) => {
      box.addEventListener("change", overlay);
      return node("label", { title: A.OVERLAYS[box.value].meaning }, box, A.OVERLAYS[box.value].label);
    }));
    overlays.setAttribute("role", "group");
    overlays.setAttribute("aria-label", "Drawn at this step");
    const speed = node("label", { className: "aside speed" }, parts.speed, "steps/s");
    A.element("player").replaceChildren(
      node("span", { className: "buttons" }, parts.back, parts.play, parts.on), parts.slider,
      node("span", { className: "where" }, node("span", { className: "aside" }, "step"), parts.step, parts.of), speed, overlays,
    );
    parts.slider.addEventListener("input", () => {
      if (player.playing) pause();
      player.seek(parts.slider.valueAsNumber, false);
      A.tiles.want(Math.min(parts.slider.valueAsNumber, last()), Infinity);
      clearTimeout(resting);
      resting = setTimeout(look, 80);
    });
    parts.slider.addEventListener("change", () => player.seek(parts.slider.valueAsNumber));
    parts.speed.addEventListener("change", () => (player.speed = Number(parts.speed.value)));
    document.addEventListener("keydown", keys);
  };

  function overlay() {
    A.state.overlays = parts.overlays.filter((box) => box.checked).map((box) => box.value);
    A.changed();
    A.commit();
  }

  /* Keys that nothing else on the page has taken: space, arrows, home and end. */
  function keys(event) {
    const busy = "input, select, textarea, [contenteditable], [role=combobox], [role=listbox], [role=radiogroup], .dash-dropdown, .handle";
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(busy)) return;
    if (event.key === " " && event.target.closest?.("button, a, summary")) return; // presses it
    const many = event.shiftKey ? Math.max(1, Math.round(last() / 100)) : 1;
    const act = {
      " ": player.toggle,
      ArrowLeft: () => player.step(-many),
      ArrowRight: () => player.step(many),
      Home: () => player.step(-last()),
      End: () => player.step(last()),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
})();
