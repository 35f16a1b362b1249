/* How a regime is named: the window of the edited run's loss with the rule's statistics on it, and its chain of
   questions with this run's numbers. */

import { element, put } from "../dom/elements.js";
import { numberText, percentText, shortNumber } from "../dom/numbers.js";
import { typeset } from "../dom/typeset.js";
import { channels } from "../ask/channels.js";
import { change } from "../state/changes.js";
import { stepsLink } from "../state/link.js";
import { ruleNames } from "../state/rule.js";
import { store } from "../state/store.js";
import { colourOf, runColour } from "../draw/colours.js";
import { drawText } from "../draw/ink.js";

const HEIGHT = 290, LEFT = 46, RIGHT = 12, TOP = 24, BOTTOM = 40; // pixels
let shown = null, inSight = false, asked = "", canvas;


export const askNaming = () => {
  put(element("naming-reset"), { disabled: ruleNames().every((name) => store.state[name] === store.specification.rule[name]) });
  if (!inSight) return;
  const width = Math.max(1, Math.round(element("naming-plot").clientWidth - LEFT - RIGHT));
  const question = { link: stepsLink(), width }, key = JSON.stringify(question);
  if (key === asked) return;
  asked = key;
  channels.naming.ask(question);
};

export const showNaming = (data) => {
  shown = data;
  draw();
  chain();
};

const redrawNaming = () => shown && draw();

export const watchNaming = () => {
  canvas = document.createElement("canvas");
  element("naming-plot").append(canvas);
  new IntersectionObserver(([entry]) => {
    inSight = entry.isIntersecting;
    askNaming();
  }, { rootMargin: "300px" }).observe(element("section-naming"));
  new ResizeObserver(() => {
    askNaming();
    redrawNaming();
  }).observe(element("naming-plot"));
  new MutationObserver(redrawNaming).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  element("naming-reset").addEventListener("click", () => change((state) => Object.assign(state, store.specification.rule)));
};

/* ---- the window of the loss ---- */

const raised = (text) => String(text).replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));

function draw() {
  const { window: w, arrays } = shown, width = element("naming-plot").clientWidth, scale = devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(HEIGHT * scale) });
  Object.assign(canvas.style, { width: `${width}px`, height: `${HEIGHT}px` });
  const context = canvas.getContext("2d"), soft = colourOf("soft"), right = width - RIGHT, bottom = HEIGHT - BOTTOM;
  context.scale(scale, scale);
  element("naming-says").textContent = says();
  element("naming-plot").setAttribute("aria-label", `The last quarter of the run's loss. ${says()}`);
  if (!w) {
    const why = shown.status === "diverged" ? "The run leaves the finite numbers: it has no last quarter." : "Too short a run: its last quarter has no eight blocks.";
    return drawText(context, why, width / 2, HEIGHT / 2, { colour: soft, align: "center", weight: 400, size: 15 });
  }
  const room = 0.06 * (w.high - w.low) || 0.5, low = w.low - room, high = w.high + room;
  const x = (u) => LEFT + u * (right - LEFT);
  const y = (level) => TOP + (1 - (Math.min(high, Math.max(low, level)) - low) / (high - low)) * (bottom - TOP);
  const stroke = (points, colour, thick = 1, dash = []) => {
    context.beginPath();
    points.forEach(([px, py], i) => (i ? context.lineTo(px, py) : context.moveTo(px, py)));
    Object.assign(context, { strokeStyle: colour, lineWidth: thick, lineJoin: "round" });
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  };
  const quiet = (text, px, py, more = {}) => drawText(context, text, px, py, { colour: soft, weight: 400, size: 12, ...more });

  for (let i = 1; i < w.blocks; i++) stroke([[x(i / w.blocks), TOP], [x(i / w.blocks), bottom]], colourOf(i === w.blocks / 2 ? "soft" : "hair"));
  stroke([[LEFT, TOP], [LEFT, bottom], [right, bottom]], colourOf("axis"));
  for (const [level, text] of ticks(low, high, w.scale)) quiet(text, LEFT - 6, y(level), { align: "right" });
  quiet("0.75 of the run", LEFT, bottom + 12);
  quiet(`step ${w.first.toLocaleString("en")}`, LEFT, bottom + 28);
  quiet(`step ${w.last.toLocaleString("en")}`, right, bottom + 28, { align: "right" });
  quiet("eight blocks", (LEFT + right) / 2, bottom + 12, { align: "center" });
  stroke(Array.from(arrays.x, (u, i) => [x(u), y(arrays.y[i])]), runColour(store.state.edit), 1.2);

  const ink = colourOf("ink");
  quiet("least", right - 4, y(w.least) - 8, { align: "right" });
  stroke([[LEFT, y(w.least)], [right, y(w.least)]], soft, 1, [1, 4]);
  w.halves.forEach(({ mean, peak, crest }, half) => {
    const from = x(half / 2), to = x((half + 1) / 2), gap = y(mean) - y(peak);
    stroke([[from + 3, y(mean)], [to - 3, y(mean)]], ink, 1.2, [6, 4]);
    stroke([[from + 3, y(peak)], [to - 3, y(peak)]], ink, 1.2, [2, 3]);
    quiet(half ? "second half" : "first half", (from + to) / 2, 9, { align: "center" });
    const close = gap < 20, at = from + 8;
    quiet("peak", at, y(peak) - 8, { colour: ink });
    quiet("mean", at, y(mean) + 10, { colour: ink });
    if (crest === null || close) return;
    const bar = from + 46;
    stroke([[bar, y(mean)], [bar, y(peak)]], ink);
    drawText(context, `crest ${shortNumber(crest)}`, bar + 6, (y(mean) + y(peak)) / 2, { colour: ink, size: 13 });
  });
}

function ticks(low, high, scale) {
  const apart = scale === "log" ? [1, 2, 3, 6, 12].find((step) => (high - low) / step <= 7) ?? 24 : 10 ** Math.floor(Math.log10((high - low) / 3));
  const levels = [];
  for (let i = Math.ceil(low / apart); i * apart <= high; i++) levels.push(i * apart);
  if (scale === "log" && levels.length < 2) return [low, high].map((level) => [level, shortNumber(10 ** level)]);
  return levels.map((level) => [level, scale === "log" ? `10${raised(level)}` : shortNumber(level)]);
}

function says() {
  const { window: w, statistics: s } = shown;
  if (!w) return `Regime: ${shown.regime}.`;
  const crests = w.halves.map(({ crest }) => shortNumber(crest)).join(" and ");
  return `The loss rises on ${percentText(s.rise_fraction)} of the steps, falls by ${shortNumber(s.fall_decades)} decades from the first block to the last; crest ${crests}; the iterate swings by ${shortNumber(s.swing)} of a step. Regime: ${shown.regime}.`;
}

/* ---- the chain of questions ---- */

const fromTo = (s) => `from ${shortNumber(s.start_loss)} at the start to ${shortNumber(s.late_loss)}`;
const NUMBERS = {
  "not finite": () => "",
  growing: fromTo,
  leaving: fromTo,
  departing: fromTo,
  "two-cycle": (s) => `turns back on ${percentText(s.reversal_fraction)} of the steps`,
  "above the start": fromTo,
  "at rest": (s, t) => `peak ${shortNumber(s.peak)}; yes below ${shortNumber(t.floor)} of the way from the start, or within rounding`,
  rising: fromTo,
  "hardly rises": (s, t) => `on ${percentText(s.rise_fraction)} of the steps, yes below ${percentText(t.rises)}${s.falling < 0 ? "; but a block peaks ten times as high as the one before" : ""}`,
  falling: (s, t) => (s.falling > 0 ? `by ${shortNumber(s.fall_decades)} decades, yes above ${numberText(t.fall_decades)} or by two thirds of its range` : "a block rises above the one before"),
  crest: (s, t) => `crest factor ${shortNumber(s.crest_factor)}, yes from ${numberText(t.crest)}`,
  "few turns": (s, t) => `${shortNumber(s.turns)} turning points, yes below ${shortNumber(t.turns)}`,
  narrow: (s, t) => `swing ${shortNumber(s.swing)} steps, yes up to ${numberText(t.narrow)}`,
  wide: (s, t) => `swing ${shortNumber(s.swing)} steps, yes from ${numberText(t.wide)}`,
};

function chain() {
  const { questions, decides, statistics, thresholds } = shown;
  for (const item of element("naming-chain").children) {
    const index = questions.findIndex(({ name }) => name === item.dataset.question);
    const reached = decides === null || index <= decides, told = reached && (index === 0 || shown.window);
    item.className = decides === index ? "decides" : reached ? "passed" : "beyond";
    item.querySelector(".number").replaceChildren(...typeset(told ? NUMBERS[questions[index].name](statistics, thresholds) : ""));
    item.querySelector(".answer").textContent = decides === index ? `yes: ${questions[index].regime}` : reached ? "no" : "not asked";
  }
  element("naming-chain").dataset.otherwise = decides === null ? "None holds: undecided, between the regimes." : "";
}
