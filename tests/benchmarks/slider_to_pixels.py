"""How a slider's movement reaches pixels: four designs, real input, timed to the presented frame.

Each move asks the server for two runs of 40,000 steps, reduced for drawing: on the landscape two
paths and two flow curves, on the logarithmic loss plot four curves. The designs:

A  a Dash callback returns whole figures, the contours among their traces;
B  a Dash callback returns `Patch`es with typed arrays, over a static graph with the contours;
C  a script beside Dash: native range, binary fetch (latest wins), `Plotly.restyle`; contours as in B;
D  the same script and fetch, the curves drawn on a canvas over Plotly's plot area; contours as in B.

Latency runs from the input event that made a value (pointermove or keydown, capture phase) to the
first message after the animation frame that follows the drawing of that value. Values that are
overtaken are never drawn and have no latency, so "drawn" stands beside it: a design that draws one
value in ten feels worse than its latency says. `settle` is the same for the last value of a drag.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

ASSETS = Path(__file__).with_name("slider_to_pixels_assets")
DESIGNS = {
    "A": "Dash callback, whole figures",
    "B": "Dash callback, Patch, typed arrays",
    "C": "script beside Dash, restyle",
    "D": "script beside Dash, canvas",
}
STEPS = 40_000
SLIDER = {"min": 0, "max": 1000, "step": 1, "value": 500}
WIDTH, HEIGHT, COLUMNS = 560, 480, 500
X_RANGE, Y_RANGE, DECADES = (-2.0, 2.0), (-1.5, 2.5), (-6.0, 2.0)
COLOURS = ["#0072b2", "#d55e00", "#56b4e9", "#e69f00"]
MARGIN = {"l": 40, "r": 10, "t": 10, "b": 30}
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
CHROMIUM += ["--disable-component-update", "--disable-sync"]


# ------------------------------------------------------------------ what the server computes
def reduced_path(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The path without the points that stay on the pixel of the point before them."""
    column = np.floor((x - X_RANGE[0]) * ((WIDTH - 50) / (X_RANGE[1] - X_RANGE[0])))
    row = np.floor((y - Y_RANGE[0]) * ((HEIGHT - 40) / (Y_RANGE[1] - Y_RANGE[0])))
    keep = np.ones(len(x), bool)
    keep[1:-1] = (np.diff(column)[:-1] != 0) | (np.diff(row)[:-1] != 0)
    return x[keep], y[keep]


def reduced_loss(loss: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest loss of each pixel column, in the order in which they occur."""
    columns = loss.reshape(COLUMNS, -1)
    inside = np.sort(np.stack([columns.argmin(1), columns.argmax(1)], 1), 1)
    at = (inside + np.arange(COLUMNS)[:, None] * columns.shape[1]).ravel()
    return at, loss[at]


TIME = np.arange(STEPS)
NOISE = np.random.default_rng(0).standard_normal((2, STEPS, 2)).view(complex)[..., 0] * 0.003


def spiral(decay: complex, count: int) -> np.ndarray:
    """1.5 exp(decay t) for t = 0 ... count - 1, from two short power tables (count = n * 200)."""
    tables = np.exp(decay * 200 * np.arange(count // 200)), np.exp(decay * np.arange(200))
    return 1.5 * np.multiply.outer(*tables).ravel()


def curves(value: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """Eight curves (x, y) for a slider value: paths 0-1, flows 2-3, then their losses 4-7."""
    rate = 10.0 ** (-3.5 + 2 * value / SLIDER["max"])
    paths, flows, losses, flow_losses = [], [], [], []
    for run in range(2):
        decay = rate * (-0.5 + 20j / (1 + run))
        z = spiral(decay, STEPS) * (np.exp(2j * run) + NOISE[run])
        loss = z.real**2 + z.imag**2 + 1e-6
        loss[run * 400 :: 997] *= 30  # spikes, which the reduction has to keep
        paths.append(reduced_path(z.real, z.imag + 0.5))
        losses.append(reduced_loss(loss))
        z = spiral(decay * 100, STEPS // 100) * np.exp(2j * run)
        flows.append((z.real, z.imag + 0.5))
        flow_losses.append((TIME[::100], z.real**2 + z.imag**2 + 1e-6))
    return paths + flows + losses + flow_losses


def contours() -> dict:
    """Rosenbrock's contours on a grid, as a trace."""
    x, y = np.linspace(*X_RANGE, 80), np.linspace(*Y_RANGE, 80)
    z = np.log10((1 - x) ** 2 + 100 * (y[:, None] - x**2) ** 2 + 1e-3)
    return {"type": "contour", "x": x, "y": y, "z": z, "showscale": False, "hoverinfo": "skip"}


# ------------------------------------------------------------------ the pages, one per design
def layout(plot: str, value: float | None = None) -> dict:
    """The layout of the landscape or of the loss plot; `meta` carries the value drawn."""
    if plot == "landscape":
        axes = {"xaxis": {"range": X_RANGE}, "yaxis": {"range": Y_RANGE}}
    else:
        axes = {"xaxis": {"range": [0, STEPS]}, "yaxis": {"type": "log", "range": DECADES}}
    for axis in axes.values():
        axis.update(automargin=False, zeroline=False)
    clear = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "template": None}
    size = {"width": WIDTH, "height": HEIGHT, "margin": MARGIN, "showlegend": False}
    return {**axes, **clear, **size, "meta": value}


def traces(lines: list[tuple[np.ndarray, np.ndarray]]) -> list[dict]:
    """Line traces for curves."""
    drawn = zip(lines, COLOURS, strict=True)
    return [{"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": c, "width": 1.5}}
            for (x, y), c in drawn]  # fmt: skip


def packed(array: np.ndarray) -> dict:
    """Plotly's typed-array form; a bare array in a `Patch` would travel as a list of numbers."""
    return {"dtype": "f4", "bdata": base64.b64encode(np.asarray(array, "<f4")).decode()}


def pages(server) -> None:
    """Put one small Dash app per design on the Flask server, and the route the script fetches."""
    import flask
    import plotly.graph_objects as go
    from dash import Dash, Input, Output, Patch, dcc, html

    def figures(value: float, design: str) -> list[go.Figure]:
        lines = curves(value)
        on_landscape = traces(lines[:4]) if design != "D" else []
        on_loss = traces(lines[4:]) if design != "D" else []
        if design == "A":
            on_landscape.insert(0, contours())
        return [go.Figure({"data": on_landscape, "layout": layout("landscape", value)}),
                go.Figure({"data": on_loss, "layout": layout("loss", value)})]  # fmt: skip

    def patches(value: float) -> list[Patch]:
        lines, both = curves(value), [Patch(), Patch()]
        for i, (x, y) in enumerate(lines):
            both[i // 4]["data"][i % 4]["x"] = packed(x)
            both[i // 4]["data"][i % 4]["y"] = packed(y)
        for patch in both:
            patch["layout"]["meta"] = value
        return both

    @server.get("/lines/<int:value>")
    def lines_route(value: int):
        flat = [np.asarray(a, "<f4") for line in curves(value) for a in line]
        sizes = np.array([len(a) for a in flat[::2]], "<i4")
        return flask.Response(b"".join(map(bytes, [sizes, *flat])), mimetype="application/octet-stream")

    for design in DESIGNS:
        app = Dash(server=server, url_base_pathname=f"/{design}/", assets_folder=str(ASSETS))
        landscape, loss = figures(SLIDER["value"], design)
        below = go.Figure({"data": [contours()], "layout": layout("landscape")})
        place = {"position": "absolute", "inset": 0}
        graphs = [html.Div([dcc.Graph(id="landscape", figure=landscape)], style=place),
                  html.Div([dcc.Graph(id="loss", figure=loss)], style={**place, "left": WIDTH})]  # fmt: skip
        if design != "A":
            graphs.insert(0, html.Div([dcc.Graph(figure=below, config={"staticPlot": True})], style=place))
        control = [dcc.Slider(id="rate", updatemode="drag", marks=None, **SLIDER)] if design in "AB" else []
        app.layout = html.Div([
            html.Div(control, id="control", style={"width": 700, "height": 60}),
            html.Div(graphs, style={"position": "relative", "height": HEIGHT}),
        ])  # fmt: skip
        if design in "AB":
            answer = patches if design == "B" else lambda value: figures(value, "A")
            app.callback(
                Output("landscape", "figure"),
                Output("loss", "figure"),
                Input("rate", "value"),
                prevent_initial_call=True,
            )(answer)


def serve() -> None:
    """Serve the pages on a free port and print its number; ends with the process."""
    import logging

    import flask
    from werkzeug.serving import WSGIRequestHandler, make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    WSGIRequestHandler.protocol_version = "HTTP/1.1"  # keep-alive: no new connection per move
    server = flask.Flask("slider_to_pixels")
    pages(server)
    listening = make_server("127.0.0.1", 0, server, threaded=True)
    print(listening.port, flush=True)
    listening.serve_forever()


# ------------------------------------------------------------------ the hand on the slider
async def paced(seconds: float, rate: float, act) -> None:
    """Start `act(fraction)` `rate` times a second without waiting for the page to take each."""
    count, begin, started = round(seconds * rate), time.perf_counter(), []
    for i in range(count):
        started.append(asyncio.ensure_future(act((i + 1) / count)))
        await asyncio.sleep(max(0.0, begin + (i + 1) / rate - time.perf_counter()))
    await asyncio.wait_for(asyncio.gather(*started), 10)


async def drag(page, begin: float, end: float, seconds: float) -> None:
    """Drag the slider's thumb between two fractions of its track, at 60 moves a second."""
    box = await page.locator("[data-track]").bounding_box()

    def at(fraction: float) -> tuple[float, float]:
        return box["x"] + box["width"] * fraction, box["y"] + box["height"] / 2

    await page.mouse.move(*at(begin))
    await page.mouse.down()
    await paced(seconds, 60, lambda part: page.mouse.move(*at(begin + (end - begin) * part)))
    await page.mouse.up()


async def finished(page) -> dict:
    """What the page measured since the last `probe.clear()`, once the last value is presented."""
    await page.wait_for_function("probe.settled()", timeout=5000)
    return await page.evaluate("probe.report()")


async def measure(page, url: str) -> tuple[dict, dict]:
    """Warm a page up, drag its slider, then press its arrow keys; the two reports."""
    await page.goto(url, timeout=10_000)
    await page.wait_for_function("window.probe && probe.ready", timeout=10_000)
    await drag(page, 0.9, 0.1, 1.0)
    await finished(page)
    await page.evaluate("probe.clear()")
    await drag(page, 0.05, 0.95, 1.5)
    mouse = await finished(page)
    await page.evaluate("probe.clear()")
    await paced(1.5, 15, lambda part: page.keyboard.press("ArrowLeft"))
    return mouse, await finished(page)


async def trial(port: int, designs: str) -> None:
    """Measure the designs in one browser and print a row of the table for each."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = await playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        for design in designs:
            page = await browser.new_page(viewport={"width": 1200, "height": 640})
            errors = []
            page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            mouse, keys = await measure(page, f"http://127.0.0.1:{port}/{design}/")
            if errors:
                raise RuntimeError(f"design {design}: {errors[0]}")
            a, b = np.percentile(mouse["latency"], [50, 95])
            c, d = np.percentile(keys["latency"], [50, 95])
            drawn = f"{len(mouse['latency'])}/{mouse['moves']}"
            row = f"{design} {DESIGNS[design]:36}{mouse['kb']:6.0f}{drawn:>9}{a:7.0f}{b:6.0f}"
            print(f"{row}{c:8.0f}{d:6.0f}{mouse['latency'][-1]:8.0f}{mouse['gap']:8.0f}", flush=True)
            await page.close()
        await browser.close()


def main(argv: list[str]) -> int:
    """Run the trial and print its table; the exit code."""
    parser = argparse.ArgumentParser(prog="slider", description=__doc__.splitlines()[0])
    parser.add_argument("--designs", default="ABCD", help="which designs, by their letters")
    parser.add_argument("--serve", action="store_true", help="only serve the pages, on a free port")
    options = parser.parse_args(argv)
    if options.serve:
        serve()
    curves(400)
    from playwright.async_api import Error as PageError

    begin = time.perf_counter()
    sizes = [[len(x) for x, _ in curves(100 * value)] for value in range(10)]
    milliseconds = (time.perf_counter() - begin) * 100
    print(f"server function {milliseconds:.1f} ms, mean points per curve {np.mean(sizes, 0).astype(int)}")
    for row in (("", "kB per", "drawn", "mouse", "ms", "keys", "ms", "settle", "longest"),
                ("design", "answer", "/moved", "p50", "p95", "p50", "p95", "ms", "gap ms")):  # fmt: skip
        print("{:38}{:>6}{:>9}{:>7}{:>6}{:>8}{:>6}{:>8}{:>8}".format(*row))
    command = [sys.executable, "-m", "tests.benchmarks", "slider", "--serve"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(75, server.kill)  # even a server that never answers ends
    watchdog.start()
    try:
        port = int(server.stdout.readline())
        asyncio.run(asyncio.wait_for(trial(port, options.designs), 60))
    except (TimeoutError, PageError) as error:
        print(f"gave up: {error or 'the whole trial took over 60 s'}", file=sys.stderr)
        return 1
    finally:
        watchdog.cancel()
        server.terminate()
        server.wait(5)
    return 0
