"""The same values with fewer multiplications, which share their unit of the processor with divisions and roots.

What differentiating and substituting leave behind is tidied up before it is compiled, by rules that hold in floating
point too: a b is b a, t + t is 2 t, and a power of two moves freely out of products, quotients and sums of equal
scale, to be applied once (by doubling where it can: LLVM makes 2 t an addition). So each value stays what it was to
the last bit, but for the sign of a zero and within a factor of `WIDEST` of where float64 ends. Nothing is
reassociated, nothing fused.
"""

from __future__ import annotations

import math

from core.symbolic import expression as e
from core.symbolic.expression import Expression, number, ordered, rebuilt

WIDEST = 2.0**32  # the largest power of two that is carried along


def economical(outputs) -> list[Expression]:
    """Equal outputs that cost less."""
    outputs, tidy = list(outputs), _Tidy()
    for node in ordered(outputs):
        tidy.visit(node)
    return [tidy.value(o) for o in outputs]


class _Tidy:
    """Every node as scale * base, the scale a power of two or its negative."""

    def __init__(self):
        self.scaled: dict[int, tuple[float, Expression]] = {}
        self.made: dict[tuple, Expression] = {}  # commutative nodes by what they are of
        self.kept: list[Expression] = []  # alive, so that no identity is used twice

    def visit(self, node):
        scale, base = self._rule(node)
        if not 1 / WIDEST <= abs(scale) <= WIDEST:
            scale, base = 1.0, self._times(scale, base)
        self.kept.append(base)
        self.scaled[id(node)] = scale, base

    def value(self, node):
        return self._times(*self.scaled[id(node)])

    def _rule(self, node):
        operation = node.operation
        if operation == "neg":
            scale, base = self.scaled[id(node.arguments[0])]
            return -scale, base
        if operation in ("mul", "div", "add", "sub"):
            (p, a), (q, b) = (self.scaled[id(argument)] for argument in node.arguments)
            return getattr(self, f"_{operation}")(p, a, q, b)
        return 1.0, rebuilt(node, [self.value(a) for a in node.arguments])

    def _mul(self, p, a, q, b):
        for one, other in ((a, b), (b, a)):
            if _power_of_two(number(one)):
                return p * q * number(one), other
        return p * q, self._commuted("mul", e.multiply, a, b)

    def _div(self, p, a, q, b):
        return p / q, e.divide(a, b)

    def _add(self, p, a, q, b):
        if a is b:
            return (p + q, a) if _power_of_two(p + q) else (1.0, self._sum(p, a, q, b))
        if p == q:
            return p, self._commuted("add", e.add, a, b)
        if p == -q:
            return abs(p), e.subtract(a, b) if p > 0 else e.subtract(b, a)
        return 1.0, self._sum(p, a, q, b)

    def _sub(self, p, a, q, b):
        return self._add(p, a, -q, b)

    def _sum(self, p, a, q, b):
        """p a + q b, with a subtraction where one of them is negative."""
        if q < 0:
            return e.subtract(self._times(p, a), self._times(-q, b))
        if p < 0:
            return e.subtract(self._times(q, b), self._times(-p, a))
        return self._commuted("add", e.add, self._times(p, a), self._times(q, b))

    def _commuted(self, operation, build, a, b):
        key = operation, *sorted((id(a), id(b)))
        if key not in self.made:
            self.made[key] = build(a, b)
        return self.made[key]

    def _times(self, scale, base):
        if scale == 1:
            return base
        if scale < 0:
            return e.negate(self._times(-scale, base))
        if scale == 4 and number(base) is None:
            return e.TWO * (e.TWO * base)
        return e.multiply(scale, base)


def _power_of_two(value):
    return bool(value) and math.isfinite(value) and math.frexp(value)[0] in (0.5, -0.5)
