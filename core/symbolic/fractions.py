"""Fewer divisions: fractions are carried unevaluated and share one division.

Divisions and roots share one slow unit of the processor and vector width does not help (Adam in two
coordinates has six divisions). Written as formulas they stay readable; here, before compiling for lanes,
a quotient stays a pair (numerator, denominator) through products, sums, roots and denominators, and quotients
that do not depend on each other are divided at once: with r = c/(pq), c u/p = u q r and c v/q = v p r.
The root of a fraction is one too, sqrt(n/d) = sqrt(n d)/d: so Adam's 1 - beta2^k goes past the root, and one
division and two roots are left, without a word about it in ``optimizers/adam.py``.

Only for positive denominators whose products stay in range: the engine uses it where epsilon bounds them.
"""

from __future__ import annotations

from collections import Counter
from functools import reduce
from operator import and_, mul, or_

from core.symbolic import expression as e
from core.symbolic.expression import ONE, Expression, ordered, rebuilt, sqrt, substitute

MAXIMUM_SHARED = 4  # denominators under one reciprocal: more could leave the range of float64


def common_denominators(outputs) -> list[Expression]:
    """Equivalent outputs (in exact arithmetic) with as few divisions as the rules above give."""
    return _share_divisions([_Lazy().value(node) for node in outputs])


class _Lazy:
    """Rewrites nodes either to a value, or to a fraction (numerator, denominator or None)."""

    def __init__(self):
        self.values: dict[int, Expression] = {}
        self.fractions: dict[int, tuple] = {}

    def value(self, node):
        if id(node) not in self.values:
            if node.operation in ("div", "ratio", "mul", "neg", "sqrt"):
                n, d = self.fraction(node)
                result = n if d is None else Expression("quotient", (n, d))
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
            return sqrt(n if d is None else n * d), d
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


def _share_divisions(outputs):
    """One division for each group of quotients whose denominators do not depend on one another."""
    depth: dict[int, int] = {}
    levels: dict[int, list[Expression]] = {}
    for node in ordered(outputs):
        depth[id(node)] = max((depth[id(a)] for a in node.arguments), default=0)
        if node.operation == "quotient":
            below = depth[id(node.arguments[1])]
            depth[id(node)] = max(depth[id(node)], below + 1)
            levels.setdefault(below, []).append(node)
    group_of = {}
    for below, nodes in levels.items():
        for start in range(0, len(nodes), MAXIMUM_SHARED):
            group = _Group(nodes[start : start + MAXIMUM_SHARED], lambda n, below=below: depth.get(id(n), 0) <= below)
            group_of.update((id(n), group) for n in group.quotients)

    def replace(node, arguments):
        if node.operation != "quotient":
            return None
        return group_of[id(node)].value(node, rewritten)

    memo: dict[int, Expression] = {}

    def rewritten(node):
        if id(node) not in memo:
            memo[id(node)] = substitute([node], replace)[0]
        return memo[id(node)]

    return [rewritten(o) for o in outputs]


class _Group:
    """Quotients n/d under one division: c/D, c what all n have in common and D a common multiple of all d, so that
    n/d = (n/c) (D/d) (c/D)."""

    def __init__(self, quotients, may_divide):
        """may_divide(node): whether it does not itself depend on a quotient of this group."""
        self.quotients = quotients
        self.denominators = {id(q): Counter(_factors(q.arguments[1])) for q in quotients}
        self.numerators = {id(q): Counter(_factors(q.arguments[0])) for q in quotients}
        self.multiple = reduce(or_, self.denominators.values())
        common = reduce(and_, self.numerators.values())
        self.common = Counter({n: times for n, times in common.items() if may_divide(n)})

    def value(self, quotient, rewritten):
        if len(self.quotients) == 1:
            return e.divide(*map(rewritten, quotient.arguments))
        shared = e.divide(_product(self.common, rewritten), _product(self.multiple, rewritten))
        own = _product(self.numerators[id(quotient)] - self.common, rewritten)
        return own * _product(self.multiple - self.denominators[id(quotient)], rewritten) * shared


def _factors(node):
    """What the node is a product of."""
    if node.operation == "neg":
        return [e.constant(-1), *_factors(node.arguments[0])]
    if node.operation == "mul":
        return [factor for argument in node.arguments for factor in _factors(argument)]
    return [node]


def _product(factors, rewritten):
    return reduce(mul, map(rewritten, factors.elements()), ONE)
