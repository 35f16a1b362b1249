"""Functions written in others: no step here overflows, or loses its digits, before the value does."""

from __future__ import annotations

import math

from . import elementary
from . import expression as e
from .expression import ZERO, constant, function, less, where

LN2, LN10, PI_LOW = math.log(2), math.log(10), 2 * elementary.HALF_PI_LOW

LOG2, LOG10, LOG1P = function("log2"), function("log10"), function("log1p")
SINH, COSH, ATAN = function("sinh"), function("cosh"), function("atan")
HYPOT, SIGMOID, ERFC = function("hypot"), function("sigmoid"), function("erfc")
RINT, COPYSIGN, FREM = function("rint"), function("copysign"), function("frem")


def equal(a, b):
    """a = b, as a condition."""
    return less(e.absolute(a - b), constant(5e-324))


def log1p(u):
    """log(w) u/(w - 1) with w = 1 + u as rounded: the rounding cancels."""
    w = 1 + u
    corrected = where(equal(w, constant(1.0)), u, e.log(w) * (u / (w - 1)))
    return where(less(e.absolute(u), constant(1e16)), corrected, e.log(w))


def sinh(u):
    size = e.absolute(u)
    t, root = e.expm1(size), e.exp(size / 2)
    return COPYSIGN(where(less(size, constant(700.0)), (t + t / (t + 1)) / 2, root / 2 * root), u)


def cosh(u):
    size = e.absolute(u)
    t, root = e.exp(size), e.exp(size / 2)
    return where(less(size, constant(700.0)), (t + 1 / t) / 2, root / 2 * root)


def asin(u):
    return ATAN(u / e.sqrt((1 - u) * (1 + u)))


def acos(u):
    return 2 * ATAN(e.sqrt((1 - u) / (1 + u)))


def asinh(u):
    size = e.absolute(u)
    near = LOG1P(size + size * (size / (1 + e.sqrt(1 + size * size))))
    return COPYSIGN(where(less(size, constant(1e150)), near, e.log(size) + LN2), u)


def acosh(u):
    t = u - 1
    return where(less(u, constant(1e150)), LOG1P(t + e.sqrt(t) * e.sqrt(t + 2)), e.log(u) + LN2)


def atanh(u):
    size = e.absolute(u)
    return COPYSIGN(LOG1P(2 * size / (1 - size)) / 2, u)


def atan2(u, v):
    up, across = e.absolute(u), e.absolute(v)
    steep = less(across, up)
    angle = ATAN(e.ratio(where(steep, across, up), where(steep, up, across)))
    angle = where(steep, math.pi / 2 - (angle - PI_LOW / 2), angle)
    return COPYSIGN(where(less(v, ZERO), math.pi - (angle - PI_LOW), angle), u)


def hypot(u, v):
    u, v = e.absolute(u), e.absolute(v)
    long = e.maximum(u, v)
    share = e.ratio(e.minimum(u, v), long)
    return long * e.sqrt(1 + share * share)


def mod(u, v):
    """The remainder with the sign of v."""
    left = FREM(u, v)
    return left + where(less(e.sign(left) * e.sign(v), ZERO), v, ZERO)


def sigmoid(u):
    return e.exp(e.minimum(u, ZERO)) / (1 + e.exp(-e.absolute(u)))


def softplus(u):
    return e.maximum(u, ZERO) + LOG1P(e.exp(-e.absolute(u)))


def logaddexp(u, v):
    return e.maximum(u, v) + LOG1P(e.exp(-e.absolute(u - v)))
