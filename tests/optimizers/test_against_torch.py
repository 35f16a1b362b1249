"""Our trajectories are PyTorch's, step by step, as far as float64 determines them at all.

reference/make_torch_trajectories.py made the stored ones and says what is in them.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import core

TOLERANCE = 1e-9  # relative to the position, absolute below 1
SENSITIVE = 1e-11  # a start moved by 1e-15 of itself moves a run by this: rounding decides from there on

with np.load(Path(__file__).parents[1] / "reference" / "torch_trajectories.npz") as stored:
    INDEX = json.loads(str(stored["index"]))
    POSITION, LOSS, PERTURBED = stored["position"], stored["loss"], stored["perturbed"]

STEPS, CASES = INDEX["steps"], INDEX["cases"]


def comparable_steps(number):
    """How many steps of a case are finite and do not hang on the start's last digits."""
    with np.errstate(invalid="ignore"):
        settled = np.abs(PERTURBED[number] - POSITION[number]).max(axis=1) <= SENSITIVE
    settled &= np.isfinite(LOSS[number])
    return int(np.argmin(settled)) - 1 if not settled.all() else STEPS


def ours(case):
    """Our run, as the points that torch stores."""
    parameters = dict(case["parameters"])
    if case["optimizer"] == "nesterov":
        parameters["schedule"] = "constant"
    run = core.run(case["optimizer"], case["objective"], start=tuple(case["start"]), steps=STEPS, **parameters)
    if case["optimizer"] != "nesterov":
        return run.position
    # The look-ahead points x_k + mu (x_k - x_{k-1}), where x_{-1} = x_0.
    return run.position + parameters["momentum"] * np.diff(run.position, axis=0, prepend=run.position[:1])


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["id"] for case in CASES])
def test_the_trajectory_is_torch_s(number):
    rows = comparable_steps(number) + 1
    theirs = POSITION[number, :rows]
    error = np.abs(ours(CASES[number])[:rows] - theirs)
    assert len(error) == rows
    assert np.max(error / np.maximum(1, np.abs(theirs))) <= TOLERANCE


@pytest.mark.parametrize("objective", sorted({case["objective"] for case in CASES}))
def test_the_losses_are_torch_s(objective):
    cases = [case["objective"] == objective for case in CASES]
    x, y, loss = POSITION[cases, :, 0], POSITION[cases, :, 1], LOSS[cases]
    finite = np.isfinite(loss)
    value = core.objective(objective).value(x[finite], y[finite])
    np.testing.assert_allclose(value, loss[finite], rtol=1e-12, atol=1e-12)


def test_the_comparison_is_not_empty():
    steps = np.array([comparable_steps(number) for number in range(len(CASES))])
    for optimizer in {case["optimizer"] for case in CASES}:
        of_this = np.array([case["optimizer"] == optimizer for case in CASES])
        assert np.mean(steps[of_this] >= 100) >= 0.75, optimizer
