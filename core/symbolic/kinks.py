"""Where a formula has kinks, and the smooth formulas that it is made of between them.

|u|, sign(u), max(u, v), min(u, v) and comparisons change their branch where a *switching function* (u, or u - v)
changes its sign. With the signs held fixed, as variables, the formula is smooth and goes on smoothly past the kink:
what an integrator needs that locates the kink as an event. sqrt(u^2) and u^2 to a power count as |u|.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from core.symbolic import expression as e
from core.symbolic.derivatives import derivative
from core.symbolic.expression import Expression, X, Y, less, substitute, variable, where

# Added to |u| under a root or a power: with an exponent below 1 the slope at the kink is infinite. It stands for the
# width of the layer in which it is taken.
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


class _Switches:
    """The switching functions found so far."""

    def __init__(self):
        self.functions, self.signs = [], []

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


def _is_square(node):
    return node.operation == "mul" and node.arguments[0] is node.arguments[1]


@lru_cache(maxsize=128)
def pieces(objective) -> Pieces | None:
    """The objective's smooth pieces; None where it has no kinks of these kinds."""
    found = _Switches()

    def magnitude(node, arguments):
        """|u| of a node |u| or u^2, or None, with the power of |u| that the node is."""
        if node.operation == "abs":
            return found.sign(original(arguments)) * original(arguments), 1
        if _is_square(node) and not _is_square(node.arguments[0]):
            u = original(arguments)
            return found.sign(u) * u, 2
        return None, 0

    def original(arguments):
        return arguments[0]

    new = {}

    def replace(node, arguments):
        result = _replaced(node, arguments)
        new[id(node)] = (node, arguments)
        return result

    def _replaced(node, arguments):
        operation = node.operation
        if operation in ("abs", "sign"):
            sign = found.sign(arguments[0])
            return sign * arguments[0] if operation == "abs" else sign
        if operation in ("max", "min"):
            first, second = arguments if operation == "max" else reversed(arguments)
            return where(less(0, found.sign(e.subtract(*arguments))), first, second)
        if operation == "less":
            return less(0, found.sign(e.subtract(arguments[1], arguments[0])))
        if operation in ("sqrt", "power"):
            inner = node.arguments[0]
            size, degree = magnitude(inner, new[id(inner)][1] if inner.arguments else ())
            if degree == 0:
                return None
            if operation == "sqrt":
                return size if degree == 2 else e.sqrt(size + CUSP)
            return e.power(size + CUSP, degree * arguments[1])
        return None

    expression = substitute([objective.expression], replace)[0]
    if not found.signs:
        return None
    fx, fy = (derivative([expression], v)[0] for v in (X, Y))
    hessian = derivative([fx], X)[0], derivative([fx], Y)[0], derivative([fy], Y)[0]
    return Pieces(expression, (fx, fy), hessian, tuple(found.functions), tuple(found.signs))
