"""What the curves claim, against runs: no bound is exceeded, a slope is the rate, a sentence says what was measured."""

import re

import numpy as np
import pytest

import core
from dashboard.catalogue.curves import CURVES, Limit


def references(curve, run):
    """The dotted lines of a run as (rows, values, label)."""
    lines = CURVES[curve].of_run(run)
    k = np.arange(len(run.loss))
    return lines[0].values, [
        (k if r.at is None else r.at.astype(int), r.values, r.label) for r in lines if r.kind == "reference"
    ]


def random_quadratic(rng):
    kappa, angle = float(10 ** rng.uniform(0, 3)), float(rng.uniform(0, np.pi))
    return core.objective("quadratic", kappa=kappa, angle=angle), kappa, tuple(rng.uniform(-3, 3, 2))


@pytest.mark.parametrize("optimizer", ["gd", "nesterov", "heavy_ball", "sign_gd", "adagrad_norm"])
def test_no_run_exceeds_a_bound(optimizer):
    rng, drawn = np.random.default_rng(5), 0
    for _ in range(60):
        f, kappa, start = random_quadratic(rng)
        given = {"learning_rate": float(10 ** rng.uniform(-3, 0.3)) / kappa}
        if optimizer in ("nesterov", "heavy_ball") and rng.random() < 0.5:
            given["momentum"] = float(rng.uniform(0, 0.99))
        if optimizer == "adagrad_norm":
            given = {"learning_rate": 1.0, "b0": float(10 ** rng.uniform(-2, 2))}
        run = core.run(optimizer, f, start=start, steps=int(rng.integers(50, 3000)), **given)
        if run.status != "completed":
            continue
        try:
            values, found = references("bounds", run)
        except ValueError:
            continue
        for rows, bound, label in found:
            assert "bound" in label or "slope" in label
            if "bound" in label:
                drawn += 1
                known = np.isfinite(bound)
                assert np.all(values[rows][known] <= bound[known]), (f, given)
    assert drawn > 10 or optimizer in ("heavy_ball", "sign_gd")


@pytest.mark.parametrize("objective", ["(x+2*y-7)^2 + (2*x+y-5)^2", "x^2 + 3*y^2 + 5", "booth", "matyas"])
def test_a_bound_reaches_down_to_rounding_and_no_further(objective):
    run = core.run("gd", objective, steps=40_000, learning_rate=0.05, start=(2.0, -1.0))
    values, [(rows, bound, _)] = references("bounds", run)
    known = np.isfinite(bound)
    assert known.sum() > 100
    assert np.all(values[rows][known] <= bound[known])


@pytest.mark.parametrize(("optimizer", "momentum"), [("heavy_ball", 0.5), ("heavy_ball", 0.95), ("nesterov", 0.8)])
def test_a_slope_is_the_rate_in_the_long_run(optimizer, momentum):
    f = core.objective("quadratic", kappa=20.0, angle=0.4)
    run = core.run(optimizer, f, start=(1.0, 0.7), steps=1200, learning_rate=0.02, momentum=momentum)
    values, [(_, slope, label)] = references("bounds", run)
    assert "slope" in label
    tops = [block.max() for block in np.split(values[:1200], 12)]
    assert np.log(tops[10] / tops[5]) == pytest.approx(np.log(slope[1000] / slope[500]), rel=0.05)


def test_what_has_no_bound_says_why():
    f = core.objective("quadratic", kappa=10.0)
    for optimizer, given, words in (
        ("nesterov", {"learning_rate": 0.2}, "needs η ≤ 1/L = 0.1, and η is 0.2"),
        ("gd", {"learning_rate_schedule": "1/t"}, "constant learning rate"),
        ("adam", {}, "no bound of it is known"),
        ("adagrad_norm", {"learning_rate": 0.5}, "for η = 1, and η is 0.5"),
    ):
        with pytest.raises(ValueError, match=re.escape(words)):
            CURVES["bounds"].of_run(core.run(optimizer, f, steps=10, **given))
    with pytest.raises(ValueError, match="convex quadratics"):
        CURVES["bounds"].of_run(core.run("gd", "rosenbrock", steps=10))


def test_the_sign_flow_stays_below_its_bound():
    rng = np.random.default_rng(2)
    for _ in range(10):
        f, _, start = random_quadratic(rng)
        run = core.run("sign_gd", f, start=start, steps=1000, learning_rate=0.01)
        flow = core.flow("sign_gd", f, start=start, duration=10.0)
        loss, bound = CURVES["bounds"].of_limit(Limit(flow, 0.01, lambda run=run: run))
        assert np.all(loss.values <= bound.values * (1 + 1e-6) + 1e-9 * loss.values[0])


@pytest.mark.parametrize("bias_correction", [False, True])
@pytest.mark.parametrize("schedule", ["constant", "1/sqrt(t)", "cosine"])
def test_no_step_is_longer_than_its_bound(bias_correction, schedule):
    rng = np.random.default_rng(4)
    for _ in range(12):
        beta1, beta2 = float(rng.uniform(0, 0.99)), float(rng.uniform(0.5, 0.999))
        objective = rng.choice(["rosenbrock", "himmelblau", "rastrigin", "quadratic"])
        run = core.run(
            "adam", objective, start=tuple(rng.uniform(-2, 2, 2)), steps=2000, learning_rate=0.01, beta1=beta1,
            beta2=beta2, epsilon=0, bias_correction=bias_correction, learning_rate_schedule=schedule,
        )  # fmt: skip
        lines = CURVES["lengths"].of_run(run)
        assert (len(lines) == 3) == (beta1**2 < beta2)
        for line in lines[2:]:
            assert np.all(np.maximum(lines[0].values, lines[1].values) <= line.values * (1 + 1e-9))


def test_energy_says_what_was_measured():
    for given in ({}, {"bias_correction": False}, {"bias_correction": False, "epsilon": 0, "a": 5.0, "b": 10.0}):
        run = core.run("adam", "rosenbrock", steps=20_000, **given)
        (line,) = CURVES["energy"].of_run(run, run.objective.minimum)
        values = line.values[np.isfinite(line.values)]
        running = np.minimum.accumulate(values)
        growth = np.max(values[running > 0] / running[running > 0]) - 1
        said = CURVES["energy"].says(run, run.objective.minimum)
        number = re.search(r"by up to ([\d.e+]+) %", said)
        assert float(number[1]) == pytest.approx(100 * growth, rel=0.06) if number else growth <= 1e-9
        assert ("cannot grow" in said) == (given.get("epsilon") == 0)


def test_the_flow_s_energy_falls_where_it_is_said_to():
    for a, b in ((1.0, 10.0), (10.0, 10.0), (39.0, 10.0)):
        given = {"bias_correction": False, "epsilon": 0, "learning_rate": 1e-3, "a": a, "b": b}
        flow = core.flow("adam", "quadratic", duration=3.0, rtol=1e-9, **given)
        run = core.run("adam", "quadratic", steps=3000, **given)
        (line,) = CURVES["energy"].of_limit(Limit(flow, 1e-3, lambda run=run: run), run.objective.minimum)
        values = line.values[1:]
        assert np.all(np.diff(values) <= 1e-6 * values[:-1])


@pytest.mark.parametrize("optimizer", ["adam", "amsgrad", "adamal"])
def test_gamma_counts_what_is_negative(optimizer):
    run = core.run(optimizer, "rosenbrock", steps=3000)
    lines = CURVES["gamma"].of_run(run)
    said = [
        int(n.replace(",", ""))
        for n in re.findall(r"below 0 on ([\d,]+)|and on ([\d,]+)", CURVES["gamma"].says(run))
        for n in n
        if n
    ]
    assert said == [int(np.sum(line.values < 0)) for line in lines]
    assert (said == [0, 0]) == (optimizer == "adamal")


RATED = [
    ("quadratic", 5, 5, 1e-4), ("quadratic", 20, 5, 1e-4), ("booth", 5, 5, 2e-4), ("matyas", 2, 5, 2e-4),
    ("himmelblau", 5, 5, 2e-4), ("rosenbrock", 5, 5, 2e-4), ("quadratic", 10, 10, 1e-3), ("booth", 3, 10, 1e-4),
]  # fmt: skip


@pytest.mark.parametrize(("objective", "a", "b", "eta"), RATED)
def test_the_local_rate_follows_the_loss_where_it_is_drawn(objective, a, b, eta):
    run = core.run("adam", objective, steps=100_000, learning_rate=eta, a=a, b=b)
    values, [(rows, slope, _)] = references("rates", run)
    width = max(1, len(rows) // 20)
    tops = [(values[rows[i : i + width]].max(), slope[i : i + width].max()) for i in range(0, len(rows) - width, width)]
    assert np.all(np.abs(np.log10([line / top for top, line in tops])) < 0.8)


@pytest.mark.parametrize("given", [{}, {"a": 100.0, "b": 1.0}, {"a": 10.0, "b": 10.0, "learning_rate_schedule": "1/t"}])
def test_no_local_rate_where_averaging_does_not_hold(given):
    with pytest.raises(ValueError, match="local rate"):
        CURVES["rates"].of_run(core.run("adam", "rosenbrock", steps=40_000, **given))
