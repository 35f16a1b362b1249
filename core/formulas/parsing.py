"""Text to expression: a small precedence parser over a whitelist. Nothing is ever evaluated as code.

Grammar, loosest first: sums, products (also implied: ``2x``, ``3(x+1)``), signs, powers (``^`` or ``**``,
right to left). Names are x, y, pi, e and the functions below.
"""

from __future__ import annotations

import math
import re

from core.formulas import expression as e
from core.formulas.expression import Expression, constant, variable

MAXIMUM_LENGTH = 500
MAXIMUM_DEPTH = 60
X, Y = variable("x"), variable("y")
CONSTANTS = {"x": X, "y": Y, "pi": constant(math.pi), "e": constant(math.e)}
FUNCTIONS = {
    "sin": (e.sin, 1),
    "cos": (e.cos, 1),
    "tan": (e.tan, 1),
    "exp": (e.exp, 1),
    "log": (e.log, 1),
    "ln": (e.log, 1),
    "sqrt": (e.sqrt, 1),
    "abs": (e.absolute, 1),
    "sinh": (e.sinh, 1),
    "cosh": (e.cosh, 1),
    "tanh": (e.tanh, 1),
    "sign": (e.sign, 1),
    "max": (e.maximum, 2),
    "min": (e.minimum, 2),
}
ALLOWED = f"numbers, x, y, pi, e, + - * / ^ ( ) and {', '.join(FUNCTIONS)}"

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<operator>\*\*|[-+*/^(),²]))"
)


class FormulaError(ValueError):
    """A formula that cannot be read.

    Parameters
    ----------
    text : str
        The formula as it was given.
    reason : str
        What is wrong, as a short sentence without a full stop.
    position : int or None
        Index in `text` of the first character at fault; ``len(text)`` is its end, None the formula as a whole.
    length : int
        How many characters from there are at fault.
    suggestion : str
        What was probably meant, as a short sentence without a full stop; empty where nothing is probable.

    Attributes
    ----------
    message : str
        Reason and suggestion for a person who sees the formula beside it. ``str(error)`` names the parameter, its
        value and the place as well.
    """

    def __init__(self, text, reason, position=None, length=1, suggestion=""):
        self.text, self.reason, self.position, self.length = text, reason, position, length
        self.suggestion = suggestion
        self.message = f"{reason}: {suggestion}" if suggestion else reason
        place = "" if position is None else f" (character {position + 1})"
        super().__init__(f"objective = {_shortened(text)}{place}: {self.message}")

    def __reduce__(self):
        return type(self), (self.text, self.reason, self.position, self.length, self.suggestion)


def _shortened(text, most=120):
    """The text quoted, cut where it is too long for a message."""
    return repr(text) if len(text) <= most else f"{text[:most]!r}..."


def parse(text: str, constants: dict[str, float] | None = None) -> Expression:
    """The expression in x and y that the text denotes; FormulaError where it denotes none.

    `constants` adds names with values, for the built-in objectives' own parameters.
    """
    if not isinstance(text, str):
        raise FormulaError(repr(text), f"a formula must be text, not {type(text).__name__}")
    if len(text) > MAXIMUM_LENGTH:
        raise FormulaError(text, f"a formula may have at most {MAXIMUM_LENGTH} characters, this one has {len(text)}")
    return _Parser(text, constants or {}).result()


class _Parser:
    def __init__(self, text, constants):
        self.text, self.depth, self.index = text, 0, 0
        self.constants = CONSTANTS | {name: constant(value) for name, value in constants.items()}
        self.tokens = list(self._tokens())

    def _tokens(self):
        text = self.text.replace("−", "-").replace("·", "*").replace("×", "*")
        position, end = 0, len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if match is None:
                bad = text[position:].lstrip()[:1]
                self._fail(f"{bad!r} is not allowed", len(text) - len(text[position:].lstrip()))
            kind, value, start = match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)
            if kind == "name" and set(value) <= set("xy"):  # xy^2 is x (y^2), as on paper
                yield from ((kind, letter, start + i) for i, letter in enumerate(value))
            else:
                yield kind, value, start
            position = match.end()
        yield "end", "", end

    def _fail(self, what, position=None, suggestion=""):
        if position is None:
            position = self.tokens[self.index][2]
        raise FormulaError(self.text, what, position, suggestion=suggestion)

    def _peek(self):
        return self.tokens[self.index][:2]

    def _take(self, *operators):
        kind, value = self._peek()
        if kind == "operator" and value in operators:
            self.index += 1
            return value
        return None

    def _expect(self, operator):
        if not self._take(operator):
            found = self._peek()[1] or "the end"
            self._fail(f"expected {operator!r} but found {found!r}")

    def result(self):
        value = self._sum()
        if self._peek()[0] != "end":
            self._fail(f"{self._peek()[1]!r} was not expected")
        return value

    def _sum(self):
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            self._fail(f"more than {MAXIMUM_DEPTH} levels of nesting")
        value = self._product()
        while operator := self._take("+", "-"):
            value = value + self._product() if operator == "+" else value - self._product()
        self.depth -= 1
        return value

    def _product(self):
        value = self._signed()
        while True:
            if operator := self._take("*", "/"):
                value = value * self._signed() if operator == "*" else value / self._signed()
            elif self._peek()[0] in ("number", "name") or self._peek() == ("operator", "("):
                value = value * self._power()
            else:
                return value

    def _signed(self):
        negative = False
        while operator := self._take("+", "-"):
            negative ^= operator == "-"
        return -self._power() if negative else self._power()

    def _power(self):
        base = self._atom()
        while self._take("²"):
            base = base**2
        if self._take("^", "**"):
            self.depth += 1
            if self.depth > MAXIMUM_DEPTH:
                self._fail(f"more than {MAXIMUM_DEPTH} levels of nesting")
            base = base ** self._signed()
            self.depth -= 1
        return base

    def _atom(self):
        kind, value = self._peek()
        if kind == "number":
            if not math.isfinite(float(value)):
                self._fail(f"the number {value} is out of range")
            self.index += 1
            return constant(value)
        if kind == "name":
            return self._name(value)
        if self._take("("):
            inner = self._sum()
            self._expect(")")
            return inner
        self._fail(f"a value is missing before {value!r}" if value else "a value is missing")

    def _name(self, name):
        if name in self.constants:
            self.index += 1
            return self.constants[name]
        if name not in FUNCTIONS:
            self._fail(f"unknown name {name!r}", suggestion=f"allowed are {ALLOWED}")
        self.index += 1
        function, count = FUNCTIONS[name]
        self._expect("(")
        arguments = [self._sum()]
        while self._take(","):
            arguments.append(self._sum())
        if len(arguments) != count:
            self._fail(f"{name} takes {count} value{'s' * (count > 1)}, got {len(arguments)}")
        self._expect(")")
        return function(*arguments)
