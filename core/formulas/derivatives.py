"""Exact symbolic derivatives of expression graphs.

Forward accumulation, node by node: with d(sqrt u) = u' / (2 sqrt u) and 0/0 = 0, the derivative at a kink
that is also a stationary point (Ackley's origin) is 0 rather than NaN, which the reverse order could not do.
"""

from __future__ import annotations

from core.formulas import expression as e
from core.formulas.expression import ONE, ZERO, Expression, ordered

_RULES = {
    "add": lambda n, u, v, du, dv: du + dv,
    "sub": lambda n, u, v, du, dv: du - dv,
    "mul": lambda n, u, v, du, dv: du * v + u * dv,
    "div": lambda n, u, v, du, dv: du / v - n * (dv / v),
    "ratio": lambda n, u, v, du, dv: e.ratio(du - n * dv, v),
    "tempered_ratio": lambda n, u, v, w, du, dv, dw: (du - n * dv) / e.maximum(v, w),
    "power": lambda n, u, v, du, dv: v * e.power(u, v - 1) * du + n * e.log(u) * dv,
    "max": lambda n, u, v, du, dv: e.where(e.less(u, v), dv, du),
    "min": lambda n, u, v, du, dv: e.where(e.less(v, u), dv, du),
    "root": lambda n, u, v, du, dv: du / (2 * e.maximum(n, v)),
    "neg": lambda n, u, du: -du,
    "sqrt": lambda n, u, du: e.ratio(du, 2 * n),
    "exp": lambda n, u, du: n * du,
    "expm1": lambda n, u, du: (n + 1) * du,
    "log": lambda n, u, du: du / u,
    "sin": lambda n, u, du: e.cos(u) * du,
    "cos": lambda n, u, du: -(e.sin(u) * du),
    "tanh": lambda n, u, du: (1 - n * n) * du,
    "abs": lambda n, u, du: e.sign(u) * du,
    "sign": lambda n, u, du: ZERO,
    "less": lambda n, u, v, du, dv: ZERO,
    "where": lambda n, c, u, v, dc, du, dv: e.where(c, du, dv),
}


def derivative(outputs, with_respect_to: Expression) -> list[Expression]:
    """The derivative of each output by one variable, as expressions."""
    slopes: dict[int, Expression] = {}
    for node in ordered(outputs):
        if node is with_respect_to:
            slope = ONE
        elif all(slopes[id(a)] is ZERO for a in node.arguments):
            slope = ZERO
        else:
            inner = [slopes[id(a)] for a in node.arguments]
            slope = _RULES[node.operation](node, *node.arguments, *inner)
        slopes[id(node)] = slope
    return [slopes[id(o)] for o in outputs]
