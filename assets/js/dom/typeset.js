/* Texts with superscripts and subscripts as nodes of the page. */

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
export function typeset(text) {
  return text.split(/([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|[₀-₉]+)/).map((part, i) => {
    if (!(i % 2)) return document.createTextNode(part);
    const up = part[0] === "⁻" || SUPERSCRIPTS.includes(part[0]);
    const node = document.createElement(up ? "sup" : "sub");
    node.textContent = [...part].map((c) => (c === "⁻" ? "−" : up ? SUPERSCRIPTS.indexOf(c) : c.charCodeAt(0) - 0x2080)).join("");
    return node;
  });
}

/* New nodes in an element; those that are there already, where only their text is another, get the new text. */
export function putNodes(element, nodes) {
  const old = [...element.childNodes];
  const alike = old.length === nodes.length && old.every((node, i) => node.nodeName === nodes[i].nodeName);
  if (!alike) return element.replaceChildren(...nodes);
  old.forEach((node, i) => {
    const text = node.firstChild ?? node;
    if (text.nodeValue !== nodes[i].textContent) text.nodeValue = nodes[i].textContent;
  });
}
