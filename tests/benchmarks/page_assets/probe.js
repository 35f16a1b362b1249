/* Instruments of the page benchmark. They wrap what the page calls, and change nothing it does.

   A value counts as presented at the first message after the animation frame that follows its drawing: the frame is
   then on its way to the compositor. */
"use strict";
(() => {
  let input = 0, began = [], ends = [], asked, presented;
  const probe = (window.probe = {
    clear() {
      asked = { runs: new Map(), flows: new Map() };
      presented = { runs: new Map(), flows: new Map() };
      began = [];
      ends = [];
      probe.requests = 0;
    },
    newest: () => window.adamoscope.pictureLink(),
    settled() {
      const link = probe.newest();
      const channels = Object.values(window.adamoscope.channels);
      return presented.runs.has(link) && presented.flows.has(link) && !channels.some(({ busy, next }) => busy || next);
    },
    /* Per value that both answers have drawn: ms from its input event to pixels, and where they went. */
    report() {
      const rows = [];
      for (const [link, runs] of presented.runs) {
        const flows = presented.flows.get(link), from = asked.runs.get(link);
        const row = { total: runs.at - from.input, ...parts(runs, from) };
        row.both = flows ? Math.max(runs.at, flows.at) - from.input : null;
        rows.push(row);
      }
      return { rows, moves: asked.runs.size, settle: Math.max(last(presented.runs), last(presented.flows)) - input, requests: probe.requests };
    },
  });
  const last = (shown) => Math.max(...[...shown.values()].map(({ at }) => at));
  const parts = (shown, from) => ({
    dispatch: from.at - from.input,
    waiting: shown.sent - from.at,
    server: shown.server,
    network: shown.received - shown.sent - shown.server,
    drawing: shown.at - shown.received,
  });
  probe.clear();

  ["pointerdown", "pointermove", "pointerrawupdate", "keydown"].forEach((type) => addEventListener(type, (event) => (input = event.timeStamp), true));

  const sent = new Map();
  const waiting = setInterval(() => {
    const A = window.adamoscope;
    if (!A?.channels) return;
    clearInterval(waiting);
    listen(A);
  }, 1);

  function listen(A) {
    const question = A.question;
    A.question = async (path, parameters, ...more) => {
      const at = performance.now(), answer = await question(path, parameters, ...more);
      probe.requests += 1;
      sent.set(`${path} ${parameters.link}`, { sent: at, server: answer.took });
      return answer;
    };
    for (const kind of ["runs", "flows"]) {
      const channel = A.channels[kind], ask = channel.ask.bind(channel), answered = channel.answered, given = channel.given.bind(channel);
      channel.given = (data, question) => { // in the answer to the runs
        asked[kind].set(question.link, asked.runs.get(question.link));
        sent.set(`${kind} ${question.link}`, sent.get(`runs ${question.link}`));
        given(data, question);
      };
      channel.ask = (question) => {
        if (!asked[kind].has(question.link)) asked[kind].set(question.link, { input, at: performance.now() });
        ask(question);
      };
      channel.answered = (data, question) => {
        const received = performance.now();
        answered(data, question);
        const at = performance.now();
        requestAnimationFrame(() => {
          const message = new MessageChannel();
          message.port1.onmessage = () => {
            if (presented[kind].has(question.link) || !asked[kind].has(question.link)) return;
            presented[kind].set(question.link, { ...sent.get(`${kind} ${question.link}`), received, drawn: at, at: performance.now() });
            probe.first ??= performance.now();
          };
          message.port2.postMessage(0);
        });
      };
    }
  }

  let shift = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (shift += entry.hadRecentInput ? 0 : entry.value))).observe({ type: "layout-shift", buffered: true });
  probe.shift = () => shift;
})();
