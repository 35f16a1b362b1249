/* All that knows Dash, React, plotly.js and the browser's global object: what the page is given, and the one name that it
   gives, `adamoscope`. */

/** @type {any} the browser's global object */
const browser = window;

const SOURCE = document.querySelector("link[rel=preload][as=script]")?.getAttribute("href");

export const base = document.querySelector("base")?.href ?? new URL("./", location.href).pathname;

export const react = () => browser.React;

export const setProps = (id, props) => browser.dash_clientside.set_props(id, props);

/* plotly.js, run once, when it is first called for. */
let plotly;
export const loadPlotly = () =>
  (plotly ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: SOURCE, onload: () => resolve(browser.Plotly), onerror: reject });
    document.head.append(script);
  }));

/* What stood under the name before the page's scripts ran. */
export const given = (name) => browser.adamoscope?.[name];

/* Under one name: the component of dashboard/page/quantity.py, and what a console or a test may look at. `functions`:
   Dash's clientside functions. */
export function expose(facade, functions) {
  browser.adamoscope = facade;
  const unchanged = () => browser.dash_clientside.no_update;
  const answered = ([name, act]) => [name, (...values) => (act(...values), unchanged())];
  const adamoscope = Object.fromEntries(Object.entries(functions).map(answered));
  browser.dash_clientside = Object.assign({}, browser.dash_clientside, { adamoscope });
}
