"""Reddi's examples, Gamma_t, budgets and swaps: figures from elsewhere, and runs against plain Python."""

import math

import numpy as np
import pytest

import core
from core import analyses
from core.analyses import gamma, online_run, periodic_slopes, random_slopes, regularization_budget

PAPER = {"epsilon": 0.0, "bias_correction": False}  # the methods as Reddi et al. analyse them
ROUNDS = 15_000
FALLING = {"learning_rate": 0.5, "learning_rate_schedule": "1/sqrt(t)"}


def theorem_1(optimizer, c, **more):
    given = PAPER | FALLING | {"beta1": 0.0, "beta2": 1 / (1 + c * c)} | more
    return online_run(optimizer, periodic_slopes(ROUNDS, c), **given)


@pytest.mark.parametrize(
    ("optimizer", "c", "end"),
    [("adam", 3, 1.0), ("adam", 4, 1.0), ("amsgrad", 3, -0.997), ("amsgrad", 4, -0.998),
     ("adamal", 3, -0.997), ("adamal", 4, -0.998)],
)  # fmt: skip
def test_reddi_s_theorem_1(optimizer, c, end):
    run = theorem_1(optimizer, c)
    assert run.status == "completed"
    assert run.position.shape == (ROUNDS + 1, 2)
    assert run.position[-1, 0] == pytest.approx(end, abs=5e-4)
    assert np.all(run.position[:, 1] == 0)
    # average regret: Adam's tends to (C - 2)/3 times the way from one end to the other, the others' to 0
    assert run.regret[-1] / ROUNDS == pytest.approx(2 * (c - 2) / 3 if end > 0 else 0, abs=0.02)


def test_a_smaller_beta2_fails_too():
    # beta2 <= min(C^(-4/(C-2)), 1 - (9/(2C))^2): for C = 6 that is 1/6
    assert theorem_1("adam", 6, beta2=0.15).position[-1, 0] == 1.0


@pytest.mark.parametrize(("optimizer", "end"), [("adam", 1.0), ("amsgrad", -0.946), ("adamal", -0.993)])
def test_the_experiment_of_101_rounds(optimizer, end):
    slopes = periodic_slopes(1_000_000, 1010, 10, 101)
    assert slopes[:101].sum() == 10
    run = online_run(optimizer, slopes, learning_rate=1e-2, beta2=0.99, **PAPER)
    assert run.position[-1, 0] == pytest.approx(end, abs=5e-4)


def test_the_stochastic_forms():
    slopes = random_slopes(1_000_000, 1010, 10, 0.01)
    assert slopes.mean() == pytest.approx(0.2, abs=0.3)  # its standard error is 0.1
    assert set(np.unique(slopes)) == {-10.0, 1010.0}
    np.testing.assert_array_equal(slopes[:1000], random_slopes(1000, 1010, 10, 0.01))
    assert np.any(slopes[:1000] != random_slopes(1000, 1010, 10, 0.01, seed=1))
    # Theorem 3: with probability (1 + delta)/(C + 1) the mean slope is delta, and -1 the best point
    c, delta = 40, 0.05
    drawn = random_slopes(300_000, c, 1, (1 + delta) / (c + 1))
    assert (1 + delta) / (c + 1) * (c + 1) - 1 == pytest.approx(delta)
    given = PAPER | {"learning_rate": 1e-3, "beta1": 0.0, "beta2": 0.99}
    ends = {name: online_run(name, drawn, **given).position[-100_000:, 0].mean() for name in ("adam", "amsgrad")}
    assert ends["adam"] > 0.9
    assert ends["amsgrad"] < -0.5


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
@pytest.mark.parametrize(("n", "too_small", "large"), [(5, 0.5, 0.9), (20, 0.9, 0.999)])
def test_of_n_summands_the_more_the_larger_beta2_has_to_be(n, too_small, large, shuffled):
    """Zhang et al. (2022): n x once and -x the other n - 1 times, with x rising for a beta2 that is too small for n.

    A summand's slope n counts for one step only while v remembers it: on [-1, 1] the mean slope 1/n wins with a long
    memory, the sign of the many with a short one.
    """
    slopes = np.full(n, -1.0)
    slopes[0] = n
    random, epochs = np.random.default_rng(3), 100_000 // n
    rounds = np.concatenate([random.permutation(slopes) if shuffled else slopes for _ in range(epochs)])
    ends = [
        online_run("adam", rounds, learning_rate=1e-3, beta1=0.0, beta2=beta2, **PAPER).position[-2000:, 0].mean()
        for beta2 in (too_small, large)
    ]
    assert ends[0] > 0.7
    assert ends[1] < -0.7


@pytest.mark.parametrize("corrected", [False, True])
def test_adam_s_rounds_in_plain_python(corrected):
    slopes, rates = random_slopes(300, 5, 1, 0.3), 0.3 / np.sqrt(np.arange(1, 301))
    x, m, v, one, two = 0.25, 0.0, 0.0, 0.9, 0.99
    rows, gammas, before = [x], [], 0.0
    for k in range(1, 301):
        g = slopes[k - 1]
        m, v = one * m + (1 - one) * g, two * v + (1 - two) * g * g
        below = math.sqrt(v / (1 - two**k) if corrected else v) + 1e-3
        m_hat = m / (1 - one**k) if corrected else m
        x = max(-1.0, min(1.0, x - rates[k - 1] * m_hat / below))
        gammas.append(below / rates[k - 1] - before)
        before = below / rates[k - 1]
        rows.append(x)
    run = online_run(
        "adam", slopes, start=0.25, learning_rate=0.3, learning_rate_schedule="1/sqrt(t)", beta1=one, beta2=two,
        epsilon=1e-3, bias_correction=corrected,
    )  # fmt: skip
    np.testing.assert_allclose(run.position[:, 0], rows, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(gamma(run)[:, 0], gammas, rtol=1e-8, atol=1e-9)


def test_without_a_projection_in_reach_it_is_an_ordinary_run():
    online = online_run("adam", np.full(200, 3.0), learning_rate=1e-3, start=0.5, epsilon=1e-8)
    run = core.run("adam", "3x", start=(0.5, 0.0), steps=200, learning_rate=1e-3, epsilon=1e-8)
    np.testing.assert_array_equal(online.position, run.position)


@pytest.mark.parametrize("optimizer", core.optimizers())
def test_every_optimizer_plays(optimizer):
    run = online_run(optimizer, periodic_slopes(300), learning_rate=0.1)
    assert run.status == "completed"
    assert np.abs(run.position).max() <= 1
    assert np.ptp(run.position[:, 0]) > 0


# Gamma_t and the budget


def test_gamma_is_negative_in_adam_and_never_in_amsgrad_and_adamal():
    falls = {name: gamma(theorem_1(name, 3))[:, 0].min() for name in ("adam", "amsgrad", "adamal")}
    assert falls["adam"] < 0
    assert falls["amsgrad"] >= -1e-9  # rounding
    assert falls["adamal"] >= -1e-9


def test_in_adam_every_large_gradient_is_followed_by_two_negative_gammas():
    negative = (gamma(theorem_1("adam", 3))[:, 0] < 0).reshape(-1, 3)
    np.testing.assert_array_equal(negative[1000:], np.tile([False, True, True], (4000, 1)))


@pytest.mark.parametrize("name", ["adam", "amsgrad", "adamal", "rmsprop", "adagrad"])
def test_the_budget_is_the_root_of_the_second_moment(name):
    plain = {"epsilon": 0.0} | ({} if name == "adagrad" else {"bias_correction": False})
    run = core.run(name, "rosenbrock", steps=500, learning_rate=1e-2, **plain)
    stored = {"amsgrad": "second_moment_maximum", "adagrad": "sum_of_squares"}.get(name, "second_moment")
    np.testing.assert_allclose(regularization_budget(run), np.sqrt(run.state[stored]), rtol=1e-14)
    # for a constant learning rate Gamma is the budget's change
    np.testing.assert_allclose(gamma(run), np.diff(regularization_budget(run), axis=0) / 1e-2, atol=1e-9)
    assert (gamma(run).min() >= -1e-9) == (name in ("amsgrad", "adamal", "adagrad"))


def test_pytorch_s_correction_makes_amsgrad_s_budget_fall():
    # the maximum is taken before the correction 1 - beta2^k, which grows: on a line v_hat is constant, so push once
    run = online_run("amsgrad", np.r_[1.0, np.full(50, 0.1)], learning_rate=1e-2, epsilon=0.0)
    assert gamma(run)[1:, 0].max() < 0


def test_adamal_s_budget_is_never_below_amsgrad_s_for_the_same_gradients():
    slopes = random_slopes(5000, 7, 1, 0.1)
    ours, theirs = (
        regularization_budget(online_run(n, slopes, learning_rate=1e-2, beta2=0.9, **PAPER))[:, 0]
        for n in ("adamal", "amsgrad")
    )
    assert np.all(ours >= theirs)
    assert ours[-1] > 1.2 * theirs[-1]


def test_what_has_no_preconditioner_has_no_budget():
    with pytest.raises(ValueError, match=r"^optimizer = 'sign_gd': must have a diagonal preconditioner"):
        gamma(core.run("sign_gd", "quartic", steps=3))


# Swaps


def test_swaps_are_counted_as_by_hand():
    # 4 > 1: v rises at round 1, decays at 2 and 3 (kept), rises beyond the maximum at 4, decays at 5
    run = online_run("amsgrad", [2.0, 1.0, 1.0, 4.0, 1.0], learning_rate=0.1, beta2=0.5, **PAPER)
    swaps = analyses.amsgrad_swaps(run)
    assert swaps.kept[:, 0].tolist() == [False, True, True, False, True]
    assert swaps.count.tolist() == [3, 0]
    assert swaps.share.tolist() == [0.6, 0.0]
    assert [i.tolist() for i in swaps.intervals] == [[1, 2], []]


def test_amsgrad_swaps_in_two_of_three_rounds_of_reddi_s_example():
    swaps = analyses.amsgrad_swaps(theorem_1("amsgrad", 3))
    assert swaps.share[0] == pytest.approx(2 / 3, abs=0.01)
    assert set(swaps.intervals[0][-1000:]) == {1, 2}


def test_swaps_belong_to_amsgrad():
    with pytest.raises(ValueError, match=r"^optimizer = 'adam': must be amsgrad"):
        analyses.amsgrad_swaps(core.run("adam", "quartic", steps=3))


REFUSALS = [
    (dict(slopes=[]), "len(slopes) = 0: must be a whole number from 1"),
    (dict(slopes=[1.0, np.nan]), "must be finite numbers in one dimension"),
    (dict(slopes=[[1.0]]), "must be finite numbers in one dimension"),
    (dict(slopes=["1"]), "must be finite numbers in one dimension"),
    (dict(learning_rate=0.0), "learning_rate = 0.0: must be a finite number above 0"),
    (dict(start=1.5), "start = 1.5: must be -1 <= start <= 1"),
    (dict(optimizer="reddi"), "optimizer = 'reddi': must be one of gd"),
    (dict(beta2=1.0), "beta2 = 1.0: must be 0 <= beta2 < 1"),
]


@pytest.mark.parametrize(("given", "message"), REFUSALS)
def test_refusals_name_the_parameter(given, message):
    with pytest.raises(ValueError, match="must be") as caught:
        online_run(**({"optimizer": "adam", "slopes": [1.0, 2.0, 3.0], "learning_rate": 0.1} | given))
    assert message in str(caught.value)
