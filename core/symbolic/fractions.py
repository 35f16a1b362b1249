"""Fewer divisions: fractions are kept as pairs and evaluated with shared divisions.

Divisions and square roots share one slow execution unit, and wider vectors do not help (Adam in two coordinates has
six divisions). Before a step is compiled for lanes, a quotient stays a pair (numerator, denominator) through products,
sums, roots and denominators, and quotients that do not depend on each other are divided at once: with r = c/(p q),
c u/p = u q r and c v/q = v p r. The root of a fraction is a fraction, sqrt(n/d) = sqrt(n d)/d: so Adam's 1 - beta2^k
moves past the root, and one division and two roots are left; ``optimizers/adam.py`` is written without regard to it.

This needs positive denominators whose products stay in the range of float64: the engine uses it where epsilon bounds
them. Results agree in exact arithmetic, and differ by rounding.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property, reduce
from operator import and_, mul, or_

from . import expression as e
from .expression import ONE, OPERATIONS, Expression, ordered, rebuilt, substitute

MAXIMUM_SHARED = 4  # denominators under one reciprocal: more could leave the range of float64
QUOTIENT = "quotient"


def common_denominators(outputs) -> list[Expression]:
    """Rewrite expressions with as few divisions as the rules of this module give.

    Parameters
    ----------
    outputs : iterable of Expression

    Returns
    -------
    list of Expression
        Equal values in exact arithmetic, in the same order.
    """
    outputs = list(outputs)
    fractions: dict[int, Fraction] = {}
    for node in ordered(outputs):
        rule = OPERATIONS[node.operation].fraction
        inner = [fractions[id(argument)] for argument in node.arguments]
        fractions[id(node)] = Fraction(rebuilt(node, [f.value for f in inner])) if rule is None else rule(*inner)
    return _Divisions([fractions[id(o)].value for o in outputs]).shared()


class Fraction:
    """numerator / denominator, unevaluated; the denominator is None for a plain value."""

    def __init__(self, numerator, denominator=None):
        self.numerator, self.denominator = numerator, denominator

    @cached_property
    def value(self) -> Expression:
        """One node: the fraction as a quotient that may share its division with others."""
        return self.numerator if self.denominator is None else Expression(QUOTIENT, (self.numerator, self.denominator))

    def __mul__(self, other):
        return Fraction(self.numerator * other.numerator, _times(self.denominator, other.denominator))

    def __truediv__(self, other):
        return Fraction(_times(self.numerator, other.denominator), _times(self.denominator, other.numerator))

    def __neg__(self):
        return Fraction(-self.numerator, self.denominator)

    def __add__(self, other):
        return _Sum(e.add, self, other)

    def __sub__(self, other):
        return _Sum(e.subtract, self, other)

    def root(self):
        n, d = self.numerator, self.denominator
        return Fraction(e.sqrt(n if d is None else n * d), d)


class _Sum(Fraction):
    """A sum or difference. It is brought to one denominator only as part of a product, a quotient or a root: as a value
    it stays a sum of values, since (x d - n)/d would cancel where x - n/d does not."""

    def __init__(self, build, left, right):
        self.build, self.left, self.right = build, left, right

    @cached_property
    def value(self):
        return self.build(self.left.value, self.right.value)

    @cached_property
    def numerator(self):
        c, d = self.left.denominator, self.right.denominator
        if c is None and d is None:
            return self.value
        if c is d:
            return self.build(self.left.numerator, self.right.numerator)
        return self.build(_times(self.left.numerator, d), _times(self.right.numerator, c))

    @cached_property
    def denominator(self):
        c, d = self.left.denominator, self.right.denominator
        return c if c is d else _times(c, d)


def _times(a, b):
    """A product in which None stands for one."""
    if a is None:
        return b
    return a if b is None else a * b


class _Divisions:
    """Gives each group of quotients whose denominators do not depend on one another a single division."""

    def __init__(self, outputs):
        self.outputs = outputs
        self.depth: dict[int, int] = {}  # of each node: the longest chain of divisions in it
        self.group: dict[int, _Group] = {}  # of each quotient
        self.written: dict[int, Expression] = {}
        levels: dict[int, list[Expression]] = {}
        for node in ordered(outputs):
            depth = max((self.depth[id(a)] for a in node.arguments), default=0)
            if node.operation == QUOTIENT:
                below = self.depth[id(node.arguments[1])]
                depth = max(depth, below + 1)
                levels.setdefault(below, []).append(node)
            self.depth[id(node)] = depth
        for below, nodes in levels.items():
            for start in range(0, len(nodes), MAXIMUM_SHARED):
                group = _Group(self, nodes[start : start + MAXIMUM_SHARED], below)
                self.group.update((id(n), group) for n in group.quotients)

    def shared(self) -> list[Expression]:
        return [self.rewritten(o) for o in self.outputs]

    def rewritten(self, node):
        """The node with its quotients evaluated."""
        if id(node) not in self.written:
            self.written[id(node)] = substitute([node], self._evaluated)[0]
        return self.written[id(node)]

    def _evaluated(self, node, arguments):
        return self.group[id(node)].value(node) if node.operation == QUOTIENT else None


class _Group:
    """Quotients n/d that share one division: c/D, c what all n have in common and D a common multiple of all d, so that
    n/d = (n/c) (D/d) (c/D).

    Parameters
    ----------
    divisions : _Divisions
    quotients : list of Expression
    below : int
        The depth of the denominators. A factor of a numerator that is deeper depends on a quotient of this group, and
        cannot be divided with it.
    """

    def __init__(self, divisions, quotients, below):
        self.quotients, self.rewritten = quotients, divisions.rewritten
        self.denominators = {id(q): Counter(_factors(q.arguments[1])) for q in quotients}
        self.numerators = {id(q): Counter(_factors(q.arguments[0])) for q in quotients}
        self.multiple = reduce(or_, self.denominators.values())
        common = reduce(and_, self.numerators.values())
        depth = divisions.depth
        self.common = Counter({n: times for n, times in common.items() if depth.get(id(n), 0) <= below})

    def value(self, quotient):
        if len(self.quotients) == 1:
            return e.divide(*map(self.rewritten, quotient.arguments))
        shared = e.divide(self._product(self.common), self._product(self.multiple))
        own = self._product(self.numerators[id(quotient)] - self.common)
        return own * self._product(self.multiple - self.denominators[id(quotient)]) * shared

    def _product(self, factors):
        return reduce(mul, map(self.rewritten, factors.elements()), ONE)


def _factors(node):
    """What the node is a product of."""
    if node.operation == "neg":
        return [e.constant(-1), *_factors(node.arguments[0])]
    if node.operation == "mul":
        return [factor for argument in node.arguments for factor in _factors(argument)]
    return [node]
