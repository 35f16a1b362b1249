/* The page put together: the only place where the rooms meet. */

import { expose, loadPlotly } from "./dash.js";
import { facade } from "./facade.js";
import { element } from "./dom/elements.js";
import { frame, inFrame } from "./dom/frame.js";
import { notice } from "./dom/notice.js";
import { say } from "./dom/said.js";
import { Channel } from "./ask/channel.js";
import { channels } from "./ask/channels.js";
import { failed, unreachedSaid } from "./ask/reach.js";
import { askState, connect } from "./ask/transport.js";
import { addressLink, forgetAddress, onlyPlaceMoved } from "./state/address.js";
import { adopt, changing, stateAdopted, stateChecked } from "./state/changes.js";
import { stateChanged, store } from "./state/store.js";
import { showSpan } from "./draw/axes.js";
import { showPhase } from "./draw/phase.js";
import { plots } from "./draw/plot.js";
import { showSurface } from "./draw/surface.js";
import { mapDrawn, showMap } from "./questions/map.js";
import { askEverything, picturesAsked, rested, settle } from "./questions/pictures.js";
import { showTile, tileCame } from "./questions/tiles.js";
import { showHover } from "./hand/crosshair.js";
import { follow } from "./hand/follow.js";
import { player, showSteps, stepShown } from "./hand/player.js";
import { makePlots } from "./hand/plots.js";
import { choose, watchChoosers } from "./page/choose.js";
import { askComparison, showComparison, watchComparison } from "./page/compare.js";
import { watchEnlarge } from "./page/enlarge.js";
import { ownFields } from "./page/fields.js";
import { forgetShown, showState } from "./page/handles.js";
import { showInspector } from "./page/inspector.js";
import { watchJob } from "./page/job.js";
import { showSeparation } from "./page/line_switches.js";
import { showCell, watchMap } from "./page/map_card.js";
import { showExamples, watchExamples } from "./page/map_examples.js";
import { showColourBar } from "./page/map_tools.js";
import { askNaming, showNaming, watchNaming } from "./page/naming.js";
import { showRule, watchRule } from "./page/rule.js";
import { showAnswer, showGround } from "./page/sentence.js";
import { share } from "./page/share.js";
import { colourAxes, watchTheme } from "./page/theme.js";
import { heardFromDash } from "./page/told.js";
import { watchFormula } from "./page/understood.js";

/* The state on which the page opens, asked for while Dash is still on its way. */
const openingState = askState(addressLink());
openingState.catch(() => {}); // whoever waits for it says so

let opened;
const opening = new Promise((resolve) => (opened = resolve)); // until there is a state

/* ---- who hears of what ---- */

stateChanged.on(() => inFrame("state", showState));
stateAdopted.on(async ({ keep, sameGround }) => {
  showRule();
  if (!keep) forgetShown();
  showState();
  opened();
  if (!plots) return;
  if (!sameGround || !keep) await plots.landscape.setRanges(store.state.view ?? store.domain.flat());
  await showSpan();
  askEverything();
});
stateChecked.on(() => {
  inFrame("state", showState);
  showRule();
});
changing.on(settle);
picturesAsked.on(askNaming);
rested.on(() => {
  askComparison();
  follow();
});
mapDrawn.on(() => {
  showColourBar();
  showSeparation();
});
tileCame.on(() => {
  showSteps();
  showHover();
});
stepShown.on(showInspector);
unreachedSaid.on(say);
failed.on((sentence) => notice([sentence], "fault"));

/* ---- what is asked, and who draws the answers ---- */

const refused = (sentence, path) => notice(sentence ? [sentence] : [], path), live = { live: true };
const tellRuns = showAnswer("runs");
const showRuns = (data, question) => {
  tellRuns(data, question);
  if (data.following) channels.flows.given(data.following, question);
  else if (question.limits) channels.flows.ask(question);
};
Object.assign(channels, {
  runs: new Channel("runs", showRuns, refused, live),
  flows: new Channel("flows", showAnswer("flows"), refused),
  landscape: new Channel("landscape", showGround, refused),
  map: new Channel("map", showMap, refused, { impatient: true }),
  surface: new Channel("surface", showSurface, refused),
  phase: new Channel("phase", showPhase, refused),
  steps: new Channel("steps", showTile, refused, live),
  cell: new Channel("cell", showCell, refused, live),
  examples: new Channel("examples", showExamples, refused),
  naming: new Channel("naming", showNaming, refused),
  comparison: new Channel("comparison", showComparison, refused),
});

/* ---- the start ---- */

async function start(specification) {
  if (store.specification) return;
  store.specification = specification;
  player.build();
  watchTheme();
  watchChoosers();
  element("share").addEventListener("click", share);
  watchEnlarge();
  watchExamples();
  addEventListener("popstate", () => {
    if (onlyPlaceMoved()) return;
    forgetAddress();
    adopt(() => addressLink());
  });
  adopt(() => addressLink(), { asked: openingState });
  await opening;
  makePlots();
  watchMap();
  watchComparison();
  watchNaming();
  watchJob();
  await colourAxes();
  await plots.landscape.setRanges(store.state.view ?? store.domain.flat());
  await showSpan();
  askEverything();
  await drawAxes();
  connect();
  watchRule();
  watchFormula();
  ownFields();
  store.ready = true;
}

/* Around: to run plotly.js holds the page up for longer than all that came before. */
async function drawAxes() {
  const first = ["runs", "flows", "landscape"].map((kind) => channels[kind]);
  do await frame();
  while (first.some(({ busy }) => busy));
  await frame();
  await loadPlotly();
  for (const plot of Object.values(plots)) {
    await plot.drawAxes();
    await frame();
  }
}

/* ---- what Dash and a console know ---- */

const heard = (id, value, act) => {
  heardFromDash(id, value);
  act();
};

expose(facade, {
  start: (specification) => void start(specification),
  objective: (name) => heard("objective", name, () => choose.objective(name)),
  formula: (text) => heard("formula", text, () => choose.formula(text)),
  add: (name) => heard("add-run", name, () => choose.add(name)),
  variant: (name) => heard("variant", name, () => choose.variant(name)),
  choice: (text, id) => heard(id, text, () => choose.choice(id.slice(2), text)),
});
