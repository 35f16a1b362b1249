/* How a formula is read, typeset beneath its field while it is typed: of x/2y one sees which of its two meanings was
   taken. Dash typesets, and loads MathJax for it: not before there is a formula that is no built-in's own. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const PAUSE = 120; // ms without a key until the text is read
  let wanted = "", asked = null, watching = false, later;

  const channel = new A.Channel("formula", show, () => show({ terms: [] }, { text: wanted }));

  /* `text`: what stands in the field. */
  A.showUnderstood = (text) => {
    clearTimeout(later);
    wanted = text.trim();
    const own = Object.values(A.specification.objectives).some(({ formula }) => formula === wanted);
    A.put(A.element("understood"), { hidden: !wanted || own });
    if (!watching || !wanted || own || wanted === asked) return;
    asked = wanted;
    channel.ask({ text: wanted });
  };

  function show({ terms }, { text }) {
    if (text !== wanted) return;
    A.element("understood").toggleAttribute("data-unread", !terms.length);
    if (terms.length) A.setProps("understood-formula", { children: typeset(terms) });
  }

  /* Each term by itself, so that a long sum goes on in the next line. */
  const typeset = (terms) => ({
    namespace: "dash_core_components",
    type: "Markdown",
    props: { children: terms.map((latex, i) => `$\\displaystyle ${i ? "{}" : ""}${latex}$`).join(" "), mathjax: true },
  });

  /* MathJax makes every piece a stop of the tab key: one is enough. */
  const oneStop = new MutationObserver(() => {
    const pieces = A.element("understood").querySelectorAll("mjx-container");
    pieces.forEach((piece, i) => A.put(piece, { tabIndex: i ? -1 : 0 }));
  });

  /* Once the first picture stands. */
  A.watchFormula = () => {
    watching = true;
    oneStop.observe(A.element("understood"), { childList: true, subtree: true });
    const field = A.element("formula");
    field.addEventListener("input", () => {
      clearTimeout(later);
      later = setTimeout(() => A.showUnderstood(field.value), PAUSE);
    });
    A.showUnderstood(wanted);
  };
})();
