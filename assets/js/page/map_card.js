/* What stands under the pointer on the map: its numbers at once, and where it rests a card with the cell's own run. */

import { element, make } from "../dom/elements.js";
import { shortNumber } from "../dom/numbers.js";
import { typeset } from "../dom/typeset.js";
import { channels } from "../ask/channels.js";
import { linkOf } from "../state/link.js";
import { answers, stateChanged, store } from "../state/store.js";
import { cellOver, readout } from "../draw/map_cells.js";
import { drawSmall, smallRange } from "../draw/miniature.js";
import { plots } from "../draw/plot.js";
import { lineAt } from "../draw/theory_lines.js";

const REST = 120; // ms on a cell before its run is asked for
let card, wanted = null, resting;

function cellAt(event) {
  const at = plots.map.at(event.clientX, event.clientY);
  return at.inside ? cellOver(at.x, at.y) : null;
}

function numbers({ numbers: found }) {
  return Object.entries(found ?? {}).map(([name, value]) => {
    const { title, unit } = store.specification.map.layers[name];
    return make("div", {}, make("span", { textContent: title }), make("b", {}, ...typeset(shortNumber(value)), unit ? ` ${unit}` : ""));
  });
}

export const showCell = (data, question) => {
  if (!data || wanted?.x !== Number(question.x) || wanted?.y !== Number(question.y)) return;
  const said = { long: `${data.steps.toLocaleString("en")} steps: too long to draw`, invalid: "no such run" }[data.status];
  const heading = make("div", { className: "head" }, make("b", { textContent: data.regime ?? "" }), said ?? `${data.steps.toLocaleString("en")} steps`);
  const parts = [heading];
  if (!said) {
    const canvas = document.createElement("canvas");
    drawSmall(canvas, data.arrays, data, "", 168, 46);
    parts.push(canvas, make("div", { className: "range" }, "loss ", ...typeset(smallRange(data))), ...numbers(data));
  }
  card.replaceChildren(...parts);
  place();
  card.hidden = false;
};

/* Beside the pointer, inside the plot, and off the cell itself. */
function place() {
  const box = element("map-plot").getBoundingClientRect();
  const x = wanted.clientX - box.left, y = wanted.clientY - box.top;
  card.hidden = false;
  const left = x > box.width / 2 ? x - card.offsetWidth - 18 : x + 18;
  const top = Math.min(box.height - card.offsetHeight - 2, Math.max(2, y - card.offsetHeight / 2));
  card.style.transform = `translate(${Math.max(2, left)}px, ${top}px)`;
}

function hide() {
  clearTimeout(resting);
  wanted = null;
  if (card) card.hidden = true;
  element("map-readout").textContent = "";
}

export const watchMap = () => {
  stateChanged.on(() => card.hidden || hide()); // it is of a cell of the state before
  const plot = plots.map;
  card = make("div", { className: "card", hidden: true });
  card.setAttribute("aria-hidden", "true");
  element("map-plot").append(card);
  plot.container.addEventListener("pointermove", (event) => {
    const cell = cellAt(event);
    element("map-readout").textContent = readout(cell);
    plot.container.title = lineAt(event) ?? "";
    if (event.pointerType !== "mouse" || event.buttons || !cell || answers.map.arrays.regime[cell.index] < 0) {
      clearTimeout(resting);
      wanted = null;
      card.hidden = true;
      return;
    }
    if (wanted && wanted.x === cell.x && wanted.y === cell.y) return;
    wanted = { ...cell, clientX: event.clientX, clientY: event.clientY };
    card.hidden = true;
    clearTimeout(resting);
    resting = setTimeout(() => channels.cell.ask({ link: linkOf(store.state), x: cell.x, y: cell.y }), REST);
  });
  plot.container.addEventListener("pointerdown", hide, true);
  plot.container.addEventListener("pointerleave", hide);
};
