/* The loss: one curve per run, its flow behind it, names at the ends. */
(() => {
  "use strict";
  const A = (window.adamoscope ||= {});

  A.drawCurves = (context, plot) => {
    const { runs, flows } = A.shown;
    const { left, top, width, height } = plot.area();
    grid(context, plot);
    context.save();
    plot.clip(context);
    if (flows && A.state.flow) {
      flows.flows.forEach((flow, i) => line(context, plot, flows, i, { width: 4, alpha: 0.3 }));
    }
    if (runs) {
      const order = runs.runs.map((_, i) => i).sort((i, j) => (i === A.state.edit) - (j === A.state.edit));
      for (const i of order) line(context, plot, runs, i, { width: 1.3, alpha: 1 });
    }
    context.restore();
    if (!runs) return;
    const labels = [];
    const label = (data, i, text, weight) => {
      const y = lastLevel(data.arrays[`curve_y ${i}`]);
      if (y === null) return;
      const at = Math.min(top + height, Math.max(top, plot.y(y)));
      labels.push({ y: at, text, weight, colour: A.runColour(i) });
    };
    runs.runs.forEach((run, i) => label(runs, i, run.title, 600));
    if (flows && A.state.flow)
      flows.flows.forEach((flow, i) => {
        if (flow.title && i === A.state.edit) label(flows, i, flow.title.length < 15 ? flow.title : "its flow", 400);
      });
    for (const l of A.spread(labels, 15, top + 6, top + height - 4))
      A.text(context, l.text, left + width + 6, l.y, { colour: l.colour, weight: l.weight, size: 12.5, halo: false });
  };

  function grid(context, plot) {
    const { left, top, width, height } = plot.area();
    const [, , y0, y1] = plot.ranges();
    if (A.shownScale() !== "log") return;
    context.strokeStyle = A.colour("hair");
    context.lineWidth = 1;
    const every = plot.graph._fullLayout.yaxis.dtick || 3;
    for (let d = Math.ceil(y0 / every) * every; d <= y1; d += every) {
      const y = Math.round(plot.y(d)) + 0.5;
      if (y > top && y < top + height) {
        context.beginPath();
        context.moveTo(left, y);
        context.lineTo(left + width, y);
        context.stroke();
      }
    }
  }

  /* The level a curve ends on: the middle of its last twentieth, so that a spike does not carry the name away. */
  function lastLevel(values) {
    if (!values?.length) return null;
    const tail = Array.from(values.slice(-Math.max(1, values.length >> 5))).sort((p, q) => p - q);
    return tail[tail.length >> 1];
  }

  function line(context, plot, data, i, { width, alpha }) {
    const xs = data.arrays[`curve_x ${i}`], ys = data.arrays[`curve_y ${i}`];
    if (!xs?.length) return;
    const [k0, k1] = data.span;
    const bx = plot.x(k0), ax = plot.x(k1) - bx, by = plot.y(0), ay = plot.y(1) - by;
    const floor = plot.area().top + plot.area().height + 20;
    context.globalAlpha = alpha;
    context.strokeStyle = A.runColour(i);
    context.lineWidth = width;
    context.lineJoin = "round";
    context.beginPath();
    for (let j = 0; j < xs.length; j++) {
      const x = bx + xs[j] * ax, y = Math.min(floor, Math.max(-50, by + ys[j] * ay));
      if (j) context.lineTo(x, y);
      else context.moveTo(x, y);
    }
    context.stroke();
    context.globalAlpha = 1;
  }
})();
