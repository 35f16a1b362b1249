"""Every declared preconditioner and threshold against runs of the method itself."""

import numpy as np
import pytest

import core
from core import analyses

DECLARED = [name for name in core.optimizers() if core.OPTIMIZERS[name].sharpness]

# Gradients stay so small that epsilon, or what stands for it, is all of the preconditioner
TINY, STEPS, LATE = 1e-200, 1500, 1000
FROZEN = {
    "adagrad_norm": {"b0": 2.0},
    "g_adagrad": {"exponent": 0.0},
    "adabound": {"epsilon": 1.0, "final_learning_rate": 1.0, "gamma": 1e9},
    "nadam": {"epsilon": 1.0, "momentum_decay": 1.0},
    "radam": {"epsilon": 1.0, "beta2": 0.9},
} | {name: {} for name in ("gd", "heavy_ball", "nesterov")}
CASES = [(name, {}) for name in DECLARED]
CASES += [("nesterov", {"schedule": "constant", "momentum": 0.5}), ("heavy_ball", {"momentum": 0.3})]
CASES += [("adam", {"beta1": 0.5}), ("adam", {"epsilon_inside_root": True, "epsilon": 4.0})]
CASES += [("adashift", {"beta1": 0.5}), ("adashift", {"beta1": 0.0}), ("adamw", {"weight_decay": 2.0})]


def frozen_run(name, curvature, **given):
    given = {"learning_rate": 0.5} | FROZEN.get(name, {"epsilon": 1.0}) | given
    return core.run(name, f"{curvature:.17g} * (x^2 + y^2)/2", start=(TINY, TINY), steps=STEPS, **given)


def share_of_threshold(run):
    return analyses.preconditioned_sharpness(run) / analyses.sharpness_threshold(run)


@pytest.mark.parametrize(("name", "given"), CASES, ids=[f"{n} {g}" for n, g in CASES])
def test_runs_shrink_just_below_the_threshold_and_grow_just_above(name, given):
    critical = 1 / share_of_threshold(frozen_run(name, 1.0, **given))[-1]  # P does not depend on the curvature
    for share in (0.99, 1.01):
        run = frozen_run(name, share * critical, **given)
        size = np.abs(run.position[:, 0])
        assert size.max() < 1e-50
        assert share_of_threshold(run)[-1] == pytest.approx(share)
        assert (size[-100:].max() > size[LATE : LATE + 100].max()) == (share > 1)


@pytest.mark.parametrize("name", DECLARED)
def test_without_momentum_the_step_is_the_gradient_over_the_preconditioner(name):
    names = {p.name for p in core.OPTIMIZERS[name].numeric}
    no_momentum = {"beta1": 0.0, "momentum": 0.0, "weight_decay": 0.0}
    given = {n: v for n, v in no_momentum.items() if n in names} | {"learning_rate": 1e-2}
    if name == "adabelief":  # without momentum it sees no deviation at all
        given["epsilon"] = 0.1
    run = core.run(name, "quadratic", start=(2.0, 1.0), steps=100, **given)
    divisor, gradient = analyses.preconditioner(run), run.objective.gradient(*run.position.T)
    if name == "adadelta":  # at an iterate its numerator is known one step ahead
        divisor[1:] *= np.sqrt((run.state["squared_steps"][1:] + 1e-6) / (run.state["squared_steps"][:-1] + 1e-6))
    moved = slice(10 if name == "adashift" else 0, None)  # it waits for a gradient that old
    np.testing.assert_allclose(
        (np.diff(run.position, axis=0) * divisor[1:])[moved], -1e-2 * gradient[:-1][moved], rtol=1e-9, atol=1e-12
    )


def test_the_greatest_eigenvalue_is_numpy_s():
    run = core.run("rmsprop", "rosenbrock", steps=200)
    k = 150
    matrix = run.objective.hessian(*run.position[k]) / analyses.preconditioner(run)[k][:, None]
    assert analyses.preconditioned_sharpness(run)[k] == pytest.approx(np.linalg.eigvals(matrix).real.max(), rel=1e-10)
    assert np.isnan(analyses.preconditioned_sharpness(run)[0])


def test_thresholds_of_the_literature():
    line = {n: analyses.sharpness_threshold(core.run(n, "quartic", steps=5, learning_rate=0.1)) for n in DECLARED}
    assert line["gd"] == pytest.approx(20)  # 2/eta
    assert line["heavy_ball"] == pytest.approx(38)  # 2 (1 + mu)/eta
    assert line["adam"] == pytest.approx(380)  # 38/eta: Cohen et al. 2022
    assert line["rmsprop"] == pytest.approx(20)
    assert line["nesterov"] == pytest.approx(
        10 * (2 + 2 * np.arange(6) / np.arange(3, 9)) / (1 + 2 * np.arange(6) / np.arange(3, 9))
    )
    # a memory cut after ten gradients is a delay, and bears a fortieth of Adam's sharpness
    assert line["adashift"] == pytest.approx(8.887, rel=1e-3)


@pytest.mark.parametrize("schedule", ["1/sqrt(t)", "1/t", "cosine"])
@pytest.mark.parametrize("name", ["adam", "adamw", "adabound", "adashift", "nesterov"])
def test_the_threshold_is_that_of_the_next_step_s_learning_rate(name, schedule):
    run = core.run(name, "quartic", steps=20, learning_rate=1e-3, learning_rate_schedule=schedule)
    line, k = analyses.sharpness_threshold(run), np.arange(1, 21)
    rates = 1e-3 * {"1/sqrt(t)": k**-0.5, "1/t": 1 / k, "cosine": np.cos(np.pi * (k - 1) / 40) ** 2}[schedule]
    for step, rate in enumerate(rates):
        of_its_own = core.run(name, "quartic", steps=20, learning_rate=rate)
        assert line[step] == pytest.approx(analyses.sharpness_threshold(of_its_own)[step])
    assert (line[-1] == np.inf) == (schedule == "cosine")


def test_a_cut_memory_without_decay_has_a_closed_form():
    # for equal weights the recursion meets the unit circle at angle pi/n: sigma = n (1 - cos(pi/n))
    run = core.run("adashift", "quartic", steps=1, learning_rate=1.0, beta1=1 - 1e-12)
    assert analyses.sharpness_threshold(run) == pytest.approx(10 * (1 - np.cos(np.pi / 10)), rel=1e-6)


@pytest.mark.parametrize("name", [n for n in core.optimizers() if n not in DECLARED])
def test_a_method_without_a_preconditioner_says_so(name):
    run = core.run(name, "quartic", steps=3)
    for analysis in (analyses.preconditioned_sharpness, analyses.sharpness_threshold, analyses.preconditioner):
        with pytest.raises(ValueError, match=f"^optimizer = '{name}': must have a diagonal preconditioner, as gd, "):
            analysis(run)


def test_adagrad_stabilises_itself():
    # beyond its threshold at first, it swings; the sum grows until 2/eta is no longer exceeded, and it converges
    run = core.run("adagrad", "50 x^2 + 50 y^2", start=(0.01, 0.01), steps=300, learning_rate=0.5)
    share = share_of_threshold(run)
    assert share[1] > 5
    assert share[-1] < 1
    assert np.abs(run.position[-1]).max() < 1e-6
