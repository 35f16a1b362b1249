/* The page's fields belong to one form, which is never submitted. */

import { elements, make } from "../dom/elements.js";

/* After every change of a field the browser's autofill looks at the fields of its form and at all that have none,
   and lays the page out for each: here none is without. */
export function ownFields() {
  const form = make("form", { id: "fields", hidden: true, autocomplete: "off" });
  form.addEventListener("submit", (event) => event.preventDefault());
  // no form is ever to be submitted, and in some frames even to ask for it is an error; earlier than on keypress,
  // Dash's fields would not hear of the key
  document.addEventListener("keypress", (event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
  });
  document.body.append(form);
  for (const field of elements("input, select, textarea")) if (!field.form) field.setAttribute("form", form.id);
}
