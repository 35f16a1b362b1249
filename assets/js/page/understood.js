/* How a formula is read, typeset beneath its field while it is typed: of x/2y one sees which of its two meanings was
   taken. Dash typesets, and loads MathJax for it: not before there is a formula that is no built-in's own. */

import { setProps } from "../dash.js";
import { element, elements, put } from "../dom/elements.js";
import { Channel } from "../ask/channel.js";
import { store } from "../state/store.js";

const PAUSE = 120; // ms without a key until the text is read
let wanted = "", asked = null, watching = false, later;

const channel = new Channel("formula", show, (sentence) => sentence && show({ terms: [] }, { text: wanted }));

/* `text`: what stands in the field. */
export const showUnderstood = (text) => {
  clearTimeout(later);
  wanted = text.trim();
  const own = Object.values(store.specification.objectives).some(({ formula }) => formula === wanted);
  put(element("understood"), { hidden: !wanted || own });
  if (!watching || !wanted || own || wanted === asked) return;
  asked = wanted;
  channel.ask({ text: wanted });
};

function show({ terms }, { text }) {
  if (text !== wanted) return;
  element("understood").toggleAttribute("data-unread", !terms.length);
  if (terms.length) setProps("understood-formula", { children: typeset(terms) });
}

/* Each term by itself, so that a long sum goes on in the next line. */
const typeset = (terms) => ({
  namespace: "dash_core_components",
  type: "Markdown",
  props: { children: terms.map((latex, i) => `$\\displaystyle ${i ? "{}" : ""}${latex}$`).join(" "), mathjax: true },
});

/* MathJax makes every piece a stop of the tab key: one is enough. */
const oneStop = new MutationObserver(() => {
  const pieces = elements("mjx-container", element("understood"));
  pieces.forEach((piece, i) => put(piece, { tabIndex: i ? -1 : 0 }));
});

/* Once the first picture stands. */
export const watchFormula = () => {
  watching = true;
  oneStop.observe(element("understood"), { childList: true, subtree: true });
  const field = element("formula");
  field.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(() => showUnderstood(field.value), PAUSE);
  });
  showUnderstood(wanted);
};
