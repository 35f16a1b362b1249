/* The rule below the instrument is typeset by Dash, which loads MathJax for it: not before it comes into sight. */

import { setProps } from "../dash.js";
import { element } from "../dom/elements.js";
import { pictureLink } from "../state/link.js";
import { store } from "../state/store.js";

let told = "", inSight = false;

/* Dash's callbacks hear of a state that stands, but need not hear of the playhead. */
export const showRule = () => {
  if (!store.state || !inSight || pictureLink() === told) return;
  told = pictureLink();
  setProps("committed", { data: told });
};

export const watchRule = () =>
  new IntersectionObserver(([entry]) => {
    inSight = entry.isIntersecting;
    showRule();
  }, { rootMargin: "-1px" }).observe(element("rule")); // that it touches the edge of the view is not yet in sight
