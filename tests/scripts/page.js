/* As much of a browser as the modules name when they are loaded: what a test needs it puts in place. */
const element = () => ({ hidden: true, dataset: {}, append() {}, replaceChildren() {}, addEventListener() {}, setAttribute() {}, textContent: "" });
const listeners = new Map();

Object.assign(globalThis, {
  window: globalThis,
  addEventListener: (type, act) => listeners.set(type, [...(listeners.get(type) ?? []), act]),
  requestAnimationFrame: (act) => setTimeout(() => act(performance.now()), 0),
  location: { href: "http://page.test/", search: "", hash: "", pathname: "/" },
  history: { replaceState() {}, pushState() {} },
  origin: "http://page.test",
  document: {
    querySelector: () => null,
    querySelectorAll: () => [],
    getElementById: element,
    createElement: element,
    createTextNode: (text) => ({ textContent: text }),
    addEventListener() {},
  },
});

/* An event of the window. */
export const happens = (type) => (listeners.get(type) ?? []).forEach((act) => act({}));

/* Until `holds()`, or for a second. */
export async function until(holds) {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  return holds();
}
