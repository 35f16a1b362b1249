/* The cells of the map: which one is at a place, and what it says. */

import { shortNumber } from "../dom/numbers.js";
import { answers, store } from "../state/store.js";

export function cellOver(x, y) {
  const { map } = answers;
  if (!map?.size || answers.mapStale) return null;
  const [u0, u1, v0, v1] = map.window, n = map.size;
  const c = Math.floor(((x - u0) / (u1 - u0)) * n), r = Math.floor(((y - v0) / (v1 - v0)) * n);
  if (c < 0 || c >= n || r < 0 || r >= n) return null;
  return { index: r * n + c, x: u0 + ((c + 0.5) / n) * (u1 - u0), y: v0 + ((r + 0.5) / n) * (v1 - v0) };
}

export function readout(cell) {
  const { map } = answers;
  if (!cell) return "";
  const place = map.plane.split(",").map((name, i) => {
    const { symbol, scale } = store.specification.map.axes[name], unit = i ? cell.y : cell.x;
    return `${symbol} ${shortNumber(scale === "linear" ? unit : 10 ** unit)}`;
  });
  const regime = map.arrays.regime[cell.index];
  const name = (index) => map.regimes[index] ?? (map.arrays.limit ? "the integrator gave up" : "no such β");
  const parts = [...place, name(regime)];
  if (map.dynamics === "difference") parts.push(`limit: ${name(map.arrays.limit[cell.index])}`);
  if (map.bar && regime >= 0) {
    const { title, unit } = store.specification.map.layers[map.layer];
    const value = map.arrays.values[cell.index];
    parts.push(Number.isNaN(value) ? `${title}: no number` : `${title} ${shortNumber(value)} ${unit}`);
  }
  if (map.arrays.short[cell.index]) parts.push("horizon·min(a, b) < 10");
  return parts.join("   ");
}

/* A place on the plane in words: its own numbers, and what its cell holds. */
export const cellText = (x, y) => {
  const cell = cellOver(x, y);
  return cell ? readout({ ...cell, x, y }).replaceAll("   ", ", ") : "";
};
