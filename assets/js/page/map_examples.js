/* Four regimes: real runs from the most typical cells of the present map. */

import { element, elements } from "../dom/elements.js";
import { percentText, shortNumber } from "../dom/numbers.js";
import { typeset } from "../dom/typeset.js";
import { planeOf } from "../state/planes.js";
import { answers, store } from "../state/store.js";
import { drawSmall } from "../draw/miniature.js";
import { moveOnPlane } from "../hand/map.js";

/* `of`: the plane of the map that they are from. */
export const showExamples = (data, question, of) => {
  if (!data) return;
  if (of) data.plane = of.plane;
  answers.examples = data;
  for (const button of elements("button.regime", element("examples"))) {
    const name = button.id.replace("example-", ""), found = data.examples[name];
    const picture = button.querySelector(".picture"), where = button.querySelector(".where");
    button.disabled = !found;
    picture.replaceChildren();
    if (!found) {
      where.textContent = "Does not occur on this map.";
      continue;
    }
    const canvas = document.createElement("canvas");
    picture.append(canvas);
    if (data.arrays[`x ${name}`]) drawSmall(canvas, data.arrays, found, ` ${name}`, picture.clientWidth, picture.clientHeight);
    const at = data.plane.split(",").map((axis, i) => {
      const { symbol, scale } = store.specification.map.axes[axis], unit = i ? found.y : found.x;
      return `${symbol} = ${shortNumber(scale === "linear" ? unit : 10 ** unit)}`;
    });
    const share = percentText(found.share, 2);
    where.replaceChildren(...typeset(`${share} of the cells; here ${at.join(", ")}`));
  }
};

export const watchExamples = () => {
  element("examples").addEventListener("click", (event) => {
    const name = event.target.closest("button.regime")?.id.replace("example-", ""), found = answers.examples?.examples[name];
    if (found && answers.examples.plane === planeOf()) moveOnPlane(found.x, found.y, true);
  });
  let before = 0; // the pictures are as wide as their place
  new ResizeObserver(([{ contentRect }]) => {
    if (answers.examples && contentRect.width !== before) showExamples(answers.examples);
    before = contentRect.width;
  }).observe(element("examples"));
  // far from view they are taken out: see the canvases of Plot
  new IntersectionObserver(([{ isIntersecting }]) => element("examples").classList.toggle("away", !isIntersecting)).observe(element("examples"));
};
