/* The notice under the header: what the page has to say of a change. */

import { element, make } from "./elements.js";
import { typeset } from "./typeset.js";

export function notice(notes) {
  const box = element("notice");
  box.hidden = !notes.length;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", "Dismiss");
  close.addEventListener("click", () => (box.hidden = true));
  box.replaceChildren(...notes.map((note) => make("p", {}, ...typeset(note))), close);
}
