"""Branch-free elementary functions, written as expressions that vectorise.

Argument reduction and Taylor or odd series, accurate to about one unit in the last place for moderate arguments. Sine
and cosine reduce their argument by pi/2 in three parts (Cody & Waite), with an error of 2e-16 for |x| below 1e5; where
neighbouring floats are further apart than a period their values are bounded but meaningless. NaN in, NaN out;
infinities as in libm.
"""

from __future__ import annotations

import math

from . import expression as e
from .expression import OPERATIONS, Expression, constant, less, substitute, where

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
HALF_PI_LOW = 6.123233995736766e-17  # pi/2 less its float64
HALF_PI = (1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21)
NAN, INFINITY = constant(math.nan), constant(math.inf)

# erfc(x) exp(x^2) (1 + 2x) for x in [0, 28] as a polynomial in t = (x - 3.75)/(x + 3.75), after Shepherd & Laframboise
# (1981): interpolated at Chebyshev nodes in 40 digits, relative error below 2e-17.
ERFC = (
    1.2375126308378275, -0.1402405985855467, 0.003585415485463779, 0.08227673849011204, -0.10880393014171236,
    0.09230432116153116, -0.05869339859030941, 0.028362277400457724, -0.009746579553431873, 0.001755626017152004,
    0.00029371366631088616, -0.00029015496529570924, 5.1648913469599865e-05, 2.2387259638230133e-05,
    -1.1442990926805438e-05, -9.801666755858578e-07, 1.7481190468391965e-06, -4.815839621672849e-08,
    -2.5261465267715506e-07, 1.5996335215573707e-08, 3.285083556233316e-08, -8.782125734803521e-10,
    -2.4108215365422332e-09,
)  # fmt: skip
ERFC_CENTRE, ERFC_END = 3.75, 28.0


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


def _exponent_and_mantissa(a):
    """(e, m) with a = m 2**e and m in [sqrt(1/2), sqrt(2)), for finite a above 0."""
    tiny = less(a, constant(2.3e-308))
    scaled = where(tiny, a * 2.0**54, a)
    return _node("exponent", scaled) - where(tiny, 54.0, 0.0), _node("mantissa", scaled)


def log(a):
    exponent, m = _exponent_and_mantissa(a)
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


def _log_in_two_parts(a):
    """log a as high + low, to about 2**-60 of itself, for finite a above 0.

    high is the logarithm as rounded, low what rounding left out; where the processor has no fused multiplication, low
    has only a part of that.
    """
    exponent, m = _exponent_and_mantissa(a)
    below, above = m - 1, m + 1
    reciprocal = 1 / above
    s = below * reciprocal
    lost = (m - _node("sub", above, constant(1.0))) * s  # by rounding m + 1
    s_low = (_node("fused", -s, above, below) - lost) * reciprocal
    u = s * s
    series = _polynomial([2 / (2 * k + 1) for k in range(1, 11)], u)
    high, low = _sum_in_two_parts(exponent * LN2_HIGH, 2 * s)
    return _sum_in_two_parts(high, low + (2 * s_low + (s * u * series + exponent * LN2_LOW)))


def _sum_in_two_parts(a, b):
    """a + b as rounded, and the rounding error, for |a| of at least |b| or a = 0 (Dekker)."""
    total = a + b
    return total, b - _node("sub", total, a)


def _positive_power(a, b):
    """a**b for a above 0. The logarithm in two parts keeps the digits that its product with b would lose."""
    high, low = _log_in_two_parts(a)
    p = b * high
    rest = _node("fused", b, high, -p) + b * low
    finite = exp(p) * (1 + where(less(e.absolute(p), constant(800.0)), rest, 0.0))
    return where(less(a, INFINITY), finite, exp(b * a))


def power(a, b):
    """a**b for b that is no small whole number: NaN for negative a and b that is not whole, as in libm's pow."""
    size = _positive_power(e.absolute(a), b)
    is_whole = less(e.absolute(b - _node("rint", b)), constant(5e-324))
    below = where(is_whole, where(_odd(b), -size, size), NAN)
    return where(less(constant(0.0), a), size, where(less(a, constant(0.0)), below, a + _zero_power(b)))


def abs_power(u, b):
    """|u|**b."""
    size = e.absolute(u)
    return where(less(constant(0.0), size), _positive_power(size, b), size + _zero_power(b))


def signed_power(u, b):
    """sign(u) |u|**b, 0 at u = 0."""
    size = e.absolute(u)
    return _node("copysign", where(less(constant(0.0), size), _positive_power(size, b), size), u)


def _zero_power(b):
    return where(less(constant(0.0), b), 0.0, where(less(b, constant(0.0)), INFINITY, 1.0))


def log2(a):
    return log(a) * (1 / math.log(2))


def log10(a):
    return log(a) * (1 / math.log(10))


def atan(a):
    """By 1/a beyond 1 and the addition theorem beyond tan(pi/8): the series then has |r| < 0.415."""
    size = e.absolute(a)
    beyond = less(constant(1.0), size)
    z = where(beyond, 1 / size, size)
    far = less(constant(math.tan(math.pi / 8)), z)
    r = where(far, (z - 1) / (z + 1), z)
    u = r * r
    angle = r + r * u * _polynomial([(-1) ** k / (2 * k + 1) for k in range(1, 22)], u)
    angle = where(far, angle + HALF_PI_LOW / 2 + math.pi / 4, angle)
    return _node("copysign", where(beyond, math.pi / 2 - (angle - HALF_PI_LOW), angle), a)


def _erf_near_zero(a):
    """For |a| up to 1/2."""
    u = a * a
    series = [2 / math.sqrt(math.pi) * (-1) ** k / (math.factorial(k) * (2 * k + 1)) for k in range(13)]
    return a * _polynomial(series, u)


def _erfc_beyond(x):
    """erfc for x of at least 1/2, with its digits down to where float64 ends."""
    x = where(less(constant(ERFC_END), x), ERFC_END, x)
    t = (x - ERFC_CENTRE) / (x + ERFC_CENTRE)
    square = x * x
    rest = _node("fused", x, x, -square)  # what rounding the square left out
    return exp(-square) * (1 - rest) * _polynomial(ERFC, t) / (1 + 2 * x)


def erf(a):
    size = e.absolute(a)
    return where(less(size, constant(0.5)), _erf_near_zero(a), _node("copysign", 1 - _erfc_beyond(size), a))


def erfc(a):
    size = e.absolute(a)
    beyond = _erfc_beyond(size)
    far = where(less(a, constant(0.0)), 2 - beyond, beyond)
    return where(less(size, constant(0.5)), 1 - _erf_near_zero(a), far)


def cbrt(a):
    size = e.absolute(a)
    t = exp(log(size) / 3)
    t = t - (t - size / (t * t)) / 3
    inside = where(less(size, INFINITY), size, 0.0)
    return where(less(constant(0.0), inside), _node("copysign", t, a), a)


def divide(a, b):
    """a / b, by the reciprocal of a constant."""
    divisor = e.number(b)
    inverse = 1 / divisor if divisor else math.inf
    return a * inverse if math.isfinite(inverse) else e.divide(a, b)


def lowered(outputs) -> list[Expression]:
    """The outputs with every elementary function spelled out in operations that vectorise."""

    def replace(node, arguments):
        lanes = OPERATIONS[node.operation].lanes
        return None if lanes is None else lanes(*arguments)

    return substitute(_expanded(outputs, lambda row: row.llvm or row.lanes), replace)


def with_libm(outputs) -> list[Expression]:
    """The outputs in operations that have an instruction or a function of the C library, on single doubles."""
    return _expanded(outputs, lambda row: row.llvm or row.libm)


def _expanded(outputs, has_code) -> list[Expression]:
    """The outputs with functions that have no code of their own written in others."""

    def expansion(node):
        row = OPERATIONS[node.operation]
        return None if has_code(row) else row.expansion

    def replace(node, arguments):
        written = expansion(node)
        return None if written is None else written(*arguments)

    while any(map(expansion, e.ordered(outputs))):
        outputs = substitute(outputs, replace)
    return list(outputs)
