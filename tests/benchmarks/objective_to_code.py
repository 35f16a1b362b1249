"""How an objective becomes compiled code: the trial behind core/compile/llvm.py.

Adam on the quartic over blocks of 32 lanes, one thread, four ways: what a new objective costs to compile, what a
new optimizer costs, and how many cell-steps per second come out. All ways run the same formula in float64; the
last lets quotients share divisions, which only a compiler that sees the step's formula can do.
"""

from __future__ import annotations

import time

import numpy as np
from numba import carray, cfunc, float64, int64, njit, types

import core
from core.compile import llvm
from core.compile.calls import call_block
from core.compile.program import _program, program
from core.parameters import complete

LANES, STEPS, BLOCKS, REPEATS = 32, 10_000, 24, 5
X, Y, MX, MY, VX, VY, P1, P2, F, GX, GY = range(11)
START, ETA, EPSILON = (0.5, -2.5), 1e-3, 1e-8


def quartic(x, y):
    """Value and gradient of (x+y)^4 + (x/2-y/2)^4, by hand: the trial is about calls, not about derivation."""
    s, d = x + y, 0.5 * (x - y)
    s3, d3 = 4 * s * s * s, 2 * d * d * d
    return s * s * s * s + d * d * d * d, s3 + d3, s3 - d3


inlined = njit(quartic, forceinline=True, error_model="numpy")


def _adam_kernel(evaluate_block):
    @njit(nogil=True, error_model="numpy", fastmath={"contract", "arcp", "reassoc", "nsz"})
    def kernel(target, rows, beta1, beta2, steps):
        for _ in range(steps):
            evaluate_block(target, rows)
            for i in range(LANES):
                gx, gy, b1, b2 = rows[GX, i], rows[GY, i], beta1[i], beta2[i]
                mx, my = b1 * rows[MX, i] + (1 - b1) * gx, b1 * rows[MY, i] + (1 - b1) * gy
                vx, vy = b2 * rows[VX, i] + (1 - b2) * gx * gx, b2 * rows[VY, i] + (1 - b2) * gy * gy
                p1, p2 = rows[P1, i] * b1, rows[P2, i] * b2
                rows[MX, i], rows[MY, i], rows[VX, i], rows[VY, i] = mx, my, vx, vy
                rows[P1, i], rows[P2, i] = p1, p2
                rows[X, i] -= ETA * (mx / (1 - p1)) / (np.sqrt(vx / (1 - p2)) + EPSILON)
                rows[Y, i] -= ETA * (my / (1 - p1)) / (np.sqrt(vy / (1 - p2)) + EPSILON)

    return kernel


@njit(inline="always")
def _fused_block(target, rows):
    for i in range(LANES):
        rows[F, i], rows[GX, i], rows[GY, i] = inlined(rows[X, i], rows[Y, i])


@njit(inline="always")
def _address_block(target, rows):
    call_block(target, rows, rows[0], 0.0, 1, LANES)


def _timed(build):
    """(result, seconds)."""
    begin = time.perf_counter()
    made = build()
    return made, time.perf_counter() - begin


def _lane_cfunc():
    """A numba cfunc over the lane block."""

    def evaluate(pointer, parameters, k, count, n):
        rows = carray(pointer, (11, LANES))
        for i in range(LANES):
            rows[F, i], rows[GX, i], rows[GY, i] = inlined(rows[X, i], rows[Y, i])

    pointer = types.CPointer(float64)
    return cfunc(types.void(pointer, pointer, float64, int64, int64), error_model="numpy")(evaluate)


def _lane_llvm():
    """The same block from the formula's text."""
    f = core.objective("(x+y)^4 + (x/2-y/2)^4")
    outputs = dict(zip((F, GX, GY), f.shape.point_expressions[:3], strict=True))
    return llvm.compile_block(outputs, {"x": X, "y": Y}, {}, LANES)


def _rows():
    rows = np.zeros((11, LANES))
    rows[X], rows[Y], rows[P1], rows[P2] = *START, 1.0, 1.0
    return rows


def _speed(run) -> float:
    """Median million cell-steps per second over REPEATS sweeps of all blocks."""
    rates = []
    for _ in range(REPEATS):
        _, seconds = _timed(run)
        rates.append(LANES * STEPS * BLOCKS / seconds / 1e6)
    return float(np.median(rates))


def main(argv=()) -> int:
    """Print the table."""
    a, b = np.geomspace(0.1, 100, BLOCKS), np.geomspace(0.1, 100, LANES)
    beta1 = 1 - ETA * b
    warm = _adam_kernel(_fused_block)
    warm(0, _rows(), beta1, np.full(LANES, 0.999), 1)  # what numba sets up once per process
    table = []

    def with_kernel(name, block, target, objective_seconds):
        kernel = _adam_kernel(block)
        _, optimizer_seconds = _timed(lambda: kernel(target, _rows(), beta1, np.full(LANES, 0.999), 1))
        speed = _speed(lambda: [kernel(target, _rows(), beta1, np.full(LANES, 1 - ETA * ai), STEPS) for ai in a])
        table.append(
            (
                name,
                optimizer_seconds if objective_seconds is None else objective_seconds,
                optimizer_seconds,
                speed,
            )
        )

    with_kernel("fused kernel per pair (numba)", _fused_block, 0, None)
    lanes, seconds = _timed(_lane_cfunc)
    with_kernel("address of a numba cfunc over lanes", _address_block, lanes.address, seconds)
    compiled, seconds = _timed(_lane_llvm)
    with_kernel("address of LLVM over lanes", _address_block, compiled.address, seconds)
    table.append(_whole_step(a, b))
    print(f"Adam, quartic, {LANES} lanes x {STEPS} steps x {BLOCKS} blocks, one thread, median of {REPEATS}")
    print(f"{'':44}{'new objective':>14}{'new optimizer':>15}{'M cell-steps/s':>16}{'ratio':>7}")
    for name, objective_seconds, optimizer_seconds, speed in table:
        print(
            f"{name:44}{1e3 * objective_seconds:11.0f} ms{1e3 * optimizer_seconds:12.0f} ms"
            f"{speed:16.0f}{speed / table[0][3]:7.2f}"
        )
    return 0


def _whole_step(a, b):
    """What the project does: step and objective in one native function, formulas traced and derived."""
    f, method = core.objective("(x+y)^4 + (x/2-y/2)^4"), core.OPTIMIZERS["adam"]
    values = complete(method, {}).values
    program(method, f, values, LANES)
    _program.cache_clear()
    fresh = core.objective("(x+y)^4 + (x/2-y/2)^4 + 0*x")
    compiled, seconds = _timed(lambda: program(method, fresh, values, LANES))

    @njit(nogil=True)
    def sweep(address, rows, parameters, steps):
        call_block(address, rows, parameters, 1.0, steps, LANES)

    def run():
        for ai in a:
            rows = np.zeros((compiled.size, LANES))
            rows[X], rows[Y] = START
            rows[-compiled.powers :] = 1.0
            given = values | {
                "beta1": 1 - ETA * b,
                "beta2": 1 - ETA * ai,
                "learning_rate": ETA,
                "epsilon": EPSILON,
            }
            parameters = np.array([np.broadcast_to(given[n], LANES) for n in compiled.parameters])
            sweep(compiled.function.address, rows, parameters, STEPS)

    run()
    return "step and objective traced, LLVM over lanes", seconds, seconds, _speed(run)
