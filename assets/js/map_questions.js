/* What the regime map needs to know: its cells, coarse before fine; the newest question stops what is under way. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const PALES = 180; // ms that cells of another question wait for new ones before they pale
  A.pageName = Math.random().toString(36).slice(2); // tells the server whose older questions are no longer wanted
  A.serial = 0;
  A.mapAsked = "";

  /* What the cells depend on, wherever on the plane they are; most layers are a matter of colours. */
  function mapKey() {
    const { objective, objective_parameters, start, steps, horizon, dynamics, layer, tolerance } = A.state;
    const run = A.edited(), plane = A.plane(), names = plane.split(","), values = { ...run.values };
    const shared = Object.entries(objective_parameters).filter(([name]) => !names.includes(name));
    for (const name of names) {
      delete values[name];
      delete values[A.RATE_OF[name] ?? A.DECAY_OF[name]];
    }
    const along = A.evenInTime() ? A.ownHorizon() : null;
    const length = [horizon ?? along, (horizon ?? along) === null ? steps : null];
    const extra = A.specification.map.layers[layer].extra ? [layer, tolerance] : null;
    const from = names.includes("x0") ? null : start;
    return JSON.stringify([objective, shared, from, length, run.optimizer, values, plane, dynamics, dynamics === "steps" ? extra : run.variant]);
  }

  const rule = () => A.ruleNames().map((name) => A.state[name]).join();

  /* Cells of another question pale, unless new ones come soon. */
  let paling;
  function staleMap() {
    const stale = mapKey() !== A.map?.key;
    if (stale === A.mapStale) return;
    A.mapStale = stale;
    clearTimeout(paling);
    if (stale) paling = setTimeout(() => pale(A.mapStale), PALES);
    else pale(false);
  }

  function pale(yes) {
    if (A.mapPale === yes) return;
    A.mapPale = yes;
    A.plots?.map.redraw("cells");
  }

  /* The last maps that were shown, the finest of each question: to go back to one is to see it again at once. */
  const KEPT = 12, kept = new Map();
  const keptAs = () => `${A.mapAsked} ${A.state.layer}`;

  function keep(data) {
    kept.delete(keptAs());
    kept.set(keptAs(), data);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  }

  function askMap() {
    if (!A.plots) return;
    const cells = `${mapKey()} ${A.state.box}`, asked = `${cells} ${rule()}`;
    if (asked === A.mapAsked) return;
    A.mapAsked = asked;
    staleMap();
    const before = kept.get(keptAs());
    // another rule names the same cells anew: no need to begin coarse
    askMapOf(before?.size || (cells === A.map?.cells && A.map.size) || A.specification.map.sizes[A.state.dynamics][0]);
    if (before) present(before, A.serial);
  }

  function askMapOf(size) {
    A.serial += 1;
    A.element("status").textContent = `${size} × ${size} …`;
    A.mapKeyAsked = mapKey();
    A.mapCellsAsked = `${mapKey()} ${A.state.box}`;
    A.channels.map.ask({ link: A.linkOf(A.state), size, page: A.pageName, serial: A.serial });
  }

  const differs = ({ differs: share }) => (share === undefined || share === null ? "" : `${A.percentText(share, 2)} differ   `);

  async function showMap(data, question) {
    if (!data || question.serial !== A.serial || !(await present(data, question.serial))) return;
    if (A.mapStale || `${data.key} ${A.state.box} ${rule()}` !== A.mapAsked) return;
    if (data.size && data.layer === A.state.layer) keep(data);
    if (data.size && (data.size >= 64 || !data.next)) A.channels.examples.ask(question);
    if (data.next) askMapOf(data.next);
  }

  /* Whether the map is drawn: not where the next one was asked for meanwhile. */
  async function present(data, serial) {
    if (data.size) data.image = A.mapImage(data);
    await A.showPlane(data);
    if (serial !== A.serial) return false;
    A.map = Object.assign(data, { key: A.mapKeyAsked, cells: A.mapCellsAsked });
    A.mapStale = mapKey() !== data.key;
    clearTimeout(paling);
    A.mapPale = A.mapStale;
    A.plots.map.redraw();
    A.showColourBar();
    A.showSeparation();
    A.element("status").textContent = data.size ? `${differs(data)}${data.size} × ${data.size} ${data.dynamics === "flow" ? "flows" : "runs"}` : "";
    A.element("map-plot").setAttribute("aria-label", `Regime map. ${data.shares ?? data.message}`);
    return true;
  }

  Object.assign(A, { askMap, askMapOf, mapKey, showMap, staleMap });
})();
