"""Runs compared: shares of starts, sweeps of learning rates, and the names of runs that are alike."""

import numpy as np
import pytest

import core
from dashboard.questions import comparison
from dashboard.questions.packing import unpack
from dashboard.questions.question import asked
from dashboard.state import decode

VIEW = {"x0": -2, "x1": 2, "y0": -1, "y1": 3}


def compared(link):
    assert not decode(link)[1]
    return unpack(asked(comparison.QUESTION, link=link, **VIEW))


def test_the_share_of_a_convex_bowl_is_all_and_of_no_steps_is_none():
    header, arrays = compared("f=quadratic&kappa=2&steps=4000&run=gd,learning_rate:0.1&run=gd,learning_rate:1e-6")
    assert [run["share"] for run in header["runs"]] == [1.0, 0.0]
    assert arrays["final 0"].shape == (comparison.LATTICE, comparison.LATTICE)


def test_a_share_counts_basins():
    # gradient descent reaches the lower well of the two from about half of the starts, those with x < 0
    header, _ = compared("f=(x^2-1)^2%2B0.1*x%2By^2&steps=4000&tolerance=0.01&run=gd,learning_rate:0.01")
    assert header["runs"][0]["share"] == pytest.approx(0.5, abs=0.06)


def test_the_best_rate_is_that_of_the_best_run():
    header, arrays = compared("f=quadratic&kappa=10&steps=400&x=1&y=1&run=gd")
    sweep = arrays["sweep 0"]
    best = comparison.LEARNING_RATES[np.nanargmin(sweep)]
    assert header["runs"][0]["best"] == pytest.approx(best, rel=1e-2)
    # at 2/(L + mu) both curvatures shrink alike; the sweep has ten rates to a decade
    assert best == pytest.approx(2 / 11, rel=0.13)
    assert np.isnan(sweep[comparison.LEARNING_RATES > 0.5]).all() or sweep[comparison.LEARNING_RATES > 0.5].min() > 0
    f, run = core.objective("quadratic", kappa=10.0), core.run
    loss = run("gd", f, start=(1.0, 1.0), steps=400, learning_rate=float(comparison.LEARNING_RATES[10])).loss
    assert sweep[10] == pytest.approx(np.log10(loss[-96:].mean()), rel=1e-4)


def test_held_rates_stay_and_invalid_rates_are_left_out():
    header, arrays = compared("f=quadratic&steps=400&run=adam,a:1,b:100")
    assert np.isnan(arrays["sweep 0"][comparison.LEARNING_RATES > 0.0101]).all()
    assert header["runs"][0]["best"] <= 0.0101


def test_runs_that_are_alike_are_named_by_what_differs():
    state, _ = decode("run=adam,b:10&run=adam,b:20,epsilon:1e-4&run=gd")
    assert state.titles() == ["Adam ε 1e-8, b 10", "Adam ε 0.0001, b 20", "Gradient descent"]
    assert decode("run=adam&run=gd")[0].titles() == ["Adam", "Gradient descent"]
