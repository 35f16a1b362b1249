"""Switching functions of a formula with kinks, and the smooth pieces between them.

|u|, sign(u), max(u, v), min(u, v) and comparisons change their branch where a *switching function* (u, or u - v)
changes its sign. With the signs held fixed, as variables, the formula is smooth and can be continued past the kink.
That is what event location in the integrator needs. sqrt(u^2) and powers of u^2 count as functions of |u|. What each
operation becomes stands in its row (`pieces` in :mod:`.operations`).

Whether |u|^n has a kink depends on n, which may be a parameter with a value at run time: from n = 2 on its second
derivative is continuous, and it is taken as smooth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from . import expression as e
from .derivatives import derivative
from .expression import OPERATIONS, Expression, X, Y, constant, number, ordered, substitute, variable

# Added to |u| under a root or a power: with an exponent below 1 the slope at the kink is infinite. It is the width of
# the layer in which it is taken.
CUSP = 1e-10

SMOOTH_EXPONENT = 2.0  # of |u|, from which on the second derivative is continuous


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
    """The switching functions found so far. The rows' `pieces` build the smooth branches with it.

    Parameters
    ----------
    smooth_exponents : sequence of Expression
        The exponents n, known at run time only, with which |u|^n counts as smooth.
    """

    def __init__(self, smooth_exponents=()):
        self.smooth_exponents = smooth_exponents
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

    def abs_power(self, u, exponent):
        """|u| ** exponent where that has a kink, else None."""
        return None if exponent in self.smooth_exponents else e.power(self.magnitude(u) + CUSP, exponent)


def _is_square(node):
    return node.operation == "mul" and node.arguments[0] is node.arguments[1]


def pieces(objective) -> Pieces | None:
    """Cut an objective's formula into smooth pieces.

    Parameters
    ----------
    objective : core.Objective
        Its parameters' values matter only where they are exponents, so that all values with kinks in the same
        places share one result.

    Returns
    -------
    Pieces or None
        None where the formula has no kinks of these kinds.
    """
    values = {variable(name): constant(value) for name, value in objective.variables.items()}
    smooth = []
    for exponent in _exponents(objective.shape):
        value = number(substitute([exponent], lambda node, _: values.get(node))[0])
        if value is not None and value >= SMOOTH_EXPONENT:
            smooth.append(exponent)
    return _pieces(objective.shape, tuple(smooth))


@lru_cache(maxsize=128)
def _exponents(shape):
    """The exponents n of |u|^n that are no constants."""
    return tuple({node.arguments[1]: None for node in ordered([shape.expression]) if node.operation == "abs_power"})


@lru_cache(maxsize=256)
def _pieces(shape, smooth_exponents) -> Pieces | None:
    switches = Switches(smooth_exponents)

    def replace(node, arguments):
        rule = OPERATIONS[node.operation].pieces
        return None if rule is None else rule(switches, *arguments)

    expression = substitute([shape.expression], replace)[0]
    if not switches.signs:
        return None
    fx, fy = (derivative([expression], v)[0] for v in (X, Y))
    hessian = derivative([fx], X)[0], derivative([fx], Y)[0], derivative([fy], Y)[0]
    return Pieces(expression, (fx, fy), hessian, tuple(switches.functions), tuple(switches.signs))
