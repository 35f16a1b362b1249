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

import asyncio
import base64
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import flask
import numpy as np
import plotly.graph_objects as go
from dash import Dash, Input, Output, Patch, dcc, html
from playwright.async_api import Error as PageError
from playwright.async_api import async_playwright
from werkzeug.serving import make_server

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
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


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
    """1.5 exp(decay t) for t = 0 ... count - 1, from two short tables (count = n * 200)."""
    return 1.5 * np.outer(np.exp(decay * 200 * np.arange(count // 200)), np.exp(decay * np.arange(200))).ravel()


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
        z = spiral(decay.real * (100 - 40j), STEPS // 100) * np.exp(2j * run)
        flows.append((z.real, z.imag + 0.5))
        flow_losses.append((TIME[::100], z.real**2 + z.imag**2 + 1e-6))
    return paths + flows + losses + flow_losses


def contours() -> dict:
    """Rosenbrock's contours on a grid, as a trace."""
    x, y = np.linspace(*X_RANGE, 80), np.linspace(*Y_RANGE, 80)
    z = np.log10((1 - x) ** 2 + 100 * (y[:, None] - x**2) ** 2 + 1e-3)
    return {"type": "contour", "x": x, "y": y, "z": z, "showscale": False, "hoverinfo": "skip"}


def layout(plot: str, value: float | None = None) -> dict:
    """The layout of the landscape or of the loss plot; `meta` carries the value drawn."""
    fixed = {"automargin": False, "zeroline": False}
    x = {**fixed, "range": X_RANGE if plot == "landscape" else [0, STEPS]}
    y = {**fixed, "range": Y_RANGE} if plot == "landscape" else {**fixed, "type": "log", "range": DECADES}
    clear = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False}
    size = {"width": WIDTH, "height": HEIGHT, "margin": {"l": 40, "r": 10, "t": 10, "b": 30}}
    return {"xaxis": x, "yaxis": y, **clear, **size, "meta": value}


def figures(value: float, design: str = "A") -> list[go.Figure]:
    """Whole figures of the landscape and the loss; design D leaves the curves to the canvas."""
    drawn = zip(curves(value), COLOURS * 2, strict=True)
    lines = [{"type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": c}} for (x, y), c in drawn]
    above, loss = ([], []) if design == "D" else (lines[:4], lines[4:])
    data = [contours(), *above] if design == "A" else above
    return [go.Figure(data, layout("landscape", value)), go.Figure(loss, layout("loss", value))]


def patches(value: float) -> list[Patch]:
    """The same curves in Plotly's typed-array form; a bare array in a `Patch` travels as a list."""
    both = [Patch(), Patch()]
    for i, line in enumerate(curves(value)):
        for key, array in zip("xy", line, strict=True):
            data = base64.b64encode(np.asarray(array, "<f4")).decode()
            both[i // 4]["data"][i % 4][key] = {"dtype": "f4", "bdata": data}
    for patch in both:
        patch["layout"]["meta"] = value
    return both


def binary(value: int) -> flask.Response:
    """The same curves as bytes: eight sizes (int32), then x and y of each curve (float32)."""
    flat = [np.asarray(array, "<f4") for line in curves(value) for array in line]
    sizes = np.array([len(array) for array in flat[::2]], "<i4")
    return flask.Response(b"".join(map(bytes, [sizes, *flat])), mimetype="application/octet-stream")


def page_of(design: str, server: flask.Flask) -> None:
    """Put the small Dash app of a design on the server."""
    app = Dash(server=server, url_base_pathname=f"/{design}/", assets_folder=str(ASSETS))
    landscape, loss = (dcc.Graph(figure=figure) for figure in figures(SLIDER["value"], design))
    landscape.id, loss.id = "landscape", "loss"
    below = dcc.Graph(figure=go.Figure([contours()], layout("landscape")), config={"staticPlot": True})
    control = html.Div(id="control", style={"width": 700})
    app.layout = html.Div([control])
    for graph in (landscape, loss) if design == "A" else (below, landscape, loss):
        place = {"position": "absolute", "top": 80, "left": WIDTH if graph is loss else 0}
        app.layout.children.append(html.Div(graph, style=place))
    if design in "AB":
        control.children = dcc.Slider(id="rate", updatemode="drag", marks=None, **SLIDER)
        outputs = Output("landscape", "figure"), Output("loss", "figure")
        callback = app.callback(*outputs, Input("rate", "value"), prevent_initial_call=True)
        callback(figures if design == "A" else patches)


def serve() -> None:
    """Serve the pages on a free port and print its number; ends with the process."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # The server of `python app.py`: it answers HTTP/1.1 but closes every connection, which costs
    # all designs alike 1-2 ms a move against a server with keep-alive.
    server = flask.Flask("slider_to_pixels")
    server.get("/lines/<int:value>")(binary)
    for design in DESIGNS:
        page_of(design, server)
    listening = make_server("127.0.0.1", 0, server, threaded=True)
    print(listening.port, flush=True)
    listening.serve_forever()


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
    y = box["y"] + box["height"] / 2
    await page.mouse.move(box["x"] + box["width"] * begin, y)
    await page.mouse.down()
    way = box["width"] * (end - begin)
    await paced(seconds, 60, lambda part: page.mouse.move(box["x"] + box["width"] * begin + way * part, y))
    await page.mouse.up()


async def report(page, movement) -> dict:
    """What the page measures during a movement, once its last value is presented."""
    await page.evaluate("probe.clear()")
    await movement
    await page.wait_for_function("probe.settled()", timeout=5000)
    return await page.evaluate("probe.report()")


async def trial(port: int) -> None:
    """Measure the designs in one browser and print a row of the table for each."""
    async with async_playwright() as playwright:
        found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = await playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        for design in DESIGNS:
            page = await browser.new_page(viewport={"width": 1200, "height": 640})
            errors = []
            page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            await page.goto(f"http://127.0.0.1:{port}/{design}/", timeout=10_000)
            await page.wait_for_function("window.probe && probe.ready", timeout=10_000)
            await report(page, drag(page, 0.9, 0.1, 1.0))  # warms the page and the server up
            mouse = await report(page, drag(page, 0.05, 0.95, 1.5))
            keys = await report(page, paced(1.5, 15, lambda part, page=page: page.keyboard.press("ArrowLeft")))
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
    if argv == ["--serve"]:
        serve()
    curves(400)
    begin = time.perf_counter()
    sizes = np.mean([[len(x) for x, _ in curves(100 * value)] for value in range(10)], 0).astype(int)
    print(f"server function {(time.perf_counter() - begin) * 100:.1f} ms, mean points per curve {sizes}")
    for row in (("", "kB per", "drawn", "mouse", "ms", "keys", "ms", "settle", "longest"),
                ("design", "answer", "/moved", "p50", "p95", "p50", "p95", "ms", "gap ms")):  # fmt: skip
        print("{:38}{:>6}{:>9}{:>7}{:>6}{:>8}{:>6}{:>8}{:>8}".format(*row))
    command = [sys.executable, "-m", "tests.benchmarks", "slider", "--serve"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(75, server.kill)  # even a server that never answers ends
    watchdog.start()
    try:
        port = int(server.stdout.readline())
        asyncio.run(asyncio.wait_for(trial(port), 60))
    except (TimeoutError, PageError) as error:
        print(f"gave up: {error or 'the whole trial took over 60 s'}", file=sys.stderr)
        return 1
    finally:
        watchdog.cancel()
        server.terminate()
        server.wait(5)
    return 0
