/* The views of the landscape's slot: one is seen at a time. Contours are the slot's own plot; the others each have draw()
   for what has arrived, and recolour(); what they need is asked for in questions/views.js. */

import { element } from "../dom/elements.js";
import { store } from "../state/store.js";
import { phase } from "./phase.js";
import { surface } from "./surface.js";

const views = { phase, surface };

const chosen = () => views[store.state?.landscape];

export const showView = () => {
  const slot = element("landscape-plot"), name = store.state.landscape;
  if (slot.dataset.view !== name) {
    slot.dataset.view = name;
    for (const other of Object.keys(views)) element(`${other}-view`).dataset.chosen = String(other === name);
    element("coordinate").hidden = name !== "phase";
    element("follow").hidden = name === "phase";
    chosen()?.draw();
  }
};
export const drawView = () => chosen()?.draw();
export const recolourViews = () => Object.values(views).forEach((view) => view.recolour());
