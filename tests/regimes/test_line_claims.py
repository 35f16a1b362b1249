"""What the lines claim, against Adam's steps written anew: the numbers in core.regimes.lines are taken again here."""

import itertools
import math

import numpy as np
import pytest
from numba import njit

import core
from core.analyses import update_bound
from core.regimes.conditions import NEGLIGIBLE
from core.regimes.lines import RIPPLE_EDGE, line


@njit
def adam_on_a_power(beta1, beta2, n, start, steps, tail, epsilon):
    """x over the last steps of Adam on |x|^n/n, and the least of its greatest |x| over stretches of a tenth of
    1/(1 - beta1) steps; learning rate 1."""
    x, m, v, of_m, of_v, kept = start, 0.0, 0.0, 1.0, 1.0, np.empty(tail)
    stretch, greatest, least = max(16, int(0.3 / (1 - beta1))), 0.0, math.inf
    for k in range(steps):
        g = x if n == 2.0 else np.sign(x) * abs(x) ** (n - 1)
        m += (1 - beta1) * (g - m)
        v += (1 - beta2) * (g * g - v)
        of_m *= beta1
        of_v *= beta2
        if m != 0.0:
            x -= m / (1 - of_m) / (math.sqrt(v / (1 - of_v)) + epsilon)
        greatest = max(greatest, abs(x))
        if (k + 1) % stretch == 0:
            least, greatest = min(least, greatest), 0.0
        if k >= steps - tail:
            kept[k - steps + tail] = x
    return kept, least


def tail_of(forgotten, ratio, n=2.0, start=2.0, steps=None, epsilon=0.0, horizon=2000):
    """The last quarter of a run with b eta = forgotten and a = ratio b, by default until T b = 2000."""
    steps = steps or int(horizon / forgotten)
    return adam_on_a_power(1 - forgotten, 1 - ratio * forgotten, n, start, steps, steps // 4, epsilon)[0]


def half_range(x):
    """The median over eight blocks, as the rule takes it."""
    return float(np.median([np.ptp(block) / 2 for block in np.array_split(x, 8)]))


def crest(x, n=2.0):
    """Of the loss: peak over mean, the less of both halves."""
    return min(loss.max() / loss.mean() for loss in np.array_split(np.abs(x) ** n, 2))


def edge(holds, low, high, halvings=10):
    """Where `holds` turns from False to True."""
    assert not holds(low)
    assert holds(high)
    for _ in range(halvings):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return (low + high) / 2


@pytest.mark.parametrize("forgotten", [0.001, 0.003, 0.005, 0.01])
def test_the_ripple_ends_at_a_8b_where_the_steps_are_small(forgotten):
    found = edge(lambda ratio: half_range(tail_of(forgotten, ratio)) > 0.5, 6.0, 10.0)
    assert found == pytest.approx(8.0, abs=0.03)
    assert line("contraction").a(forgotten, 1.0, 2.0) == 8 * forgotten


@pytest.mark.parametrize("forgotten", [0.003, 0.01])
def test_the_largest_epsilon_moves_the_end_by_a_percent(forgotten):
    """And one that is ten times as large by ten."""
    epsilon = NEGLIGIBLE / (2 * math.sqrt(2))
    for factor, low, high in ((1, 0.005, 0.02), (10, 0.05, 0.15)):
        found = edge(lambda r, e=factor * epsilon: half_range(tail_of(forgotten, r, epsilon=e)) > 0.5, 6.0, 14.0)
        assert low < found / 8 - 1 < high


@pytest.mark.parametrize("name", ["nadam", "adabelief", "amsgrad", "adamal"])
def test_a_8b_is_not_where_other_methods_diverge(name):
    """On a quadratic, at b eta = 0.01: so they are left out."""
    b = 10.0
    small = {"epsilon": 1e-16 if name == "adabelief" else 1e-12}
    grids = {
        method: core.regime_map(
            "quadratic", optimizer=method, x=("a", [12 * b, 16 * b]), y=("b", [b]), steps=40_000, learning_rate=1e-3,
            **given,
        )
        for method, given in ((name, small), ("adam", {"epsilon": 1e-12}))
    }  # fmt: skip
    divergence = core.REGIMES.index("divergence")
    assert np.all(grids["adam"].regime == divergence)
    assert not np.any(grids[name].regime == divergence)


@pytest.mark.parametrize("forgotten", RIPPLE_EDGE)
def test_the_measured_end_of_the_ripple(forgotten):
    found = edge(lambda ratio: half_range(tail_of(forgotten, ratio)) > 0.5, 2.0, min(10.0, 0.999 / forgotten))
    assert found == pytest.approx(RIPPLE_EDGE[forgotten], rel=0.01)
    assert line("ripple edge").a(forgotten, 1.0, 2.0) == pytest.approx(found * forgotten, rel=0.01)


@pytest.mark.parametrize(
    "forgotten", [0.012, 0.025, 0.04, 0.06, 0.078, 0.092, 0.11, 0.142, 0.16, 0.185, 0.21, 0.23, 0.27]
)
def test_between_the_measured_points(forgotten):
    found = edge(lambda ratio: half_range(tail_of(forgotten, ratio)) > 0.5, 2.0, min(10.0, 0.999 / forgotten))
    assert line("ripple edge").a(forgotten, 1.0, 2.0) == pytest.approx(found * forgotten, rel=0.04)


def test_beyond_8b_the_swing_is_wide_for_small_b_only():
    """So a = 8b has no divergence beyond it where b eta is near 0.02: those cells are undecided."""
    assert half_range(tail_of(0.003, 9.0)) > 2
    assert half_range(tail_of(0.01, 10.0)) > 2
    for ratio in np.geomspace(8.2, 40, 12):
        assert 0.5 < half_range(tail_of(0.02, ratio)) < 2


@pytest.mark.parametrize("forgotten", [0.03, 0.05, 0.07, 0.1])
def test_trains_of_spikes_end_at_13_b_cubed(forgotten):
    def crest_at(factor):
        steps = int(max(1200 / (factor * forgotten**3), 400_000))
        return crest(tail_of(forgotten, factor * forgotten**2, steps=steps))

    assert crest_at(12.7) >= 10
    assert crest_at(13.9) < 10
    for b in (30.0, 90.0):
        assert line("quadratic spikes").a(b, forgotten / b, 2.0) == pytest.approx(13.2 * forgotten**2 * b)


@pytest.mark.parametrize("forgotten", [0.0003, 0.003, 0.03, 0.1])
def test_the_loss_dips_below_its_later_ripple_below_a_08b(forgotten):
    def dip(ratio):
        beta1, steps = 1 - forgotten, int(400 / (ratio * forgotten))
        _, least = adam_on_a_power(beta1, 1 - ratio * forgotten, 2.0, 10 / forgotten, steps, 1, 0.0)
        return least / core.analyses.ripple(beta1, 1 - ratio * forgotten, 1.0).half_width

    assert dip(0.4) < 1e-4
    assert dip(0.6) < 0.03
    assert dip(0.7) < 0.15
    assert dip(0.9) > 0.5
    assert dip(1.2) > 0.8


@pytest.mark.parametrize("n", [3.0, 4.0, 6.0, 8.0])
def test_the_wedge_of_a_power(n):
    """At b eta = 0.01, with epsilon far below: calm, spikes, ripple."""

    def at(ratio):
        x = tail_of(0.01, ratio, n=n, start=10.0, steps=250_000, epsilon=1e-300)
        if np.max(np.abs(x)) ** n / n < 1e-25:
            return "calm"
        return "spikes" if crest(x, n) >= 10 else "ripple"

    calm, quick = line("wedge, calm edge").a(10.0, 1e-3, n) / 10, line("wedge, quick edge").a(10.0, 1e-3, n) / 10
    assert at(0.95 * calm) == "calm"
    assert at(1.1 * calm) == at(0.9 * quick) == "spikes"
    assert at(1.25 * quick) == "ripple"
    kept = core.resolved("adam", {"a": 12.0, "b": 10.0, "epsilon": 1e-30})
    power = core.objective("power", n=n)
    assert line("wedge, calm edge").applies("adam", kept, power) is None
    assert "1e-30" in line("wedge, calm edge").applies("adam", kept | {"epsilon": 1e-8}, power)


def test_epsilon_fills_the_wedge():
    """As large as usual, the loss comes to rest where spikes would begin."""
    found = {}
    for epsilon in (1e-30, 1e-8):
        grid = core.regime_map(
            core.objective("power", n=4.0), x=("a", [12.0, 18.0, 25.0]), y=("b", [10.0]), steps=100_000, epsilon=epsilon
        )
        found[epsilon] = {core.REGIMES[i] for i in grid.regime.ravel()}
    assert found == {1e-30: {"spike"}, 1e-8: {"converging"}}


def test_adam_may_spike_on_the_quartic():
    """At a near 1.9b, once epsilon is out of the way."""
    run = core.run("adam", "quartic", steps=60_000, learning_rate=1e-2, a=19, b=10, epsilon=0)
    assert run.regime == "spike"


@pytest.mark.parametrize(("beta1", "ratio"), list(itertools.product([0.5, 0.9, 0.99], [0.3, 1.0, 1.5, 1.9])))
def test_the_worst_case_step(beta1, ratio):
    """No gradients exceed the bound, one sequence comes up to it, and it is 1 and least at a = b."""
    beta2 = 1 - ratio * (1 - beta1)
    if beta1**2 >= beta2:
        assert update_bound(beta1, beta2) == math.inf
        return
    j = np.arange(20_000)
    of_m, of_v = (1 - beta1) * beta1**j, (1 - beta2) * beta2**j
    random = np.random.default_rng(3)
    reached = []
    worst = np.exp(j[: int(100 / abs(math.log(beta1**2 / beta2)))] * (math.log(beta1) - math.log(beta2)))
    for g in (worst, *random.standard_normal((20, 500)), *random.standard_cauchy((20, 500))):
        size = len(g)
        reached.append(abs(of_m[:size] @ g) / math.sqrt(of_v[:size] @ g**2))
    bound = update_bound(beta1, beta2)
    assert max(reached) <= bound * (1 + 1e-9)
    assert reached[0] == pytest.approx(bound, rel=1e-6)
    assert bound >= update_bound(beta1, beta1) == pytest.approx(1.0)


def test_beyond_2b_no_bound_holds():
    """The sequence that meets the bound makes steps as long as one likes; AMSGrad's stay below 1/sqrt(1 - beta2)."""
    beta1, beta2 = 0.9, 0.8
    assert line("bounded update").side((1 - beta2) / 1e-3, (1 - beta1) / 1e-3, 1e-3)
    for size, least in ((200, 5.0), (1000, 500.0)):
        m = v = greatest = 0.0
        for g in (beta1 / beta2) ** np.arange(size)[::-1]:  # what is older was larger
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
            greatest = max(greatest, v)
        assert m / math.sqrt(v) > least
        assert m / math.sqrt(greatest) <= 1 / math.sqrt(1 - beta2)


@pytest.mark.parametrize("inside", [False, True])
def test_the_energy_of_the_flow_cannot_grow_up_to_a_4b(inside):
    """E = f - f* + sum m^2/(2 B D), B = b/(1 - e^(-bt)) or b: its slope at 40,000 random states, with epsilon inside
    and outside the root, corrected and not; and for larger a it grows at some."""
    random = np.random.default_rng(5)
    size = 40_000
    g, m = random.standard_normal((2, size)) * 10.0 ** random.uniform(-3, 3, (2, size))
    v = 10.0 ** random.uniform(-8, 6, size)
    epsilon = np.where(random.random(size) < 0.3, 0.0, 10.0 ** random.uniform(-8, 3, size))
    b = 10.0 ** random.uniform(-1, 3, size)
    for corrected, low, high in ((True, 0.01, 4.0), (False, 0.01, 4.0), (False, 4.2, 40.0), (True, 4.2, 40.0)):
        a = b * random.uniform(low, high, size)
        t = 10.0 ** random.uniform(-3, 2, size) / b
        rate_m, rate_v = (-b / np.expm1(-b * t), -a / np.expm1(-a * t)) if corrected else (b, a)
        weight_slope = np.exp(-b * t) if corrected else 0.0  # (1/B)'
        denominator = np.sqrt(v + epsilon) if inside else np.sqrt(v) + epsilon
        slope_v = rate_v * (g * g - v)
        slope_d = slope_v / (2 * np.sqrt(v + epsilon)) if inside else slope_v / (2 * np.sqrt(v))
        slope_m = rate_m * (g - m)
        terms = np.stack([
            -g * m / denominator, m * slope_m / (rate_m * denominator),
            -(m**2) * slope_d / (2 * rate_m * denominator**2), m**2 * weight_slope / (2 * denominator),
        ])  # fmt: skip
        slope, size_of_terms = terms.sum(axis=0), np.abs(terms).sum(axis=0)
        assert np.any(slope > 1e-9 * size_of_terms) == (low > 4)


def near(method, parameters, start, steps=3000):
    """Positions of a method's run on a coupled quadratic, epsilon all but 0."""
    run = core.run(method, "x^2 + 3y^2 + x*y", start=start, steps=steps, learning_rate=1e-2, **parameters)
    return run.position


@pytest.mark.parametrize("name", [n for n in core.optimizers() if core.OPTIMIZERS[n].has_rates])
def test_a_method_that_steps_as_adam_does_so(name):
    method, rates = core.OPTIMIZERS[name], {"beta1": 0.9, "beta2": 0.95}
    own = {"weight_decay": 0.0} if "weight_decay" in {p.name for p in method.parameters} else {}
    small = {"epsilon": 0.0} if "epsilon" in {p.name for p in method.parameters} else {}
    if "bias_correction" in {p.name for p in method.parameters}:
        own["bias_correction"] = True
    values = core.resolved(name, rates | own | small)
    ours, adam = near(name, rates | own | small, (1.0, -0.7)), near("adam", rates | {"epsilon": 0.0}, (1.0, -0.7))
    if method.trait("steps_as_adam", values):
        np.testing.assert_allclose(ours[:200], adam[:200], atol=1e-9)
    else:
        assert np.abs(ours - adam).max() > 1e-6
    # in the end: one step of both from the method's own late moments
    if method.trait("ends_as_adam", values):
        run = core.run(
            name, "x^2 + 3y^2 + x*y", start=(1.0, -0.7), steps=3000, learning_rate=1e-2, **rates | own | small
        )
        m, v = run.state["first_moment"][-200:], run.state["second_moment"][-200:]
        np.testing.assert_allclose(np.diff(run.position[-201:], axis=0), -1e-2 * m / np.sqrt(v), rtol=1e-6)
