/* Elements of the page: found by id, made, and written to where something differs. */

/** @returns {any} the element: what it has depends on its tag */
export const element = (id) => document.getElementById(id);

/** @returns {any[]} the elements of a selector, in the document or within one of its elements */
export const elements = (selector, within = document) => [...within.querySelectorAll(selector)];

/** @returns {any} a new element with properties and children */
export const make = (tag, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

/* Properties of an element, where they differ: to write the same text again is to lay it out again. */
export const put = (element, properties) => {
  for (const [name, value] of Object.entries(properties)) if (element[name] !== value) element[name] = value;
};
