"""Branch-free exp, expm1, log, sin, cos, tanh and powers, as expressions that vectorise.

Argument reduction and Taylor or odd series to rounding: about one unit in the last place for moderate
arguments. Sine and cosine reduce by pi/2 in three parts (Cody & Waite), good to 2e-16 for |x| below 1e5
and bounded, if meaningless, beyond the range where neighbouring floats are wider apart than a period.
NaN in, NaN out; infinities as in libm, except that sin and cos of one are NaN there too.
"""

from __future__ import annotations

import math

from core.formulas import expression as e
from core.formulas.expression import Expression, constant, less, substitute, where

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
HALF_PI = (1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21)
NAN, INFINITY = constant(math.nan), constant(math.inf)


def _node(operation, *arguments):
    return Expression(operation, arguments)


def _polynomial(coefficients, u):
    """Estrin's scheme: neighbours in pairs, pairs in fours. Horner's rule has fewer products, but each of its steps
    waits for the one before."""
    terms = [constant(c) for c in coefficients]
    while len(terms) > 1:
        pairs = [_node("fused", high, u, low) for low, high in zip(terms[::2], terms[1::2], strict=False)]
        terms = pairs + terms[len(pairs) * 2 :]
        u = u * u
    return terms[0]


def _held(a, low, high):
    """a kept within [low, high]; NaN stays NaN."""
    return where(less(a, constant(low)), low, where(less(constant(high), a), high, a))


def _exponential(a):
    """(n, q) with exp(a) = 2**n (1 + q) and |q| < 0.42."""
    a = _held(a, -800.0, 800.0)
    n = _node("rint", a * (1 / math.log(2)))
    r = _node("fused", n, constant(-LN2_LOW), _node("fused", n, constant(-LN2_HIGH), a))
    series = [1 / math.factorial(k) for k in range(2, 15)]
    return n, r + r * r * _polynomial(series, r)


def _scaled(n, value):
    half = _node("floor", n * 0.5)
    return value * _node("exp2_whole", half) * _node("exp2_whole", n - half)


def exp(a):
    n, q = _exponential(a)
    return _scaled(n, q + 1)


def expm1(a):
    n, q = _exponential(a)
    # 2**n q + (2**n - 1) keeps q's digits at n = 0; past the range of one factor the sum is exp's anyway
    n_held = _held(n, -1000.0, 1000.0)
    power = _node("exp2_whole", n_held)
    return where(less(n, constant(1000.0)), power * q + (power - 1), _scaled(n, q + 1))


def tanh(a):
    t = expm1(-2 * e.absolute(a))
    return e.sign(a) * (-t / (t + 2))


def log(a):
    tiny = less(a, constant(2.3e-308))
    a_scaled = where(tiny, a * 2.0**54, a)
    exponent = _node("exponent", a_scaled) - where(tiny, 54.0, 0.0)
    m = _node("mantissa", a_scaled)
    s = (m - 1) / (m + 1)
    u = s * s
    series = _polynomial([2 / (2 * k + 1) for k in range(1, 11)], u)
    finite = exponent * LN2_HIGH + (2 * s + (s * u * series + exponent * LN2_LOW))
    finite = where(less(a, INFINITY), finite, a)  # infinity and NaN pass
    return where(less(constant(0.0), a), finite, where(less(a, constant(0.0)), NAN, a - INFINITY))


def _quarters(a):
    """(n, sin r, cos r) with a = n pi/2 + r and r between -pi/4 and pi/4."""
    n = _node("rint", a * (2 / math.pi))
    r = a
    for part in HALF_PI:
        r = _node("fused", n, constant(-part), r)
    r = _held(r, -1.0, 1.0)
    u = r * r
    sine = r + r * u * _polynomial([(-1) ** k / math.factorial(2 * k + 1) for k in range(1, 9)], u)
    cosine = _polynomial([(-1) ** k / math.factorial(2 * k) for k in range(9)], u)
    return n, sine, cosine


def _odd(n):
    """Whether a whole number is odd."""
    half = n * 0.5
    return less(_node("floor", half), half)


def _with_sign(halves, value):
    """The value after so many half turns."""
    return where(_odd(halves), -value, value)


def sin(a):
    n, sine, cosine = _quarters(a)
    return _with_sign(_node("floor", n * 0.5), where(_odd(n), cosine, sine))


def cos(a):
    n, sine, cosine = _quarters(a)
    return _with_sign(_node("floor", n * 0.5 + 0.5), where(_odd(n), sine, cosine))


def power(a, b):
    """a**b for b that is no small whole number: NaN for negative a, as in libm's pow."""
    return where(less(constant(0.0), a), exp(b * log(a)), where(less(a, constant(0.0)), NAN, _zero_power(b)))


def _zero_power(b):
    return where(less(constant(0.0), b), 0.0, where(less(b, constant(0.0)), INFINITY, 1.0))


_LOWERED = {"exp": exp, "expm1": expm1, "log": log, "sin": sin, "cos": cos, "tanh": tanh, "power": power}


def lowered(outputs) -> list[Expression]:
    """The outputs with every elementary function spelled out in operations that vectorise."""

    def replace(node, arguments):
        if node.operation == "div" and e.number(arguments[1]):
            return arguments[0] * (1 / e.number(arguments[1]))
        build = _LOWERED.get(node.operation)
        return None if build is None else build(*arguments)

    return substitute(outputs, replace)
