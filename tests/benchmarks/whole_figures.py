"""The page as Dash's documentation would have it, for comparison: a callback returns whole figures."""

from __future__ import annotations

import logging

import numpy as np
import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html
from waitress import serve as listen

import core
from dashboard.drawing import curves

VIEW, STEPS = ((-2.0, 2.0), (-1.0, 3.0)), 40_000
CANVAS = curves.Canvas(*VIEW, 480, 540, 340, (0.0, float(STEPS)), "log")

# Timed as on the page: from the input event to the first message after the frame that holds the value.
PROBE = """
(() => {
  let input = 0, born = new Map(), shown = [], newest = null;
  const whole = (window.whole = {
    ready: false,
    clear() { born = new Map(); shown = []; newest = null; },
    settled: () => newest === null || shown.some(({ value }) => value === newest),
    report: () => ({ moves: born.size, latency: shown.map(({ latency }) => latency) }),
  });
  for (const type of ["pointerdown", "pointermove", "keydown"])
    addEventListener(type, (event) => (input = event.timeStamp), true);
  const waiting = setInterval(() => {
    const graphs = ["landscape", "loss"].map((id) => document.querySelector(`#${id} .js-plotly-plot`));
    const thumb = document.querySelector("[role=slider]");
    if (!thumb || !graphs.every((graph) => graph?._fullLayout?.xaxis?._length)) return;
    clearInterval(waiting);
    new MutationObserver(() => {
      const value = +thumb.getAttribute("aria-valuenow");
      if (value === newest) return;
      born.set((newest = value), input);
    }).observe(thumb, { attributeFilter: ["aria-valuenow"] });
    const plotted = [null, null];
    graphs.forEach((graph, i) => graph.on("plotly_afterplot", () => {
      plotted[i] = graph.layout.meta;
      const value = plotted[i];
      if (plotted[0] !== plotted[1]) return;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          if (born.has(value) && !shown.some((one) => one.value === value))
            shown.push({ value, latency: performance.now() - born.get(value) });
        };
        port2.postMessage(0);
      });
    }));
    whole.ready = true;
  }, 50);
})();
"""


def contours():
    """Rosenbrock's contours, as a trace."""
    x, y = np.linspace(*VIEW[0], 80), np.linspace(*VIEW[1], 80)
    values = np.log10(core.objective("rosenbrock").value(x, y[:, None]) + 1e-3)
    return go.Contour(x=x, y=y, z=values, showscale=False, hoverinfo="skip")


def figures(slider):
    """The landscape and the loss, whole, for b = 10^slider: the page's own computation and reduction."""
    b, f = 10.0**slider, core.objective("rosenbrock")
    landscape, loss = go.Figure([contours()]), go.Figure()
    for optimizer, values in (("adam", {"a": 10.0, "b": b}), ("rmsprop", {})):
        eta = core.resolved(optimizer, values)["learning_rate"]
        run = core.run(optimizer, f, steps=STEPS, **values)
        flow = core.flow(optimizer, f, duration=STEPS * eta, max_steps=60_000, **values)
        for trajectory, at in ((run, np.arange(STEPS + 1.0)), (flow, flow.time / eta)):
            path = curves.path_of(trajectory.position, CANVAS)[0] * [4, 4] + [VIEW[0][0], VIEW[1][0]]
            x, y = curves.line(at[: len(trajectory.loss)], trajectory.loss, CANVAS, 1e-12)
            landscape.add_scatter(x=path[:, 0], y=path[:, 1], mode="lines")
            loss.add_scatter(x=x * STEPS, y=10**y, mode="lines")
    landscape.update_layout(xaxis_range=VIEW[0], yaxis_range=VIEW[1], meta=slider, width=600, height=600)
    loss.update_layout(yaxis_type="log", yaxis_range=[-30, 3], meta=slider, width=600, height=600)
    return landscape, loss


def serve(port: int) -> None:
    """Serve the page; ends with the process."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    app = Dash("whole_figures")
    first = figures(1.5)
    app.index_string = app.index_string.replace("</body>", f"<script>{PROBE}</script></body>")
    slider = dcc.Slider(-1, 3, 0.01, value=1.5, id="rate", updatemode="drag", marks=None)
    graphs = [dcc.Graph(id=name, figure=figure) for name, figure in zip(("landscape", "loss"), first, strict=True)]
    app.layout = html.Div([slider, html.Div(graphs, style={"display": "flex"})])
    app.callback(Output("landscape", "figure"), Output("loss", "figure"), Input("rate", "value"))(figures)
    listen(app.server, host="127.0.0.1", port=port, threads=8)
