/* Copying the link: by the clipboard's own interface, by the older command, or by the person's hand. */

import { element, make } from "../dom/elements.js";
import { shareAddress } from "../state/address.js";

const SAID = 1600; // ms that the button says what it did
const KEYS = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘C" : "Ctrl+C";

export const share = async () => {
  const address = shareAddress();
  if ((await byInterface(address)) || byCommand(address)) said("Copied");
  else show(address);
};

/* There is none on pages without https, and it may be refused. */
async function byInterface(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function byCommand(text) {
  const before = /** @type {any} */ (document.activeElement), field = fieldWith(text);
  field.className = "unseen";
  document.body.append(field);
  field.focus();
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    before?.focus?.();
  }
}

function fieldWith(text) {
  const field = make("input", { type: "text", readOnly: true, value: text });
  field.setAttribute("form", "fields");
  field.setAttribute("aria-label", "Link to what is shown");
  return field;
}

/* The link, selected, in a dialog: Escape and its button close it. */
function show(text) {
  const field = fieldWith(text), close = make("button", { type: "button", className: "quiet", textContent: "Close" });
  const sentence = make("p", { textContent: `The browser did not let the page copy. The link is selected here: copy it by hand (${KEYS}).` });
  const dialog = make("dialog", { className: "link" }, sentence, field, close);
  dialog.setAttribute("aria-label", "Copy the link");
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
  field.select();
}

let timer;
function said(text) {
  const button = element("share");
  button.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => (button.textContent = "Copy link"), SAID);
}
