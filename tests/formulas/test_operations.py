"""The table of operations: values, derivatives, both kinds of code and the Python text, against mpmath and NumPy."""

import math

import mpmath
import numpy as np
import pytest

import core
from core.formulas.parsing import read
from core.symbolic import expression as e
from core.symbolic.derivatives import derivative
from core.symbolic.operations import FUNCTIONS, NAMED
from tests.evaluate import at_points, in_lanes

X, Y = e.variable("x"), e.variable("y")
INFINITY, NAN = np.inf, np.nan
DIGITS = 60

EVERYWHERE = (-1e300, 1e300)
ABOVE_MINUS_ONE = (-1 + 1e-9, 1e300)
POSITIVE = (1e-300, 1e300)
UNIT = (-1.0, 1.0)
SMALL = (-30.0, 30.0)  # where a period is wide beside the spacing of floats
EXPONENT = (-700.0, 700.0)


def sigmoid(u):
    return 1 / (1 + mpmath.exp(-u))


def sign(u):
    return mpmath.sign(u)


# name -> (mpmath's own, where it is compared)
ONE = {
    "sqrt": (mpmath.sqrt, POSITIVE),
    "cbrt": (lambda u: sign(u) * mpmath.root(abs(u), 3), EVERYWHERE),
    "square": (lambda u: u * u, (-1e150, 1e150)),
    "exp": (mpmath.exp, EXPONENT),
    "exp2": (lambda u: mpmath.mpf(2) ** u, (-1000.0, 1000.0)),
    "expm1": (mpmath.expm1, EXPONENT),
    "log": (mpmath.log, POSITIVE),
    "log1p": (mpmath.log1p, ABOVE_MINUS_ONE),
    "log2": (lambda u: mpmath.log(u) / mpmath.log(2), POSITIVE),
    "log10": (lambda u: mpmath.log(u) / mpmath.log(10), POSITIVE),
    "sin": (mpmath.sin, SMALL),
    "cos": (mpmath.cos, SMALL),
    "tan": (mpmath.tan, SMALL),
    "sec": (mpmath.sec, SMALL),
    "csc": (mpmath.csc, SMALL),
    "cot": (mpmath.cot, SMALL),
    "asin": (mpmath.asin, UNIT),
    "acos": (mpmath.acos, UNIT),
    "atan": (mpmath.atan, EVERYWHERE),
    "sinh": (mpmath.sinh, (-710.0, 710.0)),
    "cosh": (mpmath.cosh, (-710.0, 710.0)),
    "tanh": (mpmath.tanh, EVERYWHERE),
    "sech": (mpmath.sech, EXPONENT),
    "csch": (mpmath.csch, EXPONENT),
    "coth": (mpmath.coth, EXPONENT),
    "asinh": (mpmath.asinh, EVERYWHERE),
    "acosh": (mpmath.acosh, (1 + 1e-9, 1e300)),
    "atanh": (mpmath.atanh, (-1 + 1e-9, 1 - 1e-9)),
    "abs": (abs, EVERYWHERE),
    "sign": (sign, EVERYWHERE),
    "floor": (mpmath.floor, EVERYWHERE),
    "ceil": (mpmath.ceil, EVERYWHERE),
    "rint": (mpmath.nint, EVERYWHERE),
    "trunc": (lambda u: sign(u) * mpmath.floor(abs(u)), EVERYWHERE),
    "erf": (mpmath.erf, EVERYWHERE),
    "erfc": (mpmath.erfc, (-1e300, 26.0)),
    "sigmoid": (sigmoid, (-700.0, 1e300)),
    "softplus": (lambda u: mpmath.log1p(mpmath.exp(u)) if u < 1e4 else u, (-700.0, 1e300)),
    "relu": (lambda u: max(u, 0), EVERYWHERE),
    "silu": (lambda u: u * sigmoid(u), (-700.0, 1e300)),
    "gelu": (lambda u: u * mpmath.erfc(-u / mpmath.sqrt(2)) / 2, (-37.0, 1e300)),
}
TWO = {
    "power": (mpmath.power, (1e-3, 1e3), (-20.0, 20.0)),
    "hypot": (lambda u, v: mpmath.sqrt(u * u + v * v), EVERYWHERE, EVERYWHERE),
    "log": (lambda u, v: mpmath.log(u) / mpmath.log(v), POSITIVE, (2.0, 1e300)),
    "logaddexp": (lambda u, v: max(u, v) + mpmath.log1p(mpmath.exp(-abs(u - v))), EXPONENT, EXPONENT),
    "atan2": (mpmath.atan2, EVERYWHERE, EVERYWHERE),
    "max": (max, EVERYWHERE, EVERYWHERE),
    "min": (min, EVERYWHERE, EVERYWHERE),
    "mod": (lambda u, v: u - v * mpmath.floor(u / v), (-1e3, 1e3), (0.1, 10.0)),
}
# What a rounded argument alone may cost
ROUNDED = {"exp2": 1e-12, "erfc": 1e-14, "power": 1e-13, "gelu": 1e-12, "logaddexp": 1e-12}


def samples(low, high, seed=0, count=300):
    """Over all decades between the ends, both signs, and densely around 1."""
    random = np.random.default_rng(seed)
    most, least = max(abs(low), abs(high)), low if low > 0 else 1e-12
    sizes = 10.0 ** random.uniform(math.log10(least), math.log10(most), count)
    values = np.concatenate([sizes, -sizes, random.uniform(-3, 3, count), random.uniform(-30, 30, count)])
    values = values[(values > low) & (values < high)]
    return values[np.abs(values) >= least]


def built(name, *arguments):
    return next(row for row in (*FUNCTIONS, NAMED["pow"]) if row.name == name).build(*arguments)


def errors(found, exact):
    """Relative to the value."""
    exact = [mpmath.mpf(z) for z in exact]
    sizes = [max(abs(z), mpmath.mpf("1e-300")) for z in exact]
    pairs = zip(found.tolist(), exact, sizes, strict=True)
    return np.array([abs(mpmath.mpf(f) - z) / size for f, z, size in pairs], float)


def code_of(node, x, y):
    return (
        at_points([node], x, y)[0],
        in_lanes([node], {"x": x, "y": y}, 1)[0],
        in_lanes([node], {"x": x, "y": y}, 16)[0],
    )


def test_every_function_is_compared():
    assert {row.name for row in FUNCTIONS} - {"clip"} == {*ONE, *TWO} - {"power"}


@pytest.mark.parametrize("name", ONE)
def test_a_function_of_one(name):
    exact, limits = ONE[name]
    x = samples(*limits)
    with mpmath.workdps(DIGITS + (320 if name in ("tanh",) else 0)):
        wanted = [exact(mpmath.mpf(z)) for z in x.tolist()]
        for found in code_of(built(name, X), x, x):
            assert errors(found, wanted).max() <= ROUNDED.get(name, 3e-15), x[np.argmax(errors(found, wanted))]


@pytest.mark.parametrize("name", TWO)
def test_a_function_of_two(name):
    exact, first, second = TWO[name]
    x, y = samples(*first, seed=1), samples(*second, seed=2)
    x, y = x[: min(len(x), len(y))], y[: min(len(x), len(y))]
    with mpmath.workdps(DIGITS):
        wanted = [exact(mpmath.mpf(u), mpmath.mpf(v)) for u, v in zip(x.tolist(), y.tolist(), strict=True)]
        for found in code_of(built(name, X, Y), x, y):
            assert errors(found, wanted).max() <= ROUNDED.get(name, 4e-15)


STEPS = ("floor", "ceil", "rint", "trunc", "sign", "abs", "relu")  # smooth but at multiples of 1/2


def slopes(function, order, x):
    """By mpmath's differences, in digits that leave nothing to round."""
    with mpmath.workdps(420):
        return [mpmath.diff(function, mpmath.mpf(z), order, h=abs(mpmath.mpf(z)) * mpmath.mpf("1e-30")) for z in x]


@pytest.mark.parametrize("name", ONE)
def test_the_derivatives_of_a_function_of_one(name):
    exact, limits = ONE[name]
    x = samples(*limits, seed=3, count=6)
    x = x[(np.abs(x) > 1e-100) & (np.abs(x) < 1e12)]
    x = x[np.abs(2 * x - np.rint(2 * x)) > 1e-6] if name in STEPS else x
    first = derivative([built(name, X)], X)[0]
    found = at_points([first, derivative([first], X)[0]], x, x)
    once, twice = (slopes(exact, order, x.tolist()) for order in (1, 2))
    assert errors(found[0], once).max() < 1e-12, x[np.argmax(errors(found[0], once))]
    # the second cancels where it changes its sign: compared with the first, too
    sizes = [max(abs(a), abs(b), mpmath.mpf("1e-290")) for a, b in zip(once, twice, strict=True)]
    error = [abs(mpmath.mpf(f) - b) / size for f, b, size in zip(found[1].tolist(), twice, sizes, strict=True)]
    assert max(error) < 1e-12, x[np.argmax(np.array(error, float))]


@pytest.mark.parametrize("name", [name for name in TWO if name != "log"])
def test_the_gradient_of_a_function_of_two(name):
    exact, first, second = TWO[name]
    x, y = (samples(max(low, -1e6), min(high, 1e6), seed, 20) for seed, (low, high) in ((4, first), (5, second)))
    x, y = x[: min(len(x), len(y))], y[: min(len(x), len(y))]
    node = built(name, X, Y)
    found = at_points([derivative([node], z)[0] for z in (X, Y)], x, y)
    with mpmath.workdps(200):
        for k, order in enumerate(((1, 0), (0, 1))):
            points = [(mpmath.mpf(u), mpmath.mpf(v)) for u, v in zip(x.tolist(), y.tolist(), strict=True)]
            steps = [max(abs(p[0]), abs(p[1])) * mpmath.mpf("1e-60") for p in points]
            wanted = [mpmath.diff(exact, p, order, h=h) for p, h in zip(points, steps, strict=True)]
            assert errors(found[k], wanted).max() < 1e-11, (k, x[np.argmax(errors(found[k], wanted))])


# What mathematics has no digits for: ends, poles, infinities
SPECIAL = {
    "sigmoid": {-1e308: 0, 1e308: 1, -INFINITY: 0, INFINITY: 1, 0: 0.5},
    "softplus": {-1e308: 0, 1e308: 1e308, -INFINITY: 0, INFINITY: INFINITY, 0: math.log(2)},
    "erf": {-INFINITY: -1, INFINITY: 1, 0: 0, 1e308: 1, -6: -1},
    "erfc": {-INFINITY: 2, INFINITY: 0, 0: 1, 1e308: 0},
    "cbrt": {0: 0, -8: -2, INFINITY: INFINITY, -INFINITY: -INFINITY, -5e-324: -math.cbrt(5e-324)},
    "log1p": {-1: -INFINITY, -2: NAN, 0: 0, INFINITY: INFINITY, 1e-320: 1e-320, 1e308: math.log(1e308)},
    "log2": {0: -INFINITY, -1: NAN, 8: 3, INFINITY: INFINITY},
    "log10": {0: -INFINITY, -1: NAN, 1000: 3, INFINITY: INFINITY},
    "sinh": {711: INFINITY, -711: -INFINITY, 710: math.sinh(710), -40: math.sinh(-40), 0: 0, INFINITY: INFINITY},
    "cosh": {711: INFINITY, -710: math.cosh(710), 0: 1, -INFINITY: INFINITY},
    "asin": {1: math.pi / 2, -1: -math.pi / 2, 1.5: NAN, 0: 0},
    "acos": {1: 0, -1: math.pi, 1.5: NAN},
    "atan": {INFINITY: math.pi / 2, -INFINITY: -math.pi / 2, 0: 0},
    "asinh": {1e308: math.asinh(1e308), -1e200: math.asinh(-1e200), 0: 0, -INFINITY: -INFINITY},
    "acosh": {1: 0, 0.5: NAN, -3: NAN, 1e308: math.acosh(1e308)},
    "atanh": {1: INFINITY, -1: -INFINITY, 2: NAN, 0: 0},
    "relu": {-INFINITY: 0, INFINITY: INFINITY, 0: 0},
    "floor": {-0.5: -1, 1e300: 1e300, INFINITY: INFINITY},
    "rint": {0.5: 0, 1.5: 2, -2.5: -2},
}


@pytest.mark.parametrize("name", SPECIAL)
def test_special_values(name):
    x = np.array([*SPECIAL[name], NAN], dtype=float)
    for found in code_of(built(name, X), x, x):
        np.testing.assert_allclose(found, [*SPECIAL[name].values(), NAN], rtol=4e-15)


def test_hypot_and_atan2_neither_overflow_nor_vanish():
    x = np.array([3e200, 3e-200, 0, 5e-324, -3, INFINITY])
    y = np.array([4e200, 4e-200, 0, 0, 4, 1])
    for found in code_of(built("hypot", X, Y), x, y):
        np.testing.assert_allclose(found, [5e200, 5e-200, 0, 5e-324, 5, INFINITY], rtol=1e-15)
    x, y = np.array([1e300, -1e-300, 0, 0, 1, -1]), np.array([1e300, 1e-300, 1, -1, 0, -1e-10])
    for found in code_of(built("atan2", X, Y), x, y):
        np.testing.assert_allclose(found, np.arctan2(x, y), rtol=4e-16)


@pytest.mark.parametrize(
    ("text", "point", "gradient"),
    [
        ("softplus(x) + y", (1000, 0), (1, 1)),
        ("softplus(x) + y", (-1000, 0), (0, 1)),
        ("log1p(exp(x)) + y", (-700, 0), (math.exp(-700), 1)),
        ("sigmoid(x) + y", (-700, 0), (math.exp(-700), 1)),
        ("sigmoid(x) + y", (700, 0), (math.exp(-700), 1)),
        ("tanh(x) + y", (300, 0), (4 * math.exp(-600), 1)),
        ("erf(x) + y", (20, 0), (2 / math.sqrt(math.pi) * math.exp(-400), 1)),
        ("floor(3x) + y", (0.5, 0), (0, 1)),
        ("round(x) + ceil(x) + y", (0.3, 0), (0, 1)),
        ("hypot(x, y)", (0, 0), (0, 0)),
        ("hypot(x, y)", (3e200, 4e200), (0.6, 0.8)),
        ("hypot(x, y)", (-3e-200, 4e-200), (-0.6, 0.8)),
        ("relu(x) + relu(y)", (0, 2), (0, 1)),
        ("cbrt(x) + y", (-8, 0), (1 / 12, 1)),
        ("mod(x, 3) + y", (-1, 0), (1, 1)),
        ("|x| |y|", (-2, 3), (-3, 2)),
        ("||x| - 1| + y", (-0.5, 0), (1, 1)),
        ("||x| - 1| + y", (-2, 0), (-1, 1)),
        ("max(x, 2y, 3)", (1, 2), (0, 2)),
        ("min(x, 2y, 3)", (1, 2), (1, 0)),
        ("max(x, y, -x, -y)", (-5, 2), (-1, 0)),
        ("logaddexp(x, y)", (800, 800), (0.5, 0.5)),
        ("clip(x, -1, 1) + y", (2, 0), (0, 1)),
    ],
)
def test_gradients_at_kinks_and_far_out(text, point, gradient):
    np.testing.assert_allclose(core.objective(text).gradient(*point), gradient, rtol=1e-12)


@pytest.mark.parametrize("row", [row for row in FUNCTIONS if row.value], ids=lambda row: row.name)
def test_numpy_s_value_and_the_python_text_are_the_same_function(row):
    x, y = np.array([0.3, 0.9, 0.05]), np.array([0.7, 0.2, 0.4])
    x = x + 1 if row.name == "acosh" else x
    arguments = ["x", "y", "0.5"][: row.arguments[0]] if row.arguments[1] < 4 else ["x", "y"]
    text = row.python.format(*arguments)
    names = {"np": np, "math": math, "x": x, "y": y}
    wanted = row.value(*(eval(a, names) for a in arguments))
    np.testing.assert_allclose(eval(text, names), wanted, rtol=1e-14)
    nodes = [X, Y, 0.5][: len(arguments)]
    np.testing.assert_allclose(at_points([row.build(*nodes)], x, y)[0], wanted, rtol=1e-14)


@pytest.mark.parametrize("name", sorted(NAMED))
def test_every_name_is_read_and_typeset(name):
    row = NAMED[name]
    text = f"{name}({', '.join(['x/9', 'y', '2'][: row.arguments[0]])})"
    formula = read(text)
    assert read(formula.latex).expression is formula.expression
