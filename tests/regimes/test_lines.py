"""The theory's lines: what they say of known maps."""

from dataclasses import replace

import numpy as np
import pytest

import core
from core.objectives.minima import minimum_near
from core.regimes.lines import LINES, line
from core.regimes.scoring import counted
from dashboard.catalogue.lines import LINES as PAGE
from dashboard.drawing.theory_lines import readable
from tests.readme import table


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


def test_the_readme_has_a_row_for_every_line_of_the_page():
    rows = [row["line"] for row in table("line")]
    assert rows == [readable(one.relation).replace("-", "−") for one in PAGE.values()]


METHODS = {  # whose step is Adam's, with values at which it is
    "adam": {}, "adamw": {"weight_decay": 0.0}, "radam": {}, "general": {"epsilon": 1e-16},
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in core.optimizers() if core.OPTIMIZERS[name].has_rates])
def test_which_methods_have_lines(name):
    values = core.resolved(name, METHODS.get(name, {}))
    found = {one.name for one in LINES if one.refusal(name, spread(values), "quadratic") is None}
    every = {"proof", "contraction", "ripple edge", "locking", "bounded update", "balance", "quadratic spikes"}
    expected = every if name in METHODS else set()
    of_every_step = {"proof", "bounded update", "balance"}
    assert found == (expected - of_every_step if name == "radam" else expected)


def spread(values):
    """The values over the plane of a and b."""
    eta = values["learning_rate"]
    a, b = np.meshgrid(*[np.geomspace(1e-4, 0.9, 40) / eta] * 2)
    return values | {"a": a, "b": b, "beta2": 1 - a * eta, "beta1": 1 - b * eta}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("adamw", {"weight_decay": 0.01}), ("lion", {}), ("nadam", {}), ("general", {"special_case": "custom"}),
        ("general", {"special_case": "rmsprop"}), ("radam", {"beta2": 0.6, "beta1": 0.99}), ("rmsprop", {}), ("gd", {}),
    ],
)  # fmt: skip
def test_methods_that_step_otherwise_have_none(name, given):
    values = core.resolved(name, given)
    for one in LINES:
        assert one.applies(name, values, "quadratic") is not None
        assert not np.any(one.holds(name, values, "quadratic"))


@pytest.mark.parametrize(
    ("given", "objective", "expected"),
    [
        ({"a": 1, "b": 100}, "rosenbrock",
         {"proof", "ripple edge", "locking", "bounded update", "balance", "quadratic spikes"}),
        ({"a": 1, "b": 5}, "rosenbrock", {"proof", "contraction", "locking", "bounded update", "balance"}),
        ({"a": 1, "b": 5, "bias_correction": False}, "rosenbrock",
         {"proof", "contraction", "locking", "bounded update", "balance"}),
        ({"a": 1, "b": 400}, "rosenbrock", {"proof", "bounded update", "balance"}),
        ({"a": 1, "b": 5}, "quartic", {"proof", "bounded update", "balance"}),
        ({"a": 1, "b": 5}, "linear_network", {"proof", "bounded update", "balance"}),
        ({"a": 1, "b": 5, "epsilon": 0}, "x^4 + y^4",
         {"proof", "bounded update", "balance", "wedge, calm edge", "wedge, quick edge"}),
        ({"a": 1, "b": 50, "epsilon": 1e-30}, "abs(x-1)^3 + abs(y)^3",
         {"proof", "bounded update", "balance", "wedge, calm edge"}),
        ({"a": 1, "b": 600, "epsilon": 1e-30}, "x^4 + y^4", {"proof", "bounded update", "balance"}),
        ({"a": 1, "b": 5, "epsilon": 1e-20, "epsilon_inside_root": True}, "x^4 + y^4",
         {"proof", "bounded update", "balance"}),
        ({"a": 1, "b": 5}, "x*y", {"bounded update", "balance"}),
        ({"a": 1, "b": 5, "learning_rate_schedule": "cosine"}, "quadratic", {"bounded update", "balance"}),
        ({"a": 1, "b": 5, "epsilon": 1e-3}, "quadratic", {"proof", "bounded update", "balance"}),
        ({"a": 1, "b": 5, "epsilon_inside_root": True}, "quadratic", {"proof", "bounded update", "balance"}),
    ],
)  # fmt: skip
def test_what_holds_for_a_run(given, objective, expected):
    values = core.resolved("adam", given)
    assert {one.name for one in LINES if one.applies("adam", values, objective) is None} == expected
    assert {one.name for one in LINES if np.all(one.holds("adam", values, objective))} == expected


def test_a_run_is_asked_about_the_minimum_that_it_ends_in():
    values, ackley = core.resolved("adam", {"a": 1, "b": 5}), core.objective("ackley")
    assert "singular" in line("contraction").applies("adam", values, ackley)
    beside = minimum_near(ackley, (1.97, -0.98))
    assert line("contraction").applies("adam", values, ackley, beside) is None


def test_cells_beside_the_range_or_too_short_do_not_count(published):
    values = np.geomspace(0.5, 900, 14)
    grid = core.regime_map("quadratic", steps=30_000, learning_rate=1e-3, x=("a", values), y=("b", values))
    a, b = np.meshgrid(values, values)
    known = grid.regime >= 0
    known &= grid.regime != core.REGIMES.index("undecided")
    long_enough = 30 * np.minimum(a, b) >= 10
    np.testing.assert_array_equal(counted(grid, "contraction", 10), known & long_enough & (b <= 10))
    np.testing.assert_array_equal(counted(grid, "ripple edge", 10), known & long_enough & (b > 10) & (b <= 300))
    np.testing.assert_array_equal(counted(grid, "proof"), known)
    away = core.regime_map("beale", steps=20_000, learning_rate=1e-3, x=("a", values), y=("b", values))
    assert not counted(away, "contraction").any()  # all runs leave along a valley
    assert counted(away, "proof").any()
    assert np.isnan(core.separation(away, "quadratic spikes"))
    assert not counted(published, "contraction").any()
    assert counted(published, "balance").any()
    with pytest.raises(ValueError, match="must say its optimizer and its objective"):
        core.separation(replace(grid, optimizer=""), "proof")
