"""AMSGrad, AdamAL and the misprints of AdamAL's paper; the bound on Adam's update."""

import numpy as np
import pytest

import core

START, STEPS, RATE, ONE, TWO = (0.5, -2.5), 300, 1e-2, 0.9, 0.99


def fed_back(decay):
    """AMSGrad whose maximum replaces the average (the paper's eq. 16), and Algorithm 1 with line 7's decay factor."""
    f = core.objective("quartic")
    both = []
    for literal in (True, False):
        x, m, v = np.array(START), np.zeros(2), np.zeros(2)
        rows = [x]
        for _ in range(STEPS):
            g = f.gradient(*x)
            m = ONE * m + (1 - ONE) * g
            if literal:
                v = np.maximum(v, TWO * v + (1 - TWO) * g * g)
            else:
                v = decay * v + (1 - decay) * np.maximum(g * g, v)
            x = x - RATE * m / np.sqrt(v)
            rows.append(x)
        both.append(np.array(rows))
    return both


def test_adamal_is_amsgrad_with_the_maximum_fed_back_only_with_beta2():
    run = core.run("adamal", "quartic", start=START, steps=STEPS, learning_rate=RATE, beta1=ONE, beta2=TWO)
    literal, algorithm = fed_back(TWO)
    np.testing.assert_allclose(algorithm, literal, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(run.position, literal, rtol=1e-9, atol=1e-9)
    _, misprinted = fed_back(ONE)
    assert np.abs(misprinted - literal).max() > 0.01


def test_the_gradient_is_squared_once():
    # from v = 0, one step: v = (1 - beta2) g^2, not g^4
    run = core.run("adamal", "3x - 0.5y", steps=1, learning_rate=RATE, beta1=ONE, beta2=TWO)
    np.testing.assert_allclose(run.state["second_moment"][1], (1 - TWO) * np.array([9.0, 0.25]), rtol=1e-12)


@pytest.mark.parametrize("objective", ["quartic", "rosenbrock", "himmelblau"])
def test_what_divides_the_step_never_falls(objective):
    run = core.run("adamal", objective, steps=2000)
    assert np.all(np.diff(run.state["second_moment"], axis=0) >= 0)
    run = core.run("amsgrad", objective, steps=2000, bias_correction=False)
    v, greatest = run.state["second_moment"], run.state["second_moment_maximum"]
    np.testing.assert_array_equal(greatest, np.maximum.accumulate(v))


@pytest.mark.parametrize("name", ["adam", "amsgrad", "adamal"])
@pytest.mark.parametrize(("one", "two"), [(0.9, 0.999), (0.5, 0.3), (0.9, 0.85)])
def test_the_update_is_bounded(name, one, two):
    # |m|/sqrt(v) <= (1-b1)/sqrt((1-b2)(1-b1^2/b2)) where b1^2 < b2, by Cauchy and Schwarz
    bound = (1 - one) / np.sqrt((1 - two) * (1 - one * one / two))
    run = core.run(
        name, "rosenbrock", steps=3000, learning_rate=RATE, beta1=one, beta2=two, bias_correction=False, epsilon=0.0
    )
    assert np.abs(np.diff(run.position, axis=0)).max() <= RATE * bound * (1 + 1e-9)
