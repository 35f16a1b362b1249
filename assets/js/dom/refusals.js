/* What was typed and cannot be taken: its field is marked, with a sentence beneath it that says what is meant. */

/* `beneath`: the element for the sentence, named by its id. */
export const refuse = (field, beneath, sentence) => {
  beneath.textContent = sentence;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", beneath.id);
};

export const accept = (field, beneath) => {
  if (!field.hasAttribute("aria-invalid")) return;
  beneath.textContent = "";
  field.removeAttribute("aria-invalid");
  field.removeAttribute("aria-describedby");
};

const MINUS = /[−–﹣－]/g;
const PLAIN = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const COMMA = /^[-+]?\d*,\d+(e[-+]?\d+)?$/i;
const GROUPS = /^[-+]?\d{1,3}([ '\u2019\u00a0\u202f]\d{3})+(\.\d+)?$/;
const THOUSANDS = /^[-+]?\d{1,3}([,.]\d{3})+$/;

/* The number that a text says, as people write them, or NaN; `whole`: it counts something. The same as a link's. */
export const readNumber = (text, whole = false) => {
  const plain = text.trim().replace(MINUS, "-");
  if (whole && THOUSANDS.test(plain)) return Number(plain.replace(/[,.]/g, ""));
  if (PLAIN.test(plain)) return Number(plain);
  if (COMMA.test(plain)) return Number(plain.replace(",", "."));
  if (GROUPS.test(plain)) return Number(plain.replace(/[^-+\d.]/g, ""));
  return NaN;
};

const quoted = (text) => `“${text.length > 40 ? `${text.slice(0, 39)}…` : text}”`;

/* Why a number that is typed cannot be taken, or nothing. `range`: dashboard/page/quantity.py. */
export const numberRefusal = (label, text, value, { low, high, open_low, open_high, whole, words }) => {
  const takes = `${label} takes a ${whole ? "whole number" : "number"}${words && ` ${words}`}`;
  if (text.trim() === "") return `Nothing was typed. ${takes}.`;
  if (Number.isNaN(value)) return `${quoted(text)} is not a number. ${takes}.`;
  if (!Number.isFinite(value)) return `${quoted(text)} is too large a number. ${takes}.`;
  const inside = (low === null || (open_low ? value > low : value >= low)) && (high === null || (open_high ? value < high : value <= high));
  return inside && (!whole || Number.isInteger(value)) ? "" : `${takes}, which ${quoted(text)} is not.`;
};
