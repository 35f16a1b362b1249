/* The notice at the foot of the window: what the page has to say. Who told something takes it away again, or a person
   does; a word of one source is not lost to another's that has nothing to say. */

import { element, make } from "./elements.js";
import { typeset } from "./typeset.js";

const told = new Map(); // by source, its sentences

/* Sentences of a source, in place of those it told before. */
export function notice(sentences, source = "state") {
  if (!sentences.length && !told.has(source)) return;
  told.delete(source);
  if (sentences.length) told.set(source, sentences);
  show();
}

export function dismiss() {
  told.clear();
  show();
}

function show() {
  const box = element("notice"), sentences = [...told.values()].flat();
  const close = make("button", { type: "button", textContent: "×" });
  close.setAttribute("aria-label", "Dismiss");
  close.addEventListener("click", dismiss);
  box.hidden = !sentences.length;
  box.replaceChildren(...sentences.map((sentence) => make("p", {}, ...typeset(sentence))), close);
}
