/* Four regimes: real runs from the most typical cells of the present map. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});

  A.showExamples = (data) => {
    if (!data) return;
    A.examples = data;
    for (const button of A.element("examples").querySelectorAll("button.regime")) {
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
      if (data.arrays[`x ${name}`]) A.drawSmall(canvas, data.arrays, found, ` ${name}`, picture.clientWidth, picture.clientHeight);
      const at = A.map.plane.split(",").map((axis, i) => {
        const { symbol, scale } = A.specification.map.axes[axis], unit = i ? found.y : found.x;
        return `${symbol} = ${A.shortNumber(scale === "linear" ? unit : 10 ** unit)}`;
      });
      const share = A.percentText(found.share, 2);
      where.replaceChildren(...A.typeset(`${share} of the cells; here ${at.join(", ")}`));
    }
  };

  A.watchExamples = () => {
    A.element("examples").addEventListener("click", (event) => {
      const name = event.target.closest("button.regime")?.id.replace("example-", ""), found = A.examples?.examples[name];
      if (found) A.moveOnPlane(found.x, found.y, true);
    });
    let before = 0; // the pictures are as wide as their place
    new ResizeObserver(([{ contentRect }]) => {
      if (A.examples && contentRect.width !== before) A.showExamples(A.examples);
      before = contentRect.width;
    }).observe(A.element("examples"));
    // far from view they are taken out: see the canvases of A.Plot
    new IntersectionObserver(([{ isIntersecting }]) => A.element("examples").classList.toggle("away", !isIntersecting)).observe(A.element("examples"));
  };
})();
