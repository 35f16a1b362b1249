/* The transport: play, pause, step, scrub. The playhead is the state's `at`, a step; null is the end. */

import { element, put } from "../dom/elements.js";
import { signal } from "../dom/signal.js";
import { commit } from "../state/changes.js";
import { changed, store } from "../state/store.js";
import { lastStep, playhead, stepAt, stepNow } from "../state/tiles.js";
import { OVERLAYS, drawSteps } from "../draw/step_marks.js";
import { wantTile } from "../questions/tiles.js";

const SPEEDS = [1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000]; // steps a second
const WHOLE_RUN = 20; // seconds that the speed chosen at first needs for it
const JUMPS = 4; // a second, where motion is to be reduced
const RESTS = 140; // ms after a change of the runs until a step of theirs is looked at
const still = matchMedia("(prefers-reduced-motion: reduce)");
export const player = { speed: null, playing: false };
export const stepShown = signal(); // the step at the playhead is drawn: its tile's place, or null
let parts = {}, exact = 0, before = 0, shown = "", timer, resting;

/* Go to a step; the end is no step to look at. `final`: the hand has let go. */
player.seek = (k, final = true) => {
  const to = Math.max(0, Math.round(k));
  store.state.at = to >= lastStep() ? null : to;
  store.version += 1;
  if (!player.playing) exact = to;
  show();
  if (final) {
    look();
    commit();
  }
};

/* Ask for what the playhead needs: while it moves fast every so many-th step, at rest the step itself. */
function look() {
  if (store.state.at === null) return;
  const level = player.playing ? Math.max(0, Math.floor(Math.log2(player.speed / frames()))) : 0;
  wantTile(stepNow(), level);
}
const frames = () => (still.matches ? JUMPS : 60);

function play() {
  player.playing = true;
  exact = store.state.at ?? 0;
  before = performance.now();
  player.seek(exact, false);
  look();
  tick(before);
}

function pause() {
  player.playing = false;
  clearTimeout(timer);
  cancelAnimationFrame(timer);
  player.seek(stepNow());
}

function tick(now) {
  if (!player.playing) return;
  // no time passes while the first tile is on its way, nor while the page is not looked at; a frame's own time may
  // lie before the click that began it
  const passed = Math.min(1000, Math.max(0, now - before));
  if (stepAt(Math.floor(exact))) exact += (player.speed * passed) / 1000;
  before = now;
  if (exact >= lastStep()) {
    store.state.at = lastStep();
    return pause();
  }
  if (Math.floor(exact) !== store.state.at) player.seek(Math.floor(exact), false);
  look();
  if (still.matches) timer = setTimeout(() => tick(performance.now()), 1000 / JUMPS);
  else timer = requestAnimationFrame(tick);
}

player.toggle = () => (player.playing ? pause() : play());

player.step = (by) => {
  if (player.playing) pause();
  player.seek(stepNow() + by);
};

/* ---- what shows it ---- */

function show() {
  const at = stepNow(), told = `${at} ${lastStep()} ${player.playing} ${store.state.at}`;
  if (told !== shown) {
    shown = told;
    parts.play.dataset.playing = player.playing;
    parts.play.setAttribute("aria-label", player.playing ? "Pause" : "Play");
    parts.slider.max = lastStep();
    parts.slider.value = at;
    parts.slider.style.setProperty("--share", `${(100 * at) / lastStep()}%`);
    parts.slider.setAttribute("aria-valuetext", `step ${at}`);
    put(parts.step, { textContent: at.toLocaleString("en") });
    put(parts.of, { textContent: `of ${lastStep().toLocaleString("en")}` });
    parts.back.disabled = at === 0;
    parts.on.disabled = store.state.at === null;
  }
  showSteps();
}

/* Everything that shows the playhead's step: called when it moves, and when a tile has come. */
export const showSteps = () => {
  drawSteps();
  stepShown.emit(playhead());
};

/* The state is another one, as after a link or a slider's move. */
player.refresh = () => {
  if (player.playing && store.state.at === null) player.playing = false;
  if (Math.floor(exact) !== (store.state.at ?? 0)) exact = store.state.at ?? 0;
  player.speed ??= SPEEDS.find((speed) => speed * WHOLE_RUN >= lastStep()) ?? SPEEDS.at(-1);
  put(parts.speed, { value: String(player.speed) });
  for (const box of parts.overlays) put(box, { checked: store.state.overlays.includes(box.value) });
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
    overlays: Object.keys(OVERLAYS).map((value) => node("input", { type: "checkbox", value })),
  };
  parts.play.title = "Play or pause (space)";
  parts.slider.setAttribute("aria-label", "Playhead");
  parts.speed.setAttribute("aria-label", "Steps a second");
  const overlays = node("span", { className: "overlays" }, "at this step", ...parts.overlays.map((box) => {
    box.addEventListener("change", overlay);
    return node("label", { title: OVERLAYS[box.value].meaning }, box, OVERLAYS[box.value].label);
  }));
  overlays.setAttribute("role", "group");
  overlays.setAttribute("aria-label", "Drawn at this step");
  const speed = node("label", { className: "aside speed" }, parts.speed, "steps/s");
  element("player").replaceChildren(
    node("span", { className: "buttons" }, parts.back, parts.play, parts.on), parts.slider,
    node("span", { className: "where" }, node("span", { className: "aside" }, "step"), parts.step, parts.of), speed, overlays,
  );
  parts.slider.addEventListener("input", () => {
    if (player.playing) pause();
    player.seek(parts.slider.valueAsNumber, false);
    wantTile(Math.min(parts.slider.valueAsNumber, lastStep()), Infinity);
    clearTimeout(resting);
    resting = setTimeout(look, 80);
  });
  parts.slider.addEventListener("change", () => player.seek(parts.slider.valueAsNumber));
  parts.speed.addEventListener("change", () => (player.speed = Number(parts.speed.value)));
  document.addEventListener("keydown", keys);
};

function overlay() {
  store.state.overlays = parts.overlays.filter((box) => box.checked).map((box) => box.value);
  changed();
  commit();
}

/* Keys that nothing else on the page has taken: space, arrows, home and end. */
function keys(event) {
  const busy = "input, select, textarea, [contenteditable], [role=combobox], [role=listbox], [role=radiogroup], .dash-dropdown, .handle";
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(busy)) return;
  if (event.key === " " && event.target.closest?.("button, a, summary")) return; // presses it
  const many = event.shiftKey ? Math.max(1, Math.round(lastStep() / 100)) : 1;
  const act = {
    " ": player.toggle,
    ArrowLeft: () => player.step(-many),
    ArrowRight: () => player.step(many),
    Home: () => player.step(-lastStep()),
    End: () => player.step(lastStep()),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}
