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
