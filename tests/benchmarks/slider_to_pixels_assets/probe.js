/* The instruments of the trial on all its pages, and the script beside Dash of designs C and D. */
"use strict";
(() => {
  const design = location.pathname.split("/")[1];
  const colours = ["#0072b2", "#d55e00", "#56b4e9", "#e69f00"];
  performance.setResourceTimingBufferSize(5000);

  let born, shown, lastInput, lastBorn;
  const probe = (window.probe = {
    ready: false,
    clear() {
      born = new Map();
      shown = [];
      lastBorn = null;
      performance.clearResourceTimings();
    },
    settled: () => lastBorn === null || shown.some((one) => one.value === lastBorn),
    report() {
      const answers = performance.getEntriesByType("resource").filter((e) => /lines|_dash-update/.test(e.name));
      // The longest time without a new picture counts from the first input of the movement.
      const at = [...born.values()].slice(0, 1).concat(shown.map((one) => one.at));
      return {
        moves: born.size,
        latency: shown.map((one) => one.latency),
        gap: Math.max(0, ...at.slice(1).map((t, i) => t - at[i])),
        kb: answers.reduce((sum, e) => sum + e.encodedBodySize, 0) / 1000 / Math.max(1, answers.length),
      };
    },
  });
  probe.clear();
  const note = () => (lastInput = performance.now());
  ["pointerdown", "pointermove", "keydown"].forEach((type) => addEventListener(type, note, true));
  const moved = (value) => {
    if (value === lastBorn) return;
    born.set(value, lastInput);
    lastBorn = value;
  };
  // The frame that holds a drawing is handed to the compositor right after its animation frame
  // callbacks, style and layout: the first message posted from such a callback comes after them.
  const drawn = (value) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const at = performance.now();
        if (!born.has(value) || shown.some((one) => one.value === value)) return;
        shown.push({ value, at, latency: at - born.get(value) });
      };
      channel.port2.postMessage(0);
    });

  // A and B: Dash draws.
  function watchDash(graphs) {
    const thumb = document.querySelector("[role=slider]");
    const watcher = new MutationObserver(() => moved(+thumb.getAttribute("aria-valuenow")));
    watcher.observe(thumb, { attributeFilter: ["aria-valuenow"] });
    // A value counts once both graphs hold it.
    const plotted = [null, null];
    const after = (i) => {
      plotted[i] = graphs[i].layout.meta;
      if (plotted[0] === plotted[1]) drawn(plotted[i]);
    };
    graphs.forEach((graph, i) => graph.on("plotly_afterplot", () => after(i)));
    thumb.parentElement.closest("[data-orientation]").setAttribute("data-track", "");
  }

  // C and D: this script draws.
  function lines(buffer) {
    const sizes = new Int32Array(buffer, 0, 8);
    let offset = 32;
    return Array.from(sizes, (n) => {
      const line = { x: new Float32Array(buffer, offset, n), y: new Float32Array(buffer, offset + 4 * n, n) };
      offset += 8 * n;
      return line;
    });
  }

  // A canvas over the plot area: above Plotly's axes and traces, below its annotations and labels.
  function layer(graph) {
    const { xaxis, yaxis } = graph._fullLayout;
    const context = document.createElement("canvas").getContext("2d");
    context.canvas.width = xaxis._length;
    context.canvas.height = yaxis._length;
    context.canvas.style = `position:absolute;pointer-events:none;left:${xaxis._offset}px;top:${yaxis._offset}px`;
    context.lineWidth = 2;
    graph.querySelector(".gl-container").after(context.canvas);
    return context;
  }

  function paint(graph, context, four) {
    const { xaxis, yaxis } = graph._fullLayout;
    const { width, height } = context.canvas;
    const [x0, x1, y0, y1] = [...xaxis.range, ...yaxis.range]; // in decades on a log axis
    context.clearRect(0, 0, width, height);
    four.forEach(({ x, y }, i) => {
      if (yaxis.type === "log") y = y.map(Math.log10);
      const [kx, ky] = [width / (x1 - x0), height / (y1 - y0)];
      context.beginPath();
      for (let k = 0; k < x.length; k++) context.lineTo((x[k] - x0) * kx, (y1 - y[k]) * ky);
      context.strokeStyle = colours[i];
      context.stroke();
    });
  }

  function restyle(graph, four) {
    return Plotly.restyle(graph, { x: four.map((l) => l.x), y: four.map((l) => l.y) }, [0, 1, 2, 3]);
  }

  function drive(graphs) {
    const contexts = design === "D" ? graphs.map(layer) : [];
    const control = document.getElementById("control");
    control.innerHTML = '<input type="range" max="1000" value="500" style="width:700px" data-track>';
    const range = control.firstChild;
    let busy = false;
    let wanted = null;
    // One request in flight and the newest value next: an aborted request would be computed anyway.
    async function next() {
      if (busy || wanted === null) return;
      busy = true;
      const value = wanted;
      wanted = null;
      const all = lines(await (await fetch(`/lines/${value}`)).arrayBuffer());
      busy = false;
      next(); // the next value is computed while this one is drawn
      const halves = [all.slice(0, 4), all.slice(4)];
      if (design === "D") graphs.forEach((graph, i) => paint(graph, contexts[i], halves[i]));
      else await Promise.all(graphs.map((graph, i) => restyle(graph, halves[i])));
      drawn(value);
    }
    range.addEventListener("input", () => {
      moved((wanted = +range.value));
      next();
    });
  }

  const waiting = setInterval(() => {
    const graphs = ["landscape", "loss"].map((id) => document.querySelector(`#${id} .js-plotly-plot`));
    if (!graphs.every((graph) => graph?._fullLayout?.xaxis?._length)) return;
    if ("AB".includes(design) && !document.querySelector("[role=slider]")) return;
    clearInterval(waiting);
    ("CD".includes(design) ? drive : watchDash)(graphs);
    probe.ready = true;
  }, 50);
})();
