"""The level of a run: against NumPy and SciPy, and the same wherever it is used."""

import numpy as np
import pytest

import core
from core.analyses.facts import Facts
from core.objectives.minima import minimum_near
from core.regimes.levels import level, tail_least


@pytest.mark.parametrize("steps", [1, 7, 8, 9, 100, 1003])
def test_the_least_of_the_last_quarter(steps):
    run = core.run("adam", "rastrigin", start=(2.2, -1.9), steps=steps, learning_rate=0.05)
    index, least = tail_least(run)
    quarter = steps // 4
    expected = run.loss[-quarter:] if quarter >= 2 else run.loss
    assert least == np.min(expected) == run.loss[index]
    assert quarter < 2 or index > steps - quarter


RUNS = [
    ("rmsprop", "ackley", (2.2, -1.3), 1e-3),
    ("adam", "ackley", (2.2, -1.3), 1e-2),
    ("adam", "rastrigin", (2.2, -1.3), 1e-2),
    ("gd", "styblinski_tang", (2.0, 2.0), 1e-3),
    ("adam", "rosenbrock", (-1.5, 2.0), 1e-2),
    ("adam", "x^2 + y^2 + 5", (1.0, 1.0), 1e-2),
    ("heavy_ball", "x^4 + y^4", (1.0, 1.0), 1e-2),
    ("adam", "abs(x) + abs(y) + 5", (1.0, 1.5), 1e-2),
    ("gd", "x^4 + y^4 - 7", (1.0, 0.3), 1e-1),
]


@pytest.mark.parametrize(("optimizer", "objective", "start", "eta"), RUNS)
def test_sentence_axis_and_lines_take_the_same_minimum(optimizer, objective, start, eta):
    run = core.run(optimizer, objective, start=start, steps=4000, learning_rate=eta)
    found, facts = level(run), Facts(run)
    assert facts.level == found
    assert facts.reference == found.value
    assert facts.from_minimum == (found.kind == "minimum")
    near = minimum_near(run.objective, run.position[tail_least(run)[0]])
    assert (near is None) == (facts.settled is None)
    if near is not None:
        assert facts.settled.value == near.value
        assert found.kind != "local" or found.value == pytest.approx(near.value, abs=1e-12 * run.loss[0])
