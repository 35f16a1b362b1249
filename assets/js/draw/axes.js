/* The axes of the loss: which range they show, and their ticks. */

import { answers, store } from "../state/store.js";
import { plots } from "./plot.js";

/* The scale that is drawn: that of the answer, where a logarithm was asked for and the loss has none. */
export const shownScale = () => {
  const asked = store.state.window === "tail" && store.state.scale === "log" ? "linear" : store.state.scale;
  return asked === "log" && answers.runs?.scale === "symlog" ? "symlog" : asked;
};
const axisType = (scale) => (scale === "log" ? "log" : "linear");

/* The loss axis moves only when it must: a new decade, or a linear range that no longer fits. To move it takes longer
   than a picture: in the hand some of it may stand empty. */
export function showAxis() {
  const { runs, flows } = answers;
  if (!runs) return;
  const type = axisType(runs.scale), turned = plots.curves.layout.yaxis.type !== type;
  if (store.state.span) return turned && plots.curves.relayout({ "yaxis.type": type, "yaxis.range": store.state.span.slice(2) });
  const drawn = runs.runs.some((run) => run.lines.length) ? runs : store.state.flow && flows;
  const { span, scale } = runs, { axis } = drawn || runs;
  const [, , y0, y1] = plots.curves.ranges();
  const least = scale === "linear" ? 0.4 : store.inHand && scale === "log" ? 0.7 : 1;
  const fits = axis[0] >= y0 && axis[1] <= y1 && axis[1] - axis[0] > least * (y1 - y0);
  const change = turned ? { "yaxis.type": type } : {};
  if (turned || (!fits && (axis[0] !== y0 || axis[1] !== y1))) {
    change["yaxis.range"] = axis;
    if (scale === "log") Object.assign(change, decadeTicks(axis));
    if (scale === "symlog") Object.assign(change, symmetricTicks(axis, runs.small));
  }
  const [k0, k1] = plots.curves.ranges();
  if (k0 !== span[0] || k1 !== span[1]) change["xaxis.range"] = span;
  // Plotly moves a range in half the time if nothing else comes with it
  const { yaxis } = plots.curves.layout;
  for (const name of ["tickmode", "dtick"]) if (change[`yaxis.${name}`] === yaxis[name]) delete change[`yaxis.${name}`];
  if (Object.keys(change).length) plots.curves.relayout(change);
}

/* Powers of ten on both sides of 0, where the axis turns linear below `small`. */
function symmetricTicks([low, high], small) {
  const every = decadesApart(high - low), start = Math.round(Math.log10(small)), values = [], texts = [];
  for (let d = Math.ceil(low / every) * every; d <= high; d += every) {
    values.push(d);
    texts.push(d === 0 ? "0" : `${d < 0 ? "−" : ""}10<sup>${String(start + Math.abs(d)).replace("-", "−")}</sup>`);
  }
  return { "yaxis.tickmode": "array", "yaxis.tickvals": values, "yaxis.ticktext": texts };
}

const decadesApart = (decades) => [1, 2, 3, 6, 12].find((step) => decades / step <= 7) ?? Math.ceil(decades / 7);

/* Whole decades between ticks, so that about six stand on the axis. */
function decadeTicks([low, high]) {
  return { "yaxis.tickmode": "linear", "yaxis.dtick": decadesApart(high - low) };
}

export async function showSpan() {
  const type = axisType(shownScale());
  const ticks = type === "log" ? decadeTicks(plots.curves.ranges().slice(2)) : { "yaxis.tickmode": "auto", "yaxis.nticks": 5 };
  const change = { "yaxis.type": type, ...(shownScale() === "symlog" ? {} : ticks) };
  change["xaxis.title.text"] = store.state.axis === "time" ? "time t" : "step";
  if (store.state.span) {
    change["xaxis.range"] = store.state.span.slice(0, 2);
    change["yaxis.range"] = store.state.span.slice(2);
  }
  const { layout } = plots.curves;
  const mode = layout.yaxis.tickmode !== change["yaxis.tickmode"] || layout.xaxis.title.text !== change["xaxis.title.text"];
  if (layout.yaxis.type !== type || store.state.span || mode) await plots.curves.relayout(change);
}
