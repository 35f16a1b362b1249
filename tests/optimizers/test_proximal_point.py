"""The proximal step: exact where a formula is known, SciPy's minimizer elsewhere, NaN where there is none."""

import numpy as np
import pytest
from scipy.optimize import brentq, minimize

import core

SMOOTH = [n for n in core.objectives() if core.objective(n).minimum is not None and n != "ackley"]


def leash(f, x, eta):
    """The function that a step from x minimizes, and its gradient."""

    def value(z):
        with np.errstate(over="ignore"):
            return float(f.value(*z)) + np.sum((z - x) ** 2) / (2 * eta)

    return value, lambda z: f.gradient(*z) + (z - x) / eta


@pytest.mark.parametrize("eta", [1e-6, 0.1, 3.0, 1e6])
@pytest.mark.parametrize(("kappa", "angle"), [(1.0, 0.0), (50.0, 0.3), (1e4, 1.0)])
def test_on_a_quadratic_it_is_the_resolvent(kappa, angle, eta):
    f = core.objective("quadratic", kappa=kappa, angle=angle)
    run = core.run("proximal_point", f, start=(2.0, 1.0), steps=20, learning_rate=eta)
    resolvent = np.linalg.inv(np.eye(2) + eta * f.hessian(0.0, 0.0))
    for before, after in zip(run.position[:-1], run.position[1:], strict=True):
        np.testing.assert_allclose(after, resolvent @ before, rtol=0, atol=1e-12 * np.hypot(*before))


def test_a_line_is_walked_as_by_gradient_descent():
    run = core.run("proximal_point", "3x - 0.5y", start=(0.7, -1.2), steps=50, learning_rate=0.1)
    exact = [0.7, -1.2] - 0.1 * np.arange(51)[:, None] * [3.0, -0.5]
    np.testing.assert_allclose(run.position, exact, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("n", [1.1, 1.5, 2.5, 4.0, 8.0])
def test_powers_are_solved_down_to_their_kink(n):
    eta, start = 0.5, 1.5
    run = core.run("proximal_point", core.objective("power", n=n), start=(start, start), steps=8, learning_rate=eta)
    x = start
    for k in range(1, 9):
        x = brentq(lambda z, x=x: z - x + eta * z ** (n - 1), 0, x, xtol=1e-300, rtol=1e-15)
        np.testing.assert_allclose(run.position[k], x, rtol=1e-9, atol=1e-17)


def test_a_kink_is_no_divergence():
    for n in (1.1, 1.3, 1.5, 1.9):
        for eta in (0.1, 1.0, 10.0):
            run = core.run("proximal_point", core.objective("power", n=n), steps=200, learning_rate=eta)
            assert run.status == "completed"
            assert run.loss[-1] < 1e-25
    run = core.run("proximal_point", "ackley", start=(0.1, 0.05), steps=5, learning_rate=1.0)
    np.testing.assert_allclose(run.position[1:], 0, atol=1e-15)


@pytest.mark.parametrize("eta", [0.1, 0.3, 1.0, 10.0])
def test_absolute_values_are_soft_thresholded(eta):
    k = np.arange(10)
    run = core.run("proximal_point", "abs(x) + 2abs(y)", start=(1.25, -2.1), steps=9, learning_rate=eta)
    np.testing.assert_allclose(run.position[:, 0], np.maximum(1.25 - eta * k, 0), atol=2e-15)
    np.testing.assert_allclose(run.position[:, 1], -np.maximum(2.1 - 2 * eta * k, 0), atol=2e-15)
    run = core.run("proximal_point", "abs(x) + y^2/2", start=(1.25, 1.0), steps=9, learning_rate=eta)
    np.testing.assert_allclose(run.position[:, 0], np.maximum(1.25 - eta * k, 0), atol=2e-15)
    np.testing.assert_allclose(run.position[:, 1], (1 + eta) ** -k.astype(float), rtol=1e-8, atol=2e-15)


@pytest.mark.parametrize("eta", [1e-3, 0.05, 1.0, 100.0])
@pytest.mark.parametrize("objective", SMOOTH)
def test_every_step_is_a_minimum_to_rounding(objective, eta):
    f = core.objective(objective)
    run = core.run("proximal_point", f, steps=60, learning_rate=eta)
    assert run.status == "completed"
    before, after = run.position[:-1], run.position[1:]
    moved = np.sum((after - before) ** 2, axis=1) / (2 * eta)
    noise = 1e-14 * (np.abs(run.loss[:-1]) + np.abs(run.loss[0]))
    assert np.all(run.loss[1:] + moved <= run.loss[:-1] + noise)
    slope = f.gradient(*after.T) + (after - before) / eta
    hessian = f.hessian(*after.T) + np.eye(2) / eta
    assert np.all(np.linalg.eigvalsh(hessian) > 0)
    newton = np.linalg.solve(hessian, slope[:, :, None])[:, :, 0]  # how far the minimum is
    scale = 1 + np.hypot(*after.T) + np.hypot(*before.T)
    condition = np.linalg.cond(hessian)
    assert np.all(np.hypot(*newton.T) <= 1e-15 * scale * (30 + condition))


@pytest.mark.parametrize("eta", [1e-3, 0.05, 0.5])
@pytest.mark.parametrize("objective", [*SMOOTH, "ackley", "log(1 + x^2 + 3y^2) + sin(x) y"])
def test_the_first_step_is_scipy_s(objective, eta):
    f = core.objective(objective)
    value, slope = leash(f, np.array(f.start), eta)
    start = np.array(f.start)
    found = minimize(value, start, jac=slope, method="trust-constr", options={"gtol": 1e-10, "xtol": 1e-14})
    ours = core.run("proximal_point", f, steps=1, learning_rate=eta).position[1]
    # SciPy may descend into another valley: there it must not have found less
    if np.hypot(*(ours - found.x)) > 1e-5:
        assert eta == 0.5
        assert objective in ("rastrigin", "ackley", "himmelblau", "styblinski_tang")
    assert value(ours) <= value(start)
    assert np.hypot(*slope(ours)) <= 1e-11 * (1 + np.hypot(*f.gradient(*start)))


def test_below_its_threshold_a_saddle_is_left_at_the_implicit_rate():
    eta = 0.5  # 1/(1 - eta) = 2 along y, 1/(1 + eta) along x
    run = core.run("proximal_point", "saddle", start=(1.0, 1e-3), steps=200, learning_rate=eta)
    k = np.arange(201.0)
    np.testing.assert_allclose(run.position[:, 0], 1.5**-k, rtol=1e-12)
    np.testing.assert_allclose(run.position[:, 1], 1e-3 * 2.0**k, rtol=1e-12)


@pytest.mark.parametrize(
    ("objective", "eta"),
    [("saddle", 1.0), ("saddle", 1.5), ("saddle", 1e6), ("monkey_saddle", 1.0), ("-(x^2 + y^2)", 0.5),
     ("-(x^2 + y^2)", 7.0), ("y^2 - x^4", 1.0), ("y^2 - exp(x)", 2.0), ("x^3 + y^2", 2.0)],
)  # fmt: skip
def test_a_step_without_a_minimum_is_a_divergence(objective, eta):
    run = core.run("proximal_point", objective, start=(-0.5, 0.2), steps=100, learning_rate=eta)
    assert run.status == "diverged"
    assert run.regime == "divergence"
    assert len(run.loss) < 100
    if "saddle" in objective:
        assert len(run.loss) <= 2


def test_the_indefinite_region_of_the_monkey_saddle_is_crossed():
    # from (-0.1, 0) f'' is -0.6 and 0.6; along y = 0 the step solves 3 eta z^2 + z + 0.1 = 0, the root nearer to 0
    eta = 0.5
    run = core.run("proximal_point", "monkey_saddle", start=(-0.1, 0.0), steps=2, learning_rate=eta)
    z = -0.1
    for k in (1, 2):
        z = (-1 + np.sqrt(1 + 12 * eta * z)) / (6 * eta)
        assert run.position[k] == pytest.approx([z, 0.0], rel=1e-12)


def test_wells_are_reached_through_a_hill_s_curvature():
    # start at the hill between two wells, where 1 + eta f'' < 0: the leash's minimum is that of the cubic beyond
    eta, x0 = 10.0, 0.01
    run = core.run("proximal_point", "(x^2 - 1)^2 + y^2", start=(x0, 1.0), steps=1, learning_rate=eta)
    roots = np.roots([4 * eta, 0, 1 - 4 * eta, -x0]).real
    assert run.position[1] == pytest.approx([roots.max(), 1 / 21], rel=1e-12)


def test_a_valley_that_is_flat_to_rounding_is_reached():
    # from beside the centre of a ring every direction is as good, and the leash is too long to tell
    run = core.run("proximal_point", "(x^2+y^2-1)^2", start=(-2.5e-9, 3.5e-10), steps=3, learning_rate=242262.97)
    assert run.status == "completed"
    np.testing.assert_allclose(np.hypot(*run.position[1:].T), 1, atol=1e-5)


def test_at_a_critical_point_it_rests():
    for objective in ("saddle", "monkey_saddle", "(x^2 - 1)^2 + (y^2 - 1)^2", "ackley", "rastrigin"):
        run = core.run("proximal_point", objective, start=(0.0, 0.0), steps=5, learning_rate=10.0)
        assert np.all(run.position == 0), objective


def test_great_steps_end_in_the_valley_of_gradient_descent_s_limit():
    run = core.run("proximal_point", "rosenbrock", steps=30, learning_rate=1e9)
    np.testing.assert_allclose(run.position[-1], [1, 1], atol=1e-10)


def test_rounding_in_f_s_values_does_not_stop_the_descent():
    # f near its minimum is a difference of rounded numbers: its gradient still tells where to go
    starts = {"linear_network": (-0.0015849733162303398, 0.0024760060675530233), "beale": (1.40290949e-07, -3.8027e-07)}
    for objective, start in starts.items():
        for eta in (1.2084478409300299, 2.87468133230678):
            run = core.run("proximal_point", objective, start=start, steps=60, learning_rate=eta)
            assert run.status == "completed"
            assert np.all(np.diff(run.loss) <= 0)
    run = core.run("proximal_point", "rastrigin", start=(1e-8, 3e-9), steps=50, learning_rate=1.0)
    ratio = 1 / (1 + 2 + 40 * np.pi**2)
    np.testing.assert_allclose(run.position[:20], ratio ** np.arange(20.0)[:, None] * [1e-8, 3e-9], rtol=1e-6)


def test_two_objectives_in_turn_keep_their_own_inner_problems():
    one = core.run("proximal_point", "x^2 + y^2", steps=5, learning_rate=0.5).position
    for i in range(150):  # more than any cache of compiled code holds
        core.run("proximal_point", f"{i + 2}x^2 + y^2", steps=1, learning_rate=0.5)
    again = core.run("proximal_point", "x^2 + y^2", steps=5, learning_rate=0.5).position
    np.testing.assert_array_equal(one, again)
    np.testing.assert_allclose(one[:, 0], 2.0 ** -np.arange(6.0), rtol=1e-14)
