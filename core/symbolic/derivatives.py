"""Exact symbolic derivatives of expression graphs, by forward accumulation.

Each operation's derivative stands in its row (`slope` in :mod:`.operations`). Forward, node by node, with
d(sqrt u) = u' / (2 sqrt u) and 0/0 = 0, the derivative at a kink that is also a stationary point (Ackley's origin) is 0
rather than NaN. The reverse order would give NaN.
"""

from __future__ import annotations

from .expression import ONE, OPERATIONS, ZERO, Expression, ordered


def derivative(outputs, with_respect_to: Expression) -> list[Expression]:
    """Differentiate expressions by one variable.

    Parameters
    ----------
    outputs : iterable of Expression
    with_respect_to : Expression
        A variable.

    Returns
    -------
    list of Expression
        One for each output.

    Raises
    ------
    TypeError
        For an operation whose row has no slope.
    """
    slopes: dict[int, Expression] = {}
    for node in ordered(outputs):
        if node is with_respect_to:
            slope = ONE
        elif all(slopes[id(a)] is ZERO for a in node.arguments):
            slope = ZERO
        else:
            inner = [slopes[id(a)] for a in node.arguments]
            rule = OPERATIONS[node.operation].slope
            if rule is None:
                raise TypeError(f"operation {node.operation!r}: its row has no slope")
            slope = rule(node, *node.arguments, *inner)
        slopes[id(node)] = slope
    return [slopes[id(o)] for o in outputs]
