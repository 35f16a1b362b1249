/* The table of the theory's lines: a switch for each, and how well it separates this map's cells. */

import { element, elements, make } from "../dom/elements.js";
import { percentText } from "../dom/numbers.js";
import { answers, store } from "../state/store.js";
import { plots } from "../draw/plot.js";
import { setMap } from "../hand/map.js";
import { drawJob } from "./job.js";

export const showLineSwitches = () => {
  for (const row of elements("tr[data-line]", element("lines"))) {
    const { line } = row.dataset, place = row.querySelector(".switch-place");
    if (!place.firstChild) {
      const box = make("input", { type: "checkbox" });
      box.addEventListener("change", () => {
        const chosen = new Set(store.state.lines);
        chosen[box.checked ? "add" : "delete"](line);
        const order = elements("tr[data-line]", element("lines")).map((one) => one.dataset.line);
        setMap({ lines: order.filter((name) => chosen.has(name)) });
        plots.map.redraw("cells");
        drawJob();
      });
      place.append(box);
    }
    place.firstChild.checked = store.state.lines.includes(line);
    place.firstChild.disabled = Boolean(answers.map?.lines?.[line]?.wanting);
  }
};

/* Beside each line: why it says nothing on this map, or how well it separates how many of its cells. */
export const showSeparation = () => {
  for (const row of elements("tr[data-line]", element("lines"))) {
    const said = answers.map.lines?.[row.dataset.line], share = said?.separation ?? null;
    row.classList.toggle("not-here", Boolean(said?.wanting));
    row.querySelector(".wanting").textContent = said?.wanting ? `Not on this map: ${said.wanting}.` : "";
    const box = row.querySelector("input");
    if (box) box.disabled = Boolean(said?.wanting);
    const cell = row.querySelector(".share");
    cell.style.setProperty("--share", share === null ? "0%" : `${100 * share}%`);
    const none = said?.scored === false ? "claims no regime" : said?.cells === 0 ? "no cell counts" : "–";
    cell.textContent = share === null ? none : `${percentText(share, 2)} of ${said.cells.toLocaleString("en")} cells`;
  }
};
