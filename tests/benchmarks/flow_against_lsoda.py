"""How long a flow takes: core.flow, the whole public call, beside SciPy's LSODA on the same system.

54 cases of Adam's flow to t = 10: two objectives, three epsilon, a and b in 1, 10, 100. Each case is timed by both, one
right after the other, so that a busy machine slows both alike. LSODA gets the system in plain Python with float
arithmetic, since its calls of the right-hand side are what it spends its time on, and numpy on six numbers would slow
them.
"""

from __future__ import annotations

import itertools
import time
import warnings
from math import expm1, sqrt

import numpy as np
from scipy.integrate import solve_ivp

import core

REPEATS, DURATION, RTOL, START_TIME = 5, 10.0, 1e-6, 1e-6
LSODA_ONCE_ABOVE = 0.2  # seconds; its slowest case takes more than a minute
TARGET = 30.0  # LSODA's median over ours


def quartic(x, y):
    s, d = 4 * (x + y) ** 3, (x - y) ** 3 / 4
    return s + d, s - d


def rosenbrock(x, y):
    r = y - x * x
    return -2 * (1 - x) - 400 * x * r, 200 * r


GRADIENTS = {"quartic": quartic, "rosenbrock": rosenbrock}
CASES = list(itertools.product(GRADIENTS, (1e-2, 1e-5, 1e-8), (1.0, 10.0, 100.0), (1.0, 10.0, 100.0)))


def lsoda(objective, epsilon, a, b):
    gradient, start = GRADIENTS[objective], core.objective(objective).start

    def right_hand_side(t, state):
        x, y, m0, m1, v0, v1 = state.tolist()
        g0, g1 = gradient(x, y)
        first, second = -expm1(-b * t), -expm1(-a * t)
        return [
            -m0 / first / (sqrt(max(v0, 0.0) / second) + epsilon),
            -m1 / first / (sqrt(max(v1, 0.0) / second) + epsilon),
            b * (g0 - m0), b * (g1 - m1), a * (g0 * g0 - v0), a * (g1 * g1 - v1),
        ]  # fmt: skip

    g = np.array(gradient(*start))
    t = START_TIME
    begin = np.concatenate([start - t * np.sign(g), b * t * g, a * t * g * g])
    small = 1e-3 * RTOL
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solve_ivp(right_hand_side, (t, DURATION), begin, method="LSODA", rtol=RTOL, atol=[small] * 4 + [small**2] * 2)


def ours(objective, epsilon, a, b, duration=DURATION):
    return core.flow(
        "adam", objective, start=core.objective(objective).start, duration=duration, a=a, b=b, epsilon=epsilon
    )


def _seconds(solve, case):
    begin = time.perf_counter()
    solve(*case)
    return time.perf_counter() - begin


def _times(case):
    """Median seconds of ours and of LSODA, each called over and over; LSODA only once where it takes long."""
    ours(*case)
    mine = [_seconds(ours, case) for _ in range(REPEATS)]
    theirs = [_seconds(lsoda, case)]
    if theirs[0] < LSODA_ONCE_ABOVE:
        theirs += [_seconds(lsoda, case) for _ in range(REPEATS - 1)]
    return float(np.median(mine)), float(np.median(theirs))


def main(argv=()) -> int:
    """Print the table; with the argument ``all``, every case."""
    rows = []
    for case in CASES:
        rows.append((case, *_times(case)))
        if "all" in argv:
            objective, epsilon, a, b = case
            steps = ours(*case).steps
            print(
                f"{objective:11} epsilon {epsilon:.0e}  a {a:3g}  b {b:3g} {1e3 * rows[-1][1]:9.2f} ms"
                f"{1e3 * rows[-1][2]:11.1f} ms   {steps}",
                flush=True,
            )
    mine, theirs = (1e3 * np.array([row[i] for row in rows]) for i in (1, 2))
    print(f"Adam's flow to t = {DURATION:g}, rtol {RTOL:g}, {len(CASES)} cases, median of {REPEATS}, milliseconds")
    print(f"{'':12}{'median':>10}{'slowest':>12}")
    for name, times in (("core.flow", mine), ("LSODA", theirs)):
        print(f"{name:12}{np.median(times):10.2f}{times.max():12.2f}")
    print(f"LSODA's median over ours: {np.median(theirs) / np.median(mine):.1f} (wanted: {TARGET:g})")
    print(f"our slowest over LSODA's median: {mine.max() / np.median(theirs):.2f} (wanted: at most 1)")
    for duration in (DURATION, 4 * DURATION):
        failed = [case for case in CASES if ours(*case, duration=duration).status != "completed"]
        print(f"failures to t = {duration:g}: {len(failed)}", *failed)
    return 0
