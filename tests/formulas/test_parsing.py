"""Formulas as text: what they mean, what is refused and how, and that nothing of them is ever executed."""

import math
import pickle
import threading
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import core
from core.formulas.parsing import MAXIMUM_DEPTH, MAXIMUM_LENGTH, FormulaError, parse, read
from core.symbolic.expression import variable
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
    # Unicode
    "x²²": 3**22,
    "x⁻¹": 1 / 3,
    "x⁰·⁵": 3**0.5,
    "x¹⁄²": 3**0.5,
    "e⁻ˣ²": math.exp(-9),
    "x⁽ʸ⁻¹⁾": 81,
    "x² y³": 9 * 125,
    "x²y²": 225,
    "(x+y)⁴+(x/2−y/2)⁴": 4097,
    "x – y — 1 ‒ 2": -5,
    "1e–3 x": 0.003,
    "2·x × y ÷ 2 ∗ 3 ⋅ 4": 180,
    "√(x+1) + √4 x": 8,
    "∛(x+y) ∜16": 4,
    "½x + ¼y + ⅓x": 3.75,
    "2½x": 7.5,
    "¹⁄₂x + 1⁄2 y": 4,
    "π x": 3 * math.pi,
    "2πx": 6 * math.pi,
    "ｘ＾２＋（ｙ－１．５）＊２": 16,
    "𝑥² + 𝑦": 14,
    "x\u00a0+\u2009y\u200b\u2062": 8,
    "x₁² + x₂²": 34,
    "log₂(x+y)": 3,
    "⌊x/2⌋ + ⌈y/2⌉": 4,
    # absolute values
    "|x−y|": 2,
    "||x|-|y||": 2,
    "||x - 5| - 1|": 1,
    "|x||y|": 15,
    "2|x|": 6,
    "2|x| + 3|y|": 21,
    "x|x| + y|y|": 34,
    "|2|x|-7|": 1,
    "|x| y |x|": 45,
    "|x|²": 9,
    "|-x|^3": 27,
    "|sin 0 + x|": 3,
    "max(|x|, |y|)": 5,
    "|x|/|y|": 0.6,
    "‖(x+1, 3)‖": 5,
    # functions without brackets
    "sin x": math.sin(3),
    "sinx": math.sin(3),
    "sin 2x": math.sin(6),
    "sin2x": math.sin(6),
    "cos 2 pi x": 1,
    "cos 2*pi*x": 1,
    "sin -x": math.sin(-3),
    "sin^2 x": math.sin(3) ** 2,
    "sin²x": math.sin(3) ** 2,
    "sin^2(x)": math.sin(3) ** 2,
    "sin(x)^2": math.sin(3) ** 2,
    "sin x^2": math.sin(9),
    "sin x cos y": math.sin(3) * math.cos(5),
    "sinxcosy": math.sin(3) * math.cos(5),
    "sin x + y": math.sin(3) + 5,
    "sin (x+1) y": math.sin(4) * 5,
    "sin 2(x+y)": math.sin(16),
    "xe^x": 3 * math.exp(3),
    "exp -x^2": math.exp(-9),
    "ln|x|": math.log(3),
    # coordinates
    "X^2 + Y": 14,
    "XY": 15,
    "x1^2 + x2": 14,
    "x_1^2 + x_2": 14,
    "x_{1}^{2} + x_{2}": 14,
    "x^2_1 + x_2": 14,
    "x_0^2 + x_1": 14,
    "x1x2": 15,
    "x[0]**2 + x[1]": 14,
    "x[1]^2 + x[2]": 14,
    "x(1)^2 + x(2)": 14,
    # what stands before a formula
    "f(x,y) = x^2 + y": 14,
    "f(x, y) := x^2 + y": 14,
    "z = x^2 + y": 14,
    "E = x^2 + y": 14,
    "= x^2 + y": 14,
    "f(u, v) = u^2 + v": 14,
    "f(x, t) = x^2 + t": 14,
    "f(x_1, x_2) = x_1^2 + x_2": 14,
    "f(w) = w_1^2 + w_2": 14,
    "minimize x^2 + y": 14,
    "min f(x,y) = x^2 + y": 14,
    r"\min_{x, y} x^2 + y": 14,
    "lambda x, y: x**2 + y": 14,
    "lambda p: p[0]**2 + p[1]": 14,
    "(x, y) => x**2 + y": 14,
    "(x, y) -> x^2 + y": 14,
    "@(x, y) x.^2 + y": 14,
    "def f(x, y): return x**2 + y": 14,
    "const f = (x, y) => x**2 + y;": 14,
    "function(x, y) { return x**2 + y; }": 14,
    r"f(x,y) \mapsto x^2 + y": 14,
    "x^2 + y.": 14,
    "`x^2 + y`": 14,
    # program text
    "np.sin(x) + numpy.cos(y)": math.sin(3) + math.cos(5),
    "math.exp(x) + Math.pow(x, 2)": math.exp(3) + 9,
    "np.power(x,2) + torch.sigmoid(0*x)": 9.5,
    "np.pi*x + Math.PI + Math.E": 4 * math.pi + math.e,
    "x.^2 + x.*y + x./2": 25.5,
    "Sin(x) + Exp[-x]": math.sin(3) + math.exp(-3),
    "np.maximum(x, y) + np.minimum(x, y)": 8,
    # LaTeX
    r"$x^{2} + y$": 14,
    r"\[ x^{2} + y \]": 14,
    r"$$x^{2} + y,$$": 14,
    r"\frac{x}{y} + \tfrac12 x + \dfrac xy": 2.7,
    r"\frac{1}{2}x": 1.5,
    r"\frac12x": 1.5,
    r"\sqrt{x+1} + \sqrt4 + \sqrt[3]{x+y}": 6,
    r"\sqrt2x": 3 * 2**0.5,
    r"\left( x+y \right)^{2} + \bigl(x\bigr)": 67,
    r"\left| x-y \right| + \lvert x \rvert + |y|": 10,
    r"\left\lvert x - y \right\rvert^2": 4,
    r"x \cdot y \times 2": 30,
    r"\cos x + \cos(x) + \sin^{2} x": 2 * math.cos(3) + math.sin(3) ** 2,
    r"\exp(x) + \ln x + \log y + \pi": math.exp(3) + math.log(3) + math.log(5) + math.pi,
    r"e^{x} + \mathrm{e}^{x}": 2 * math.exp(3),
    r"e^{-\frac{x^2+y}{2}}": math.exp(-7),
    r"\operatorname{erf}(x) + \operatorname{sign}(y)": math.erf(3) + 1,
    r"\log_{10} x + \log_2 (x+y)": math.log10(3) + 3,
    r"x\,y + {x}^{2}\;y \quad": 60,
    r"\max\{x, y\} + \min\left(x, y\right)": 8,
    r"\lfloor x/2 \rfloor": 1,
    r"\begin{equation} f(x,y) &= x^2 + y \end{equation}": 14,
    r"\mathcal{L}(\theta) = \theta_1^2 + \theta_2": 14,
    # functions of several
    "max(x, y, 7)": 7,
    "min(x, y, 1, 2)": 1,
    "hypot(x, 4, 12)": 13,
    "max(0,5)": 5,
    "hypot(3,4)": 5,
    "log(x+y, 2)": 3,
    "log2(x+y) + log10(20y)": 5,
    "cbrt(x - 11)": -2,
    "mod(-x, y)": 2,
}


@pytest.mark.parametrize("text", MEANINGS)
def test_a_text_means(text):
    assert value(text) == pytest.approx(MEANINGS[text], rel=4e-15, abs=1e-15)


@pytest.mark.parametrize("text", MEANINGS)
def test_the_python_text_and_the_typeset_formula_mean_the_same(text):
    formula = read(text)
    names = {"np": np, "math": math, "x": np.float64(3), "y": np.float64(5)}
    assert eval(formula.python, names) == pytest.approx(value(text), rel=4e-15, abs=1e-15)
    assert value(formula.latex) == pytest.approx(value(text), rel=4e-15, abs=1e-15)


# text -> (words of what is said, the first character at fault counted from 0, how many)
FAULTS = {
    "": ("a formula is missing", 0, 1),
    "  ": ("a formula is missing", 2, 1),
    "x +": ("something is missing behind +", 3, 1),
    "x^": ("something is missing behind ^", 2, 1),
    "x * / y": ("something is missing before /", 4, 1),
    "()": ("nothing between these brackets", 0, 2),
    "(x + y": ("this ( is never closed", 0, 1),
    "x + y)": ("this ) was never opened", 5, 1),
    "(x + y]": ("write )", 6, 1),
    "|x + y": ("these bars do not come in pairs", 0, 1),
    "|x|y|x|": ("can be read in two ways: write abs(...)", 0, 1),
    "x $ y": ("$ has no meaning here", 2, 1),
    "x² + $": ("$ has no meaning here", 5, 1),
    "x + foo(y)": ("foo is not known", 4, 3),
    "x + sine(y)": ("did you mean sin?", 4, 4),
    "sqr(x)": ("did you mean sqrt?", 0, 3),
    "arcsine(x)": ("did you mean arcsin?", 0, 7),
    "x + z^2": ("z is not a variable here: the variables are x and y", 4, 1),
    "x_1 + x_3": ("x_3 is a third variable", 6, 3),
    "x1 + y": ("did you mean x^1?", 0, 2),
    "x2 + y2": ("did you mean y^2?", 5, 2),
    "x 2 + y 2": ("did you mean x^2, or 2*x?", 2, 1),
    "x_1 + y": ("x_1 stands beside y", 0, 3),
    "x(2) + y": ("x2, or x*2", 0, 4),
    "sin": ("sin has no argument: write sin(x)", 0, 3),
    "sin()": ("sin has no argument", 0, 5),
    "x + max": ("write max(x, y)", 4, 3),
    "max(x)": ("max takes at least 2 values, not 1", 0, 3),
    "sin(x, y)": ("sin takes 1 value, not 2", 0, 3),
    "atan2(x)": ("atan2 takes 2 values, not 1", 0, 5),
    "sin^-1 x": ("asin(x) for the inverse, or 1/sin(x)", 0, 6),
    "sin⁻¹(x)": ("asin(x) for the inverse, or 1/sin(x)", 0, 5),
    r"\tan^{-1} x": ("atan(x) for the inverse, or 1/tan(x)", 0, 9),
    "sin2(x)": ("sin(x)^2, or sin(2x)", 0, 4),
    "log2x": ("log2(x) or log(2x)", 0, 5),
    "exp^x": ("exp has no argument", 0, 3),
    "||x||^2": ("sqrt(x^2 + y^2) for the length", 0, 5),
    "x + 1e999": ("1e999 is too large for a number", 4, 5),
    "10 000 y": ("did you mean 10000, or 10*000?", 0, 6),
    "x + 1 2": ("did you mean 12, or 1*2?", 4, 3),
    "1.5.2": ("1.5.2 has two decimal points: did you mean 1.52", 0, 5),
    "1_000x": ("write 1000", 0, 5),
    "0,5x": ("did you mean 0.5?", 0, 3),
    "1,5*x+y": ("did you mean 1.5?", 0, 3),
    "y + 1,000x": ("did you mean 1.000, or 1000?", 4, 5),
    "1.234,5x": ("did you mean 1234.5?", 0, 7),
    "0{,}5x": ("did you mean 0.5?", 0, 5),
    "sin(0,5x)": ("did you mean 0.5?", 4, 3),
    "max(0,5x, y)": ("did you mean 0.5?", 4, 3),
    "max(x; y)": ("commas", 5, 1),
    "x, y": ("a comma stands only between", 1, 1),
    "x^2+y^2 = 1": ("this is an equation: did you mean x^2+y^2 - 1?", 8, 1),
    "x^2+y^2 = 0": ("did you mean x^2+y^2?", 8, 1),
    "x^2 == y^2": ("did you mean x^2 - (y^2)?", 4, 2),
    "y = x^2": ("is a curve", 0, 1),
    "x < y": ("this is a comparison", 2, 1),
    "x % 2": ("mod(x, y)", 2, 1),
    "x if x else y": ("max, min, abs or sign", 2, 2),
    "maximize x^2": ("the optimizers minimize", 0, 8),
    "f(x, y, z) = x": ("z is a third variable", 8, 1),
    "f(y, z) = y": ("call the two x and y", 2, 1),
    r"\frac{x}": ("needs two arguments", 0, 5),
    r"\begin{cases} x \end{cases}": ("max, min, abs or sign", 0, 6),
    "x^" * (MAXIMUM_DEPTH + 2) + "x": (f"more than {MAXIMUM_DEPTH} deep", None, None),
    "(" * (MAXIMUM_DEPTH + 2) + "x" + ")" * (MAXIMUM_DEPTH + 2): (f"more than {MAXIMUM_DEPTH} deep", None, None),
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_named_with_its_place_and_what_was_meant(text):
    what, place, length = FAULTS[text]
    with pytest.raises(FormulaError) as caught:
        parse(text)
    error = caught.value
    assert what in error.message
    assert len(error.message) < 160
    assert error.text == text
    assert str(error).startswith(f"objective = {text[:20]!r}"[:-1])
    assert error.message in str(error)
    if place is not None:
        assert (error.position, error.length) == (place, length)
        assert f"character {place + 1})" in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


HOSTILE = """__import__('os').system('true')|x.__class__|x.real|"x"|'x'|{x|x if y else x|x; y|f"{x}"|x = y|eval(x)
exec(x)|open(x)|os|x == y|x < y|x and y|x @ y|x // y|~x|x % y|x!|1_000x|0x10|1j x|\\x41|lambda|lambda x|lambda: x
print(x)|getattr(x, y)|globals()|x,y|_|__builtins__|().__class__|x\x00|#x|sin|sin()|(,)|x``
np.linalg.norm(x)|np.load(x)|math.__name__|
f(x) = |\\input{x}|\\frac|\\sqrt|\\left|\\begin{x}|_1|^2|√|½½|⁻|x⁻|₁|x₁₁|‖|⌊x|→|->x|(x) ->|=|==|:=|,|;|.|x..y
\\write18{x}|\\def\\x{x}|<script>|%00|x&y|$|$$|`|\\|\\[|\\(x""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", [*HOSTILE, "x" + "+x" * MAXIMUM_LENGTH, "-" * 10**6, "(" * 10**5])
def test_nothing_but_formulas_gets_through(text):
    with pytest.raises(ValueError, match="objective"):
        core.objective(text)


ALPHABET = [*"xyXYze0123456789.,;:+-*/^()[]{}|_=<>!%&$#@'\"\\`~ \n\tπ√∛½²³⁻¹₁₂·×÷−–—ｘ１⌊⌋‖", "sin", "\\frac", "\\sqrt",
            "\\left", "\\right", "max", "log", "lambda", "f(x)=", "1e", "**", ".^"]  # fmt: skip


def refusal(text):
    try:
        read(text)
    except FormulaError as error:
        return error


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(ALPHABET), max_size=14).map("".join))
def test_any_text_is_a_formula_or_an_error_within_it(text):
    error = refusal(text)
    assert error is None or (0 <= error.position <= len(text) and error.length >= 1 and error.message)


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
