"""Text to expression. Nothing is ever evaluated as code.

Grammar, loosest first: sums, products (also implied: ``2x``, ``3(x+1)``), signs, powers (right to left), and values:
numbers, variables, brackets, bars, roots, fractions and functions, whose argument needs no brackets (``sin 2x``).
A product and a quotient bind alike, from left to right: ``x/2y`` is (x/2) y. What a text was understood as is typeset
in :attr:`Formula.latex`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from ..symbolic.expression import Expression, X, Y
from . import bars, names, reading
from .errors import FormulaError
from .heads import without_head
from .names import NAMED
from .reading import Reading
from .tokens import CLOSING, tokens_of

MAXIMUM_LENGTH = 1000
MAXIMUM_DEPTH = 40
VALUES = ("number", "variable", "constant", "function", "open", "root", "frac")  # kinds that a value begins with
INVERSES = {"sin": "asin", "cos": "acos", "tan": "atan", "sinh": "asinh", "cosh": "acosh", "tanh": "atanh"}
NOT_HERE = {
    "=": "this is an equation",
    ":=": "this is an equation",
    "<": "this is a comparison",
    ">": "this is a comparison",
    "<=": "this is a comparison",
    ">=": "this is a comparison",
    "!=": "this is a comparison",
}
SMALLER = "write pieces with max, min, abs or sign"


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
    """What a text means as a formula in x and y.

    Parameters
    ----------
    text : str
        As people write it: plain, with Unicode's signs, as program text, or as LaTeX.
    parameters : dict, optional
        The names of the formula's parameters, each with its LaTeX or "". They become variables of the expression: see
        :func:`core.formulas.names.parameter`.

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


class _Parser:
    def __init__(self, text, parameters):
        self.text, self.depth, self.index, self.suspect = text, 0, 0, None
        tokens, head = without_head(text, tokens_of(text))
        if tokens[0].kind == "end":
            self._fail_at(tokens[0], "a formula is missing", "write one in x and y, like x^2 + 3y^2")
        tokens = names.resolved(text, tokens, head, parameters)
        self._check_brackets(tokens)
        self.tokens = bars.with_sides(text, tokens)

    # ---- errors ----

    def _fail_at(self, token, reason, suggestion="", end=None):
        length = max(1, (end or token).end - token.start)
        raise FormulaError(self.text, reason, token.start, length, suggestion)

    def _as_typed(self, token, end=None):
        return self.text[token.start : (end or token).end]

    def _check_brackets(self, tokens):
        opened = []
        for token in tokens:
            if token.kind == "open":
                opened.append(token)
            elif token.kind == "close":
                if not opened:
                    self._fail_at(token, f"this {token.text} was never opened")
                if CLOSING[opened[-1].text] != token.text:
                    wanted = CLOSING[opened[-1].text]
                    self._fail_at(token, f"this {token.text} closes a {opened[-1].text}", f"write {wanted}")
                opened.pop()
        if opened:
            self._fail_at(opened[-1], f"this {opened[-1].text} is never closed")

    # ---- tokens ----

    @property
    def token(self):
        return self.tokens[self.index]

    def _take(self, *operators):
        if self.token.is_operator(*operators):
            self.index += 1
            return self.tokens[self.index - 1].text
        return None

    def _close(self):
        """The closing bracket: they are known to match."""
        if self.token.kind != "close":
            self._unexpected()
        self.index += 1

    def _deeper(self):
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            self._fail_at(self.token, f"this is nested more than {MAXIMUM_DEPTH} deep")

    # ---- grammar ----

    def result(self):
        value = self._sum()
        if self.token.kind != "end":
            self._unexpected()
        return value

    def _sum(self):
        self._deeper()
        value = self._product()
        while operator := self._take("+", "-"):
            value = reading.added(value, operator, self._product())
        self.depth -= 1
        return value

    def _product(self):
        value = self._signed()
        while True:
            if operator := self._take("*", "/"):
                combine = reading.multiplied if operator == "*" else reading.divided
                value = combine(value, self._signed())
            elif self._value_follows():
                value = reading.multiplied(value, self._power())
            else:
                return value

    def _value_follows(self):
        """Whether a factor comes next without a sign of multiplication."""
        if self.token.kind == "number":
            self._number_behind_a_value()
        return self.token.kind in VALUES

    def _signed(self):
        negative = False
        while operator := self._take("+", "-"):
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
        self._deeper()
        exponent = self._value() if is_raised else self._signed()
        self.depth -= 1
        return exponent

    def _value(self):
        token = self.token
        if token.kind not in VALUES:
            self._missing_value()
        self.index += 1
        if token.kind in ("variable", "constant"):
            return token.value
        return getattr(self, f"_{token.kind}")(token)

    def _number(self, token):
        if not math.isfinite(token.value):
            self._fail_at(token, f"{token.text} is too large for a number", "the largest is about 1.8e308")
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
            self._comma()
        end = self.token
        self._close()
        if token.text in "([{":
            return inner
        of_one = inner.expression in (X, Y, *map(NAMED["abs"].build, (X, Y)))
        if of_one and (norm or self._is_double_bar(token, end)):
            self._fail_at(token, "the norm of one number", "write |x|, or sqrt(x^2 + y^2) for the length", end)
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
        while self._take(","):
            arguments.append(self._sum())
        if bracket:
            self._close()
        return arguments

    def _root(self, token):
        index = token.value
        if not 2 <= index <= 64:
            self._fail_at(token, f"a root of index {index}", "indices from 2 to 64 are known")
        self._deeper()
        inner = self._power() if token.text in "√∛∜" else self._value()
        self.depth -= 1
        return reading.root_of(inner, index, NAMED)

    def _frac(self, token):
        self._deeper()
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
            self._fail_at(token, f"{name} needs its values in brackets", f"write {name}(x, y)")
        elif self.token.kind in VALUES or self.token.is_operator("+", "-"):
            arguments = [self._argument()]
        else:
            self._fail_at(token, f"{name} has no argument", f"write {name}(x)")
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
        self._deeper()
        negative = False
        while not is_raised and (sign := self._take("+", "-")):
            negative ^= sign == "-"
        if self.token.kind not in ("number", "open"):
            self._fail_at(token, f"{name} has no argument", f"write {name}(x)")
        exponent = self._value()
        self.depth -= 1
        if negative:
            exponent = reading.negative(exponent)
        end = self.tokens[self.index - 1]
        if exponent.value is None:
            self._fail_at(token, f"{name} has no argument", f"write {name}(x), or e^x for exp(x)")
        if exponent.value == -1:
            inverse = INVERSES.get(name)
            other = f"{inverse}(x) for the inverse, or " if inverse else ""
            self._fail_at(
                token, f"{self._as_typed(token, end)} can be read in two ways", f"write {other}1/{name}(x)", end
            )
        return exponent

    def _base_of_a_logarithm(self, token):
        if self.token.kind != "subscript" and not self.token.is_operator("_"):
            return None
        if token.text not in ("log", "ln"):
            self._fail_at(self.token, f"{token.text} has no index")
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
            self._fail_at(
                token,
                f"{name}{digits} can be read in two ways",
                f"write {name}(x)^{digits}, or {name}({digits}x)",
                number,
            )

    def _argument(self):
        """An argument without brackets: sin 2x, sin -x, sin 2 pi x; up to a sign or the next function."""
        self._deeper()
        negative = False
        while operator := self._take("+", "-"):
            negative ^= operator == "-"
        value = self._power()
        while True:
            if value.is_constant and self.token.is_operator("*", "/"):
                combine = reading.multiplied if self._take("*", "/") == "*" else reading.divided
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
            self._fail_at(token, f"{token.text} has no argument", f"write {token.text}(x)", self.token)
        while True:
            arguments.append(self._sum())
            if not self.token.is_operator(","):
                break
            commas.append(self.index)
            self.index += 1
        if self.token.is_operator(";"):
            self._fail_at(self.token, "values are separated by commas", "write a comma, and decimals with a point")
        self._close()
        decimal = [i for i in commas if self._is_decimal(i)]
        self.suspect = decimal[0] if decimal else None  # should there turn out to be too many values
        if decimal and any(self.tokens[i + 1].spaced for i in commas if i not in decimal):
            self._decimal_comma(decimal[0])
        return arguments

    def _check_count(self, token, arguments):
        least, most = token.value.arguments
        count, name = len(arguments), token.text
        if least <= count <= most:
            return
        if count > most and self.suspect is not None:
            self._decimal_comma(self.suspect)
        wanted = (
            f"{least} value"
            if least == most == 1
            else f"{least} values"
            if least == most
            else (f"at least {least} values" if most > 3 else f"{least} or {most} values")
        )
        example = f"write {name}(x)" if most == 1 else f"write {name}(x, y)" if least == 2 else ""
        self._fail_at(token, f"{name} takes {wanted}, not {count}", example)

    # ---- what is refused, and what was meant ----

    def _is_decimal(self, i):
        """Whether the comma there stands between two digits."""
        before, comma, after = self.tokens[i - 1 : i + 2]
        return (
            before.kind == after.kind == "number"
            and "." not in before.text[-3:]
            and after.text[0].isdigit()
            and not (comma.spaced or after.spaced)
        )

    def _decimal_comma(self, i):
        before, after = self.tokens[i - 1], self.tokens[i + 1]
        written = self._as_typed(before, after)
        whole, decimals = before.text.replace(".", ""), f"{before.text}.{after.text}"
        thousands = len(re.split(r"\D", after.text, maxsplit=1)[0]) == 3
        if not before.text.isdigit() or not after.text.isdigit():  # 1.234,5 or 1,234.5
            meant = f"did you mean {whole}{'' if thousands else '.'}{after.text}?"
        else:
            meant = f"did you mean {decimals}, or {whole}{after.text}?" if thousands else f"did you mean {decimals}?"
        self._fail_at(before, f"{written} has a decimal comma", meant, after)

    def _comma(self):
        if self._is_decimal(self.index):
            self._decimal_comma(self.index)
        self._fail_at(self.token, "a comma stands only between a function's values", "write a decimal point as .")

    def _number_behind_a_value(self):
        number, before = self.token, self.tokens[self.index - 1]
        end, typed = self._end_of_numbers(), self._as_typed
        if before.kind == "number":
            first = self._start_of_numbers()
            digits = [t.text for t in self.tokens[first : end + 1]]
            whole = self._as_typed(self.tokens[first], self.tokens[end])
            if any(t.startswith(".") for t in digits[1:]) and not number.spaced:
                meant = f"did you mean {digits[0]}{''.join(t.strip('.') for t in digits[1:])}, or {'*'.join(digits)}?"
                self._fail_at(self.tokens[first], f"{whole} has two decimal points", meant, self.tokens[end])
            meant = f"did you mean {''.join(digits)}, or {'*'.join(digits)}?"
            self._fail_at(self.tokens[first], f"{whole}: two numbers side by side", meant, self.tokens[end])
        factor = typed(before) if before.kind != "close" else "(...)"
        if not factor.strip():
            factor = "(...)"
        meant = f"did you mean {factor}^{number.text}, or {number.text}*{factor}?"
        self._fail_at(number, f"the number {number.text} stands behind {factor}", meant)

    def _start_of_numbers(self):
        first = self.index
        while first > 0 and self.tokens[first - 1].kind == "number":
            first -= 1
        return first

    def _end_of_numbers(self):
        end = self.index
        while self.tokens[end + 1].kind == "number":
            end += 1
        return end

    def _missing_value(self):
        token, before = self.token, self.tokens[self.index - 1] if self.index else None
        if token.kind == "subscript":
            self._fail_at(token, "this index belongs to nothing", "write x_1 and x_2, or x and y")
        if token.is_operator(*NOT_HERE):
            self._unexpected()
        if token.kind == "end":
            behind = f" behind {self._as_typed(before)}" if before and self._as_typed(before).strip() else ""
            self._fail_at(token, f"something is missing{behind}")
        shown = self._as_typed(token) or token.text
        if token.kind == "close" and before is not None and before.kind == "open":
            self._fail_at(before, "there is nothing between these brackets", "", token)
        self._fail_at(token, f"something is missing before {shown}")

    def _unexpected(self):
        token = self.token
        if token.is_operator("=", ":="):
            self._equation(token)
        if token.is_operator(*NOT_HERE):
            self._fail_at(token, NOT_HERE[token.text], SMALLER)
        if token.is_operator(","):
            self._comma()
        if token.is_operator(";"):
            self._fail_at(token, "a formula is one expression", "leave out what follows ;")
        if token.is_operator(":"):
            self._fail_at(token, ": has no meaning here", "write / for a quotient")
        if token.is_operator("//"):
            self._fail_at(token, "// has no meaning here", "write floor(x/y)")
        if token.kind == "subscript":
            self._fail_at(token, "this index belongs to nothing", "write x_1 and x_2, or x and y")
        shown = self._as_typed(token) or token.text
        self._fail_at(token, f"{shown} was not expected here")

    def _equation(self, token):
        left = self.text[self.tokens[0].start : token.start].strip()
        right = self.text[token.end :].strip().rstrip("$.;")
        if right in ("0", ""):
            meant = f"did you mean {left}?"
        else:
            meant = f"did you mean {left} - {right if right.isalnum() else f'({right})'}?"
        self._fail_at(token, "this is an equation", meant if left else "")


__all__ = ["MAXIMUM_DEPTH", "MAXIMUM_LENGTH", "Formula", "FormulaError", "X", "Y", "parse", "read"]
