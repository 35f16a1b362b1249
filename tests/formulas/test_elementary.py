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


N = e.variable("n")
VALUE_AND_SLOPE = [e.abs_power(X, N), e.signed_power(X, N - 1)]
WHOLE, HALVES, OTHERS = [2.0, 3.0, 4.0, 7.0, 8.0], [1.5, 2.5, 4.5, 8.5], [0.7, 1.0, 1.1, 3.7, 9.0, 12.0, 64.0]


def value_and_slope(x, n, lanes):
    """|x|^n and sign(x) |x|^(n-1), with an n that is the same in all steps."""
    return in_lanes(VALUE_AND_SLOPE, {"x": x, "n": np.broadcast_to(n, np.shape(x))}, lanes, ("n",))


@pytest.mark.parametrize("n", [*WHOLE, *HALVES, *OTHERS])
def test_the_power_of_a_parameter_and_its_slope_are_good_to_the_last_digits(n):
    x = np.concatenate([decades(-4, 4), decades(-300, 300)])
    x = x[(abs(n * np.log10(abs(x))) < 300) & (abs((n - 1) * np.log10(abs(x))) < 300)]
    value, slope = value_and_slope(x, n, 32)
    exponents = np.full(x.size, n)
    np.testing.assert_array_equal(np.sign(slope), np.sign(x))
    digits = 2.0 if n > 8.5 or n not in (*WHOLE, *HALVES) else 4.5
    lost = 1e-2 * abs(n * np.log(abs(x)))  # 2^-60 of the logarithm
    assert np.all(ulps(abs(slope), mpmath.power, abs(x), exponents - 1) <= digits + lost)
    assert np.all(ulps(value, mpmath.power, abs(x), exponents) <= digits + 0.5 + lost)


SIZES = [0.0, 5e-324, 1e-310, 2.3e-308, 1e-200, 0.5, 1.0, 1 + 2**-52, 1e200, 1.7e308, INFINITY, NAN]


@pytest.mark.parametrize("n", [*WHOLE, *HALVES, *OTHERS])
@pytest.mark.parametrize("lanes", [1, 32])
def test_the_power_of_a_parameter_at_the_ends_of_float64(n, lanes):
    x = np.array([*SIZES, *np.negative(SIZES)])
    value, slope = value_and_slope(x, n, lanes)
    with np.errstate(all="ignore"):
        expected, steep = np.abs(x) ** n, np.sign(x) * np.abs(x) ** (n - 1)
    steep[x == 0] = 0.0
    if n == 1:
        steep[np.isnan(x)] = NAN
    np.testing.assert_allclose(value, expected, rtol=1e-15, atol=5e-324)
    np.testing.assert_allclose(slope, steep, rtol=1e-15, atol=5e-324)


def test_lanes_with_exponents_of_all_kinds_agree_with_those_of_one_kind_to_the_last_bit():
    kinds = np.array([*WHOLE, *HALVES, *OTHERS])
    n, x = np.resize(kinds, 1600), decades(-20, 3)[:1600]
    for order in (np.arange(1600), np.argsort(n, kind="stable")):  # mixed in every vector, then mostly alike
        many, one = value_and_slope(x[order], n[order], 32), value_and_slope(x[order], n[order], 1)
        np.testing.assert_array_equal(many.view(np.int64), one.view(np.int64))


@pytest.mark.parametrize("n", [*WHOLE, *HALVES])
def test_the_loop_for_whole_exponents_and_halves_has_the_others_bits(n):
    x, other = np.concatenate([decades(-20, 3), [0.0, -0.0, INFINITY, -INFINITY, NAN]]), 3.7
    alone = value_and_slope(x, n, 8)
    for i in range(0, x.size, 200):
        beside = value_and_slope(np.append(x[i : i + 7], 1.0), [n] * len(x[i : i + 7]) + [other], 8)[:, :-1]
        np.testing.assert_array_equal(beside.view(np.int64), alone[:, i : i + 7].view(np.int64))


def test_a_power_whose_exponent_changes_with_the_steps_is_numpy_s():
    x, y = decades(-3, 3), np.resize([0.5, 1.0, 2.0, 3.7, -1.3, 0.0], 2000)
    value, slope = in_lanes([e.abs_power(X, Y), e.signed_power(X, Y - 1)], {"x": x, "y": y}, 32)
    np.testing.assert_allclose(value, np.abs(x) ** y, rtol=4e-15)
    np.testing.assert_allclose(slope, np.sign(x) * np.abs(x) ** (y - 1), rtol=4e-15)


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
