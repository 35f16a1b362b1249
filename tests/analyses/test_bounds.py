"""Bounds against runs: they hold, they are sharp where they are said to be, and where there is none there is none."""

import numpy as np
import pytest

import core
from core import analyses

PLAIN = {"epsilon": 0.0, "bias_correction": False}


def updates(slopes, one, two):
    """|x_(k+1) - x_k|/eta of Adam on these gradients."""
    run = analyses.online_run("adam", slopes, learning_rate=1e-8, beta1=one, beta2=two, **PLAIN)
    return np.abs(np.diff(run.position[:, 0])) / 1e-8


def test_adam_s_update_bound_at_the_defaults():
    assert analyses.update_bound(0.9, 0.999) == pytest.approx(7.27, abs=5e-3)


@pytest.mark.parametrize(("one", "two"), [(0.9, 0.99), (0.5, 0.3), (0.8, 0.7)])
def test_the_update_bound_is_reached_by_gradients_that_grow_as_beta1_over_beta2(one, two):
    bound = analyses.update_bound(one, two)
    # equality in Cauchy's and Schwarz's inequality: g_i = (beta2/beta1)^i, backwards in time
    k = np.arange(200)
    assert updates((two / one) ** (k - k[-1]), one, two)[-1] == pytest.approx(bound, rel=1e-3)
    drawn = np.random.default_rng(0).standard_cauchy(20_000)
    assert updates(drawn, one, two).max() <= bound * (1 + 1e-6)


@pytest.mark.parametrize(("one", "two"), [(0.9, 0.81), (0.9, 0.5), (0.99, 0.9)])
def test_where_v_forgets_faster_than_m_no_update_is_too_large(one, two):
    assert analyses.update_bound(one, two) == np.inf
    after = updates(np.r_[np.ones(5), np.zeros(40)], one, two)[5:]
    np.testing.assert_allclose(after[1:] / after[:-1], one / np.sqrt(two), rtol=1e-6)
    if one > np.sqrt(two):
        assert after[-1] > after[0]


@pytest.mark.parametrize("beta1", [0.5, 0.9])
def test_adam_with_v_frozen_turns_between_the_two_oscillating_sharpnesses(beta1):
    low, high = analyses.oscillating_sharpness(beta1, 0.5)
    crossings = []
    for sharpness in (0.99 * low, 2 * low, 0.99 * high, 1.0001 * high):
        run = core.run(
            "adam", f"{sharpness:.17g} x^2/2 + y^2/2", start=(1e-9, 0.0), steps=150, learning_rate=0.5, epsilon=1.0,
            bias_correction=False, beta1=beta1,
        )  # fmt: skip
        crossings.append(np.count_nonzero(np.diff(np.sign(run.position[:, 0]))))
    assert crossings[0] == 0
    assert 0 < crossings[1] < 75 < crossings[2] < 150
    assert crossings[3] == 150
    assert high < 2 * (1 + beta1) / (1 - beta1) / 0.5


OBJECTIVES = {"2 x^2 + y^2/2": 4.0, "1 - cos(x) + y^2/2": 1.0, "log(1 + exp(-x)) + y^2/2": 1.0}


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("share", [0.01, 0.3, 1.0, 5.0])
def test_adagrad_norm_keeps_its_promise(objective, share):
    lipschitz, tolerance = OBJECTIVES[objective], 0.01
    f = core.objective(objective)
    loss = float(f.value(1.5, 1.0))
    count = analyses.adagrad_norm_iterations(tolerance, loss, lipschitz, share * lipschitz)
    run = core.run(
        "adagrad_norm", f, start=(1.5, 1.0), steps=min(count, 100_000), learning_rate=1.0, b0=share * lipschitz
    )
    squares = np.sum(f.gradient(*run.position[:count].T) ** 2, axis=1)
    assert squares.min() <= tolerance
    # once b has passed the Lipschitz constant it stays below b_(k0-1) + 2 L(x_(k0-1))
    b = np.sqrt((share * lipschitz) ** 2 + run.state["sum_of_squares"])
    first = int(np.argmax(b >= lipschitz))
    before = max(first - 1, 0)
    assert b.max() <= b[before] + 2 * run.loss[before]


def test_with_random_gradients_adagrad_norm_s_b_grows_as_the_root_of_the_steps():
    slopes = analyses.random_slopes(100_000, 7, 1, 0.2)
    b = analyses.regularization_budget(analyses.online_run("adagrad_norm", slopes, learning_rate=0.1))[:, 0]
    assert b[-1] == pytest.approx(np.sqrt(len(slopes) * np.mean(slopes**2)), rel=1e-6)
    assert b[10_000] / b[1000] == pytest.approx(np.sqrt(10), rel=0.05)


def test_with_b_fixed_only_half_the_lipschitz_constant_is_safe():
    lipschitz, tolerance = 4.0, 1e-3
    f = core.objective("2 x^2 + y^2/2")
    fallen = core.run("gd", f, start=(1.5, 1.0), steps=200, learning_rate=1 / (0.49 * lipschitz))
    assert fallen.loss[-1] > 1e3
    count = int(2 * lipschitz * f.value(1.5, 1.0) / tolerance)
    run = core.run("gd", f, start=(1.5, 1.0), steps=count, learning_rate=1 / lipschitz)
    assert np.sum(f.gradient(*run.position.T) ** 2, axis=1).min() <= tolerance


def test_gradient_descent_s_best_step_is_the_best():
    kappa = 10.0
    f, best = core.objective("quadratic", kappa=kappa), analyses.linear_rates(kappa)["gd"]

    def factor(learning_rate):
        run = core.run("gd", f, start=(1.0, 1.0), steps=200, learning_rate=learning_rate)
        return np.abs(run.position[-1]).max() ** (1 / 200)

    middle = 2 / (1 + kappa)
    assert factor(middle) == pytest.approx(best, rel=1e-3)
    assert min(factor(0.97 * middle), factor(1.03 * middle)) > 1.003 * best


def test_the_published_parameters_show_no_spike_on_a_quadratic_within_1000_steps():
    run = core.run("adam", "x^2/2 + y^2/2", start=(1.0, 1.0), steps=1000, learning_rate=1e-3, a=1.0, b=100.0)
    share = analyses.preconditioned_sharpness(run) / analyses.sharpness_threshold(run)
    assert np.nanmax(share) < 0.1
    assert np.all(np.diff(run.loss) < 0)
