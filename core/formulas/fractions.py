"""Fewer divisions: fractions are carried unevaluated and share one reciprocal.

Divisions and roots share one slow unit of the processor and vector width does not help (Adam in two
coordinates has six divisions). Written as formulas they stay readable; here, before compiling for lanes,
a quotient stays a pair (numerator, denominator) through products, roots and denominators, and quotients
that do not depend on each other are divided at once: 1/(pq) gives 1/p = q/(pq) and 1/q = p/(pq).
For Adam that leaves one division and three roots, without a word about it in ``optimizers/adam.py``.

Only for positive denominators whose products stay in range: the engine uses it where epsilon bounds them.
"""

from __future__ import annotations

from core.formulas import expression as e
from core.formulas.expression import ONE, Expression, ordered, rebuilt, substitute

MAXIMUM_SHARED = 4  # denominators under one reciprocal: more could leave the range of float64


def common_denominators(outputs) -> list[Expression]:
    """Equivalent outputs (in exact arithmetic) with as few divisions as the rules above give."""
    return _share_reciprocals([_Lazy().value(node) for node in outputs])


class _Lazy:
    """Rewrites nodes either to a value, or to a fraction (numerator, denominator or None)."""

    def __init__(self):
        self.values: dict[int, Expression] = {}
        self.fractions: dict[int, tuple] = {}

    def value(self, node):
        if id(node) not in self.values:
            if node.operation in ("div", "ratio", "mul", "neg"):
                n, d = self.fraction(node)
                result = n if d is None else n * Expression("reciprocal", (d,))
            else:
                # A sum of a value and a quotient is not merged: (x d - n)/d would cancel where x - n/d does not.
                result = rebuilt(node, [self.value(a) for a in node.arguments])
            self.values[id(node)] = result
        return self.values[id(node)]

    def fraction(self, node):
        if id(node) not in self.fractions:
            self.fractions[id(node)] = self._fraction(node)
        return self.fractions[id(node)]

    def _fraction(self, node):
        if node.operation in ("div", "ratio"):
            (an, ad), (bn, bd) = map(self.fraction, node.arguments)
            return _times(an, bd), _times(ad, bn)
        if node.operation == "mul":
            (an, ad), (bn, bd) = map(self.fraction, node.arguments)
            return an * bn, _times(ad, bd)
        if node.operation == "neg":
            n, d = self.fraction(node.arguments[0])
            return -n, d
        if node.operation == "sqrt":
            n, d = self.fraction(node.arguments[0])
            return (self.value(node), None) if d is None else (e.sqrt(n), e.sqrt(d))
        if node.operation in ("add", "sub"):
            (an, ad), (bn, bd) = map(self.fraction, node.arguments)
            if ad is not None or bd is not None:
                left, right = (
                    _times(an, bd if bd is not ad else None),
                    _times(bn, ad if ad is not bd else None),
                )
                return rebuilt(node, (left, right)), ad if ad is bd else _times(ad, bd)
        return self.value(node), None


def _times(a, b):
    """A product in which None stands for one."""
    if a is None:
        return b
    return a if b is None else a * b


def _share_reciprocals(outputs):
    """One division for each group of reciprocals that do not depend on one another."""
    depth: dict[int, int] = {}
    levels: dict[int, list[Expression]] = {}
    for node in ordered(outputs):
        below = max((depth[id(a)] for a in node.arguments), default=0)
        depth[id(node)] = below + (node.operation == "reciprocal")
        if node.operation == "reciprocal":
            levels.setdefault(below, []).append(node)
    group_of = {}
    for nodes in levels.values():
        for start in range(0, len(nodes), MAXIMUM_SHARED):
            group = nodes[start : start + MAXIMUM_SHARED]
            group_of.update((id(n), (group, i)) for i, n in enumerate(group))
    new: dict[int, Expression] = {}

    def replace(node, arguments):
        if node.operation != "reciprocal":
            return None
        new[id(node)] = arguments[0]
        group, index = group_of[id(node)]
        denominators = [_rewritten(n.arguments[0]) for n in group]
        inverse = ONE
        for d in denominators:
            inverse = inverse * d
        inverse = ONE / inverse
        for i, d in enumerate(denominators):
            if i != index:
                inverse = inverse * d
        return inverse

    memo: dict[int, Expression] = {}

    def _rewritten(node):
        if id(node) not in memo:
            memo[id(node)] = substitute([node], replace)[0]
        return memo[id(node)]

    return substitute(outputs, replace)
