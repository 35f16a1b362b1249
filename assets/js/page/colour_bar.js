/* The bar of a map that is coloured by one of its layers. */

import { make } from "../dom/elements.js";
import { shortNumber } from "../dom/numbers.js";
import { typeset } from "../dom/typeset.js";
import { store } from "../state/store.js";

/* What the colours of a map by one of its layers mean: its least number, the colours, its greatest. */
export const fillBar = (bar, map) => {
  bar.hidden = !map?.bar;
  if (!map?.bar) return;
  const { title, unit } = store.specification.map.layers[map.layer], { low, high, log, below, above } = map.bar;
  const stripe = make("span", { className: "stripe" });
  stripe.style.background = `linear-gradient(to right, ${store.specification.map.colours.join(",")})`;
  const end = (sign, value) => make("span", {}, sign, ...typeset(shortNumber(value)));
  bar.replaceChildren(end(below ? "≤ " : "", low), stripe, end(above ? "≥ " : "", high), unit);
  bar.title = `${title}, ${log ? "even decades" : "even steps"}`;
};
