"""Branch-free elementary functions, written as expressions that vectorise.

Argument reduction and Taylor or odd series, accurate to about one unit in the last place for moderate arguments. Sine
and cosine reduce their argument by pi/2 in three parts (Cody & Waite), with an error of 2e-16 for |x| below 1e5; where
neighbouring floats are further apart than a period their values are bounded but meaningless. NaN in, NaN out;
infinities as in libm.
"""

from __future__ import annotations

import math

from . import expression as e
from .expression import OPERATIONS, Expression, constant, less, less_equal, substitute, where

TWO_BY_LN2, TWO_BY_LN2_LOW = 2.8853900817779268, 4.0710547481862066e-17
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

# Interpolated at Chebyshev nodes in 60 digits: (log2((1 + s)/(1 - s)) - 2 s/ln 2)/s^3 in u = s^2 for s up to
# (sqrt(2) - 1)/(sqrt(2) + 1), with an error of 2^-60 of the logarithm, and (2^r - 1)/r for |r| up to 1/2, with one of
# 2^-56 of the power.
LOGARITHM = (
    0.9617966939259756, 0.5770780163555981, 0.4121985831021106, 0.32059890042182215, 0.26230786391134053,
    0.22197652442853488, 0.19142773772579882, 0.18880213866521517,
)  # fmt: skip
EXPONENTIAL = (
    0.6931471805599453, 0.24022650695910097, 0.0555041086648216, 0.009618129107606854, 0.0013333558146416916,
    0.00015403530441794136, 1.525273382986708e-05, 1.3215442552522291e-06, 1.0178062426976924e-07,
    7.072593027878997e-09, 4.4549643712692967e-10,
)  # fmt: skip


def _node(operation, *arguments):
    return Expression(operation, arguments)


def _polynomial(coefficients, u):
    """Estrin's scheme: neighbours in pairs, pairs in fours. Horner's rule has fewer products, but each of its steps
    depends on the one before."""
    terms = [constant(c) for c in coefficients]
    while len(terms) > 1:
        pairs = [_node("fused", high, u, low) for low, high in zip(terms[::2], terms[1::2], strict=False)]
        terms = pairs + terms[len(pairs) * 2 :]
        u = u * u
    return terms[0]


def _in_two_chains(coefficients, u):
    """Horner's rule in u^2 for even and odd terms: fewer instructions than Estrin's scheme has, in half the latency of
    Horner's own."""
    square = u * u
    even, odd = (_chain(coefficients[place::2], square) for place in range(2))
    return _node("fused", odd, u, even)


def _chain(coefficients, u):
    result = constant(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        result = _node("fused", result, u, constant(c))
    return result


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
    """The value after a number of half turns."""
    return where(_odd(halves), -value, value)


def sin(a):
    n, sine, cosine = _quarters(a)
    return _with_sign(_node("floor", n * 0.5), where(_odd(n), cosine, sine))


def cos(a):
    n, sine, cosine = _quarters(a)
    return _with_sign(_node("floor", n * 0.5 + 0.5), where(_odd(n), sine, cosine))


def _binary_logarithm(a):
    """log2 a as high + low, to about 2**-60 of itself, for finite a above 0.

    low may exceed the last digit of high: only their sum is accurate. Where the processor has no fused
    multiplication, low has only a part of the rounding error.
    """
    exponent, m = _exponent_and_mantissa(a)
    below, above = m - 1, m + 1
    reciprocal = 1 / above
    s = below * reciprocal
    lost = m - _node("sub", above, constant(1.0))  # by rounding m + 1
    s_low = _node("fused", -s, lost, _node("fused", -s, above, below)) * reciprocal
    u = s * s
    first = s * TWO_BY_LN2
    rest = _node("fused", s, constant(TWO_BY_LN2), -first)
    rest = _node("fused", s, constant(TWO_BY_LN2_LOW), rest)
    rest = _node("fused", s_low, constant(TWO_BY_LN2), rest)
    rest = _node("fused", s * u, _in_two_chains(LOGARITHM, u), rest)
    high = exponent + first  # exact, with the rounding error in low (Dekker)
    return high, (first - _node("sub", high, exponent)) + rest


def _positive_power(a, b):
    """a**b for a above 0, by 2**(b log2 a). The logarithm in two parts keeps the digits that its product with b would
    lose."""
    b = _held(b, -(2.0**60), 2.0**60)  # beyond it every power is 0, 1 or infinite
    high, low = _binary_logarithm(a)
    p = b * high
    rest = _node("fused", b, low, _node("fused", b, high, -p))
    n = _node("rint", p + rest)
    r = _held((p - n) + rest, -1.0, 1.0)  # below 1/2 unless the power is out of range
    fraction = _node("fused", r, _in_two_chains(EXPONENTIAL, r), constant(1.0))
    finite = _node("scaled", fraction, _held(n, -1200.0, 1200.0))
    return where(less(a, INFINITY), finite, _zero_power(-b))


def _multiple(b, unit, most):
    """Whether b is one of unit, 2 unit, ..., most unit."""
    return _equal(b, unit * _node("rint", _held(b / unit, 1.0, float(most))))


def _by_products(a, b, unit):
    """a**b for the multiples b of unit, 1 or 1/2, below 8, with an error below 4.5 units in the last place."""
    square = a * a
    factors = [(4.0, square * square), (2.0, square), (1.0, a)]
    if unit < 1:
        factors.append((0.5, e.sqrt(a)))
    result, rest = None, b
    for part, factor in factors:
        taken = less_equal(constant(part), rest)
        rest = where(taken, rest - part, rest)
        before = constant(1.0) if result is None else result
        result = where(taken, before * factor, before)
    return result


def _equal(a, b):
    return less(e.absolute(a - b), constant(5e-324))


def _three_powers(a, b):
    """a**b in the forms for whole b from 1 to 7, for halves up to 15/2, and for any b, where a is above 0.

    Each agrees with those before it to the last bit where both hold.
    """
    halves = _by_products(a, b, 0.5)
    return _by_products(a, b, 1.0), halves, where(_multiple(b, 0.5, 15), halves, _positive_power(a, b))


def _by_exponent(b, whole, halves, other):
    """What those forms of a power lead to. Where no step changes b, there is a loop over the steps for each
    (:func:`core.compile.llvm.compile_block`)."""
    return _node("unswitched", _multiple(b, 1.0, 7), whole, _node("unswitched", _multiple(b, 0.5, 15), halves, other))


def power(a, b):
    """a**b for b that is no small whole number: NaN for negative a and b that is not whole, as in libm's pow."""
    size = _positive_power(e.absolute(a), b)
    is_whole = _equal(b, _node("rint", b))
    below = where(is_whole, where(_odd(b), -size, size), NAN)
    return where(less(constant(0.0), a), size, where(less(a, constant(0.0)), below, a + _zero_power(b)))


def abs_power(u, b):
    """|u|**b."""
    size = e.absolute(u)
    return where(less(constant(0.0), size), _positive_power(size, b), size + _zero_power(b))


def signed_power(u, b):
    """sign(u) |u|**b, 0 at u = 0."""
    size = e.absolute(u)
    whole, halves, other = _three_powers(size, b)
    other = where(less(constant(0.0), size), other, size)
    return _node("copysign", _by_exponent(b, whole, halves, other), u)


def abs_power_beside(u, b, slope):
    """|u|**b where sign(u) |u|**slope, slope = b - 1, is computed as well: one power serves both.

    For b of at least 1/16: below it, |u|**(b - 1) can be beyond float64 where |u|**b is not.
    """
    size = e.absolute(u)
    whole, halves, other = (size * each for each in _three_powers(size, slope))
    other = where(less(size, INFINITY), other, _zero_power(-b))
    other = where(less(constant(0.0), size), other, size + _zero_power(b))
    return _by_exponent(slope, whole, halves, other)


def _zero_power(b):
    """0**b."""
    return where(less(constant(0.0), b), 0.0, where(less(b, constant(0.0)), INFINITY, b + 1))


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
    rest = _node("fused", x, x, -square)  # rounding error of the square
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


def by_reciprocals(outputs, names) -> list[Expression]:
    """The outputs with quotients by what depends on these variables alone as products with a reciprocal, as
    :func:`divide` has them for constants: it is computed once, not in every step."""
    outputs = list(outputs)
    fixed = {id(node) for node in e.independent(e.ordered(outputs), names)}

    def replace(node, arguments):
        if node.operation == "div" and id(node.arguments[1]) in fixed and e.number(node.arguments[1]) is None:
            return arguments[0] * (1 / arguments[1])
        return None

    return substitute(outputs, replace) if names else outputs


def lowered(outputs, names=()) -> list[Expression]:
    """Spell out every elementary function in operations that vectorise.

    Parameters
    ----------
    outputs : iterable of Expression
    names : collection of str
        Of the variables that no step changes.
    """
    outputs = _expanded(outputs, lambda row: row.llvm or row.lanes)
    fixed = {id(node) for node in e.independent(e.ordered(outputs), names)}
    slopes = {node.arguments for node in e.ordered(outputs) if node.operation == "signed_power"}

    def replace(node, arguments):
        if node.operation == "abs_power":
            u, b = node.arguments
            if id(b) in fixed and (u, e.subtract(b, 1)) in slopes:
                base, exponent = arguments
                return abs_power_beside(base, exponent, e.subtract(exponent, 1))
        lanes = OPERATIONS[node.operation].lanes
        return None if lanes is None else lanes(*arguments)

    return substitute(outputs, replace)


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
