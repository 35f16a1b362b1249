/* What the pictures need to know: one channel each, the newest question wins. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});
  const SETTLE = 140; // ms after the last change before the ground is asked for anew

  function canvasOf() {
    const area = A.plots.landscape.area(), [x0, x1, y0, y1] = A.plots.landscape.ranges();
    const canvas = {
      x0, x1, y0, y1, width: Math.max(1, Math.round(area.width)), height: Math.max(1, Math.round(area.height)),
      curve_width: Math.max(1, Math.round(A.plots.curves.area().width)), scale: A.state.scale,
    };
    if (A.state.span) [canvas.k0, canvas.k1] = A.state.span;
    return canvas;
  }

  A.openChannels = () => {
    const failed = (message) => A.notice([message]), live = { live: true };
    A.channels = {
      runs: new A.Channel("runs", showRuns, failed, live),
      flows: new A.Channel("flows", A.showAnswer("flows"), failed),
      landscape: new A.Channel("landscape", A.showGround, failed),
      map: new A.Channel("map", A.showMap, failed, { impatient: true }),
      surface: new A.Channel("surface", A.showSurface, failed),
      phase: new A.Channel("phase", A.showPhase, failed),
      steps: new A.Channel("steps", A.tiles.showTile, failed, live),
      cell: new A.Channel("cell", A.showCell, failed, live),
      examples: new A.Channel("examples", A.showExamples, failed),
      naming: new A.Channel("naming", A.showNaming, failed),
      comparison: new A.Channel("comparison", A.showComparison, failed),
    };
  };

  function showRuns(data, question) {
    A.showAnswer("runs")(data, question);
    if (data.following) A.channels.flows.given(data.following, question);
    else if (question.limits) A.channels.flows.ask(question);
  }

  /* In the hand a draft of the limits will do. */
  let drafted = false;
  function pictureQuestion() {
    drafted = A.inHand;
    return { link: A.pictureLink(), ...canvasOf(), limits: Number(A.state.flow), draft: Number(drafted) };
  }

  function askCurves() {
    if (!A.plots) return;
    // limits that are known to be quick come with the runs, in one answer
    A.channels.runs.ask(pictureQuestion());
    A.showView();
    A.askNaming();
  }

  /* The picture first: a map computes on all cores. */
  const LATEST = 20; // ms that a map waits for it
  async function pictured() {
    const until = performance.now() + LATEST, { runs, flows } = A.channels;
    do await new Promise((resolve) => setTimeout(resolve, 8));
    while ((runs.busy || flows.busy) && performance.now() < until);
  }

  let settling, settled = 0;
  async function settle() {
    const mine = ++settled;
    await pictured();
    if (mine !== settled) return;
    A.askMap(); // coarse at first, and dropped where a newer question comes
    clearTimeout(settling);
    settling = setTimeout(() => {
      A.inHand = false;
      A.showAxis();
      if (drafted && A.state.flow) askCurves();
      askGround();
      A.askComparison();
      A.follow();
    }, SETTLE);
  }

  function askEverything() {
    askCurves();
    A.follow();
    askGround();
    A.askMap();
    A.askComparison();
  }

  let groundAsked = "";
  function askGround() {
    if (!A.plots) return;
    const [x0, x1, y0, y1] = A.plots.landscape.ranges();
    const key = JSON.stringify([A.state.objective, A.state.objective_parameters, x0, x1, y0, y1]);
    if (key === groundAsked) return;
    groundAsked = key;
    A.channels.landscape.ask({ link: A.linkOf(A.state), x0, x1, y0, y1 });
  }

  Object.assign(A, { askCurves, askEverything, askGround, settle });
})();
