"""From hand to pixels on the page itself, and what it takes to open it.

Two optimizers with their flows, 40,000 steps each. A slider is dragged at 60 moves a second, then moved by keys; each
value counts from its input event to the frame that shows it (page_assets/probe.js), split into dispatch (input to
question), waiting (for the one request in flight), server, network (transport and unpacking) and drawing. Beside it the
same runs and flows by a Dash callback that returns whole figures. Then cold loads: an empty browser cache, and a server
process new to its compile cache.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
from playwright.async_api import async_playwright

from tests.benchmarks.slider_to_pixels import CHROMIUM, paced

ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("page_assets") / "probe.js"
LINK = "run=adam,a:10,b:30&run=rmsprop"
PARTS = ("dispatch", "waiting", "server", "network", "drawing")
SIZE = {"width": 1440, "height": 900}


@contextmanager
def serving(*command, **environment):
    """A server process on a free port: (address, seconds from the start of the process to its first answer)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begin = time.perf_counter()
    variables = os.environ | {"PORT": str(port)} | environment
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=variables, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                urllib.request.urlopen(address, timeout=5).read()
                break
            except (urllib.error.URLError, ConnectionError):
                if process.poll() is not None or time.perf_counter() - begin > 60:
                    raise RuntimeError(f"{command}: no server at {address}") from None
                time.sleep(0.01)
        yield address, begin
    finally:
        process.terminate()
        process.wait(10)


async def drag(page, slider, begin, end, seconds):
    """Drag a native slider's thumb between two fractions of its track, at 60 moves a second."""
    box = await slider.bounding_box()
    inset = 8  # half a thumb
    x = [box["x"] + inset + part * (box["width"] - 2 * inset) for part in (begin, end)]
    y = box["y"] + box["height"] / 2
    await page.mouse.move(x[0], y)
    await page.mouse.down()
    await paced(seconds, 60, lambda part: page.mouse.move(x[0] + part * (x[1] - x[0]), y))
    await page.mouse.up()


async def report(page, movement):
    await page.evaluate("probe.clear()")
    await movement
    await page.wait_for_function("probe.settled()", timeout=20_000)
    return await page.evaluate("probe.report()")


def spread(values):
    values = [v for v in values if v is not None]
    return tuple(np.percentile(values, [50, 95])) if values else (np.nan, np.nan)


def together(passes):
    """Several passes as one: moves come as often as frames do, and in one pass always at the same time between two."""
    return {
        "rows": [row for found in passes for row in found["rows"]],
        "moves": sum(found["moves"] for found in passes),
        "settle": max(found["settle"] for found in passes),
    }


def print_row(name, found):
    rows = found["rows"]
    total, both = spread([r["total"] for r in rows]), spread([r["both"] for r in rows])
    shares = "".join(f"{np.median([r[part] for r in rows]):9.1f}" for part in PARTS)
    drawn = f"{len(rows)}/{found['moves']}"
    print(f"{name:22}{drawn:>9}{total[0]:7.0f}{total[1]:5.0f}{both[0]:7.0f}{both[1]:5.0f}{shares}"
          f"{found['settle']:8.0f}", flush=True)  # fmt: skip


async def hands(browser, address, repeats):
    """Drag and keys on the page."""
    page = await browser.new_page(viewport=SIZE)
    await page.add_init_script(path=PROBE)
    await page.goto(f"{address}/?{LINK}")
    await page.wait_for_function("window.adamoscope?.ready && probe.settled()", timeout=60_000)
    print(f"{'':22}{'drawn/':>9}{'runs':>12}{'and flows':>12}{'':9}runs: median ms of")
    print(f"{'':22}{'moved':>9}{'p50':>7}{'p95':>5}{'p50':>7}{'p95':>5}" + "".join(f"{p:>9}" for p in PARTS)
          + f"{'settle':>8}")  # fmt: skip
    starts = count(1)

    async def start_anew():
        """From another point, so that no value of the slider has an answer in the server's cache."""
        x = -1.5 + 1e-3 * next(starts)
        await page.evaluate("(x) => adamoscope.change((state) => (state.start = [x, state.start[1]]))", x)
        await page.wait_for_function("(x) => adamoscope.state.start[0] === x && probe.settled()", arg=x, timeout=60_000)

    for name, low, high in (("b", 0.45, 0.85), ("learning_rate", 0.3, 0.42)):
        slider = page.locator(f"#p-{name} input[type=range]")
        await report(page, drag(page, slider, high, low, 1.0))  # warms the page and the server up
        press = partial(page.keyboard.press, "ArrowLeft")
        ways = {
            "mouse": lambda slider=slider, low=low, high=high: drag(page, slider, low, high, 1.0),
            "keys": lambda press=press: paced(1.5, 15, lambda part: press()),
        }
        for way, move in ways.items():
            passes = []
            for _ in range(repeats):
                await start_anew()
                if way == "keys":
                    await slider.focus()
                passes.append(await report(page, move()))
                print_row(f"{name}, {way}", passes[-1])
            print_row(f"{name}, {way}: all", together(passes))
    await page.close()


async def whole_figures(browser, address, repeats):
    """The same runs and flows, by whole figures from a Dash callback."""
    page = await browser.new_page(viewport=SIZE)
    await page.goto(address)
    await page.wait_for_function("window.whole?.ready", timeout=30_000)
    for name in ("warm", *["whole figures, mouse"] * repeats):
        await page.evaluate("whole.clear()")
        track = await page.locator(".dash-slider-container, #rate").first.bounding_box()
        y = track["y"] + track["height"] / 2
        thumb = await page.locator("[role=slider]").bounding_box()
        x = thumb["x"] + thumb["width"] / 2
        await page.mouse.move(x, thumb["y"] + thumb["height"] / 2)
        await page.mouse.down()
        way = 0.3 * track["width"] * (1 if x < track["x"] + track["width"] / 2 else -1)
        await paced(1.0, 60, lambda part, x=x, y=y, way=way: page.mouse.move(x + part * way, y))
        await page.mouse.up()
        await page.wait_for_function("whole.settled()", timeout=20_000)
        found = await page.evaluate("whole.report()")
        if name != "warm":
            p50, p95 = spread(found["latency"])
            drawn = f"{len(found['latency'])}/{found['moves']}"
            print(f"{name:22}{drawn:>9}{'':12}{p50:7.0f}{p95:5.0f}{'':45}{found['latency'][-1]:8.0f}", flush=True)
    await page.close()


async def opening(browser, address, repeats):
    """Cold loads: a context of its own each, so that nothing is cached."""
    found = []
    for _ in range(repeats):
        context = await browser.new_context(viewport=SIZE)
        page = await context.new_page()
        await page.add_init_script(path=PROBE)
        await page.goto(address)
        await page.wait_for_function("window.probe?.first", timeout=60_000)
        await page.wait_for_function("window.adamoscope?.ready", timeout=60_000)
        await page.wait_for_timeout(1500)  # what shifts late, shifts too
        sizes = "performance.getEntriesByType('resource').reduce((n, e) => n + e.transferSize, 0)"
        found.append(
            (await page.evaluate("probe.first"), await page.evaluate(sizes), await page.evaluate("probe.shift()"))
        )
        await context.close()
    first, size, shift = np.array(found).T
    print(f"cold load: first picture {np.median(first):.0f} ms (of {repeats}: {first.min():.0f} to {first.max():.0f}), "
          f"{size.max() / 1e6:.2f} MB, layout shift {shift.max():.3f}")  # fmt: skip


def first_answers(**environment):
    """Seconds from the start of a server process until its page, the runs and the flows of a slider's first move."""
    with serving("app.py", **environment) as (address, begin):
        canvas = "x0=-2&x1=2&y0=-1&y1=3&width=480&height=540&curve_width=340"
        link = urllib.parse.quote(LINK)
        found = [time.perf_counter() - begin]
        for name in ("runs", "flows"):
            urllib.request.urlopen(f"{address}/data/{name}?link={link}&{canvas}", timeout=60).read()
            found.append(time.perf_counter() - begin)
    return found


def starting(repeats):
    """Server processes that find what earlier ones left behind, Python's own compiled modules among it, and one that
    finds no compiled kernels."""
    with tempfile.TemporaryDirectory() as kept:
        cached = {"PYTHONPYCACHEPREFIX": kept, "PYTHONDONTWRITEBYTECODE": ""}
        first_answers(**cached)
        page, runs, flows = np.array([first_answers(**cached) for _ in range(repeats)]).T
    worst = f"(of {repeats}: {runs.min():.2f} to {runs.max():.2f})"
    print(f"server, kernels cached: page {np.median(page):.2f} s, first runs {np.median(runs):.2f} s {worst}, "
          f"first flows {np.median(flows):.2f} s after the process began")  # fmt: skip
    with tempfile.TemporaryDirectory() as empty:
        page, runs, flows = first_answers(NUMBA_CACHE_DIR=empty)
    print(f"server, empty compile cache: page {page:.2f} s, first runs {runs:.2f} s, first flows {flows:.2f} s")


async def measure(address, whole, repeats):
    async with async_playwright() as playwright:
        found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = await playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        await hands(browser, address, repeats)
        await whole_figures(browser, whole, repeats)
        await opening(browser, address, 5)
        await browser.close()


def main(argv: list[str]) -> int:
    """Print every measurement; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks page", description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--serve-whole", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.serve_whole:
        from tests.benchmarks.whole_figures import serve

        serve(int(os.environ["PORT"]))
        return 0
    with (
        serving("app.py") as (address, _),
        serving("-m", "tests.benchmarks", "page", "--serve-whole") as (whole, _),
    ):
        asyncio.run(measure(address, whole, given.repeats))
    starting(5)
    return 0
