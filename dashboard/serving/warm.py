"""Compiles the kernels once, beside the server: the page opens at once, and the first picture does not wait long.

On a fresh clone numba compiles for some seconds; later starts read its cache on disk.
"""

from __future__ import annotations

import gc
import threading
import time

import numpy as np

import core
from dashboard.drawing.paths import MOST, path
from dashboard.questions import flows, landscape, map, runs
from dashboard.questions.question import asked

PAUSE = 0.3  # seconds for the answer to the page's first question, which waits for the same kernels
VIEW = {"x0": -2, "x1": 2, "y0": -1, "y1": 3}
CANVAS = VIEW | {"width": 400, "height": 400, "curve_width": 100}


def start() -> threading.Thread:
    """Warm up in a thread that ends with the process."""
    thread = threading.Thread(target=warm, name="warm", daemon=True)
    thread.start()
    return thread


def warm() -> None:
    """Ask, once and small, what the page will ask."""
    gc.disable()  # to compile leaves little garbage and much to look through
    try:
        asked(runs.QUESTION, **CANVAS)
    finally:
        gc.enable()
    time.sleep(PAUSE)
    crowded = np.tile([[0.0, 0.0, 0.0], [1.0, 1.0, 0.0]], (MOST, 1))[:, :2]  # columns of a run's table, as ever
    path(crowded, (0, 1), (0, 1), 400, 400)
    asked(map.QUESTION, size=map.SIZES["steps"][0])
    asked(flows.QUESTION, **CANVAS)
    core.flow("sign_gd", "quadratic", duration=0.1)
    core.run("proximal_point", "quadratic", steps=1)
    asked(landscape.QUESTION, **VIEW)
