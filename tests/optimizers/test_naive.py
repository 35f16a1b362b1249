"""Every optimizer against a slow and obvious twin, written from its paper in plain Python."""

import math
from functools import partial

import numpy as np
import pytest

import core
from tests.optimizers import twins
from tests.optimizers.twins import over

STEPS = 200
C, S = math.cos(0.3), math.sin(0.3)


def quartic(x, y):
    return 4 * (x + y) ** 3 + (x - y) ** 3 / 4, 4 * (x + y) ** 3 - (x - y) ** 3 / 4


def rosenbrock(x, y):
    return -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)


def quadratic(x, y):
    u, v = C * x + S * y, C * y - S * x
    return C * u - S * 50 * v, S * u + C * 50 * v


OBJECTIVES = {
    "quartic": (core.objective("quartic"), quartic, (0.5, -2.5)),
    "rosenbrock": (core.objective("rosenbrock"), rosenbrock, (-1.5, 2.0)),
    "quadratic": (core.objective("quadratic", kappa=50.0, angle=0.3), quadratic, (2.0, 1.0)),
}


# Each twin: (gradient, start, parameters) -> (positions, {state name: rows}), rows 0..STEPS


def gd(gradient, start, p):
    rows = [start]
    for _ in range(STEPS):
        g = gradient(*rows[-1])
        rows.append([x - p["learning_rate"] * gi for x, gi in zip(rows[-1], g, strict=True)])
    return rows, {}


def sign_gd(gradient, start, p):
    rows = [start]
    for _ in range(STEPS):
        g = gradient(*rows[-1])
        rows.append([x - p["learning_rate"] * ((gi > 0) - (gi < 0)) for x, gi in zip(rows[-1], g, strict=True)])
    return rows, {}


def heavy_ball(gradient, start, p):
    """Polyak's x + mu (x - x_before) - eta g; the buffer follows from the steps."""
    rows, before = [start], start
    for _ in range(STEPS):
        x, g = rows[-1], gradient(*rows[-1])
        rows.append([x[i] + p["momentum"] * (x[i] - before[i]) - p["learning_rate"] * g[i] for i in range(2)])
        before = x
    buffer = -np.diff(np.array(rows), axis=0, prepend=[start]) / p["learning_rate"]
    return rows, {"momentum_buffer": buffer}


def nesterov(gradient, start, p):
    rows, before = [start], start
    for k in range(STEPS):
        x = rows[-1]
        beta = k / (k + 3) if p["schedule"] == "convex" else p["momentum"]
        y = [x[i] + beta * (x[i] - before[i]) for i in range(2)]
        g = gradient(*y)
        rows.append([y[i] - p["learning_rate"] * g[i] for i in range(2)])
        before = x
    return rows, {"velocity": np.diff(np.array(rows), axis=0, prepend=[start])}


def adagrad(gradient, start, p):
    rows, sums = [start], [[0.0, 0.0]]
    for _ in range(STEPS):
        g = gradient(*rows[-1])
        sums.append([sums[-1][i] + g[i] ** 2 for i in range(2)])
        rows.append([rows[-1][i] - p["learning_rate"] * over(g[i], sums[-1][i], p) for i in range(2)])
    return rows, {"sum_of_squares": sums}


def rmsprop(gradient, start, p):
    beta = p["beta2"]
    rows, vs = [start], [[0.0, 0.0]]
    for k in range(1, STEPS + 1):
        g = gradient(*rows[-1])
        vs.append([beta * vs[-1][i] + (1 - beta) * g[i] ** 2 for i in range(2)])
        share = 1 - beta**k if p["bias_correction"] else 1.0
        rows.append([rows[-1][i] - p["learning_rate"] * over(g[i], vs[-1][i] / share, p) for i in range(2)])
    return rows, {"second_moment": vs}


def adam(gradient, start, p):
    one, two = p["beta1"], p["beta2"]
    rows, ms, vs = [start], [[0.0, 0.0]], [[0.0, 0.0]]
    for k in range(1, STEPS + 1):
        g = gradient(*rows[-1])
        ms.append([one * ms[-1][i] + (1 - one) * g[i] for i in range(2)])
        vs.append([two * vs[-1][i] + (1 - two) * g[i] ** 2 for i in range(2)])
        of_m, of_v = (1 - one**k, 1 - two**k) if p["bias_correction"] else (1.0, 1.0)
        rows.append([rows[-1][i] - p["learning_rate"] * over(ms[-1][i] / of_m, vs[-1][i] / of_v, p) for i in range(2)])
    return rows, {"first_moment": ms, "second_moment": vs}


HERE = {f.__name__: f for f in (gd, sign_gd, heavy_ball, nesterov, adagrad, rmsprop, adam)}
TWINS = HERE | {name: partial(twin, steps=STEPS) for name, twin in twins.TWINS.items()}
ADAPTIVE = [{}, {"epsilon": 0.0}, {"epsilon": 0.1}, {"epsilon": 1e-3, "epsilon_inside_root": True}]
CORRECTED = [*ADAPTIVE, {"bias_correction": True}, {"bias_correction": False, "learning_rate": 2e-3}]
CHOICES = twins.CHOICES | {
    "heavy_ball": [{}, {"momentum": 0.0}, {"momentum": 0.99, "learning_rate": 1e-4}],
    "nesterov": [{}, {"schedule": "constant"}, {"schedule": "constant", "momentum": 0.5}],
    "adagrad": [*ADAPTIVE, {"learning_rate": 0.5}],
    "rmsprop": [*CORRECTED, {"beta2": 0.0}, {"learning_rate": 1e-3, "a": 100.0}],
    "adam": [*CORRECTED, {"beta1": 0.0, "beta2": 0.5}, {"a": 10.0, "b": 10.0}, {"beta1": 0.99, "beta2": 0.9}],
}


def test_every_optimizer_has_a_twin():
    assert set(TWINS) == set(core.optimizers())


CASES = [(name, choice) for name in core.optimizers() for choice in CHOICES.get(name, [{}])]


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(("name", "choice"), CASES, ids=[f"{n} {c}" for n, c in CASES])
def test_the_run_is_its_twin_s(name, choice, objective):
    f, gradient, start = OBJECTIVES[objective]
    run = core.run(name, f, start=start, steps=STEPS, **choice)
    position, state = TWINS[name](gradient, list(start), run.parameters)
    position = np.array(position)
    assert run.status == "completed"
    np.testing.assert_allclose(run.position, position, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(run.loss, f.value(*position.T), rtol=1e-7, atol=1e-9)
    assert run.state.keys() == state.keys()
    for key, rows in state.items():
        rows = np.array(rows)
        assert run.state[key].shape == rows.shape[: np.ndim(run.state[key])]
        assert np.all(run.state[key][0] == core.OPTIMIZERS[name].initial.get(key, 0.0))
        rows = rows if run.state[key].ndim == rows.ndim else rows[:, 0]  # a scalar, the same by both coordinates
        rows[0] = run.state[key][0]
        np.testing.assert_allclose(run.state[key], rows, rtol=1e-6, atol=1e-9 * np.abs(rows).max())


CLOCKS = {"heavy_ball": 0.2, "nesterov": 0.2, "adadelta": 1.0} | dict.fromkeys(
    ("adagrad", "adagrad_norm", "g_adagrad"), 0.04**2
)


@pytest.mark.parametrize("name", core.optimizers())
def test_the_clock(name):
    run = core.run(name, "matyas", steps=10, learning_rate=0.04)
    np.testing.assert_allclose(run.time, np.arange(11) * CLOCKS.get(name, 0.04), rtol=1e-14)
    assert np.array_equal(run.position[0], run.objective.start)
    assert run.loss[0] == run.objective.value(*run.objective.start)
