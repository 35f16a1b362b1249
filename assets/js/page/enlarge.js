/* One of the three slots stands in the large place; a button in each caption brings it there. */

import { elements, make, put } from "../dom/elements.js";
import { commit } from "../state/changes.js";
import { changed, store } from "../state/store.js";

export const showLarge = () => {
  put(document.querySelector("main").dataset, { large: store.state.large });
  for (const button of elements("button.enlarge")) {
    const large = button.dataset.slot === store.state.large;
    put(button, { disabled: large, ariaPressed: String(large) });
  }
};

export const watchEnlarge = () => {
  for (const [name, title] of [["landscape", "landscape"], ["curves", "loss"], ["map", "map"]]) {
    const button = make("button", { type: "button", className: "enlarge", textContent: "⤢", title: `The ${title} in the large place` });
    button.dataset.slot = name;
    button.setAttribute("aria-label", `Enlarge the ${title}`);
    button.addEventListener("click", () => {
      store.state.large = name;
      changed();
      commit();
    });
    document.querySelector(`.slot.${name} .caption`).append(button);
  }
};
