"""Every optimizer that has a slow and obvious twin, written from its paper in plain Python, against it."""

import math

import numpy as np
import pytest

import core
from tests import readme
from tests.optimizers.oracles import assert_same_trajectory, comparable_steps
from tests.optimizers.twins import CHOICES, TWINS
from tests.reference.trajectories import perturbed

STEPS = 200
C, S = math.cos(0.3), math.sin(0.3)


def quartic(x, y):
    return 4 * (x + y) ** 3 + (x - y) ** 3 / 4, 4 * (x + y) ** 3 - (x - y) ** 3 / 4


def rosenbrock(x, y):
    return -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)


def quadratic(x, y):
    u, v = C * x + S * y, C * y - S * x
    return C * u - S * 50 * v, S * u + C * 50 * v


def himmelblau(x, y):
    u, v = x * x + y - 11, x + y * y - 7
    return 4 * x * u + 2 * v, 2 * u + 4 * y * v


OBJECTIVES = {
    "quartic": (core.objective("quartic"), quartic, (0.5, -2.5)),
    "rosenbrock": (core.objective("rosenbrock"), rosenbrock, (-1.5, 2.0)),
    "quadratic": (core.objective("quadratic", kappa=50.0, angle=0.3), quadratic, (2.0, 1.0)),
    "himmelblau": (core.objective("himmelblau"), himmelblau, (0.0, 0.0)),
}
CASES = [(name, choice) for name in TWINS for choice in CHOICES[name]]


def test_every_optimizer_that_ships_has_a_twin():
    assert set(TWINS) == set(CHOICES) == set(readme.OPTIMIZERS)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(("name", "choice"), CASES, ids=[f"{n} {c}" for n, c in CASES])
def test_the_run_is_its_twin_s(name, choice, objective):
    f, gradient, start = OBJECTIVES[objective]
    run = core.run(name, f, start=start, steps=STEPS, **choice)
    position, state = TWINS[name](gradient, list(start), run.parameters, STEPS)
    moved, _ = TWINS[name](gradient, list(perturbed(start)), run.parameters, STEPS)
    position = np.array(position)
    rows = comparable_steps(position, np.array(moved)) + 1
    assert run.status == "completed"
    assert rows > 100
    assert_same_trajectory(run.position[:rows], position[:rows])
    np.testing.assert_allclose(run.loss[:rows], f.value(*position[:rows].T), rtol=1e-7, atol=1e-9)
    assert run.state.keys() == state.keys()
    for key, theirs in state.items():
        ours, theirs = run.state[key], np.array(theirs)
        assert ours.shape == theirs.shape[: ours.ndim]
        first = core.OPTIMIZERS[name].initial.get(key, 0.0)
        assert np.all(ours[0] == (run.parameters[first] if isinstance(first, str) else first))
        theirs = theirs if ours.ndim == theirs.ndim else theirs[:, 0]  # a scalar, the same by both coordinates
        np.testing.assert_allclose(ours[1:rows], theirs[1:rows], rtol=1e-6, atol=1e-9 * np.abs(theirs).max())
