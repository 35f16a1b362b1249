/* The step inspector: the update rule with this step's numbers in it, as text that changes with every frame. */

import { element } from "../dom/elements.js";
import { fixedText } from "../dom/numbers.js";
import { say } from "../dom/said.js";
import { edited, store } from "../state/store.js";
import { player } from "../hand/player.js";

let shape = "", cells = [];

/* Five or four digits: columns keep their width. */
function digits(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-2 && size < 1e5)) return fixedText(value, 5);
  return value.toExponential(3).replace("e+", "e").replaceAll("-", "−");
}

/* What stands in the row: [operator before it, heading, where its numbers are]; "x_k" has a subscript. */
function columns(data) {
  const position = `position ${store.state.edit}`;
  const before = [["", data.label, "gap"]];
  if (data.momentum || !data.quadratic) before.push(["", "∇f(x_k)", "gradient"]); // else it stands in the rule
  for (const name of data.states)
    if (!/\d$/.test(name)) before.push(["", name.replaceAll("_", " "), `state ${name}`]); // not AdaShift's ten gradients
  const rule = [["", "x_k", position]];
  if (data.quadratic) {
    rule.push(["− η ·", data.momentum ? "momentum" : "∇f(x_k)", "direction"]);
    if (data.preconditioned) rule.push(["/", "P", "preconditioner"]);
    if (data.further_terms) rule.push(["+", "further terms", "further"]);
  } else rule.push(["+", "step", "step"]);
  rule.push(["=", "x_k+1", "next"]);
  const after = data.preconditioned ? [["", "η/P", "effective rate"]] : [];
  if (data.quadratic) after.push(["", "step", "step"]);
  return { before, step: rule, after };
}

function numbers(data, row, source) {
  const { arrays } = data, at = (name) => [0, 1].map((j) => arrays[name][arrays[name].shape.length === 1 ? row : 2 * row + j]);
  const from = source === "further" ? "lowest" : `position ${store.state.edit}`;
  if (source === "further" || source === "step") return at("next").map((value, j) => value - at(from)[j]);
  return arrays[source].shape.length === 1 ? at(source).slice(1) : at(source);
}

function build(data) {
  const groups = columns(data);
  cells = [];
  const group = (name) => {
    const box = document.createElement("div");
    box.className = `group ${name}`;
    for (const [operator, heading, source] of groups[name]) {
      if (operator) box.append(made("span", "operator", operator));
      const cell = made("div", "cell", ""), values = [made("span", "value", ""), made("span", "value", "")];
      cell.append(named(heading), ...values);
      box.append(cell);
      cells.push({ source, values });
    }
    return box;
  };
  const axes = made("div", "axes", "");
  axes.append(made("span", "value", "x"), made("span", "value", "y"));
  element("inspector").replaceChildren(axes, ...Object.keys(groups).filter((name) => groups[name].length).map(group));
}

function named(heading) {
  const element = made("span", "heading-of", "");
  heading.split(/(_[a-z0-9+]+)/).forEach((part) => element.append(part.startsWith("_") ? made("sub", "", part.slice(1)) : part));
  return element;
}

function made(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function spoken({ k, data, row }) {
  const own = data.arrays[`position ${store.state.edit}`], gap = numbers(data, row, "gap")[0];
  return `step ${k}: ${data.label} ${digits(gap)}, x ${digits(own[2 * row])}, y ${digits(own[2 * row + 1])}`;
}

export const showInspector = (head) => {
  const box = element("inspector");
  box.classList.toggle("idle", !head);
  if (!head) {
    if (shape !== "idle") box.replaceChildren(made("p", "invitation", "Play, drag the slider, or click on the loss: every step can be taken apart, with its numbers here."));
    shape = "idle";
    return;
  }
  const { data, row } = head;
  if (!player.playing) say(spoken(head));
  const now = JSON.stringify([store.state.edit, edited().optimizer, data.label, data.further_terms]);
  if (now !== shape) build(data);
  shape = now;
  for (const { source, values } of cells) {
    const shown = numbers(data, row, source);
    values.forEach((value, j) => {
      const text = shown[j] === undefined ? "" : digits(shown[j]);
      if (value.textContent !== text) value.textContent = text;
    });
  }
};
