"""Switching functions of a formula with kinks, and the smooth pieces between them.

|u|, sign(u), max(u, v), min(u, v) and comparisons change their branch where a *switching function* (u, or u - v)
changes its sign. With the signs held fixed, as variables, the formula is smooth and can be continued past the kink.
That is what event location in the integrator needs. sqrt(u^2) and powers of u^2 count as functions of |u|. What each
operation becomes stands in its row (`pieces` in :mod:`.operations`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from core.symbolic import expression as e
from core.symbolic.derivatives import derivative
from core.symbolic.expression import OPERATIONS, Expression, X, Y, substitute, variable

# Added to |u| under a root or a power: with an exponent below 1 the slope at the kink is infinite. It is the width of
# the layer in which it is taken.
CUSP = 1e-12


@dataclass(frozen=True, eq=False)
class Pieces:
    """A formula with its branches held fixed: the sign of `switches[j]` is the variable ``signs[j]``.

    It has what an objective has for derivatives: expression, gradient_expressions, hessian_expressions.
    """

    expression: Expression
    gradient_expressions: tuple
    hessian_expressions: tuple
    switches: tuple
    signs: tuple


class Switches:
    """The switching functions found so far. The rows' `pieces` build the smooth branches with it."""

    def __init__(self):
        self.functions, self.signs = [], []
        self.magnitudes: dict[Expression, bool] = {}

    def sign(self, u):
        """The variable, or its negative, that stands for the sign of u."""
        for function, sign in zip(self.functions, self.signs, strict=True):
            if function is u:
                return sign
            if e.negate(function) is u or (u.operation == "sub" and e.subtract(*reversed(u.arguments)) is function):
                return -sign
        self.functions.append(u)
        self.signs.append(variable(f"sign {len(self.signs)}"))
        return self.signs[-1]

    def positive(self, u):
        """The condition u > 0, with the sign of u held fixed."""
        return e.less(0, self.sign(u))

    def magnitude(self, u):
        """|u|."""
        result = self.sign(u) * u
        self.magnitudes[result] = True
        return result

    def power(self, base, exponent):
        """base ** exponent where the base is |u| or u^2, else None."""
        if base in self.magnitudes:
            return e.power(base + CUSP, exponent)
        if _is_square(base) and not _is_square(base.arguments[0]):
            size, degree = self.magnitude(base.arguments[0]), 2 * exponent
            return size if e.number(degree) == 1 else e.power(size + CUSP, degree)
        return None


def _is_square(node):
    return node.operation == "mul" and node.arguments[0] is node.arguments[1]


@lru_cache(maxsize=128)
def pieces(objective) -> Pieces | None:
    """The objective's smooth pieces; None where it has no kinks of these kinds."""
    switches = Switches()

    def replace(node, arguments):
        rule = OPERATIONS[node.operation].pieces
        return None if rule is None else rule(switches, *arguments)

    expression = substitute([objective.expression], replace)[0]
    if not switches.signs:
        return None
    fx, fy = (derivative([expression], v)[0] for v in (X, Y))
    hessian = derivative([fx], X)[0], derivative([fx], Y)[0], derivative([fy], Y)[0]
    return Pieces(expression, (fx, fy), hessian, tuple(switches.functions), tuple(switches.signs))
