"""Compiles the kernels once, beside the server: the page opens at once, and the first picture does not wait long.

On a fresh clone numba compiles for a few seconds; later starts read its cache on disk.
"""

from __future__ import annotations

import gc
import threading
import time

import numpy as np

import core
from dashboard.drawing.curves import Canvas
from dashboard.drawing.reduction import MOST, path
from dashboard.questions import maps, results
from dashboard.state import State

PAUSE = 0.3  # seconds in which the page's first question, which waits for the same kernels, is answered


def start() -> threading.Thread:
    """Warm up in a thread that ends with the process."""
    thread = threading.Thread(target=warm, name="warm", daemon=True)
    thread.start()
    return thread


def warm() -> None:
    """Ask, once and small, what the page will ask."""
    state, canvas = State.default(), Canvas((-2, 2), (-1, 3), 400, 400, 100, None, "log")
    gc.disable()  # to compile leaves little garbage and much to look through
    try:
        results.runs(state, canvas)
    finally:
        gc.enable()
    time.sleep(PAUSE)
    scribble = np.tile([[0.0, 0.0, 0.0], [1.0, 1.0, 0.0]], (MOST, 1))[:, :2]  # columns of a run's table, as ever
    path(scribble, (0, 1), (0, 1), 400, 400)
    maps.regime_map(maps.Question(state, maps.SIZES[state.dynamics][0]), lambda: False)
    results.flows(state, canvas)
    core.flow("sign_gd", "quadratic", duration=0.1)
    core.run("proximal_point", "quadratic", steps=1)
    results.landscape_body(state, (-2, 2), (-1, 3))
