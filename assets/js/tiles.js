/* The runs step by step: exact iterates from a pyramid of tiles, asked for where the playhead or the pointer is. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const SETTLE = 120; // ms after a change of the runs before their steps are asked for
  let tiles = new Map(), link = "", version = -1;

  const name = (level, tile) => `${level}/${tile}`;
  const span = (level) => A.specification.tile * 2 ** level;
  const topLevel = () => Math.max(0, Math.floor(Math.log2(A.state.steps / A.specification.tile)) + 1);

  /* Tiles are of the runs that the state has now: with a change of them, all are gone. */
  function current() {
    if (version !== A.version) {
      version = A.version;
      const now = A.stepsLink();
      if (now !== link) {
        tiles = new Map();
        link = now;
      }
    }
    return tiles;
  }

  /* The iterate nearest to k in the finest tile that is here, or null: {k, data, row}. */
  function stepAt(k) {
    for (let level = 0; level <= topLevel(); level++) {
      const data = current().get(name(level, Math.floor(k / span(level))));
      if (!data) continue;
      const row = Math.min(data.arrays.gap.length - 1, Math.round((k - data.first) / 2 ** level));
      return { k: data.first + row * 2 ** level, data, row };
    }
    return null;
  }

  /* The first of the tiles that the page has use for and does not have: all of the run coarsely, k at the level in
     use, and what comes after it. */
  function missing(step, level) {
    // what a pointer is near to may be of longer runs, whose picture still stands
    const k = Math.min(step, A.state.steps), top = topLevel(), at = Math.min(level, top), tile = Math.floor(k / span(at));
    const wanted = [[top, 0], [at, tile]];
    if (k % span(at) > span(at) / 2 && (tile + 1) * span(at) <= A.state.steps) wanted.push([at, tile + 1]);
    return wanted.find(([l, t]) => !current().has(name(l, t)));
  }

  let settling = "", wanted = null;
  function want(k, level = 0) {
    wanted = [k, level];
    const next = missing(k, level), { steps } = A.channels;
    if (!next || steps.busy || steps.next) return;
    if (tiles.size) return steps.ask({ link, level: next[0], tile: next[1] });
    if (settling === link) return;
    settling = link;
    setTimeout(() => {
      const asked = settling;
      current();
      if (asked === link) steps.ask({ link, level: next[0], tile: next[1] });
      settling = "";
      if (asked !== link) want(...wanted);
    }, SETTLE);
  }

  function showTile(data, question) {
    current();
    if (question.link === link) tiles.set(name(question.level, question.tile), data);
    setTimeout(() => want(...wanted)); // the next, once the channel is free
    A.showSteps();
    A.showHover();
  }

  /* What one step of a run is on the curves' axis, and the edited run's step at a place there. */
  const unit = (i) => A.shown.runs?.runs[i]?.unit ?? 1;
  const stepOn = (x) => Math.min(A.state.steps, Math.max(0, Math.round(x / unit(A.state.edit))));

  A.titleOf = (i) => A.shown.runs?.runs[i]?.title ?? A.specification.optimizers[A.state.runs[i].optimizer].title;
  A.tiles = { showTile, stepAt, stepOn, unit, want };
})();
