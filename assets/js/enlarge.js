/* One of the three slots stands in the large place; a button in each caption brings it there. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});

  A.showLarge = () => {
    A.put(document.querySelector("main").dataset, { large: A.state.large });
    for (const button of document.querySelectorAll("button.enlarge")) {
      const large = button.dataset.slot === A.state.large;
      A.put(button, { disabled: large, ariaPressed: String(large) });
    }
  };

  A.watchEnlarge = () => {
    for (const [name, title] of [["landscape", "landscape"], ["curves", "loss"], ["map", "map"]]) {
      const button = A.make("button", { type: "button", className: "enlarge", textContent: "⤢", title: `The ${title} in the large place` });
      button.dataset.slot = name;
      button.setAttribute("aria-label", `Enlarge the ${title}`);
      button.addEventListener("click", () => {
        A.state.large = name;
        A.changed();
        A.commit();
      });
      document.querySelector(`.slot.${name} .caption`).append(button);
    }
  };
})();
