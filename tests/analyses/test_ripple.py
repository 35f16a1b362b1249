"""The closed forms of the ripple against Adam's steps, written anew, and against core's runs in the plane."""

import math

import numpy as np
import pytest
from numba import njit

import core
from core import analyses
from core.objectives.minima import local_minima
from core.regimes.lines import RIPPLE

ETA = 1e-3


@njit
def adam_on_a_parabola(beta1, beta2, steps, tail):
    """x and v_hat over the last steps of Adam on x^2/2, with a learning rate of 1 and epsilon 0."""
    x, m, v, of_m, of_v, kept = 2.0, 0.0, 0.0, 1.0, 1.0, np.empty((tail, 2))
    for k in range(steps):
        m += (1 - beta1) * (x - m)
        v += (1 - beta2) * (x * x - v)
        of_m *= beta1
        of_v *= beta2
        v_hat = v / (1 - of_v)
        x -= m / (1 - of_m) / math.sqrt(v_hat)
        if k >= steps - tail:
            kept[k - steps + tail] = x, v_hat
    return kept


CASES = [(0.1, 1), (1, 10), (10, 10), (20, 10), (30, 10), (50, 10), (30, 30), (100, 100), (1, 30), (5, 60)]


@pytest.mark.parametrize(("a", "b"), CASES)
def test_gauge_width_and_angle_are_those_of_the_steps(a, b):
    beta1, beta2 = 1 - b * ETA, 1 - a * ETA
    expected = analyses.ripple(beta1, beta2, ETA)
    tail = 1 << 16
    x, v = adam_on_a_parabola(beta1, beta2, max(int(60 / (ETA * min(a, b))), 4 * tail), tail).T
    gauge = np.mean(1 / np.sqrt(v)) * (1 - beta1) / (2 * (1 + beta1))
    assert gauge == pytest.approx(expected.gauge, abs=0.015)
    rough = 0.05 if a > 3 * b else 0.01
    assert (x.max() - x.min()) / 2 * ETA == pytest.approx(expected.half_width, rel=rough)
    spectrum = np.abs(np.fft.rfft(x * np.hanning(tail)))
    assert 2 * math.pi * spectrum.argmax() / tail == pytest.approx(expected.angle, rel=rough)
    assert expected.period == pytest.approx(2 * math.pi / expected.angle)


def test_the_angle_solves_the_balance_as_the_steps_become_small():
    for share in (0.05, 0.3, 0.5, 0.9):
        residues = []
        for b in (1.0, 0.1, 0.01):
            beta1, beta2 = 1 - b * ETA, 1 - 8 * share * b * ETA
            z = np.exp(-1j * analyses.ripple(beta1, beta2, ETA).angle)
            h = (1 - beta2) / (1 - beta2 * z * z)
            first = -(1 - beta1) * z.imag
            residues.append(abs(first + (h * (z - 1) * (1 - beta1 * z)).imag / 4) / first)
        assert residues[2] < 1e-3
        assert residues[2] < residues[1] / 5 < residues[0] / 20


@pytest.mark.parametrize(("name", "a", "b"), [("rosenbrock", 10, 10), ("rosenbrock", 3, 30), ("matyas", 10, 10),
                                              ("himmelblau", 10, 10), ("x^2/2 + 50y^2 + 6xy", 10, 10),
                                              ("booth", 10, 10)])  # fmt: skip
def test_the_mean_loss_in_the_plane(name, a, b):
    f = core.objective(name)
    values = core.resolved("adam", {"a": a, "b": b, "epsilon": 1e-12})
    assert RIPPLE.applies("adam", values, f) is None
    run = core.run("adam", f, steps=60_000, a=a, b=b, learning_rate=ETA, epsilon=1e-12)
    floor, hessian = f.minimum or 0.0, local_minima(f)[0].hessian
    expected = analyses.ripple(values["beta1"], values["beta2"], ETA).mean_loss(hessian)
    assert np.mean(run.loss[-10_000:]) - floor == pytest.approx(expected, rel=0.05)


def test_where_there_is_none():
    for ratio in (8.001, 9, 40):
        found = analyses.ripple(1 - 0.01, 1 - 0.01 * ratio, ETA)
        assert all(map(math.isnan, (found.gauge, found.half_width, found.angle, found.period)))


@pytest.mark.parametrize(
    ("values", "objective", "words"),
    [
        ({"a": 81, "b": 10}, "quadratic", "no ripple from a = 8b on"),
        ({"a": 1, "b": 100}, "quadratic", "comes in spikes here"),
        ({"a": 10, "b": 10}, "quartic", "Hessian is singular"),
        ({"a": 10, "b": 10}, "saddle", "no minimum of f"),
        ({"a": 100, "b": 300}, "quadratic", "b eta <= 0.1 only"),
        ({"a": 10, "b": 10, "epsilon": 1e-3}, "quadratic", "1 % of sqrt(v)"),
        ({"a": 10, "b": 10, "learning_rate_schedule": "1/t"}, "quadratic", "not constant"),
        ({"a": 10, "b": 10}, "quadratic", None),
    ],
)
def test_when_it_is_said(values, objective, words):
    told = RIPPLE.applies("adam", core.resolved("adam", values), objective)
    assert told is None if words is None else words in told
