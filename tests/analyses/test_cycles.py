"""The 2-cycles against runs that fall into them."""

import numpy as np
import pytest

import core
from core import analyses

ETA = 0.01


def amplitude(run):
    """Half the width of the last jump in x."""
    return abs(run.position[-1, 0] - run.position[-2, 0]) / 2


@pytest.mark.parametrize("curvature", [0.5, 1.0, 4.0])
@pytest.mark.parametrize(("epsilon", "inside"), [(0.0, False), (1e-3, False), (1e-6, True)])
def test_rmsprop_ends_on_its_cycle(curvature, epsilon, inside):
    cycle = analyses.rmsprop_cycle(ETA, 0.9, curvature, epsilon, inside)
    run = core.run(
        "rmsprop",
        f"{curvature} x^2/2 + y^2/2",
        start=(0.7, 0.0),
        steps=5000,
        learning_rate=ETA,
        beta2=0.9,
        epsilon=epsilon,
        epsilon_inside_root=inside,
    )
    assert cycle.stable
    assert amplitude(run) == pytest.approx(cycle.half_width, rel=1e-9)
    assert run.position[-1, 0] == pytest.approx(-run.position[-2, 0], rel=1e-9)


def test_no_cycle_where_the_minimum_is_stable():
    assert np.isnan(analyses.rmsprop_cycle(ETA, 0.9, 1.0, epsilon=ETA).half_width)


@pytest.mark.parametrize("beta2", [0.2, 0.5, 0.9, 0.999])
def test_rmsprop_spirals_in_with_modulus_root_beta2(beta2):
    assert np.abs(analyses.rmsprop_cycle(ETA, beta2).multipliers) == pytest.approx(np.sqrt(beta2))


@pytest.mark.parametrize(("beta1", "attracts"), [(0.05, True), (0.1, True), (0.2, False), (0.9, False)])
def test_adams_cycle_attracts_only_for_small_beta1(beta1, attracts):
    beta2, half_width = 0.99, analyses.adam_cycle(ETA, beta1, 0.99).half_width
    assert half_width == pytest.approx(ETA * (1 - beta1) / (2 * (1 + beta1)))
    assert analyses.adam_cycle(ETA, beta1, beta2).stable is attracts
    assert (1 + beta2 * beta1**2 > 3 * beta1 * (1 + beta2)) is attracts
    given = {"learning_rate": ETA, "beta1": beta1, "beta2": beta2, "epsilon": 0.0}
    run = core.run("adam", "x^2/2 + y^2/2", start=(0.3, 0.0), steps=20_000, **given)
    widths = np.abs(np.diff(run.position[-400:, 0])) / 2
    assert np.allclose(widths, half_width, rtol=1e-6) is attracts


def flipped_step(state, beta1, beta2, epsilon=0.0):
    """Adam's step on x^2/2 with eta = 1, no bias correction, followed by x -> -x: its fixed points are 2-cycles."""
    x, m, v = state
    m, v = beta1 * m + (1 - beta1) * x, beta2 * v + (1 - beta2) * x * x
    return np.array([-(x - m / (np.sqrt(v) + epsilon)), -m, v])


@pytest.mark.parametrize("beta1", [0.0, 0.1, 0.3, 0.9])
@pytest.mark.parametrize("beta2", [0.05, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("epsilon", [0.0, 1e-3])
def test_the_cycle_is_one_and_its_multipliers_are_the_jacobian_s(beta1, beta2, epsilon):
    cycle = analyses.adam_cycle(1.0, beta1, beta2, 1.0, epsilon)
    x = cycle.half_width
    # on the cycle m alternates with the gradient: m = -beta1 m + (1 - beta1) x, as it is before the step
    fixed = np.array([x, -x * (1 - beta1) / (1 + beta1), x * x])
    np.testing.assert_allclose(flipped_step(fixed, beta1, beta2, epsilon), fixed, rtol=1e-12)
    if epsilon:
        return
    h = 1e-6 * x
    columns = []
    for size in (h, h, h * x):
        moved = np.zeros(3)
        moved[len(columns)] = size
        ahead, behind = (flipped_step(fixed + s * moved, beta1, beta2) for s in (1, -1))
        columns.append((ahead - behind) / (2 * size))
    # characteristic polynomials, since a double root is only known to the root of the rounding
    polynomial = np.poly(np.array(columns).T)
    np.testing.assert_allclose(np.poly(cycle.multipliers).real, polynomial, atol=1e-6)
    if beta1 == 0:  # RMSprop's, and a multiplier of 0
        np.testing.assert_allclose(
            polynomial[:3], np.poly(analyses.rmsprop_cycle(1.0, beta2).multipliers).real, atol=1e-6
        )


@pytest.mark.parametrize(("beta2", "edge"), [(1 - 1e-9, 3 - 2 * np.sqrt(2)), (1e-9, 1 / 3)])
def test_the_greatest_beta1_of_a_stable_cycle(beta2, edge):
    # 0.172 as beta2 -> 1, 1/3 as beta2 -> 0
    assert analyses.adam_cycle(ETA, edge - 1e-3, beta2).stable
    assert not analyses.adam_cycle(ETA, edge + 1e-3, beta2).stable


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("share", [0.99, 1.01])
def test_the_cycle_exists_exactly_where_rest_is_unstable(inside, share):
    # rest: v = 0, sharpness lambda/epsilon, or lambda/sqrt(epsilon); threshold 2 (1 + b1)/((1 - b1) eta)
    curvature, beta1 = 3.0, 0.8
    for cycle, threshold in (
        (lambda e: analyses.rmsprop_cycle(ETA, 0.9, curvature, e, inside), 2 / ETA),
        (lambda e: analyses.adam_cycle(ETA, beta1, 0.9, curvature, e, inside), 2 * (1 + beta1) / ((1 - beta1) * ETA)),
    ):
        rooted = curvature / (share * threshold)
        assert np.isnan(cycle(rooted**2 if inside else rooted).half_width) == (share < 1)


@pytest.mark.parametrize("beta2", [0.9, 0.99])
def test_rmsprop_takes_about_2_over_1_minus_beta2_steps_to_its_cycle(beta2):
    cycle = analyses.rmsprop_cycle(ETA, beta2)
    run = core.run("rmsprop", "x^2/2 + y^2/2", start=(0.3, 0.0), steps=6000, learning_rate=ETA, beta2=beta2, epsilon=0)
    distance = np.abs(np.abs(run.position[:, 0]) - cycle.half_width)
    late = np.flatnonzero((distance < 1e-3 * ETA) & (distance > 1e-11))
    late = late[late > late[0] + 5]
    slope = np.polyfit(late, np.log(distance[late]), 1)[0]
    assert slope == pytest.approx(np.log(beta2) / 2, rel=0.05)  # e-fold in 2/(1 - beta2)
