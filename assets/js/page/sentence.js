/* From answers to pictures, and to the sentence on top. */

import { element, put } from "../dom/elements.js";
import { inFrame, letFrame } from "../dom/frame.js";
import { putNodes, typeset } from "../dom/typeset.js";
import { channels } from "../ask/channels.js";
import { answers, store } from "../state/store.js";
import { showAxis } from "../draw/axes.js";
import { shadeImage } from "../draw/landscape.js";
import { plots } from "../draw/plot.js";
import { drawView } from "../draw/views.js";
import { showCompared } from "./compare.js";
import { fitSentence } from "./room.js";

const ALONE = 60; // ms that limits wait for their runs
const READ = 100; // ms between two states of a sentence
let alone, known = ""; // the link of the runs that came last
function draw() {
  plots.landscape.redrawSoon("paths", "trail", "heads");
  plots.curves.redrawSoon();
  drawView();
}

export function showAnswer(kind) {
  return (data, question) => {
    const { x0, x1, y0, y1 } = question;
    data.window = [x0, x1, y0, y1];
    letFrame();
    keepAlike(data.arrays, answers[kind]?.arrays ?? {});
    answers[kind] = data;
    if (kind === "runs") known = question.link;
    tellSoon();
    showAxis();
    clearTimeout(alone);
    // limits are known sooner than the runs of the same question, which are drawn with them in one frame
    const { busy, question: awaited } = channels.runs;
    if (kind === "flows" && busy && awaited.link === question.link && known !== question.link) alone = setTimeout(draw, ALONE);
    else draw();
  };
}

/* Arrays that are those of the answer before, to the last byte, are taken from there: what was drawn of them can stay. */
function keepAlike(arrays, before) {
  for (const [name, array] of Object.entries(arrays)) if (alike(array, before[name])) arrays[name] = before[name];
}

function alike(one, two) {
  if (one.byteLength !== two?.byteLength || one.byteLength % 4) return false;
  const [p, q] = [one, two].map(({ buffer, byteOffset, byteLength }) => new Uint32Array(buffer, byteOffset, byteLength / 4));
  for (let i = 0; i < p.length; i++) if (p[i] !== q[i]) return false;
  return true;
}

/* What is told of an answer goes with its picture, into one frame and so into one layout of the page; in the
   hand pictures follow each other faster than anybody reads: then only some and the last are told of. */
let told = 0, telling;
function tellSoon() {
  const wait = store.inHand ? told + READ - performance.now() : 0;
  clearTimeout(telling);
  if (wait > 0) return (telling = setTimeout(tellSoon, wait));
  told = performance.now();
  inFrame("told", tell);
}

function tell() {
  const { runs, flows } = answers;
  if (flows) showFlowStatus(flows);
  if (!runs) return;
  showSentence(runs);
  showCompared();
  put(element("curve-label"), { textContent: runs.label, title: `${runs.measured} ${store.specification.curves[store.state.curve].look}`.trim() });
}

/* What the edited run's flow did other than reach the end. */
function showFlowStatus(data) {
  const { status, end_step: end } = data.flows[store.state.edit] ?? {};
  const step = Math.round(end ?? 0).toLocaleString("en");
  const said = {
    stationary: `the limit arrives at step ${step}`,
    diverged: `the limit leaves at step ${step}`,
    step_limit: `the limit is drawn to step ${step}, where its integrator gave up`,
    none: "no limit is known",
    beyond: "the limit's numbers are too large or too small to draw",
  };
  put(element("flow-status"), { textContent: store.state.flow ? (said[status] ?? "") : "" });
}

let sentence = "";
function showSentence(data) {
  const limits = data.runs[store.state.edit]?.notes.join(" ") ?? "";
  if (element("limits").dataset.text !== limits) {
    element("limits").dataset.text = limits;
    putNodes(element("limits"), typeset(limits));
  }
  if (data.sentence === sentence) return;
  sentence = data.sentence;
  putNodes(element("sentence"), typeset(sentence));
  fitSentence();
}

export function showGround(data, question) {
  data.window = [question.x0, question.x1, question.y0, question.y1].map(Number);
  data.image = shadeImage(data);
  answers.ground = data;
  plots.landscape.redraw("ground");
}
