/* The rule below the instrument is typeset by Dash, which loads MathJax for it: not before it comes into sight. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  let told = "", inSight = false;

  /* Dash's callbacks hear of a state that stands, but need not hear of the playhead. */
  A.showRule = () => {
    if (!A.state || !inSight || A.pictureLink() === told) return;
    told = A.pictureLink();
    A.setProps("committed", { data: told });
  };

  A.watchRule = () =>
    new IntersectionObserver(([entry]) => {
      inSight = entry.isIntersecting;
      A.showRule();
    }, { rootMargin: "-1px" }).observe(A.element("rule")); // that it touches the edge of the view is not yet in sight
})();
