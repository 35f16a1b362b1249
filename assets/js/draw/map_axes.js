/* Plotly's axes around the map. */

import { store } from "../state/store.js";
import { plots } from "./plot.js";

/* Plotly's axes for a map that has come: only now, so that old axes never stand around new cells. */
export const showPlane = async ({ plane, window: ends }) => {
  const ranges = plots.map.ranges(), change = {}, names = plane.split(",");
  const { layout } = plots.map;
  ["xaxis", "yaxis"].forEach((axis, i) => {
    const { title, scale } = store.specification.map.axes[names[i]], range = ends.slice(2 * i, 2 * i + 2);
    const type = scale === "linear" ? "linear" : "log";
    if (layout[axis].title.text !== title) change[`${axis}.title.text`] = title;
    if (layout[axis].type !== type) change[`${axis}.type`] = type;
    if (String(range) === String(ranges.slice(2 * i, 2 * i + 2)) && !Object.keys(change).length) return;
    const decades = type === "log" && range[1] - range[0] >= 2;
    change[`${axis}.range`] = range;
    change[`${axis}.tickmode`] = decades ? "linear" : "auto";
    change[`${axis}.dtick`] = decades ? Math.ceil((range[1] - range[0]) / 6) : null;
    change[`${axis}.nticks`] = 6;
  });
  if (Object.keys(change).length) await plots.map.relayout(change);
};
