"""What names in a formula stand for: variables with or without indices, constants, functions."""

from __future__ import annotations

import math
from dataclasses import replace
from difflib import get_close_matches
from typing import NoReturn

from ..symbolic.expression import X, Y, constant, variable
from ..symbolic.operations import NAMED
from . import reading as r
from .errors import FormulaError
from .reading import Reading

AXES = (Reading(X, "x", "x"), Reading(Y, "y", "y"))
PI = Reading(constant(math.pi), r"\pi", "np.pi")
EULER = Reading(constant(math.e), "e", "np.e")
CONSTANTS = {"pi": PI, "π": PI, "Pi": PI, "PI": PI, "e": EULER}
OF_MODULES = {  # only as np.tau, Math.E and the like
    "E": EULER,
    "tau": Reading(constant(math.tau), r"2\pi", "(2 * np.pi)"),
    "LN2": Reading(constant(math.log(2)), r"\ln 2", "np.log(2)", r.PRODUCT),
    "LN10": Reading(constant(math.log(10)), r"\ln 10", "np.log(10)", r.PRODUCT),
    "SQRT2": Reading(constant(math.sqrt(2)), r"\sqrt{2}", "np.sqrt(2)"),
}
GREEK = ("alpha", "beta", "gamma", "delta", "kappa", "lambda", "mu", "nu", "rho", "sigma", "tau", "phi", "omega")
PIECES = "write pieces with max, min, abs or sign"
HINTS = dict.fromkeys(
    ("if", "else", "and", "or", "not", "where", "for", "in", "otherwise", "when"),
    "write pieces with max, min, abs or sign",
) | {
    "sum": "write the sum out",
    "prod": "write the product out",
    "int": "integrals are not known",
    "partial": "derivatives are worked out for you",
    "nabla": "derivatives are worked out for you",
    "infty": "a formula has finite numbers only",
    "inf": "a formula has finite numbers only",
    "pm": "choose one of the signs",
    "over": r"write \frac{...}{...}",
}
SIGMA = ("sigma", "σ")  # the logistic function where it is called


def parameter(name: str, symbol: str = "") -> Reading:
    """A parameter: a variable of its own in the expression, so that its value can change without differentiating again.

    Parameters
    ----------
    name : str
        As it is written in the formula.
    symbol : str
        Its LaTeX; derived from the name unless given.
    """
    latex = symbol or (f"\\{name}" if name in GREEK else name if len(name) == 1 else rf"\mathrm{{{name}}}")
    return Reading(variable(parameter_variable(name)), latex, name)


def parameter_variable(name: str) -> str:
    """The name of a parameter's variable: none that an optimizer's parameter or state has."""
    return f"f.{name}"


def resolved(text, tokens, head, parameters):
    """The tokens with kind variable, constant or function (and what it is as value) in the place of names."""
    return _Names(text, tokens, head, parameters).result()


class _Names:
    def __init__(self, text, tokens, head, parameters):
        self.text, self.head = text, head
        self.constants = CONSTANTS | parameters
        self.letters = set(head.variables) or {"x", "y", "X", "Y", head.vector}
        self.tokens = tokens

    def fail(self, reason, token, suggestion="", end=None) -> NoReturn:
        raise FormulaError(self.text, reason, token.start, max(1, (end or token).end - token.start), suggestion)

    def result(self):
        self.tokens = self._indices_first(self._split(self._joined(self.tokens)))
        self._choose_indices()
        return self._all()

    # ---- words ----

    def _joined(self, tokens):
        """log 2, expm 1 and log 1 p without spaces between are log2, expm1 and log1p."""
        found, i = [], 0
        while i < len(tokens):
            for count in (3, 2):
                parts = tokens[i : i + count]
                word = "".join(t.text for t in parts).lower()
                touching = all(t.kind in ("name", "number") and not t.spaced for t in parts[1:])
                if len(parts) == count and parts[0].kind == "name" and word in NAMED and touching:
                    after = tokens[i + count]
                    if after.kind in ("name", "number") and not after.spaced:
                        first, rest = parts[0].text, self.text[parts[1].start : after.end]
                        self.fail(
                            f"{first}{rest} can be read in two ways", parts[0],
                            f"write {word}({after.text}) or {first}({rest})", after,
                        )  # fmt: skip
                    found.append(replace(parts[0], text=word, end=parts[-1].end))
                    i += count
                    break
            else:
                found.append(tokens[i])
                i += 1
        return found

    def _split(self, tokens):
        """sinx is sin x, xy is x y: an unknown name that can be split into known ones in one way only."""
        found = []
        for i, token in enumerate(tokens):
            if token.kind != "name" or token.value == "module" or self._is_known(token.text):
                found.append(token)
                continue
            parts = self._parts(token.text, tokens[i + 1].is_operator("^"))
            place, spaced = token.start, token.spaced
            if parts is None or token.end - token.start != len(token.text):
                found.append(token)
                continue
            for part in parts:
                found.append(replace(token, text=part, start=place, end=place + len(part), spaced=spaced))
                place, spaced = place + len(part), False
        return found

    def _is_known(self, name):
        return name in self.letters or name in self.constants or name.lower() in NAMED or name in SIGMA

    def _parts(self, name, raised):
        """Variables, pi and functions that the name is made of, and e at its end where it is raised; or None."""
        if not name:
            return []
        if raised and name == "e":
            return ["e"]
        words = sorted((w for w in (*NAMED, "pi", "π") if name.lower().startswith(w)), key=len, reverse=True)
        for word in (*words, *(letter for letter in self.letters if name.startswith(letter))):
            rest = self._parts(name[len(word) :], raised)
            if rest is not None:
                return [name[: len(word)], *rest]
        return None

    # ---- indices ----

    def _indices_first(self, tokens):
        """x^2_1 is x_1^2."""
        tokens = list(tokens)
        for i, token in enumerate(tokens):
            if token.kind != "name" or not tokens[i + 1].is_operator("^"):
                continue
            stop, depth = i + 2, 0
            while stop < len(tokens) - 1:
                depth += (tokens[stop].kind == "open") - (tokens[stop].kind == "close")
                stop += 1
                if depth <= 0:
                    break
            if stop < len(tokens) and tokens[stop].kind == "subscript":
                tokens.insert(i + 1, tokens.pop(stop))
        return tokens

    def _index(self, i):
        """(index, tokens that it takes, how it is written) of the name there, or None."""
        tokens = self.tokens
        after = tokens[i + 1]
        if after.kind == "subscript":
            return int(after.text), 1, "index"
        if after.kind == "number" and not after.spaced and after.text.isdigit():
            return int(after.text), 1, "digit"
        touching = after.text == "[" or not after.spaced
        if after.kind == "open" and after.text in "([" and touching and i + 3 < len(tokens):
            inner, last = tokens[i + 2], tokens[i + 3]
            if inner.kind == "number" and inner.text.isdigit() and last.kind == "close":
                return int(inner.text), 3, "bracket" if after.text == "[" else "call"
        return None

    def _choose_indices(self):
        """Whether coordinates count from 0 or from 1."""
        self.base, plain, indexed = None, [], []
        for i, token in enumerate(self.tokens):
            if token.kind != "name" or token.text not in self.letters:
                continue
            index = self._index(i)
            if index is None:
                plain.append(token)
            elif token.text.lower() == "y" or token.text in self.head.variables:
                if index[2] == "call":  # y(2) is a product: no one counts from y
                    plain.append(token)
                else:
                    self._refuse_index(token, index[0], self.tokens[i + index[1]])
            else:
                indexed.append((token, *index, self.tokens[i + index[1]]))
        self._check_indices(plain, indexed)

    def _refuse_index(self, token, number, last):
        whole = self.text[token.start : last.end]
        self.fail(f"{whole} is no coordinate", token, f"did you mean {token.text}^{number}?", last)

    def _check_indices(self, plain, indexed):
        if not indexed:
            return
        token, number, _, how, last = indexed[0]
        whole = self.text[token.start : last.end]
        numbers = {n for _, n, *_ in indexed}
        calls = [entry for entry in indexed if entry[3] == "call"]
        if calls and not (numbers == {1, 2} and len(calls) == len(indexed) and not plain):
            token, number, _, _, last = calls[0]
            whole = self.text[token.start : last.end]
            self.fail(f"{whole} can be read in two ways", token, f"write x{number}, or {token.text}*{number}", last)
        if plain or (how == "digit" and numbers == {2}):
            other = f"beside {plain[0].text}" if plain else "without x1"
            meant = f"did you mean {token.text}^{number}?" if how == "digit" else "write x and y, or x_1 and x_2"
            self.fail(f"{whole} stands {other}", token, meant, last)
        for token, number, _, _, last in indexed:
            whole = self.text[token.start : last.end]
            if number > 2 or (number == 2 and 0 in numbers):
                meant = f"did you mean {token.text}^{number}?" if how == "digit" else "a formula has two coordinates"
                self.fail(f"{whole} is a third variable", token, meant, last)
        from_zero = 0 in numbers or (2 not in numbers and how == "bracket")
        self.base = 0 if from_zero else 1

    # ---- everything ----

    def _all(self):
        found, i = [], 0
        while i < len(self.tokens):
            token, count = self.tokens[i], 1
            if token.kind == "name":
                if token.text in self.letters:
                    token, count = self._variable(i)
                else:
                    token = self._named(i)
            found.append(token)
            i += count
        return found

    def _variable(self, i):
        token = self.tokens[i]
        if token.text in self.head.variables:
            axis = self.head.variables[token.text]
        elif self.base is not None and (index := self._index(i)) is not None:
            last = self.tokens[i + index[1]]
            return replace(token, kind="variable", value=AXES[index[0] - self.base], end=last.end), index[1] + 1
        else:
            axis = 1 if token.text in ("y", "Y") else 0
        return replace(token, kind="variable", value=AXES[axis]), 1

    def _named(self, i):
        token, name = self.tokens[i], self.tokens[i].text
        if name in self.constants:
            return replace(token, kind="constant", value=self.constants[name])
        if token.value == "module" and name in OF_MODULES:
            return replace(token, kind="constant", value=OF_MODULES[name])
        if name in SIGMA and self.tokens[i + 1].kind == "open":
            return replace(token, kind="function", value=NAMED["sigmoid"], text="sigmoid")
        row = NAMED.get(name) or NAMED.get(name.lower())
        if row is not None:
            return replace(token, kind="function", value=row, text=name if name in NAMED else name.lower())
        self._refuse(token)

    def _refuse(self, token):
        name = token.text
        shown = f"\\{name}" if token.value == "command" else name
        if name in HINTS:
            self.fail(f"{shown} is not known", token, HINTS[name])
        own = sorted(self.letters - {"X", "Y"})
        if len(name) == 1 and name.isalpha():
            self.fail(f"{shown} is not a variable here", token, f"the variables are {' and '.join(own)}")
        known = [*NAMED, *(name for name in self.constants if len(name) > 1), "x", "y"]
        close = get_close_matches(name.lower(), [k for k in known if len(k) > 1], 1, 0.6)
        usual = "known are x, y, pi, e and functions like sin, exp, log, sqrt, abs, max"
        self.fail(f"{shown} is not known", token, f"did you mean {close[0]}?" if close else usual)
