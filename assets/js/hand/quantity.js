/* The component adamoscope.Quantity: a slider and a number field that own one value.
   Every move goes straight to adamoscope.moved; Dash hears of it on release. */

import { react } from "../dash.js";
import { put } from "../dom/elements.js";
import { holdFrame, inFrame } from "../dom/frame.js";
import { numberText } from "../dom/numbers.js";
import { accept, refuse } from "../dom/refusals.js";
import { channels } from "../ask/channels.js";
import { store } from "../state/store.js";
import { takeMoved, takeTyped } from "./moves.js";
import { quantities } from "./quantities.js";

const THUMB = 15; // pixels across, as in page.css
const STEPS = 400; // of a slider, from end to end
const WAYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
const RESTS = 200; // ms after the release until Dash hears of it, which takes it longer than a move

const scales = {
  log: { to: (v) => Math.log10(Math.max(v, 1e-300)), from: (s) => significant(10 ** s) },
  linear: { to: (v) => v, from: (s) => significant(s) },
  complement: { to: (v) => -Math.log10(Math.max(1 - v, 1e-16)), from: (s) => significant(1 - significant(10 ** -s), 12) },
};

function significant(value, digits = 3) {
  return Number(value.toPrecision(digits));
}

/* "β₁" reads well aloud; on paper it is an upright letter with a small subscript. */
const withSubscripts = (text) => {
  const h = react().createElement;
  const parts = text.split(/([₀-₉]+)/);
  return parts.map((part, i) =>
    i % 2 ? h("sub", { key: i }, [...part].map((c) => c.charCodeAt(0) - 0x2080).join("")) : part,
  );
};

/* React makes the inputs once and looks away: every move would cost it more than the move itself. */
export function Quantity(properties) {
  const { createElement: h, useLayoutEffect, useMemo, useRef } = react();
  const form = useRef(null), tell = useRef(null);
  tell.current = properties.setProps;
  useLayoutEffect(() => wired(form.current, properties, (value) => tell.current({ value })), []);
  return useMemo(() => {
    const { id, label, hint } = properties;
    return h(
      // a form of its own: after every move the browser's autofill looks at all fields of the field's form
      "form",
      { ref: form, id, className: "quantity", title: hint || undefined, autoComplete: "off" },
      h("span", { className: "quantity-label", "aria-hidden": true }, withSubscripts(label)),
      h("div", { className: "track" }, h("input", { type: "range", "aria-label": label })),
      h("div", { className: "typed" }, h("input", { type: "text", inputMode: "decimal", "aria-label": `${label}, number`, spellCheck: false })),
      h("p", { id: `${id}-idle`, className: "idle-says" }),
      h("p", { id: `${id}-refusal`, className: "refusal", role: "alert" }),
    );
  }, []);
}

/* The inputs of a form put to work; what takes them out of it again. */
function wired(form, { id, label, value, low, high, scale, unit, range }, tell) {
  const [slider, field] = form.querySelectorAll("input"), beneath = form.querySelector(".refusal"), { to, from } = scales[scale];
  let latest = value, place, ends = [to(low), to(high)]; // place: of the thumb, among the slider's steps

  const showEnds = () => {
    const [low, high] = ends;
    Object.assign(slider, { min: low, max: high, step: (high - low) / STEPS });
  };
  let shown = NaN; // the value that stands in both
  let edited = false; // since it was taken last: to type the number that stands there is to mean it as well
  let asked = null; // what was typed and is being asked for: Enter and leaving the field are one
  const show = (v) => {
    if (v === shown) return;
    const typing = edited && document.activeElement === field; // a text under way stays until it is taken
    latest = v;
    shown = typing ? NaN : v;
    const [low, high] = ends, text = numberText(v), position = Math.min(high, Math.max(low, to(v)));
    slider.value = position;
    place = slider.valueAsNumber;
    slider.style.setProperty("--share", `${(100 * (position - low)) / (high - low || 1)}%`);
    slider.setAttribute("aria-valuetext", text);
    if (typing) return;
    asked = null;
    accept(field, beneath);
    // what is selected to be typed over stays selected: else the next key would add to the new text
    const selected = document.activeElement === field && field.selectionStart === 0 && field.selectionEnd === field.value.length;
    put(field, { value: text });
    if (selected) field.select();
  };
  const slid = () => slidTo(slider.valueAsNumber);
  const slidTo = (position) => {
    place = position;
    let v = from(position);
    if (unit) v = Math.max(unit, Math.round(v / unit) * unit);
    latest = v;
    shown = NaN; // the browser has moved the thumb
    if (store.state) takeMoved(id, v, false);
    inFrame(id, () => show(latest));
  };

  /* Pointers are heard of a frame late, when the page is about to be drawn; where nothing is under way the question
     goes out as soon as the hand has moved. The place is the one that the browser will give the thumb. */
  const hurried = ({ buttons, clientX, pointerType }) => {
    if (!buttons || !grip || pointerType === "touch") return; // a finger may come to scroll
    if (!store.state || channels.runs.busy) return;
    const part = Math.min(1, Math.max(0, (clientX - grip.left) / grip.width)), [low, high] = ends, step = (high - low) / STEPS;
    slidTo(low + step * Math.round((part * (high - low)) / step));
  };
  let grip = null; // where the middle of the thumb can be
  const gripped = () => {
    before = latest;
    const { left, width } = slider.getBoundingClientRect();
    grip = { left: left + THUMB / 2, width: width - THUMB };
  };

  // the DOM's "change" is the release, or of a key its own: held down it changes the value again and again
  let keyed = false, changed = false, telling;
  const release = () => {
    changed = keyed;
    if (keyed) return;
    clearTimeout(telling);
    telling = setTimeout(() => tell(latest), RESTS);
    takeMoved(id, latest, true);
  };
  const keydown = (event) => {
    keyed = true;
    const way = WAYS[event.key], [low, high] = ends;
    if (!way || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault(); // the browser would move the thumb, and ask for a frame
    holdFrame();
    slidTo(Math.min(high, Math.max(low, place + (way * (high - low)) / STEPS)));
    changed = true;
  };
  const keyup = () => {
    keyed = false;
    if (changed) release();
  };
  // a finger that scrolls the page has touched the slider on its way: the browser cancels it, and it has not meant it
  let before = value;
  const cancelled = () => {
    shown = NaN;
    show(before);
    takeMoved(id, before, true);
  };
  const typed = () => {
    const text = field.value;
    if (text === asked || (!edited && text.trim() === numberText(latest))) return;
    asked = text;
    edited = false;
    takeTyped(id, text);
  };
  const refusing = (sentence) => {
    asked = null;
    field.value = numberText(latest);
    refuse(field, beneath, sentence);
  };
  const editing = () => {
    edited = true;
    asked = null;
    accept(field, beneath);
  };
  const heard = [
    [slider, { input: slid, change: release, keydown, keyup, blur: keyup, pointerdown: gripped, pointerrawupdate: hurried, pointerup: () => (grip = null), pointercancel: cancelled }],
    [field, { input: editing, blur: typed, keydown: (event) => event.key === "Enter" && typed() }],
    [form, { submit: (event) => event.preventDefault() }],
  ];
  for (const [element, acts] of heard) for (const [type, act] of Object.entries(acts)) element.addEventListener(type, act);
  showEnds();
  show(value);
  quantities[id] = {
    show,
    setEnds: (low, high) => {
      const [first, last] = [to(low), to(high)];
      if (first === ends[0] && last === ends[1]) return;
      ends = [first, last];
      showEnds();
      shown = NaN;
      show(latest);
    },
    label,
    range,
    refuse: refusing,
    /* Neither is of use where the value changes nothing; why is said beneath. */
    idle: (why) => {
      const says = form.querySelector(".idle-says");
      if (says.textContent === why) return;
      says.textContent = why;
      form.classList.toggle("idle", why !== "");
      for (const input of [slider, field]) {
        input.disabled = why !== "";
        if (why) input.setAttribute("aria-describedby", says.id);
        else input.removeAttribute("aria-describedby");
      }
    },
    forget: () => (shown = NaN),
    mark: (why) => {
      field.classList.toggle("moved", why !== "");
      put(field, { title: why });
    },
    value: () => latest,
  };
  return () => {
    for (const [element, acts] of heard) for (const [type, act] of Object.entries(acts)) element.removeEventListener(type, act);
  };
}
