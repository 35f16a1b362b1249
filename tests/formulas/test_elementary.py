"""The branch-free functions behind runs and maps: good to the last digits, libm's special values."""

import mpmath
import numpy as np
import pytest

from core.formulas.parsing import parse
from core.symbolic import expression as e
from tests.evaluate import at_point, in_lanes

X, Y = e.variable("x"), e.variable("y")
INFINITY, NAN = np.inf, np.nan
RANDOM = np.random.default_rng(7)


def uniform(low, high):
    return RANDOM.uniform(low, high, 2000)


def decades(low, high):
    return RANDOM.choice([-1.0, 1.0], 2000) * 10 ** RANDOM.uniform(low, high, 2000)


MODERATE = {
    "exp": (e.exp, mpmath.exp, [uniform(-30, 30), decades(-12, 0), uniform(-700, 700)]),
    "expm1": (e.expm1, mpmath.expm1, [uniform(-40, 40), decades(-12, 1)]),
    "log": (e.log, mpmath.log, [uniform(0.5, 2), abs(decades(-300, 300)), 1 + decades(-10, -1)]),
    "sin": (e.sin, mpmath.sin, [uniform(-10, 10), decades(-12, 2), np.pi * np.arange(-50.0, 50.0)]),
    "cos": (e.cos, mpmath.cos, [uniform(-10, 10), decades(-12, 2), np.pi * (np.arange(-50.0, 50.0) + 0.5)]),
    "tanh": (e.tanh, mpmath.tanh, [uniform(-20, 20), decades(-12, 0)]),
}


def ulps(found, function, *arguments):
    """How many units in the last place the found numbers are off."""
    with mpmath.workdps(50):
        exact = [function(*map(mpmath.mpf, row)) for row in zip(*(a.tolist() for a in arguments), strict=True)]
        errors = [abs(mpmath.mpf(f) - x) for f, x in zip(found.tolist(), exact, strict=True)]
        sizes = np.array([float(x) for x in exact])
    return np.array([float(error) for error in errors]) / np.spacing(np.abs(sizes))


@pytest.mark.parametrize("name", MODERATE)
def test_two_units_in_the_last_place(name):
    allowed = 3 if name == "tanh" else 2  # a quotient of two rounded values
    build, exact, ranges = MODERATE[name]
    for values in ranges:
        assert ulps(in_lanes([build(X)], {"x": values}, 32)[0], exact, values).max() <= allowed


def test_powers_lose_no_more_than_the_logarithm_s_digits():
    a, b = abs(decades(-3, 3)), uniform(-6, 6)
    error = ulps(in_lanes([e.power(X, Y)], {"x": a, "y": b}, 32)[0], mpmath.power, a, b)
    assert np.all(error <= 2 + 2 * np.abs(b * np.log(a)))


TINY = 5e-324
SPECIAL = {
    "exp": (e.exp, {0: 1, -INFINITY: 0, INFINITY: INFINITY, 710: INFINITY, -746: 0, -1e308: 0}),
    "expm1": (e.expm1, {0: 0, -INFINITY: -1, INFINITY: INFINITY, 710: INFINITY, -800: -1, 1e-320: 1e-320}),
    "log": (e.log, {1: 0, 0: -INFINITY, -1: NAN, INFINITY: INFINITY, -INFINITY: NAN, TINY: np.log(TINY)}),
    "sin": (e.sin, {0: 0, INFINITY: NAN, -INFINITY: NAN, TINY: TINY}),
    "cos": (e.cos, {0: 1, INFINITY: NAN, -INFINITY: NAN}),
    "tanh": (e.tanh, {0: 0, INFINITY: 1, -INFINITY: -1, 1e3: 1, -1e3: -1}),
    "sqrt": (e.sqrt, {0: 0, 4: 2, -1: NAN, INFINITY: INFINITY}),
    "sign": (e.sign, {0: 0, -3: -1, INFINITY: 1, TINY: 1}),
}


@pytest.mark.parametrize("name", SPECIAL)
@pytest.mark.parametrize("lanes", [1, 32])
def test_special_values(name, lanes):
    build, pairs = SPECIAL[name]
    given = np.array([*pairs, NAN], dtype=float)
    found = in_lanes([build(X)], {"x": given}, lanes)[0]
    np.testing.assert_allclose(found, [*pairs.values(), NAN], rtol=4e-16)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (0, 0.3, 0),
        (0, -0.3, INFINITY),
        (-2, 0.3, NAN),
        (2, 0, 1),
        (0, 0, 1),
        (INFINITY, 0.3, INFINITY),
        (9, 0.5, 3),
    ],
)
def test_special_powers(a, b, expected):
    found = in_lanes([e.power(X, Y)], {"x": [a], "y": [b]}, 32)[0, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-15)


@pytest.mark.parametrize("x", [1e5, 1e9, 1e15, 1e22, 1e300])
def test_far_sines_stay_bounded(x):
    near = x * (1 + 1e-3 * np.arange(32))
    found = in_lanes([e.sin(X), e.cos(X)], {"x": near}, 32)
    assert np.all(np.abs(found) <= 1)


COMPOSITE = "exp(-x^2) sin(3y) + log(1 + x^2 y^2) tanh(x - y) + abs(x)^2.3 + cos(x y) / (1 + sqrt(abs(y)))"


@pytest.mark.parametrize("name", [*MODERATE, "composite"])
def test_one_lane_and_many_agree_to_the_last_bit(name):
    node = parse(COMPOSITE) if name == "composite" else MODERATE[name][0](X)
    values = {"x": uniform(-8, 8), "y": uniform(-8, 8)}
    one, many = in_lanes([node], values, 1), in_lanes([node], values, 32)
    np.testing.assert_array_equal(one.view(np.int64), many.view(np.int64))


@pytest.mark.parametrize("value", [1e-12, 0.1, 0.4999999, 0.5, 0.6, 2.0, 36.0, 700.0])
def test_a_point_s_expm1_keeps_its_digits_on_both_sides_of_its_change_of_formula(value):
    found = [at_point([e.expm1(X)], x, 0.0)[0] for x in (value, -value)]
    np.testing.assert_allclose(found, [float(mpmath.expm1(value)), float(mpmath.expm1(-value))], rtol=5e-16)
