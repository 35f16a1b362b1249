"""The theory's lines: what they say of known maps."""

from dataclasses import replace

import numpy as np
import pytest

import core
from core.regimes.lines import LINES, line


@pytest.fixture(scope="module")
def published():
    return core.published_map()


def rates(grid):
    return np.meshgrid(grid.x[1], grid.y[1])


def test_the_published_map_is_the_figure_s(published):
    counts = dict(zip(core.REGIMES, np.bincount(published.regime.ravel(), minlength=5).tolist(), strict=True))
    assert counts == {"converging": 0, "oscillation": 508, "spike": 563, "divergence": 529, "undecided": 0}
    for _, values in (published.x, published.y):
        np.testing.assert_allclose(values, np.logspace(-1, 2, 40), rtol=1e-5)


@pytest.mark.parametrize(("slope", "agreement"), [(3, 0.985), (4, 0.978)])
def test_its_divergence_lies_beyond_the_line(published, slope, agreement):
    one = replace(line("published"), a=lambda b, eta, n: slope * b)
    side = one.side(*rates(published), 1e-3)
    divergence = published.regime == core.REGIMES.index("divergence")
    assert np.mean(side == divergence) == pytest.approx(agreement, abs=5e-4)
    balanced = (side[divergence].mean() + (~side[~divergence]).mean()) / 2
    assert core.separation(published, one) == pytest.approx(balanced)


def made(regime, a=(1.0, 10.0), b=(1.0, 10.0)):
    """A map by hand: rows b, columns a; long enough to settle."""
    grid = core.regime_map("quartic", steps=10_000, x=("a", a), y=("b", b))
    return replace(grid, regime=np.array([[core.REGIMES.index(name) for name in row] for row in regime], dtype=np.int8))


def test_separation_is_balanced_accuracy():
    perfect = made([["oscillation", "divergence"], ["spike", "oscillation"]])
    assert core.separation(perfect, "proof") == 1.0
    assert core.separation(perfect, "balance") == 1.0
    worst = made([["divergence", "spike"], ["divergence", "divergence"]])
    assert core.separation(worst, "proof") == 0.0
    # one of two divergent cells beyond, one of two others beyond
    assert core.separation(made([["divergence", "divergence"], ["spike", "undecided"]]), "proof") == 0.75
    assert np.isnan(core.separation(made([["spike", "spike"], ["spike", "spike"]]), "proof"))


def test_lines_in_decay_factors():
    b, eta = np.array([1.0, 30.0, 400.0]), 1e-3
    beta1 = 1 - b * eta

    def beta2(name, n=2.0):
        return 1 - line(name).a(b, eta, n) * eta

    np.testing.assert_allclose(3 + beta2("proof"), 4 * beta1)
    np.testing.assert_allclose(beta2("bounded update"), beta1**2)
    np.testing.assert_allclose(beta2("balance"), beta1)
    np.testing.assert_allclose(beta2("wedge, calm edge", 4.0), beta1)  # n = 4: the wedge is from a = b ...
    np.testing.assert_allclose(line("wedge, quick edge").a(b, eta, 4.0), 3 * b)  # ... to a = 3b
    np.testing.assert_allclose(1 - beta2("quadratic spikes"), 13.2 * (1 - beta1) ** 3)


def test_the_lines_at_a_minimum_separate_a_quadratic_s_regimes():
    values = np.geomspace(1, 300, 16)
    grid = core.regime_map("quadratic", steps=60_000, learning_rate=1e-3, x=("a", values), y=("b", values))
    for name in ("contraction", "ripple edge", "balance", "quadratic spikes"):
        assert core.separation(grid, name) > 0.85
    scores = {one.name: core.separation(grid, one) for one in LINES}
    told = {name for name, score in scores.items() if not np.isnan(score)}
    assert told == {"proof", "contraction", "ripple edge", "balance", "quadratic spikes"}


def test_axes_need_not_be_the_rates():
    betas = core.regime_map("quadratic", steps=20_000, x=("beta2", [0.9, 0.999]), y=("beta1", [0.9, 0.999]))
    rates = core.regime_map("quadratic", steps=20_000, x=("a", [100.0, 1.0]), y=("b", [100.0, 1.0]))
    assert core.separation(betas, "proof") == core.separation(rates, "proof") > 0.5


def test_refusals(published):
    with pytest.raises(ValueError, match="has no layers"):
        published.classified(core.Thresholds())
    with pytest.raises(ValueError, match="line = 'fence': must be one of proof, contraction"):
        line("fence")
    grid = core.regime_map("quartic", optimizer="gd", steps=40, x=("x0", [1.0]), y=("y0", [1.0]))
    with pytest.raises(ValueError, match="must be of a method with beta1 and beta2"):
        core.separation(grid, "proof")
