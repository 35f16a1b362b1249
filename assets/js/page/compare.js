/* The runs compared: one row each. What a run itself tells moves with the hand; lattice and sweep follow when it rests
   and the section is in sight. */

import { element } from "../dom/elements.js";
import { briefText, percentText } from "../dom/numbers.js";
import { channels } from "../ask/channels.js";
import { change, onRun } from "../state/changes.js";
import { linkOf } from "../state/link.js";
import { answers, store } from "../state/store.js";
import { colourOf, runColour } from "../draw/colours.js";
import { plots } from "../draw/plot.js";
import { pageName } from "../questions/map.js";

const CHART = [190, 44]; // a sweep's picture, in pixels
const COLUMNS = ["Run", "Regime", "Loss above least, at the end", "Steps to tolerance", "Starts that converge", "Best learning rate",
  "Mean loss of the last quarter, by learning rate"];
let compared = null, asked = "", serial = 0, inSight = false;

const key = () => JSON.stringify([store.state.objective, store.state.objective_parameters, store.state.start, store.state.steps, store.state.tolerance,
  store.state.runs.map((run) => [run.optimizer, run.values]), plots.landscape.ranges()]);

/* What the numbers are of: where they were measured, and the method of each row. Parameters may have moved since: such
   rows are marked as old. */
const subject = () => ({
  ground: JSON.stringify([store.state.objective, store.state.objective_parameters]),
  methods: store.state.runs.map(({ optimizer }) => optimizer),
});

export const askComparison = () => {
  if (!plots || !inSight || key() === asked) return;
  asked = key();
  const [x0, x1, y0, y1] = plots.landscape.ranges();
  channels.comparison.ask({ link: linkOf(store.state), x0, x1, y0, y1, page: pageName, serial: ++serial }, { key: asked, ...subject() });
};

/* `of`: what the question was about. */
export const showComparison = (data, question, of) => {
  if (!data) return;
  compared = { ...data, ...of };
  showCompared();
};

export const watchComparison = () =>
  new IntersectionObserver(([entry]) => {
    inSight = entry.isIntersecting;
    if (inSight) showCompared();
    askComparison();
  }, { rootMargin: "200px" }).observe(element("section-compare"));

const cell = (tag, text, className = "") => Object.assign(document.createElement(tag), { textContent: text, className });

export const showCompared = () => {
  const runs = answers.runs?.runs, box = element("comparison");
  if (!runs || (box.firstChild && !inSight)) return; // drawn again when it comes into sight: a hand need not wait for it
  const now = subject(), same = compared?.ground === now.ground; // else they are of another objective
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const title of COLUMNS) head.append(Object.assign(cell("th", title), { scope: "col" }));
  const body = table.createTBody();
  body.classList.toggle("stale", Boolean(compared) && compared.key !== key());
  runs.forEach((run, i) => {
    const row = body.insertRow(), name = cell("th", run.title), found = same && compared.methods[i] === now.methods[i] ? compared.runs[i] : null;
    name.scope = "row";
    name.style.setProperty("--run", `var(--run-${i})`);
    row.append(
      name,
      cell("td", run.status === "diverged" ? "left the numbers" : run.regime),
      cell("td", briefText(run.gap, 3), "number"),
      cell("td", run.reached === null ? "never" : run.reached.toLocaleString("en"), "number"),
      share(found), best(found, i), sweep(i, found),
    );
    [...row.cells].forEach((td, column) => (td.dataset.column = COLUMNS[column]));
  });
  box.replaceChildren(table);
};

function share(found) {
  const td = cell("td", found ? percentText(found.share, 2) : "…", "number share");
  if (found) td.style.setProperty("--share", `${100 * found.share}%`);
  return td;
}

function best(found, i) {
  const td = cell("td", "", "number");
  if (!found) td.textContent = "…";
  else if (found.best === null) td.textContent = "none";
  else {
    const use = cell("button", briefText(found.best, 3), "quiet");
    use.type = "button";
    use.title = `Use it: ${store.state.runs[i].title} at learning rate ${found.best}`;
    use.addEventListener("click", () => change(onRun(i, (draft, at) => (draft.runs[at].values.learning_rate = found.best))));
    td.append(use);
  }
  return td;
}

/* One run's sweep, on axes that all rows share: log rate across, log loss up, a mark where the run stands. */
function sweep(i, found) {
  const td = cell("td", ""), canvas = document.createElement("canvas"), [width, height] = CHART;
  const scale = devicePixelRatio || 1;
  Object.assign(canvas, { width: width * scale, height: height * scale });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", found?.best ? `Least at learning rate ${found.best}` : "not known yet");
  td.append(canvas);
  if (!found) return td;
  const all = compared.runs.flatMap((_, j) => [...compared.arrays[`sweep ${j}`]]).filter(Number.isFinite);
  const low = Math.max(Math.min(...all), -40), high = Math.min(Math.max(...all), 8);
  const [first, last] = compared.rates.map(Math.log10), values = compared.arrays[`sweep ${i}`];
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  const x = (rate) => 3 + ((rate - first) / (last - first)) * (width - 6);
  const y = (value) => 4 + (1 - (Math.min(high, Math.max(low, value)) - low) / (high - low || 1)) * (height - 8);
  context.strokeStyle = colourOf("axis");
  const stands = x(Math.log10(store.state.runs[i].values.learning_rate));
  context.setLineDash([2, 3]);
  context.beginPath();
  context.moveTo(stands, 0);
  context.lineTo(stands, height);
  context.stroke();
  context.setLineDash([]);
  context.strokeStyle = runColour(i);
  context.lineWidth = 1.4;
  context.beginPath();
  let open = false;
  values.forEach((value, j) => {
    /** @type {[number, number]} */
    const at = [x(first + ((last - first) * j) / (values.length - 1)), y(value)];
    if (Number.isFinite(value)) open ? context.lineTo(...at) : context.moveTo(...at);
    open = Number.isFinite(value);
  });
  context.stroke();
  if (found.best !== null) {
    context.fillStyle = colourOf("accent");
    context.beginPath();
    context.arc(x(Math.log10(found.best)), y(Math.log10(Math.max(found.loss, 1e-300))), 3, 0, 2 * Math.PI);
    context.fill();
  }
  return td;
}
