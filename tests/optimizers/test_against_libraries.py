"""Our trajectories are PyTorch's and optax's, step by step, as far as float64 determines them at all.

reference/make_torch_trajectories.py and make_optax_trajectories.py made the stored ones, and say where a library
reads a method otherwise than we do.
"""

import numpy as np
import pytest

import core
from tests.optimizers.oracles import LIBRARIES, assert_same_trajectory, comparable_steps

CASES = [(title, number) for title, library in LIBRARIES.items() for number in range(len(library.cases))]
IDS = [f"{title}-{LIBRARIES[title].cases[number]['id']}" for title, number in CASES]


def ours(case, steps):
    """Our run, as the points that the libraries store."""
    parameters = dict(case["parameters"])
    if case["optimizer"] == "nesterov":
        parameters["schedule"] = "constant"
    run = core.run(case["optimizer"], case["objective"], start=tuple(case["start"]), steps=steps, **parameters)
    if case["optimizer"] != "nesterov":
        return run.position
    # The look-ahead points x_k + mu (x_k - x_{k-1}), where x_{-1} = x_0.
    return run.position + parameters["momentum"] * np.diff(run.position, axis=0, prepend=run.position[:1])


@pytest.mark.parametrize(("title", "number"), CASES, ids=IDS)
def test_the_trajectory_is_the_library_s(title, number):
    library = LIBRARIES[title]
    theirs = library.position[number]
    rows = comparable_steps(theirs, library.perturbed[number]) + 1
    assert_same_trajectory(ours(library.cases[number], library.steps)[:rows], theirs[:rows])


@pytest.mark.parametrize("title", LIBRARIES)
@pytest.mark.parametrize("objective", sorted({case["objective"] for case in LIBRARIES["PyTorch"].cases}))
def test_the_losses_are_the_library_s(objective, title):
    library = LIBRARIES[title]
    cases = [case["objective"] == objective for case in library.cases]
    x, y, loss = library.position[cases, :, 0], library.position[cases, :, 1], library.loss[cases]
    finite = np.isfinite(loss)
    value = core.objective(objective).value(x[finite], y[finite])
    np.testing.assert_allclose(value, loss[finite], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("title", LIBRARIES)
def test_the_comparison_is_not_empty(title):
    library = LIBRARIES[title]
    steps = np.array([comparable_steps(*pair) for pair in zip(library.position, library.perturbed, strict=True)])
    for optimizer in library.optimizers:
        of_this = np.array([case["optimizer"] == optimizer for case in library.cases])
        assert np.mean(steps[of_this] >= 100) >= 0.75, optimizer
