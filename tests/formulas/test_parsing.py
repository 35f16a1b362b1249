"""Formulas as text: what they mean, what is refused and how, and that nothing of them is ever executed."""

import math
import threading
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import core
from core.formulas.expression import variable
from core.formulas.parsing import FUNCTIONS, MAXIMUM_DEPTH, MAXIMUM_LENGTH, parse
from tests.evaluate import at_point


def value(text, x=3.0, y=5.0):
    return at_point([parse(text)], x, y)[0]


# What a text means at (x, y) = (3, 5), worked out by hand
MEANINGS = {
    "x + y * 2": 13,
    "x - y - 1": -3,
    "x - (y - 1)": -1,
    "x / y / 2": 0.3,
    "x / y * 2": 1.2,
    "x * y + 2 * x": 21,
    "2x": 6,
    "2x y": 30,
    "3(x+1)": 12,
    "(x+1)(y-1)": 16,
    "xy": 15,
    "yx": 15,
    "xy^2": 75,
    "2xy^2": 150,
    "xxy": 45,
    "x sin(0) + y": 5,
    "2 pi x": 6 * math.pi,
    "2e x": 6 * math.e,
    "2e1 x": 60,
    ".5x": 1.5,
    "1.e0 x": 3,
    "1/2x": 1.5,
    "-x": -3,
    "--x": 3,
    "+-+x": -3,
    "x - -y": 8,
    "x * -y": -15,
    "-x^2": -9,
    "(-x)^2": 9,
    "x^-1": 1 / 3,
    "2^x^2": 512,
    "(2^x)^2": 64,
    "x**2": 9,
    "x²": 9,
    "x² y": 45,
    "x − y": -2,
    "2·x × y": 30,
    "x^0.5": 3**0.5,
    "x^2.5": 3**2.5,
    "x^(1/3)": 3 ** (1 / 3),
    "0^x": 0,
    " x\n+\ty ": 8,
}


@pytest.mark.parametrize("text", MEANINGS)
def test_a_text_means(text):
    assert value(text) == pytest.approx(MEANINGS[text], rel=1e-15)


NAMED = {"ln": np.log, "log": np.log, "abs": np.abs, "max": np.maximum, "min": np.minimum}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_numpy_s(name):
    x, y = np.array([0.3, 1.7, 2.5, 1e-9, 0.99]), np.array([0.2, 1.8, 2.5, 0.0, -4.0])
    both = name in ("max", "min")
    ours = core.objective(f"{name}(x, y)" if both else f"{name}(x)").value(x, y)
    theirs = NAMED.get(name) or getattr(np, name)
    np.testing.assert_allclose(ours, theirs(x, y) if both else theirs(x), rtol=4e-16 * 4)


# text -> (what is wrong, the character counted from 1)
FAULTS = {
    "": ("a value is missing", 1),
    "x +": ("a value is missing", 4),
    "x * / y": ("a value is missing before '/'", 5),
    "(x + y": ("expected ')' but found 'the end'", 7),
    "x + y)": ("')' was not expected", 6),
    "x $ y": ("'$' is not allowed", 3),
    "x² + $": ("'$' is not allowed", 6),
    "x + foo(y)": ("unknown name 'foo'", 5),
    "sin x": ("expected '(' but found 'x'", 5),
    "max(x)": ("max takes 2 values, got 1", 6),
    "sin(x, y)": ("sin takes 1 value, got 2", 9),
    "x + 1e999": ("the number 1e999 is out of range", 5),
    "x^" * (MAXIMUM_DEPTH + 2) + "x": (f"more than {MAXIMUM_DEPTH} levels", None),
    "(" * (MAXIMUM_DEPTH + 2) + "x" + ")" * (MAXIMUM_DEPTH + 2): (f"more than {MAXIMUM_DEPTH} levels", None),
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_named_with_its_place(text):
    what, place = FAULTS[text]
    with pytest.raises(ValueError, match="objective") as caught:
        parse(text)
    error = caught.value
    assert what in error.message
    assert error.text == text
    assert repr(text[:20])[:-1] in str(error)
    assert place is None or (error.position == place - 1 and f"character {place}" in str(error))


HOSTILE = """__import__('os').system('true')|x.__class__|x.real|"x"|'x'|x[0]|{x}|lambda x: x|x if y else x|x; y
x = 1|eval(x)|exec(x)|open(x)|os|x == y|x < y|x and y|x @ y|x // y|~x|x % y|x!|1_000x|0x10|1j x|ｘ|x:=2|\\x41
print(x)|globals()|x,y|f(x)|_|__builtins__|().__class__|x\x00|#x|sin|sin()|(,)|x``""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", [*HOSTILE, "x" + "+x" * MAXIMUM_LENGTH, "-" * 10**6, "(" * 10**5])
def test_nothing_but_formulas_gets_through(text):
    with pytest.raises(ValueError, match="objective"):
        core.objective(text)


@pytest.mark.parametrize("text", ["x^1e308", "x^(-1e300)", "2^2^2^2^2^2 x", "-" * 400 + "x", "x^x^x^x", "1/0 + x"])
def test_extreme_numbers_are_formulas_too(text):
    with np.errstate(all="ignore"):
        core.objective(text).hessian(1.0, 1.0)


def test_a_formula_must_depend_on_the_point():
    with pytest.raises(ValueError, match="must depend on x or y"):
        core.objective("2 + 3")


SUM, PRODUCT, SIGN, POWER, ATOM = range(5)


def wrapped(part, least):
    text, level, _number = part
    return f"({text})" if level < least else text


def numbers():
    leaf = st.integers(0, 5).map(lambda n: (str(n), ATOM, Fraction(n)))
    names = st.sampled_from([("x", ATOM, Fraction(3)), ("y", ATOM, Fraction(-5, 2))])

    def grown(parts):
        two = st.tuples(parts, parts)
        return st.one_of(
            two.map(lambda p: (f"{p[0][0]} + {wrapped(p[1], PRODUCT)}", SUM, p[0][2] + p[1][2])),
            two.map(lambda p: (f"{p[0][0]}-{wrapped(p[1], PRODUCT)}", SUM, p[0][2] - p[1][2])),
            two.map(lambda p: (f"{wrapped(p[0], PRODUCT)}*{wrapped(p[1], SIGN)}", PRODUCT, p[0][2] * p[1][2])),
            two.map(lambda p: (f"{wrapped(p[0], PRODUCT)}({p[1][0]})", PRODUCT, p[0][2] * p[1][2])),
            st.tuples(parts, st.sampled_from([2, 4])).map(
                lambda p: (f"{wrapped(p[0], PRODUCT)}/{p[1]}", PRODUCT, p[0][2] / p[1])
            ),
            parts.map(lambda p: (f"-{wrapped(p, POWER)}", SIGN, -p[2])),
            st.tuples(parts, st.integers(0, 3)).map(
                lambda p: (f"{wrapped(p[0], ATOM)}^{p[1]}", POWER, p[0][2] ** p[1])
            ),
            parts.map(lambda p: (f"abs({p[0]})", ATOM, abs(p[2]))),
            two.map(lambda p: (f"max({p[0][0]}, {p[1][0]})", ATOM, max(p[0][2], p[1][2]))),
        )

    return st.recursive(leaf | names, grown, max_leaves=12)


@given(numbers())
def test_any_tree_of_exact_numbers_has_its_exact_value(part):
    text, _, number = part
    # Exact in float64, with room for what comes between
    assume(len(text) < MAXIMUM_LENGTH and abs(number.numerator) < 2**40 and number.denominator < 2**12)
    assert value(text, 3.0, -2.5) == float(number), text


def test_equal_expressions_are_one_object_in_every_thread():
    found, barrier = [], threading.Barrier(8)

    def build():
        barrier.wait()
        found.append([variable(f"shared {i}") for i in range(300)])

    threads = [threading.Thread(target=build) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(a is b for row in found for a, b in zip(row, found[0], strict=True))
