"""What stands before a formula: ``f(x, y) =``, ``minimize``, ``lambda x, y:``, and the variables that it declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from ..symbolic.operations import NAMED
from .errors import FormulaError
from .tokens import Token

MINIMIZE = ("minimize", "minimise", "argmin", "min", "arg")
MAXIMIZE = ("maximize", "maximise", "argmax")
KEYWORDS = ("const", "let", "var", "def", "function", "return")


@dataclass(frozen=True)
class Head:
    """What is declared before a formula.

    Attributes
    ----------
    variables : dict of str to int
        The variables in place of x and y, each with its axis, 0 or 1.
    vector : str
        The name of a point whose coordinates are x_1 and x_2.
    """

    variables: dict[str, int]
    vector: str = "x"


def without_head(text: str, tokens: list[Token]) -> tuple[list[Token], Head]:
    """The tokens of the formula itself, and what was declared before it."""
    reader = _Head(text, tokens)
    reader.read()
    return reader.tokens, reader.head()


class _Head:
    def __init__(self, text, tokens):
        self.text, self.tokens, self.parameters = text, list(tokens), []

    def fail(self, reason, token, suggestion="") -> NoReturn:
        raise FormulaError(self.text, reason, token.start, max(1, token.end - token.start), suggestion)

    def read(self):
        if self.tokens[0].is_operator("=") and len(self.tokens) > 2:  # as in a cell of a spreadsheet
            del self.tokens[0]
        while self._purpose() or self._keyword() or self._definition() or self._anonymous():
            pass
        self._body()

    def _purpose(self):
        """minimize, min, \\min_{x, y}, argmin."""
        first, second = self.tokens[0], (self.tokens + self.tokens[-1:])[1]
        word, _, below = first.text.partition("_")
        if first.kind != "name" or word.lower() not in (*MINIMIZE, *MAXIMIZE):
            return False
        word = word.lower()
        if word in ("min", "arg") and not below and second.kind == "open":
            return False  # the function
        if word in MAXIMIZE:
            self.fail("the optimizers minimize", first, "write the formula with a minus in front")
        del self.tokens[0]
        if self.tokens[0].is_operator("_"):
            del self.tokens[0]
            stop = self._closing(0) if self.tokens[0].kind == "open" else 0
            del self.tokens[: stop + 1]
        return True

    def _keyword(self):
        first = self.tokens[0]
        if first.kind == "name" and first.text in KEYWORDS and first.value is None:
            del self.tokens[0]
            return True
        return False

    def _definition(self):
        """f(x, y) =, z =, f: and the equivalents in JavaScript, Julia and Python."""
        first = self.tokens[0]
        if first.kind != "name" or first.text in NAMED or first.text in ("e", "pi", "lambda"):
            return False
        at, group = 1, None
        while self.tokens[at].kind == "subscript":
            at += 1
        if self.tokens[at].kind == "open" and self.tokens[at].text in "([":
            group, stop = (at + 1, self._closing(at)), self._closing(at)
            at = stop + 1
        here = self.tokens[min(at, len(self.tokens) - 1)]
        braces = group and here.kind == "open" and self._is_return(at + 1)
        if not (here.is_operator("=", ":=", ":") or braces):
            return False
        if here.is_operator(":") and not (group or self._arrow_follows(at)):
            return False
        if first.text in ("x", "y") and not group and here.is_operator("=", ":="):
            if self._has_second_equals(at):
                return False
            self.fail(f"{first.text} = ... is a curve", first, "a formula gives one number for every x and y")
        if group:
            self.parameters = self._names(*group)
        del self.tokens[: at if braces else at + 1]
        return True

    def _anonymous(self):
        """lambda x, y:   @(x, y)   (x, y) ->   x, y ->"""
        first = self.tokens[0]
        if first.kind == "name" and first.text == "lambda" and first.value is None:
            stop = next((i for i, t in enumerate(self.tokens) if t.is_operator(":")), None)
            if stop is None:
                self.fail("lambda has no colon", first, "write lambda x, y: and the formula")
            self.parameters = self._names(1, stop)
            del self.tokens[: stop + 1]
            return True
        if first.is_operator("@") and self.tokens[1].text == "(":
            stop = self._closing(1)
            self.parameters = self._names(2, stop)
            del self.tokens[: stop + 1]
            return True
        arrow = next((i for i, t in enumerate(self.tokens) if t.is_operator("->")), None)
        if arrow is None:
            if first.kind == "open" and first.text == "(":  # what is left of function(x, y) { return
                stop = self._closing(0)
                if self.tokens[stop].kind == "close" and self._is_return(stop + 2):
                    self.parameters = self._names(1, stop)
                    del self.tokens[: stop + 1]
                    return True
            return False
        start = 1 if first.kind == "name" and self.tokens[1].text == "(" else 0  # f(x, y) ->
        bracketed = self.tokens[start].text == "(" and self.tokens[arrow - 1].text == ")"
        inner = (start + 1, arrow - 1) if bracketed else (start, arrow)
        self.parameters = self._names(*inner)
        del self.tokens[: arrow + 1]
        return True

    def _body(self):
        """The braces of { return ...; }."""
        if self.tokens[0].kind == "open" and self._is_return(1):
            stop = self._closing(0)
            inner = self.tokens[2:stop]
            if inner and inner[-1].is_operator(";"):
                del inner[-1]
            self.tokens = inner + self.tokens[stop + 1 :]

    def _is_return(self, at):
        return at < len(self.tokens) and self.tokens[at].kind == "name" and self.tokens[at].text == "return"

    def _arrow_follows(self, at):
        return any(t.is_operator("->") for t in self.tokens[at:])

    def _has_second_equals(self, at):
        return any(t.is_operator("=") for t in self.tokens[at + 1 :])

    def _closing(self, at):
        """Where the bracket that opens there is closed; the end where it is not."""
        depth = 0
        for i in range(at, len(self.tokens)):
            depth += (self.tokens[i].kind == "open") - (self.tokens[i].kind == "close")
            if not depth:
                return i
        return len(self.tokens) - 1

    def _names(self, start, stop):
        """The declared variables as (name, token); indices and types after them are passed over."""
        if start >= stop:
            self.fail("no variable is declared here", self.tokens[min(start, len(self.tokens) - 1)], "declare x and y")
        found, wanted = [], True
        for token in self.tokens[start:stop]:
            if token.is_operator(","):
                wanted = True
            elif wanted and token.kind == "name":
                found.append((token.text.rstrip("_0123456789").partition("_")[0], token))
                wanted = False
            elif wanted and token.kind not in ("open", "close"):
                self.fail(f"{self.text[token.start : token.end]} is no variable", token, "declare x and y")
        return found

    def head(self):
        names = [name.lower() if name in "XY" else name for name, _ in self.parameters]
        if len(names) > 2:
            third = self.parameters[2][1]
            self.fail(f"{third.text} is a third variable", third, "a formula has two")
        if len(set(names)) == 1:
            (name,) = set(names)
            if name == "x" or (name == "y" and len(names) == 1):
                return Head({})
            return Head({}, name)
        if not names or set(names) == {"x", "y"}:
            return Head({})
        for axis, name in enumerate(names):
            if name in ("x", "y") and name != "xy"[axis]:
                token = self.parameters[axis][1]
                self.fail(f"{name} is declared as variable {axis + 1}", token, "call the two x and y, in this order")
        return Head({name: axis for axis, name in enumerate(names)})
