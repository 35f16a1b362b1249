"""Expression graphs over float64 with shared subexpressions.

Nodes are interned: building the same expression twice gives the same object, so that common subexpressions are stored,
differentiated and compiled once. Nodes are made with Python's operators, with NumPy's functions, which dispatch to the
table of operations (:mod:`.operations`) when an argument is symbolic, and with the functions of this module. All accept
plain numbers and :class:`Vector` s beside expressions. A function written with ``np.sqrt``, ``np.where`` and ``<``
therefore works on arrays and, traced, on symbols.
"""

from __future__ import annotations

import math
import threading
import weakref
from typing import Any

OPERATIONS: dict = {}  # every operation by name, one row each: filled by core.symbolic.operations
BUILDERS: dict = {}  # NumPy's functions -> what builds their nodes: filled from the same rows
_nodes: weakref.WeakValueDictionary = weakref.WeakValueDictionary()
_interning = threading.Lock()  # two threads must not make one variable twice: derivatives go by identity


class Traced:
    """What expressions and vectors of them have in common: NumPy's functions on them build nodes."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        build = BUILDERS.get(ufunc)
        if build is None or method != "__call__" or kwargs:
            return NotImplemented
        return _elementwise(build, *inputs)

    def __array_function__(self, function, types, arguments, options):
        build = BUILDERS.get(function)
        if build is None or options:
            return NotImplemented
        return _elementwise(build, *arguments)

    def __bool__(self):
        raise TypeError("a traced value has no truth value: use np.where(a < b, yes, no)")


class Expression(Traced):
    """One node: an operation, its arguments, and for leaves a value (a number or a name)."""

    __slots__ = ("__weakref__", "arguments", "operation", "value")
    operation: str
    arguments: tuple[Expression, ...]
    value: Any

    def __new__(cls, operation, arguments=(), value=None):
        # repr keeps 0.0 and -0.0, and 1 and 1.0, apart
        arguments = tuple(arguments)
        key = (operation, tuple(map(id, arguments)), repr(value))
        with _interning:
            node = _nodes.get(key)
            if node is None:
                node = super().__new__(cls)
                node.operation, node.arguments, node.value = operation, arguments, value
                _nodes[key] = node
        return node

    def __add__(self, other):
        return _deferring(add, self, other)

    def __radd__(self, other):
        return add(other, self)

    def __sub__(self, other):
        return _deferring(subtract, self, other)

    def __rsub__(self, other):
        return subtract(other, self)

    def __mul__(self, other):
        return _deferring(multiply, self, other)

    def __rmul__(self, other):
        return multiply(other, self)

    def __truediv__(self, other):
        return _deferring(divide, self, other)

    def __rtruediv__(self, other):
        return divide(other, self)

    def __pow__(self, exponent):
        return _deferring(power, self, exponent)

    def __rpow__(self, base):
        return power(base, self)

    def __neg__(self):
        return negate(self)

    def __pos__(self):
        return self

    def __abs__(self):
        return absolute(self)

    def __lt__(self, other):
        return _deferring(less, self, other)

    def __le__(self, other):
        return _deferring(less_equal, self, other)

    def __gt__(self, other):
        return NotImplemented if isinstance(other, Vector) else less(other, self)

    def __ge__(self, other):
        return NotImplemented if isinstance(other, Vector) else less_equal(other, self)

    def __repr__(self):
        if self.operation in ("constant", "variable"):
            return str(self.value)
        inner = ", ".join(map(repr, self.arguments))
        return f"{self.operation}({inner})" if self.value is None else f"{self.operation}[{self.value}]({inner})"


class Vector(Traced):
    """A point, gradient or moment in the plane: two expressions with elementwise operators."""

    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = as_expression(x), as_expression(y)

    def __iter__(self):
        return iter((self.x, self.y))

    def __add__(self, other):
        return _elementwise(add, self, other)

    def __radd__(self, other):
        return _elementwise(add, other, self)

    def __sub__(self, other):
        return _elementwise(subtract, self, other)

    def __rsub__(self, other):
        return _elementwise(subtract, other, self)

    def __mul__(self, other):
        return _elementwise(multiply, self, other)

    def __rmul__(self, other):
        return _elementwise(multiply, other, self)

    def __truediv__(self, other):
        return _elementwise(divide, self, other)

    def __rtruediv__(self, other):
        return _elementwise(divide, other, self)

    def __pow__(self, exponent):
        return _elementwise(power, self, exponent)

    def __rpow__(self, base):
        return _elementwise(power, base, self)

    def __neg__(self):
        return Vector(negate(self.x), negate(self.y))

    def __pos__(self):
        return self

    def __abs__(self):
        return absolute(self)

    def __lt__(self, other):
        return less(self, other)

    def __le__(self, other):
        return less_equal(self, other)

    def __gt__(self, other):
        return less(other, self)

    def __ge__(self, other):
        return less_equal(other, self)


def traced(*values) -> bool:
    """Whether one of the values is symbolic."""
    return any(isinstance(value, Traced) for value in values)


def _deferring(operation, left, right):
    """A scalar node on the left of a Vector lets the Vector broadcast it."""
    return NotImplemented if isinstance(right, Vector) else operation(left, right)


def _elementwise(operation, *operands):
    if not any(isinstance(o, Vector) for o in operands):
        return operation(*operands)
    pairs = [tuple(o) if isinstance(o, Vector) else (o, o) for o in operands]
    return Vector(*(operation(*column) for column in zip(*pairs, strict=True)))


def dot(u, v):
    """The inner product of two vectors; of arrays along their last axis, which is kept: (..., 1)."""
    if isinstance(u, Vector):
        return u.x * v.x + u.y * v.y
    return (u * v).sum(axis=-1, keepdims=True)


def constant(number) -> Expression:
    """The leaf of a number."""
    return Expression("constant", value=float(number))


def variable(name: str) -> Expression:
    """The leaf of a name."""
    return Expression("variable", value=name)


def as_expression(value) -> Expression:
    """The value itself if it is an expression, else the leaf of a number."""
    return value if isinstance(value, Expression) else constant(value)


def number(node: Expression) -> float | None:
    """The value of a constant node, or None."""
    return node.value if node.operation == "constant" else None


ZERO, ONE, TWO = constant(0), constant(1), constant(2)
X, Y = variable("x"), variable("y")


def _folded(operation, *arguments):
    """A node, or its value where all arguments are finite constants and the value is finite too."""
    values = [number(a) for a in arguments]
    arithmetic = OPERATIONS[operation].number
    if arithmetic and None not in values:
        try:
            result = arithmetic(*values)
        except (ArithmeticError, ValueError):
            result = math.nan
        if isinstance(result, float) and math.isfinite(result):
            return constant(result)
    return Expression(operation, arguments)


def add(a, b) -> Expression:
    """a + b, simplified."""
    a, b = as_expression(a), as_expression(b)
    if number(a) == 0:
        return b
    if number(b) == 0:
        return a
    if b.operation == "neg":
        return subtract(a, b.arguments[0])
    return multiply(TWO, a) if a is b else _folded("add", a, b)


def subtract(a, b) -> Expression:
    """a - b, simplified."""
    a, b = as_expression(a), as_expression(b)
    if number(b) == 0:
        return a
    if number(a) == 0:
        return negate(b)
    if b.operation == "neg":
        return add(a, b.arguments[0])
    return ZERO if a is b else _folded("sub", a, b)


def negate(a) -> Expression:
    """-a, simplified."""
    a = as_expression(a)
    return a.arguments[0] if a.operation == "neg" else _folded("neg", a)


def multiply(a, b) -> Expression:
    """a b, simplified."""
    a, b = as_expression(a), as_expression(b)
    for one, other in ((a, b), (b, a)):
        if number(one) == 0:
            return ZERO
        if number(one) == 1:
            return other
        if number(one) == -1:
            return negate(other)
    if a is b and a.operation == "abs":
        return multiply(a.arguments[0], a.arguments[0])
    if a.operation == "neg":
        return negate(multiply(a.arguments[0], b))
    if b.operation == "neg":
        return negate(multiply(a, b.arguments[0]))
    return _folded("mul", a, b)


def divide(a, b) -> Expression:
    """a / b, simplified."""
    a, b = as_expression(a), as_expression(b)
    if number(b) == 1:
        return a
    if number(a) == 0 and number(b) not in (None, 0):
        return ZERO
    divisor = number(b)
    if divisor and math.frexp(divisor)[0] in (0.5, -0.5) and math.isfinite(1 / divisor):
        return multiply(a, constant(1 / divisor))  # a power of two: exact
    return _folded("div", a, b)


def ratio(a, b) -> Expression:
    """a / b, with 0/0 = 0: the step of an optimizer at rest, the gradient at a kink."""
    a, b = as_expression(a), as_expression(b)
    if number(a) == 0:
        return ZERO
    return divide(a, b) if number(b) not in (None, 0) else Expression("ratio", (a, b))


def power(a, exponent) -> Expression:
    """a ** exponent; whole exponents up to 64 become products, halves a root.

    With the step count k as exponent (``beta ** k``) it becomes a running product that the engine carries
    from step to step, one multiplication each.
    """
    a, exponent = as_expression(a), as_expression(exponent)
    if exponent is STEP:
        return Expression("running_power", (a,))
    value = number(exponent)
    if value is not None and abs(value) <= 64 and value == int(value):
        if value < 0:
            return divide(ONE, power(a, -value))
        return _whole_power(a, int(value))
    if value is not None and abs(value) <= 8 and 2 * value == int(2 * value):
        return multiply(_whole_power(a, int(value - 0.5)), sqrt(a)) if value > 0 else divide(ONE, power(a, -value))
    if value is None and a.operation == "abs":
        return abs_power(a.arguments[0], exponent)
    return _folded("power", a, exponent)


def abs_power(u, exponent) -> Expression:
    """|u| ** exponent, with derivatives that are right at u = 0 whatever value the exponent takes at run time."""
    u, exponent = as_expression(u), as_expression(exponent)
    return power(absolute(u), exponent) if number(exponent) is not None else _folded("abs_power", u, exponent)


def signed_power(u, exponent) -> Expression:
    """sign(u) |u| ** exponent, 0 at u = 0."""
    u, exponent = as_expression(u), as_expression(exponent)
    if number(exponent) is not None:
        return multiply(sign(u), power(absolute(u), exponent))
    return _folded("signed_power", u, exponent)


def _whole_power(a, n):
    result, square = ONE, a
    while n:
        if n & 1:
            result = multiply(result, square)
        n >>= 1
        if n:
            square = multiply(square, square)
    return result


def function(operation):
    """What builds a node of that operation, elementwise, from expressions, numbers and vectors."""

    def build(*arguments):
        return _elementwise(lambda *a: _folded(operation, *map(as_expression, a)), *arguments)

    build.__name__ = operation
    return build


sqrt = function("sqrt")
exp = function("exp")
expm1 = function("expm1")
log = function("log")
sin = function("sin")
cos = function("cos")
tanh = function("tanh")
absolute = function("abs")
sign = function("sign")
maximum = function("max")
minimum = function("min")
less = function("less")
less_equal = function("less_equal")


def _node(operation):
    """Builds a node of that operation on symbols, elementwise; on numbers alone it is the `value` of its row."""

    def apply(*arguments):
        if not traced(*arguments):
            return OPERATIONS[operation].value(*arguments)
        return _elementwise(lambda *a: Expression(operation, map(as_expression, a)), *arguments)

    return apply


root = _node("root")
root.__doc__ = """sqrt(max(v, 0)) whose *derivative* is that of a root no smaller than `floor`.

Stiff integrators evaluate v a little below zero, where the unbounded slope of the root stops them. The value is exact
for v >= 0; only the Jacobian is tempered."""

tempered_ratio = _node("tempered_ratio")
tempered_ratio.__doc__ = """a / b with 0/0 = 0, whose *derivative* is that of a division by no less than `floor`."""


def where(condition, yes, no):
    """`yes` where the condition (a comparison) holds, else `no`, elementwise."""

    def select(c, p, q):
        p, q = as_expression(p), as_expression(q)
        if not isinstance(c, Expression):
            return p if c else q
        return p if p is q else Expression("where", (c, p, q))

    return _elementwise(select, condition, yes, no)


def safe_ratio(a, b):
    """a / b with 0/0 = 0, elementwise, of symbols or of numbers and arrays."""
    return _elementwise(ratio, a, b) if traced(a, b) else OPERATIONS["ratio"].value(a, b)


def routine_results(routine, *arguments) -> tuple[Expression, ...]:
    """What a native routine (compile.llvm.Routine) leaves for these arguments, one expression per number."""
    call = Expression("routine", map(as_expression, arguments), routine)
    return tuple(Expression("result", (call,), i) for i in range(routine.results))


STEP = variable("step")  # the number of the step under way, from 1


def ordered(outputs) -> list[Expression]:
    """Every node below the outputs, arguments before users (no recursion: graphs may be deep)."""
    order, seen, stack = [], set(), [(node, False) for node in reversed(list(outputs))]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((a, False) for a in reversed(node.arguments))
    return order


def independent(nodes, names) -> list[Expression]:
    """Those of the ordered nodes whose variables are all among the names. Constants have none."""
    free, found = set(), []
    for node in nodes:
        if node.value in names if node.operation == "variable" else all(id(a) in free for a in node.arguments):
            free.add(id(node))
            found.append(node)
    return found


def rebuilt(node: Expression, arguments) -> Expression:
    """The node's operation on other arguments, simplified anew."""
    if not node.arguments:
        return node
    if node.value is not None:
        return Expression(node.operation, arguments, node.value)
    return OPERATIONS[node.operation].build(*arguments)


def substitute(outputs, replacement) -> list[Expression]:
    """The outputs with every node n replaced by replacement(n, new_arguments) where that is not None."""
    new: dict[int, Expression] = {}
    for node in ordered(outputs):
        arguments = tuple(new[id(a)] for a in node.arguments)
        replaced = replacement(node, arguments)
        new[id(node)] = rebuilt(node, arguments) if replaced is None else replaced
    return [new[id(o)] for o in outputs]
