"""Text to expression. Nothing is ever evaluated as code.

Grammar, loosest first: sums, products (also implied: ``2x``, ``3(x+1)``), signs, powers (right to left), and values:
numbers, variables, brackets, bars, roots, fractions and functions, whose argument needs no brackets (``sin 2x``).
A product and a quotient bind alike, from left to right: ``x/2y`` is (x/2) y. What a text was understood as is typeset
in :attr:`Formula.latex`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ..symbolic.expression import Expression, X, Y
from . import bars, names, reading
from .cursor import MAXIMUM_DEPTH, Cursor
from .errors import FormulaError
from .heads import without_head
from .names import NAMED
from .reading import Reading
from .refusals import (
    is_decimal,
    refuse_comma,
    refuse_decimal_comma,
    refuse_missing_value,
    refuse_number_behind_a_value,
    refuse_unexpected,
)
from .tokens import Token, tokens_of

MAXIMUM_LENGTH = 1000
INVERSES = {"sin": "asin", "cos": "acos", "tan": "atan", "sinh": "asinh", "cosh": "acosh", "tanh": "atanh"}


@dataclass(frozen=True)
class Formula:
    """A formula as it was understood.

    Attributes
    ----------
    text : str
        As it was given.
    expression : Expression
        Its value, of the variables x and y.
    latex : str
        The formula typeset, with all that was implied.
    terms : tuple of str
        The same in pieces between which a line may end.
    python : str
        The formula as a Python expression in x and y, ``np`` being NumPy and ``math`` the standard library's.
    """

    text: str
    expression: Expression
    latex: str
    terms: tuple[str, ...]
    python: str


def read(text: str, parameters: dict[str, str] | None = None) -> Formula:
    """
    Read a text as a formula in x and y.

    Parameters
    ----------
    text : str
        As people write it: plain, with Unicode's signs, as program text, or as LaTeX.
    parameters : dict, optional
        The names of the formula's parameters, each with its LaTeX or "". They become variables of the expression: see
        :func:`core.formulas.names.parameter`.

    Returns
    -------
    Formula

    Raises
    ------
    FormulaError
        Where it means nothing, or not one thing: with the place, and what was probably meant.
    """
    if not isinstance(text, str):
        raise FormulaError(repr(text), f"a formula must be text, not {type(text).__name__}")
    if len(text) > MAXIMUM_LENGTH:
        raise FormulaError(text, f"a formula may have at most {MAXIMUM_LENGTH} characters, this one has {len(text)}")
    known = {name: names.parameter(name, symbol) for name, symbol in (parameters or {}).items()}
    found = _Parser(text, known).result()
    return Formula(text, found.expression, found.latex, found.terms, found.python)


def parse(text: str, parameters: dict[str, str] | None = None) -> Expression:
    """The expression that the text denotes: see :func:`read`."""
    return read(text, parameters).expression


class _Parser(Cursor):
    """Recursive descent: a method for each rule of the grammar, a table for the kinds of values."""

    def __init__(self, text, parameters):
        tokens, head = without_head(text, tokens_of(text))
        super().__init__(text, tokens)
        if tokens[0].kind == "end":
            self.fail(tokens[0], "a formula is missing", "write one in x and y, like x^2 + 3y^2")
        self.tokens = names.resolved(text, tokens, head, parameters)
        self.check_brackets()
        self.tokens = bars.with_sides(text, self.tokens)
        self.suspect = None  # the place of a comma that may be a decimal one

    def _close(self):
        """The closing bracket: they are known to match."""
        if self.token.kind != "close":
            refuse_unexpected(self)
        self.index += 1

    def result(self):
        value = self._sum()
        if self.token.kind != "end":
            refuse_unexpected(self)
        return value

    def _sum(self):
        self.deeper()
        value = self._product()
        while operator := self.take("+", "-"):
            value = reading.added(value, operator, self._product())
        self.depth -= 1
        return value

    def _product(self):
        value = self._signed()
        while True:
            if operator := self.take("*", "/"):
                combine = reading.multiplied if operator == "*" else reading.divided
                value = combine(value, self._signed())
            elif self._value_follows():
                value = reading.multiplied(value, self._power())
            else:
                return value

    def _value_follows(self):
        """Whether a factor comes next without a sign of multiplication."""
        if self.token.kind == "number":
            refuse_number_behind_a_value(self)
        return self.token.kind in VALUES

    def _signed(self):
        negative = False
        while operator := self.take("+", "-"):
            negative ^= operator == "-"
        return reading.negative(self._power()) if negative else self._power()

    def _power(self):
        base = self._value()
        while self.token.is_operator("^"):
            base = reading.raised(base, self._exponent())
        return base

    def _exponent(self):
        is_raised = self.token.value == "raised"
        self.index += 1
        self.deeper()
        exponent = self._value() if is_raised else self._signed()
        self.depth -= 1
        return exponent

    def _value(self):
        token = self.token
        if token.kind not in VALUES:
            refuse_missing_value(self)
        self.index += 1
        return VALUES[token.kind](self, token)

    def _number(self, token):
        if not math.isfinite(token.value):
            self.fail(token, f"{token.text} is too large for a number", "the largest is about 1.8e308")
        value = reading.number(token.value, token.text)
        after = self.token
        if after.kind == "number" and isinstance(after.value, Fraction) and token.text.isdigit() and not after.spaced:
            self.index += 1
            return reading.mixed_number(value, reading.number(after.value, after.text))
        return value

    def _open(self, token):
        norm = token.text == "‖"
        if norm and self._is_pair():
            arguments = self._pair()
            self._close()
            return reading.called(NAMED["hypot"], arguments)
        inner = self._sum()
        if self.token.is_operator(","):
            refuse_comma(self)
        end = self.token
        self._close()
        if token.text in "([{":
            return inner
        of_one = inner.expression in (X, Y, *map(NAMED["abs"].build, (X, Y)))
        if of_one and (norm or self._is_double_bar(token, end)):
            self.fail(token, "the norm of one number", "write |x|, or sqrt(x^2 + y^2) for the length", end)
        return reading.called(NAMED[{"|": "abs", "‖": "abs", "⌊": "floor", "⌈": "ceil"}[token.text]], [inner])

    def _is_double_bar(self, token, end):
        return self.text[token.start : token.start + 2] == "||" and self.text[end.end - 2 : end.end] == "||"

    def _is_pair(self):
        depth = 0
        for token in self.tokens[self.index :]:
            depth += (token.kind == "open") - (token.kind == "close")
            if depth < 0:
                return False
            if token.is_operator(",") and depth <= 1:
                return True
        return False

    def _pair(self):
        """(x, y), with or without brackets, between the bars of a norm."""
        bracket = self.token.kind == "open" and self.token.text in "(["
        self.index += bracket
        arguments = [self._sum()]
        while self.take(","):
            arguments.append(self._sum())
        if bracket:
            self._close()
        return arguments

    def _root(self, token):
        index = token.value
        if not 2 <= index <= 64:
            self.fail(token, f"a root of index {index}", "indices from 2 to 64 are known")
        self.deeper()
        inner = self._power() if token.text in "√∛∜" else self._value()
        self.depth -= 1
        return reading.root_of(inner, index, NAMED)

    def _frac(self, token):
        self.deeper()
        top, bottom = self._value(), self._value()
        self.depth -= 1
        return Reading(**(vars(reading.divided(top, bottom)) | {"level": reading.ATOM}))

    # ---- functions ----

    def _function(self, token):
        row, name = token.value, token.text
        exponent = self._function_s_exponent(token)
        base = self._base_of_a_logarithm(token)
        if base is None and self.token.kind == "number" and not self.token.spaced:
            self._number_in_a_name(token)
        if self.token.kind == "open" and self.token.text in "([{":
            arguments = self._arguments(token)
        elif row.arguments[0] > 1:
            self.fail(token, f"{name} needs its values in brackets", f"write {name}(x, y)")
        elif self.token.kind in VALUES or self.token.is_operator("+", "-"):
            arguments = [self._argument()]
        else:
            self.fail(token, f"{name} has no argument", f"write {name}(x)")
        if base is not None:
            arguments.append(base)
        self._check_count(token, arguments)
        value = reading.called(row, arguments)
        return value if exponent is None else reading.raised(value, exponent)

    def _function_s_exponent(self, token):
        """The 2 of sin^2 x; what could be the inverse as well is refused."""
        if not self.token.is_operator("^"):
            return None
        start, name = self.token, token.text
        is_raised = start.value == "raised"
        self.index += 1
        self.deeper()
        negative = False
        while not is_raised and (sign := self.take("+", "-")):
            negative ^= sign == "-"
        if self.token.kind not in ("number", "open"):
            self.fail(token, f"{name} has no argument", f"write {name}(x)")
        exponent = self._value()
        self.depth -= 1
        if negative:
            exponent = reading.negative(exponent)
        end = self.tokens[self.index - 1]
        if exponent.value is None:
            self.fail(token, f"{name} has no argument", f"write {name}(x), or e^x for exp(x)")
        if exponent.value == -1:
            inverse = INVERSES.get(name)
            other = f"{inverse}(x) for the inverse, or " if inverse else ""
            self.fail(token, f"{self.as_typed(token, end)} can be read in two ways", f"write {other}1/{name}(x)", end)
        return exponent

    def _base_of_a_logarithm(self, token):
        if self.token.kind != "subscript" and not self.token.is_operator("_"):
            return None
        if token.text not in ("log", "ln"):
            self.fail(self.token, f"{token.text} has no index")
        self.index += 1
        if self.tokens[self.index - 1].kind == "subscript":
            digits = self.tokens[self.index - 1].text
            return reading.number(float(digits), digits)
        return self._value()

    def _number_in_a_name(self, token):
        """sin2x is sin(2x); sin2(x) may be sin(x)^2 that lost its superscript."""
        number, after = self.token, self.tokens[self.index + 1]
        if after.spaced or after.kind == "open":
            name, digits = token.text, number.text
            self.fail(
                token,
                f"{name}{digits} can be read in two ways",
                f"write {name}(x)^{digits}, or {name}({digits}x)",
                number,
            )

    def _argument(self):
        """An argument without brackets: sin 2x, sin -x, sin 2 pi x; up to a sign or the next function."""
        self.deeper()
        negative = False
        while operator := self.take("+", "-"):
            negative ^= operator == "-"
        value = self._power()
        while True:
            if value.is_constant and self.token.is_operator("*", "/"):
                combine = reading.multiplied if self.take("*", "/") == "*" else reading.divided
                value = combine(value, self._power())
            elif self._ends_an_argument(value):
                break
            else:
                value = reading.multiplied(value, self._power())
        self.depth -= 1
        return reading.negative(value) if negative else value

    def _ends_an_argument(self, value):
        """At the next function, and at a bracket behind a variable: sin x (y + 1)."""
        bracket = self.token.kind == "open" and not value.is_constant
        return self.token.kind == "function" or bracket or not self._value_follows()

    def _arguments(self, token):
        """Those in brackets."""
        self.index += 1
        arguments, commas = [], []
        if self.token.kind == "close":
            self.fail(token, f"{token.text} has no argument", f"write {token.text}(x)", self.token)
        while True:
            arguments.append(self._sum())
            if not self.token.is_operator(","):
                break
            commas.append(self.index)
            self.index += 1
        if self.token.is_operator(";"):
            self.fail(self.token, "values are separated by commas", "write a comma, and decimals with a point")
        self._close()
        decimal = [i for i in commas if is_decimal(self, i)]
        self.suspect = decimal[0] if decimal else None  # should there turn out to be too many values
        if decimal and any(self.tokens[i + 1].spaced for i in commas if i not in decimal):
            refuse_decimal_comma(self, decimal[0])
        return arguments

    def _check_count(self, token, arguments):
        least, most = token.value.arguments
        count, name = len(arguments), token.text
        if least <= count <= most:
            return
        if count > most and self.suspect is not None:
            refuse_decimal_comma(self, self.suspect)
        wanted = (
            f"{least} value"
            if least == most == 1
            else f"{least} values"
            if least == most
            else (f"at least {least} values" if most > 3 else f"{least} or {most} values")
        )
        example = f"write {name}(x)" if most == 1 else f"write {name}(x, y)" if least == 2 else ""
        self.fail(token, f"{name} takes {wanted}, not {count}", example)


# How a value is read, by the kind of the token that it begins with
VALUES: dict[str, Callable[[_Parser, Token], Reading]] = {
    "number": _Parser._number,
    "variable": lambda parser, token: token.value,
    "constant": lambda parser, token: token.value,
    "function": _Parser._function,
    "open": _Parser._open,
    "root": _Parser._root,
    "frac": _Parser._frac,
}

__all__ = ["MAXIMUM_DEPTH", "MAXIMUM_LENGTH", "Formula", "FormulaError", "X", "Y", "parse", "read"]
