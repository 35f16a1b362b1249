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
    assert lengths[0] == pytest.approx(3.16e-3, rel=1e-3)
    assert lengths.max() > 6e-3
    assert abs(k[lengths.argmax()] - 12) <= 1


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


@pytest.mark.parametrize("name", ["gd", "sign_gd"])
def test_descent_on_a_line_walks_evenly(name):
    run = core.run(name, LINEAR, start=START, steps=300, learning_rate=1e-2)
    slope = SLOPE if name == "gd" else np.sign(SLOPE)
    np.testing.assert_allclose(run.position, START - 1e-2 * slope * steps_of(run), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("x0", [1.0037, 1.0042])
def test_sign_descent_ends_on_a_two_cycle_that_its_start_decides(x0):
    # {r, r - eta}, r = x0 mod eta: neutral, so that a start moved by 5e-4 moves it by as much
    eta = 1e-3
    run = core.run("sign_gd", "x^2/2 + y^2", start=(x0, 0.0), steps=2000, learning_rate=eta)
    assert sorted(run.position[-2:, 0]) == pytest.approx([x0 % eta - eta, x0 % eta], abs=1e-12)


@pytest.mark.parametrize(("momentum", "eta"), [(0.9, 0.02), (0.5, 0.1)])
def test_heavy_ball_is_the_average_s_form_with_a_smaller_rate(momentum, eta):
    # m = mu m + (1 - mu) g, x -= eta m has the iterates of the buffer with learning rate eta (1 - mu)
    f = core.objective("rosenbrock")
    x, m, rows = np.array(f.start), np.zeros(2), [f.start]
    small = 1e-2 * eta
    for _ in range(200):
        m = momentum * m + (1 - momentum) * f.gradient(*x)
        x = x - small * m
        rows.append(x)
    run = core.run("heavy_ball", f, steps=200, learning_rate=small * (1 - momentum), momentum=momentum)
    np.testing.assert_allclose(run.position, rows, rtol=1e-9)


@pytest.mark.parametrize("momentum", [0.5, 0.9])
def test_heavy_ball_turns_round_the_minimum_where_its_roots_are_complex(momentum):
    # (1 - sqrt mu)^2 < eta lambda < (1 + sqrt mu)^2; below it never crosses, above it crosses at every step
    low, high = (1 - np.sqrt(momentum)) ** 2, (1 + np.sqrt(momentum)) ** 2
    crossings = {}
    for eta in (0.99 * low, 1.2 * low, 0.99 * high, 1.001 * high):
        run = core.run("heavy_ball", "x^2/2 + y^2/2", start=(1.0, 0.0), steps=120, learning_rate=eta, momentum=momentum)
        crossings[eta] = np.count_nonzero(np.diff(np.sign(run.position[:, 0])))
    never, some, many, every = crossings.values()
    assert never == 0
    assert 0 < some < 60
    assert 60 < many < 120
    assert every == 120


def test_adagrad_is_g_adagrad_with_exponent_a_half():
    one = core.run("adagrad", "rosenbrock", steps=500, learning_rate=0.1, epsilon=0)
    two = core.run("g_adagrad", "rosenbrock", steps=500, learning_rate=0.1, exponent=0.5)
    np.testing.assert_allclose(one.position, two.position, rtol=1e-12)


def test_rmsprop_s_first_step_is_large():
    run = core.run("rmsprop", LINEAR, start=START, steps=1, learning_rate=1e-3, beta2=0.99, epsilon=0)
    np.testing.assert_allclose(run.position[1], START - 1e-3 / np.sqrt(0.01) * np.sign(SLOPE), rtol=1e-13)


@pytest.mark.parametrize(("rho", "epsilon"), [(0.95, 1e-6), (0.5, 1e-2)])
def test_adadelta_s_first_step(rho, epsilon):
    run = core.run("adadelta", LINEAR, start=START, steps=1, learning_rate=1.0, rho=rho, epsilon=epsilon)
    step = -np.sqrt(epsilon) * SLOPE / np.sqrt((1 - rho) * SLOPE**2 + epsilon)
    np.testing.assert_allclose(run.position[1], START + step, rtol=1e-13)


def test_an_epsilon_outside_the_root_acts_like_its_square_inside_but_where_it_is_felt():
    def first_step(epsilon, inside):
        given = {"learning_rate": 1.0, "epsilon": epsilon, "epsilon_inside_root": inside}
        return -core.run("adam", "x + 0y", start=(0.0, 0.0), steps=1, **given).position[1, 0]  # v_hat = 1

    for epsilon in (1e-4, 1e4):  # far below and far above the root of v
        assert first_step(epsilon, False) == pytest.approx(first_step(epsilon**2, True), rel=2e-4)
    assert first_step(1.0, False) == pytest.approx(1 / 2)
    assert first_step(1.0, True) == pytest.approx(1 / np.sqrt(2))


@pytest.mark.parametrize("inside", [False, True])
def test_adam_converges_exactly_only_below_its_local_threshold(inside):
    # eta lambda (1 - b1) < 2 (1 + b1) epsilon, or sqrt(epsilon) inside the root; 1e-8 is far below
    eta, one, lam = 1e-3, 0.9, 3.0
    critical = eta * lam * (1 - one) / (2 * (1 + one))
    for share, converges in ((1.05, True), (0.95, False), (1e-8 / critical, False)):
        epsilon = (share * critical) ** 2 if inside else share * critical
        run = core.run(
            "adam", f"{lam} x^2/2 + y^2/2", start=(1e-6, 0.0), steps=20_000, learning_rate=eta, beta1=one,
            epsilon=epsilon, epsilon_inside_root=inside,
        )  # fmt: skip
        assert (np.abs(run.position[-2000:, 0]).max() < 1e-12) == converges


@pytest.mark.parametrize("eta", [1e-3, 5e-4, 0.02])
def test_the_straight_lines_of_the_plane(eta):
    def decays(a, b):
        values = core.resolved("adam", {"learning_rate": eta, "a": a, "b": b})
        return values["beta1"], values["beta2"]

    for b in (0.5, 3.0, 11.0):
        one, two = decays(b, b)
        assert one == two
        one, two = decays(2 * b - b * b * eta, b)
        assert one == pytest.approx(np.sqrt(two), rel=1e-14)
        one, two = decays(4 * b, b)
        assert 3 + two == pytest.approx(4 * one, rel=1e-14)
        one, two = decays(1.7 * b, b)
        assert 1 - two == pytest.approx(1.7 * (1 - one))


@pytest.mark.parametrize(("eta", "a", "b"), [(1e-3, 1.0, 100.0), (5e-4, 2.0, 200.0)])
def test_the_customary_decay_factors_as_rates(eta, a, b):
    values = core.resolved("adam", {"learning_rate": eta})
    assert (values["beta1"], values["beta2"]) == (0.9, 0.999)
    assert (values["a"], values["b"]) == pytest.approx((a, b))


def test_zero_over_zero_is_a_zero_step():
    for name in core.optimizers():
        epsilon = {"epsilon": 0} if "epsilon" in core.resolved(name, {}) else {}
        run = core.run(name, "quartic", start=(0.0, 0.0), steps=50, **epsilon)
        assert run.status == "completed"
        assert np.all(run.position == 0)


@pytest.mark.parametrize(("beta", "shares", "kept"), [
    (0.5, [0.34, 0.5, 0.66], True), (0.5, [0.3, 0.7], False), (0.9, [0.48, 0.5, 0.52], True), (0.9, [0.4, 0.6], False),
])  # fmt: skip
def test_signum_has_a_family_of_two_cycles_on_a_quadratic(beta, shares, kept):
    """{u, u - eta} for beta eta/(1 + beta) < u < eta/(1 + beta), along which it neither attracts nor repels."""
    eta = 1e-3
    for share in shares:
        run = core.run("signum", "2*x^2+y^2", start=(share * eta, 0.5), steps=2000, learning_rate=eta, beta1=beta)
        cycle = np.where(np.arange(2001) % 2, share - 1, share) * eta
        assert (np.abs(run.position[:, 0] - cycle).max() < 1e-15) == kept
