"""Algebraic simplification before code generation: the same values with fewer multiplications.

Multiplications share an execution port with divisions and roots. Differentiation and substitution leave products
behind that are removed here by rules that are exact in floating point: multiplication and addition commute, t + t is
2 t, and a power of two can be moved out of products, quotients and sums of equal scale and applied once (by doubling
where possible: LLVM makes 2 t an addition). Each value is unchanged to the last bit, except for the sign of a zero and
for values within a factor `WIDEST` of the limits of float64. Nothing is reassociated and nothing is fused.
"""

from __future__ import annotations

import math

from . import expression as e
from .expression import OPERATIONS, Expression, number, ordered, rebuilt

WIDEST = 2.0**32  # the largest power of two that is moved out of a node


def economical(outputs) -> list[Expression]:
    """Rewrite expressions so that they need fewer multiplications.

    Parameters
    ----------
    outputs : iterable of Expression

    Returns
    -------
    list of Expression
        Equal values, in the same order.
    """
    outputs = list(outputs)
    commuted: dict = {}
    scaled: dict[int, Scaled] = {}
    for node in ordered(outputs):
        rule = OPERATIONS[node.operation].scaled
        inner = [scaled[id(argument)] for argument in node.arguments]
        if rule is None:
            found = Scaled(1.0, rebuilt(node, [u.value() for u in inner]), commuted)
        else:
            found = rule(*inner)
            if not 1 / WIDEST <= abs(found.scale) <= WIDEST:
                found = Scaled(1.0, found.value(), commuted)
        scaled[id(node)] = found
    return [scaled[id(o)].value() for o in outputs]


class Scaled:
    """A node written as scale * base; its arithmetic moves scales outwards.

    Parameters
    ----------
    scale : float
        A power of two or its negative.
    base : Expression
    commuted : dict
        Sums and products made so far, by operation and unordered arguments. Each entry also holds its arguments, so
        that their identities stay in use.
    """

    __slots__ = ("base", "commuted", "scale")

    def __init__(self, scale, base, commuted):
        self.scale, self.base, self.commuted = scale, base, commuted

    def value(self) -> Expression:
        """The node: scale times base."""
        return _times(self.scale, self.base)

    def __neg__(self):
        return self._new(-self.scale, self.base)

    def __mul__(self, other):
        p, a, q, b = self.scale, self.base, other.scale, other.base
        for one, rest in ((a, b), (b, a)):
            if _power_of_two(number(one)):
                return self._new(p * q * number(one), rest)
        return self._new(p * q, self._commuted(e.multiply, a, b))

    def __truediv__(self, other):
        return self._new(self.scale / other.scale, e.divide(self.base, other.base))

    def __add__(self, other):
        p, a, q, b = self.scale, self.base, other.scale, other.base
        if a is b:
            return self._new(p + q, a) if _power_of_two(p + q) else self._new(1.0, self._sum(p, a, q, b))
        if p == q:
            return self._new(p, self._commuted(e.add, a, b))
        if p == -q:
            return self._new(abs(p), e.subtract(a, b) if p > 0 else e.subtract(b, a))
        return self._new(1.0, self._sum(p, a, q, b))

    def __sub__(self, other):
        return self + -other

    def _new(self, scale, base):
        return Scaled(scale, base, self.commuted)

    def _sum(self, p, a, q, b):
        """p a + q b, as a subtraction where one scale is negative."""
        if q < 0:
            return e.subtract(_times(p, a), _times(-q, b))
        if p < 0:
            return e.subtract(_times(q, b), _times(-p, a))
        return self._commuted(e.add, _times(p, a), _times(q, b))

    def _commuted(self, build, a, b):
        """build(a, b), the same node for build(b, a)."""
        key = build, *sorted((id(a), id(b)))
        if key not in self.commuted:
            self.commuted[key] = build(a, b), a, b
        return self.commuted[key][0]


def _times(scale, base):
    if scale == 1:
        return base
    if scale < 0:
        return e.negate(_times(-scale, base))
    if scale == 4 and number(base) is None:
        return e.TWO * (e.TWO * base)
    return e.multiply(scale, base)


def _power_of_two(value):
    return bool(value) and math.isfinite(value) and math.frexp(value)[0] in (0.5, -0.5)
