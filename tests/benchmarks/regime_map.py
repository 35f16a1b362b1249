"""The regime map's speed beside other ways to it, in one run: ratios travel between machines, seconds do not.

Everyone runs Adam over a plane of (a, b) with the classifier's statistics over the last quarter. The peers:
regime_map.c, lanes in C, compiled here by the machine's own compiler in IEEE order; JAX, vmap and scan; optax in the
same scan; torch.compile, eight steps to the kernel; NumPy over all cells; numba, one cell at a time, with libm's sine,
cosine and exponential. A peer that is not installed is left out and said so (see tests/requirements-benchmark.txt).
Repeats are interleaved and the least time of each counts, so that a busy machine disturbs all alike.
"""

from __future__ import annotations

import ctypes
import math
import os
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numba import njit, prange

import core

QUARTIC, START, ETA, EPSILON, BLOCKS = "(x+y)^4 + (x/2-y/2)^4", (0.5, -2.5), 1e-3, 1e-8, 8
THREADS = 2
# -fno-math-errno and -fno-trapping-math change no result; without them neither root nor choice is vectorised
C_FLAGS = ("-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-mprefer-vector-width=512")


@njit(error_model="numpy")
def quartic(x, y):
    s, d = x + y, 0.5 * x - 0.5 * y
    s3, d3 = s * s * s, d * d * d
    return s3 * s + d3 * d, 4 * s3 + 2 * d3, 4 * s3 - 2 * d3


@njit(error_model="numpy")
def rastrigin(x, y):
    w = 2 * math.pi
    value = 20 + x * x - 10 * math.cos(w * x) + y * y - 10 * math.cos(w * y)
    return value, 2 * x + 10 * w * math.sin(w * x), 2 * y + 10 * w * math.sin(w * y)


@njit(error_model="numpy")
def ackley(x, y):
    w, r = 2 * math.pi, math.sqrt((x * x + y * y) / 2)
    bowl, waves = 20 * math.exp(-0.2 * r), math.exp((math.cos(w * x) + math.cos(w * y)) / 2)
    slope = 0.1 * bowl / r if r > 0 else 0.0
    half = math.pi * waves
    return 20 + math.e - bowl - waves, slope * x + half * math.sin(w * x), slope * y + half * math.sin(w * y)


@njit(nogil=True, error_model="numpy")
def one_cell(f, start, a, b, steps, out):
    """Adam as one would write it down, with the same statistics; True while everything is finite."""
    b1, b2 = 1 - b * ETA, 1 - a * ETA
    x, y, mx, my, vx, vy, p1, p2 = start[0], start[1], 0.0, 0.0, 0.0, 0.0, 1.0, 1.0
    before, sx, sy, finite = np.inf, 0.0, 0.0, True
    window = steps // 4 // BLOCKS * BLOCKS
    for k in range(1, steps + 1):
        loss, gx, gy = f(x, y)
        mx, my = b1 * mx + (1 - b1) * gx, b1 * my + (1 - b1) * gy
        vx, vy = b2 * vx + (1 - b2) * (gx * gx), b2 * vy + (1 - b2) * (gy * gy)
        p1, p2 = p1 * b1, p2 * b2
        nx = x - ETA * (mx / (1 - p1)) / (np.sqrt(vx / (1 - p2)) + EPSILON)
        ny = y - ETA * (my / (1 - p1)) / (np.sqrt(vy / (1 - p2)) + EPSILON)
        if k > steps - window:
            block = (k - 1 - steps + window) * BLOCKS // window
            out[block, 0] = max(out[block, 0], loss)
            out[block, 1] = min(out[block, 1], loss)
            out[block, 2] += loss
            out[block, 3], out[block, 4] = min(out[block, 3], x), max(out[block, 4], x)
            out[block, 5], out[block, 6] = min(out[block, 5], y), max(out[block, 6], y)
            out[0, 7] += loss > before
            out[0, 8] += (nx - x) * sx + (ny - y) * sy < 0
            out[0, 9] += np.sqrt((nx - x) ** 2 + (ny - y) ** 2)
        sx, sy, x, y, before = nx - x, ny - y, nx, ny, loss
        finite = finite and np.isfinite(loss + mx + my + vx + vy + x + y)
    return finite


@njit(parallel=True, error_model="numpy")
def all_cells(f, start, a, b, steps, out):
    """Every cell with the plain loop, on all cores; which stayed finite."""
    finite = np.empty(a.size, dtype=np.bool_)
    for i in prange(a.size):
        finite[i] = one_cell(f, start, a[i], b[i], steps, out[i])
    return finite


class Plane:
    """The cells and the peers that run over them: each a function of the number of steps."""

    def __init__(self, size: int):
        self.axis = np.geomspace(0.1, 100, size)
        self.a, self.b = (grid.ravel() for grid in np.meshgrid(self.axis, self.axis))
        self.beta1, self.beta2 = 1 - self.b * ETA, 1 - self.a * ETA

    def ours(self, steps, objective=QUARTIC, start=START, threads=THREADS, **parameters):
        return core.regime_map(
            objective, start=start, steps=steps, x=("a", self.axis), y=("b", self.axis), threads=threads,
            **({"learning_rate": ETA, "epsilon": EPSILON} | parameters),
        )  # fmt: skip

    def plain(self, steps, f=quartic, start=START):
        return all_cells(f, start, self.a, self.b, steps, np.zeros((self.a.size, BLOCKS, 10)))

    def c(self, folder):
        """regime_map.c in threads; None where there is no C compiler."""
        library = Path(folder) / "regime_map.so"
        source = Path(__file__).with_suffix(".c")
        try:
            command = [os.environ.get("CC", "cc"), *C_FLAGS, "-DLANES=32", "-shared", "-fPIC", "-o", library, source]
            subprocess.run([*command, "-lm"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as problem:
            return _missing(f"C: {problem}")
        function, number, array = ctypes.CDLL(str(library)).map, ctypes.c_double, ctypes.c_void_p
        function.argtypes = [ctypes.c_long, array, array, *[number] * 4, ctypes.c_long, array, array, array]
        function.restype = None
        parts = np.array_split(np.arange(self.a.size).reshape(-1, 32), 4 * THREADS)

        def part(rows, steps):
            cells = rows.ravel()
            arrays = [self.beta1[cells], self.beta2[cells], *(np.empty((n, cells.size)) for n in (8 * BLOCKS, 4, 3))]
            b1, b2, *out = [x.ctypes.data for x in arrays]
            function(cells.size, b1, b2, ETA, EPSILON, *START, steps, *out)

        pool = ThreadPoolExecutor(THREADS)
        return lambda steps: list(pool.map(lambda rows: part(rows, steps), parts))

    def numpy(self, steps):
        """All cells at once, one thread."""
        b1, b2, eta, epsilon = self.beta1, self.beta2, ETA, EPSILON
        x, y = (np.full_like(b1, s) for s in START)
        mx, my, vx, vy, sx, sy = (np.zeros_like(b1) for _ in range(6))
        p1 = p2 = 1.0
        before, stats, sums = np.full_like(b1, np.inf), np.full((6, b1.size), -np.inf), np.zeros((4, b1.size))
        window = steps // 4
        for k in range(1, steps + 1):
            s, d = x + y, 0.5 * x - 0.5 * y
            s3, d3 = s * s * s, d * d * d
            loss, gx, gy = s3 * s + d3 * d, 4 * s3 + 2 * d3, 4 * s3 - 2 * d3
            mx, my = b1 * mx + (1 - b1) * gx, b1 * my + (1 - b1) * gy
            vx, vy = b2 * vx + (1 - b2) * (gx * gx), b2 * vy + (1 - b2) * (gy * gy)
            p1, p2 = p1 * b1, p2 * b2
            nx = x - eta * (mx / (1 - p1)) / (np.sqrt(vx / (1 - p2)) + epsilon)
            ny = y - eta * (my / (1 - p1)) / (np.sqrt(vy / (1 - p2)) + epsilon)
            if k > steps - window:
                for row, value in enumerate((loss, -loss, x, -x, y, -y)):
                    np.maximum(stats[row], value, out=stats[row])
                sums[0] += loss
                sums[1] += loss > before
                sums[2] += (nx - x) * sx + (ny - y) * sy < 0
                sums[3] += np.sqrt((nx - x) ** 2 + (ny - y) ** 2)
            sx, sy, x, y, before = nx - x, ny - y, nx, ny, loss
        return stats, sums

    def jax(self, correction="products"):
        """vmap over the cells of a scan over the steps; bias correction by running products, as ours and the C program
        have it ("products"), by beta^k ("powers"), or by optax, which takes powers too ("optax")."""
        try:
            import jax
            import jax.numpy as jnp

            if correction == "optax":
                import optax
        except ImportError as problem:
            return _missing(problem.name)
        jax.config.update("jax_enable_x64", True)

        def f(x):
            s, d = x[0] + x[1], 0.5 * x[0] - 0.5 * x[1]
            return s**4 + d**4

        slope = jax.value_and_grad(f)

        def by_hand(b1, b2, state, g):
            m, v, k, p1, p2 = state
            m, v, k = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g, k + 1
            p1, p2 = (p1 * b1, p2 * b2) if correction == "products" else (b1**k, b2**k)
            return -ETA * (m / (1 - p1)) / (jnp.sqrt(v / (1 - p2)) + EPSILON), (m, v, k, p1, p2)

        def cell(b1, b2, steps):
            x = jnp.array(START)
            if correction == "optax":
                method = optax.adam(ETA, b1=b1, b2=b2, eps=EPSILON)
                state, update = method.init(x), lambda state, g: method.update(g, state)
            else:
                state = (jnp.zeros(2), jnp.zeros(2), jnp.zeros(()), jnp.ones(()), jnp.ones(()))
                update = lambda state, g: by_hand(b1, b2, state, g)  # noqa: E731

            def plain(carry, _):
                x, state, _before = carry
                loss, g = slope(x)
                step, state = update(state, g)
                return (x + step, state, loss), None

            def observed(carry, _):
                (x, state, before), last, (low, high, least, most, total, rises, turns, path) = carry
                loss, g = slope(x)
                step, state = update(state, g)
                numbers = (
                    jnp.minimum(low, x), jnp.maximum(high, x), jnp.minimum(least, loss), jnp.maximum(most, loss),
                    total + loss, rises + (loss > before), turns + (step @ last < 0), path + jnp.sqrt(step @ step),
                )  # fmt: skip
                return ((x + step, state, loss), step, numbers), None

            window = steps // 4 // BLOCKS
            carry, _ = jax.lax.scan(plain, (x, state, jnp.inf), None, steps - window * BLOCKS)
            counts, blocks = (0.0, 0.0, 0.0), []
            last = jnp.zeros(2)
            for _ in range(BLOCKS):
                fresh = (jnp.full(2, jnp.inf), jnp.full(2, -jnp.inf), jnp.inf, -jnp.inf, 0.0, *counts)
                (carry, last, numbers), _ = jax.lax.scan(observed, (carry, last, fresh), None, window)
                counts, kept = numbers[5:], numbers[:5]
                blocks.append(kept)
            return carry[0], blocks, counts

        run = jax.jit(jax.vmap(cell, in_axes=(0, 0, None)), static_argnums=2)
        return lambda steps: jax.block_until_ready(run(self.beta1, self.beta2, steps))

    def torch(self):
        """Eight steps to one compiled kernel."""
        try:
            import torch
        except ImportError as problem:
            return _missing(problem.name)
        torch.set_num_threads(THREADS)
        b1, b2 = torch.from_numpy(self.beta1), torch.from_numpy(self.beta2)
        unrolled = 8

        def step(x, y, mx, my, vx, vy, p1, p2, loss):
            s, d = x + y, 0.5 * x - 0.5 * y
            s3, d3 = s * s * s, d * d * d
            loss, gx, gy = s3 * s + d3 * d, 4 * s3 + 2 * d3, 4 * s3 - 2 * d3
            mx, my = b1 * mx + (1 - b1) * gx, b1 * my + (1 - b1) * gy
            vx, vy = b2 * vx + (1 - b2) * (gx * gx), b2 * vy + (1 - b2) * (gy * gy)
            p1, p2 = p1 * b1, p2 * b2
            nx = x - ETA * (mx / (1 - p1)) / (torch.sqrt(vx / (1 - p2)) + EPSILON)
            ny = y - ETA * (my / (1 - p1)) / (torch.sqrt(vy / (1 - p2)) + EPSILON)
            return nx, ny, mx, my, vx, vy, p1, p2, loss

        @torch.compile
        def plain(state):
            for _ in range(unrolled):
                state = step(*state)
            return state

        @torch.compile
        def observed(state, window):
            hi, lo, xl, xh, yl, yh, total, rises, turns, path, sx, sy = window
            for _ in range(unrolled):
                x, y, before = state[0], state[1], state[-1]
                state = step(*state)
                loss, ux, uy = state[-1], state[0] - x, state[1] - y
                hi, lo, total = torch.maximum(hi, loss), torch.minimum(lo, loss), total + loss
                xl, xh = torch.minimum(xl, x), torch.maximum(xh, x)
                yl, yh = torch.minimum(yl, y), torch.maximum(yh, y)
                rises, turns = rises + (loss > before), turns + (ux * sx + uy * sy < 0)
                path, sx, sy = path + torch.sqrt(ux * ux + uy * uy), ux, uy
            return state, (hi, lo, xl, xh, yl, yh, total, rises, turns, path, sx, sy)

        def run(steps):
            with torch.no_grad():
                x, y = (torch.full_like(b1, s) for s in START)
                state = (x, y, *(torch.zeros_like(b1) for _ in range(4)), *(torch.ones_like(b1) for _ in range(3)))
                calls = steps // unrolled
                for _ in range(calls - calls // 4):
                    state = plain(state)
                window = tuple(torch.zeros_like(b1) for _ in range(12))
                for _ in range(calls // 4):
                    state, window = observed(state, window)
            return state, window

        return run


def _missing(what):
    print(f"left out: {what} is not installed" if isinstance(what, str) and " " not in what else f"left out: {what}")
    return None


def rates(runs: dict, cells: int, repeats=10) -> dict[str, np.ndarray]:
    """Cell-steps per second, and per second of all processors' time, of each (function, steps).

    After one run to compile; interleaved, the best of each. The second number is hardly moved by a busy machine.
    """
    clocks = (time.perf_counter, time.process_time)
    for run, steps in runs.values():
        run(steps)
    best = {name: np.full(2, math.inf) for name in runs}
    for _ in range(repeats):
        for name, (run, steps) in runs.items():
            begin = np.array([clock() for clock in clocks])
            run(steps)
            best[name] = np.minimum(best[name], np.array([clock() for clock in clocks]) - begin)
    return {name: cells * steps / best[name] for name, (_, steps) in runs.items()}


def row(name, rate, ratio):
    print(f"{name:32}{rate:>16}{ratio[0]:11.2f}{ratio[1]:11.2f}")


def peers(size=256, steps=2000):
    """Ours against everyone, on the quartic."""
    plane = Plane(size)
    with tempfile.TemporaryDirectory() as folder:
        runs = {
            "core.regime_map": (plane.ours, steps),
            "core.regime_map, one thread": (lambda steps: plane.ours(steps, threads=1), steps),
            "C in lanes, IEEE order": (plane.c(folder), steps),
            "torch.compile": (plane.torch(), steps),
            "JAX, vmap + scan": (plane.jax(), steps),
            "JAX, by powers of beta": (plane.jax("powers"), steps),
            "optax in the same scan": (plane.jax("optax"), steps // 4),
            "numba, one cell at a time": (plane.plain, steps),
            "NumPy, one thread": (plane.numpy, steps // 20),
        }
        found = rates({name: pair for name, pair in runs.items() if pair[0]}, size * size)
    ours = found["core.regime_map"]
    print(f"Adam on the quartic, {size} x {size} cells x {steps} steps, {THREADS} threads, statistics included")
    print(f"{'':32}{'M cell-steps/s':>16}{'ours/this':>11}{'by CPU':>11}")
    for name, rate in found.items():
        row(name, f"{rate[0] / 1e6:.0f}", ours / rate)


def elementary(size=64, steps=2000):
    """Sine, cosine and exponential in lanes against libm's."""
    plane = Plane(size)
    for f in (rastrigin, ackley):
        name, start = f.__name__, (1.3, -0.7)
        runs = {
            "ours": (lambda steps, n=name, s=start: plane.ours(steps, n, s), steps),
            "libm": (lambda steps, f=f, s=start: plane.plain(steps, f, s), steps),
        }
        found = rates(runs, size * size)
        row(f"{name}, against libm in numba", f"{found['ours'][0] / 1e6:.0f}", found["ours"] / found["libm"])


def powers(size=64, steps=2000):
    """|x|^n with n as a parameter, whole, a half and neither, against the quartic with constants for exponents."""
    plane = Plane(size)
    maps = {f"power, n = {n:g}, against the quartic": core.objective("power", n=n) for n in (4.0, 4.5, 3.7)}
    runs = {name: (lambda steps, f=f: plane.ours(steps, f, f.start), steps) for name, f in maps.items()}
    found = rates(runs | {"quartic": (plane.ours, steps)}, size * size)
    for name in maps:
        row(name, f"{found[name][0] / 1e6:.0f}", found[name] / found["quartic"])


@njit(error_model="numpy")
def climbing(x, y):
    return y * y / 2 - math.exp(x), -math.exp(x), y


def denormals(size=32):
    """A plain that x runs out onto: there its m and v fade, and after 35,000 steps are denormal, while y goes on."""
    plane, formula = Plane(size), "(x + abs(x))^2/8 + y^2/2"
    plane.axis = np.linspace(20.0, 60.0, size)
    for epsilon in (EPSILON, 0.0):

        def run(steps, epsilon=epsilon):
            plane.ours(steps, formula, (0.01, 1.0), epsilon=epsilon)

        fresh, faded = rates({steps: (run, steps) for steps in (10_000, 150_000)}, size * size).values()
        row(f"slowdown by denormals, ε = {epsilon:g}", "", fresh / faded)


def non_finite(size=64, steps=395):
    """The cells that leave the finite numbers, against the plain kernel's."""
    plane, start = Plane(size), (354.5, 1.0)  # exp(2x) is beyond float64 from x = 354.9
    ours = plane.ours(steps, "y^2/2 - exp(x)", start).layers["finite"].ravel() > 0
    theirs = plane.plain(steps, climbing, start)
    print(f"non-finite cells, ours and the plain kernel's: {(~ours).sum()} and {(~theirs).sum()}, "
          f"{(ours != theirs).sum()} differ")  # fmt: skip


def main(argv=()) -> int:
    """Print the table; least times of interleaved repeats."""
    peers()
    elementary()
    powers()
    denormals()
    non_finite()
    return 0
