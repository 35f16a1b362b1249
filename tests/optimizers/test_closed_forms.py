"""Runs against closed forms, and honest dynamics: nothing clipped, clamped or stopped early."""

import numpy as np
import pytest

import core

LINEAR = "3x - 0.5y"  # its gradient is (3, -1/2) everywhere
SLOPE = np.array([3.0, -0.5])
START = np.array([0.7, -1.2])


def steps_of(run):
    return np.arange(len(run.loss))[:, None]


def test_gd_on_a_quadratic_is_a_geometric_series():
    eta, kappa = 0.03, 50.0
    run = core.run("gd", "quadratic", start=(2.0, 1.0), steps=300, learning_rate=eta)
    factors = 1 - eta * np.array([1.0, kappa])
    np.testing.assert_allclose(run.position, factors ** steps_of(run) * [2.0, 1.0], rtol=1e-11, atol=0)


@pytest.mark.parametrize(("momentum", "eta"), [(0.9, 0.02), (0.2, 0.05), (0.5, 0.001)])
def test_heavy_ball_on_a_quadratic_follows_its_characteristic_roots(momentum, eta):
    run = core.run("heavy_ball", "quadratic", start=(2.0, 1.0), steps=200, learning_rate=eta, momentum=momentum)
    for column, (curvature, x0) in enumerate([(1.0, 2.0), (50.0, 1.0)]):
        sum_of_roots = 1 + momentum - eta * curvature
        one, two = np.roots([1, -sum_of_roots, momentum]).astype(complex)
        x1 = (1 - eta * curvature) * x0
        weight = (x1 - two * x0) / (one - two)
        exact = weight * one ** np.arange(201) + (x0 - weight) * two ** np.arange(201)
        np.testing.assert_allclose(run.position[:, column], exact.real, rtol=1e-9, atol=1e-12)


def test_nesterov_on_a_quadratic_has_its_double_root():
    # eta = 1/L and momentum (sqrt k - 1)/(sqrt k + 1): on the flat axis x_k = (1 - 1/sqrt k)^k (c + d k)
    kappa = 25.0
    run = core.run(
        "nesterov", core.objective("quadratic", kappa=kappa), start=(2.0, 1.0), steps=150,
        learning_rate=1 / kappa, momentum=4 / 6, schedule="constant",
    )  # fmt: skip
    k, root, x1 = np.arange(151), 1 - 1 / 5, 2 * (1 - 1 / kappa)
    np.testing.assert_allclose(run.position[:, 0], root**k * (2 + (x1 / root - 2) * k), rtol=1e-9)


def test_adagrad_on_a_line_sums_inverse_roots():
    run = core.run("adagrad", LINEAR, start=START, steps=500, learning_rate=0.1, epsilon=0)
    sums = np.concatenate([[0], np.cumsum(np.arange(1, 501) ** -0.5)])[:, None]
    np.testing.assert_allclose(run.position, START - 0.1 * np.sign(SLOPE) * sums, rtol=1e-12)


@pytest.mark.parametrize("epsilon", [0.0, 1e-8, 0.3])
@pytest.mark.parametrize("betas", [{}, {"beta1": 0.5, "beta2": 0.3}, {"a": 1.0, "b": 500.0}])
def test_adam_on_a_line_walks_evenly(epsilon, betas):
    run = core.run("adam", LINEAR, start=START, steps=2000, learning_rate=1e-3, epsilon=epsilon, **betas)
    exact = START - steps_of(run) * 1e-3 * SLOPE / (np.abs(SLOPE) + epsilon)
    np.testing.assert_allclose(run.position, exact, rtol=1e-10, atol=1e-12)


def test_uncorrected_adam_s_first_steps_are_large():
    run = core.run("adam", LINEAR, start=START, steps=100, learning_rate=1e-3, epsilon=0, bias_correction=False)
    k = np.arange(1, 101)
    lengths = 1e-3 * (1 - 0.9**k) / np.sqrt(1 - 0.999**k)
    np.testing.assert_allclose(-np.diff(run.position[:, 0]), lengths, rtol=1e-9)
    assert lengths.max() > 6e-3


def test_sign_descent_walks_evenly_then_flips():
    run = core.run("sign_gd", "quadratic", start=(1.003, -0.5005), steps=1200, learning_rate=0.001)
    k = np.arange(400)
    np.testing.assert_allclose(run.position[:400, 0], 1.003 - 0.001 * k, rtol=1e-12)
    np.testing.assert_allclose(np.abs(np.diff(run.position[600:, 1])), 0.001, rtol=1e-9)
    np.testing.assert_allclose(run.position[-1, 1], run.position[-3, 1], atol=1e-15)


@pytest.mark.parametrize(("curvature", "epsilon"), [(1.0, 0.0), (4.0, 0.0), (1.0, 1e-3), (4.0, 1e-3)])
def test_rmsprop_ends_on_its_two_cycle(curvature, epsilon):
    eta = 0.01
    run = core.run(
        "rmsprop", f"{curvature} x^2/2 + y^2/2", start=(1.0, 0.5), steps=20_000, learning_rate=eta,
        beta2=0.9, epsilon=epsilon,
    )  # fmt: skip
    tail = run.position[-100:, 0]
    np.testing.assert_allclose(np.abs(tail), eta / 2 - epsilon / curvature, rtol=1e-9)
    assert np.all(tail[1:] * tail[:-1] < 0)


@pytest.mark.parametrize(("name", "eta"), [("gd", 0.1), ("heavy_ball", 0.2), ("nesterov", 0.1)])
def test_a_run_that_blows_up_ends_at_its_last_finite_row(name, eta):
    run = core.run(name, "rosenbrock", start=(-1.5, 2.0), steps=1000, learning_rate=eta)
    rows = len(run.loss)
    assert run.status == "diverged"
    assert run.regime == "divergence"
    assert 1 < rows < 1000
    assert len(run.position) == len(run.time) == rows
    assert np.all(np.isfinite(run.position))
    assert np.all(np.isfinite(run.loss))
    for values in run.state.values():
        assert len(values) == rows
        assert np.all(np.isfinite(values))
    if name == "gd":  # the next iterate, or its loss, really is not finite
        with np.errstate(all="ignore"):
            after = run.position[-1] - eta * run.objective.gradient(*run.position[-1])
            assert not np.isfinite(run.objective.value(*after))


def test_gd_beyond_its_threshold_grows_at_its_exact_rate():
    run = core.run("gd", "quadratic", start=(2.0, 1e-3), steps=600, learning_rate=0.05)
    np.testing.assert_allclose(run.position[:, 1], 1e-3 * (-1.5) ** np.arange(601.0), rtol=1e-11)
    assert run.status == "completed"  # 1e102: far, but finite


@pytest.mark.parametrize("name", core.optimizers())
def test_nothing_holds_an_iterate_in_the_domain(name):
    # The saddle falls for ever along y: every method leaves the drawn square and the run shows it
    run = core.run(name, "saddle", start=(0.1, 1.9), steps=4000, learning_rate=0.05)
    (_, _), (_, top) = run.objective.domain
    assert np.nanmax(run.position[:, 1]) > 2 * top
    assert run.loss[-1] < -2 * top
    waiting = 10 if name == "adashift" else 0  # until it has a gradient that old
    assert np.all(np.diff(run.position[waiting:, 1]) > 0)


def test_zero_over_zero_is_a_zero_step():
    for name in core.optimizers():
        epsilon = {"epsilon": 0} if "epsilon" in core.resolved(name, {}) else {}
        run = core.run(name, "quartic", start=(0.0, 0.0), steps=50, **epsilon)
        assert run.status == "completed"
        assert np.all(run.position == 0)
