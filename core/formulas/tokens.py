"""Text to tokens: plain mathematics, Unicode, program text and LaTeX alike.

Every token keeps its place in the text as it was given. Brackets that only group, LaTeX's braces included, come out as
``open`` and ``close``; what is raised (x², x^{2}) as the operator ``^`` and a group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn

from .characters import folded, fraction, subscript, superscript
from .errors import FormulaError

CLOSING = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉"}
LARGEST_NESTING = 40

_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NAME = re.compile(r"[^\W\d_]+(?:_+[^\W\d_]\w*)*")
_MODULE = re.compile(
    r"(?:np|numpy|math|Math|cmath|torch|jnp|jax\.numpy|jax\.nn|tf|tf\.math|scipy\.special|special|sp|sympy|mp|mpmath|"
    r"F|nn\.functional)\s*\.\s*(?=[^\W\d_])"
)
_OPERATORS = (
    *("{,}", "&=", "**", ".^", ".*", "./", ":=", "=>", "->", "==", "!=", "<=", ">=", "//"),
    *"+-*/^(),[]{}|‖=<>;:_@√∛∜⌊⌋⌈⌉→↦≤≥",
)
_MEANING = {
    "{,}": ",", "&=": "=", "**": "^", ".^": "^", ".*": "*", "./": "/", "==": "=",
    "→": "->", "↦": "->", "=>": "->", "≤": "<=", "≥": ">=",
}  # fmt: skip
ROOTS = {"√": 2, "∛": 3, "∜": 4}
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|[^A-Za-z])?")


def _commands(names):
    return frozenset(f"\\{name}" for name in names.split())


_SPACES = _commands(
    ", ; : ! > quad qquad thinspace enspace space displaystyle textstyle scriptstyle limits nolimits nonumber notag "
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr mathstrut strut rm it bf "
    "mathopen mathclose mathrel mathbin"
) | {"\\ ", "\\\\", "\\\n"}
_SIGNS = {
    r"\cdot": "*", r"\times": "*", r"\ast": "*", r"\star": "*", r"\cdotp": "*", r"\bullet": "*",
    r"\div": "/", r"\slash": "/", r"\to": "->", r"\mapsto": "->", r"\rightarrow": "->", r"\coloneqq": ":=",
    r"\lbrace": "{", r"\rbrace": "}", r"\{": "{", r"\}": "}", r"\lbrack": "[", r"\rbrack": "]",
    r"\lparen": "(", r"\rparen": ")", r"\lfloor": "⌊", r"\rfloor": "⌋", r"\lceil": "⌈", r"\rceil": "⌉",
    r"\vert": "|", r"\mid": "|", r"\lvert": "|<", r"\rvert": "|>", r"\|": "‖", r"\Vert": "‖",
    r"\lVert": "‖", r"\rVert": "‖", r"\le": "<=", r"\leq": "<=", r"\ge": ">=", r"\geq": ">=", r"\lt": "<", r"\gt": ">",
    r"\_": "_", r"\colon": ":", r"\neq": "!=", r"\ne": "!=", r"\equiv": "=", r"\triangleq": "=",
}  # fmt: skip
_FONTS = _commands(
    "mathrm mathbf mathit mathsf mathtt mathcal mathbb boldsymbol bm operatorname operatorname* text textrm textit "
    "textbf mathop vec mathnormal hbox mbox"
)
_ARGUMENTS = {r"\frac": 2, r"\tfrac": 2, r"\dfrac": 2, r"\cfrac": 2, r"\sfrac": 2, r"\nicefrac": 2, r"\sqrt": 1}
_ENVIRONMENTS = ("equation", "align", "aligned", "gather", "gathered", "split", "displaymath", "math", "multline")
_HINTS = {
    "%": "write mod(x, y) for a remainder",
    "!": "factorials are not known",
    "'": "a formula stands without quotes, and for itself, not for its derivative",
    '"': "a formula stands without quotes",
    "&": "write a product as x*y, and larger and smaller with max and min",
    "?": "write conditions with max, min, abs or sign",
    "#": "a formula has no comments",
    "±": "choose one of the signs",
    "∞": "a formula has finite numbers only",
    "°": "angles are in radians: write x*pi/180",
    "Σ": "write the sum out",
    "∑": "write the sum out",
    "∏": "write the product out",
    "∫": "integrals are not known",
    "∂": "derivatives are not known: they are worked out for you",
    "∇": "derivatives are not known: they are worked out for you",
}


@dataclass(frozen=True)
class Token:
    """A token of a formula.

    Attributes
    ----------
    kind : str
        "number", "name", "operator", "open", "close", "subscript", "root", "frac" or "end"; names become "variable",
        "constant", "function" or "unknown".
    text : str
        In plain characters.
    start, end : int
        Its place in the text as it was given.
    spaced : bool
        Whether white space precedes it.
    value : float, Fraction, Reading, Operation, str, int or None
        What it stands for, by its kind.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False
    value: Any = None

    def is_operator(self, *texts):
        """Whether it is one of these operators."""
        return self.kind == "operator" and self.text in texts


def tokens_of(text: str) -> list[Token]:
    """The tokens, with one of kind ``end`` at last; FormulaError where a character has no meaning."""
    return _Lexer(text).tokens()


def _is_raised(character):
    return not character.isascii() and bool(superscript(character) or subscript(character) or fraction(character))


class _Lexer:
    def __init__(self, text):
        raised = "".join(
            "\ue000" if _is_raised(c) else c for c in text
        )  # letters by Python's rules, but not allowed in names
        self.text, self.plain = text, folded(raised)
        self.found: list[Token] = []
        self.spaced = self.of_module = False
        self.depth = 0

    def fail(self, reason, position, length=1, suggestion="") -> NoReturn:
        raise FormulaError(self.text, reason, position, length, suggestion)

    def tokens(self):
        start, end = self._inside()
        self._read(start, end)
        self._add("end", "", end, end)
        return self.found

    def _inside(self):
        """Where the formula begins and ends, without the dollars and quotes around it and the full stop after it."""
        start, end = 0, len(self.plain)
        pairs = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"), ("```", "```"), ("``", "``"), ("`", "`"))
        while True:
            start += len(self.plain[start:end]) - len(self.plain[start:end].lstrip())
            end = start + len(self.plain[start:end].rstrip())
            inner = self.plain[start:end]
            for left, right in pairs:
                if len(inner) > len(left + right) and inner.startswith(left) and inner.endswith(right):
                    start, end = start + len(left), end - len(right)
                    break
            else:
                if len(inner) > 1 and inner[-1] in ".,;" and not re.search(r"\d\.$", inner):
                    end -= 1
                    continue
                return start, end

    def _add(self, kind, text, start, end, value=None):
        self.found.append(Token(kind, text, start, end, self.spaced, value))
        self.spaced = False

    def _read(self, at, end):
        while at < end:
            at = self._one(at, end)

    def _one(self, at, end):
        """Read what begins there, and return where it ends."""
        character = self.plain[at]
        if character.isspace() or (character == "~" and "\\" in self.plain):  # LaTeX's tie
            self.spaced = True
            return at + 1
        if character == "\\":
            return self._command(at, end)
        if superscript(self.text[at]) is not None:
            return self._superscripts(at, end)
        if subscript(self.text[at]) is not None:
            return self._subscripts(at, end)
        if (value := fraction(self.text[at])) is not None:
            self._add("number", self.text[at], at, at + 1, value)
            return at + 1
        if found := _MODULE.match(self.plain, at, end):
            self.of_module = True
            return found.end()
        if found := _NUMBER.match(self.plain, at, end):
            return self._number(found)
        if found := _NAME.match(self.plain, at, end):
            self._add("name", found[0], at, found.end(), "module" if self.of_module else None)
            self.of_module = False
            return found.end()
        if character == "_" and (found := re.compile(r"_\s*(?:(\d+)|\{\s*(\d+)\s*\})").match(self.plain, at, end)):
            self._add("subscript", found[1] or found[2], at, found.end())
            return found.end()
        for operator in _OPERATORS:
            if self.plain.startswith(operator, at) and at + len(operator) <= end:
                self._operator(_MEANING.get(operator, operator), at, at + len(operator))
                return at + len(operator)
        if character == ".":
            self.fail("a point stands here by itself", at, 1, "write * for a product")
        shown = self.text[at] if self.text[at].isprintable() else f"U+{ord(self.text[at]):04X}"
        self.fail(f"{shown} has no meaning here", at, 1, _HINTS.get(self.text[at], ""))

    def _number(self, found):
        text, at, end = found[0], found.start(), found.end()
        if re.match(r"(_\d{3})+(?!\d)", self.plain[end:]):  # 10_000; x^2_1 has an index
            whole = re.split(r"[^\d_]", self.plain[at:], maxsplit=1)[0]
            self.fail(f"{whole} has a _ in it", at, len(whole), f"write {whole.replace('_', '')}")
        self._add("number", text, at, end, float(text))
        return end

    def _operator(self, operator, start, end):
        if operator in CLOSING:
            self._add("open", operator, start, end)
        elif operator in CLOSING.values():
            self._add("close", operator, start, end)
        elif operator in ROOTS:
            self._add("root", operator, start, end, ROOTS[operator])
        else:
            self._add("operator", operator, start, end)

    # ---- raised and lowered characters ----

    def _superscripts(self, at, end):
        stop = at
        while stop < end and (superscript(self.text[stop]) is not None or self._joins(stop, end)):
            stop += 1
        if self.plain[stop : stop + 1] == "/" and stop + 1 < end and subscript(self.text[stop + 1]) is not None:
            return self._small_fraction(at, stop, end)
        self._add("operator", "^", at, at, "raised")
        self._add("open", "{", at, at)
        while at < stop:
            at = self._raised(at, stop)
        self._add("close", "}", stop, stop)
        return stop

    def _joins(self, at, end):
        """A point or a stroke between two raised digits."""
        return (
            self.text[at] in "·⋅.⁄/ᐟ˙‧"
            and at + 1 < end
            and (superscript(self.text[at - 1]) or "").isdigit()
            and (superscript(self.text[at + 1]) or "").isdigit()
        )

    def _raised(self, at, stop):
        plain = [superscript(c) or ("/" if c in "⁄/ᐟ" else ".") for c in self.text[at:stop]]
        found = re.match(r"\d+(?:\.\d+)?", "".join(plain))
        if found:
            last = self.found[-1]
            if last.kind in ("name", "close"):  # e⁻ˣ² is e^(-x^2): what is raised cannot be raised again
                self._add("operator", "^", at, at)
            self._add("number", found[0], at, at + found.end(), float(found[0]))
            return at + found.end()
        if plain[0] in "+-/()=":
            self._operator(plain[0], at, at + 1)
        elif plain[0].isalpha():
            self._add("name", plain[0], at, at + 1)
        else:
            self.fail(f"{self.text[at]} has no meaning here", at)
        return at + 1

    def _small_fraction(self, at, slash, end):
        """¹⁄₂ as a number."""
        stop = slash + 1
        while stop < end and (subscript(self.text[stop]) or "").isdigit():
            stop += 1
        top = "".join(superscript(c) or "?" for c in self.text[at:slash])
        bottom = "".join(subscript(c) or "?" for c in self.text[slash + 1 : stop])
        if not top.isdigit() or not bottom.isdigit() or not int(bottom):
            self.fail(f"{self.text[at:stop]} is no fraction", at, stop - at)
        self._add("number", self.text[at:stop], at, stop, Fraction(int(top), int(bottom)))
        return stop

    def _subscripts(self, at, end):
        stop = at
        while stop < end and subscript(self.text[stop]) is not None:
            stop += 1
        plain = "".join(subscript(c) or "" for c in self.text[at:stop])
        if not plain.isdigit():
            self.fail(f"the index {self.text[at:stop]} has no meaning", at, stop - at, "write x₁ and x₂, or x and y")
        self._add("subscript", plain, at, stop)
        return stop

    # ---- LaTeX ----

    def _command(self, at, end):
        command = _COMMAND.match(self.plain, at, end)
        assert command is not None  # a backslash alone matches, too
        name, after = command[0], command.end()
        if name in ("\\left", "\\right", "\\bigl", "\\bigr", "\\Bigl", "\\Bigr", "\\biggl", "\\biggr"):
            found = re.compile(r"\s*(\||\\vert\b|\\lvert\b|\\rvert\b|\.)").match(self.plain, after, end)
            if found:  # a bar that says on which side it stands, or nothing at all
                if found[1] != ".":
                    side = "|<" if name.endswith(("left", "l")) else "|>"
                    self._add("operator", side, at, found.end())
                return found.end()
        if name in _SPACES:
            self.spaced = True
            return after
        if name in _SIGNS:
            self._operator(_SIGNS[name], at, after)
            return after
        if name in _FONTS:
            return self._font(name, at, after, end)
        if name in _ARGUMENTS:
            return self._with_arguments(name, at, after, end)
        if name in (r"\begin", r"\end", r"\label", r"\tag"):
            found = re.compile(r"\s*\{([^{}]*)\}").match(self.plain, after, end)
            if found and (name in (r"\label", r"\tag") or found[1].rstrip("*") in _ENVIRONMENTS):
                self.spaced = True
                return found.end()
            what = found[1] if found else ""
            self.fail(f"{name}{{{what}}} is not known", at, after - at, "write pieces with max, min, abs or sign")
        if name == r"\%":
            self.fail("% has no meaning here", at, 2, _HINTS["%"])
        if len(name) < 2 or not name[1].isalpha():
            self.fail(f"{name} has no meaning here", at, len(name))
        self._add("name", name[1:].rstrip("*"), at, at + len(name.rstrip("*")), "command")
        return at + len(name)

    def _font(self, name, at, after, end):
        """A font command changes no meaning; several letters within one are one name."""
        found = re.compile(r"\s*\{\s*([^\W\d_]+)\s*\}").match(self.plain, after, end)
        if found:
            self._add("name", found[1], at, found.end())
            return found.end()
        found = re.compile(r"\s*\{([^{}]*)\}").match(self.plain, after, end)
        if found and found[1].strip():
            words = found[1].strip()
            if name in (r"\text", r"\textrm", r"\mbox", r"\hbox", r"\textit") and " " in words:
                self.fail(f"{words} is text, not a formula", found.start(1), len(found[1]))
            self._read(found.start(1), found.end(1))
            return found.end()
        self.spaced = True
        return after

    def _with_arguments(self, name, at, after, end):
        if name == r"\sqrt":
            index = re.compile(r"\s*\[\s*(\d+)\s*\](?=\s*[^\s)\]}+*/^,=-])").match(self.plain, after, end)
            self._add("root", name, at, after, int(index[1]) if index else 2)
            after = index.end() if index else after
        else:
            self._add("frac", name, at, after)
        for _ in range(_ARGUMENTS[name]):
            after = self._argument(name, at, after, end)
        return after

    def _argument(self, name, at, after, end):
        """One argument of a command: a group, a command, or a single character, as in LaTeX."""
        while after < end and self.plain[after].isspace():
            after += 1
        if after >= end:
            many = "two arguments" if _ARGUMENTS[name] == 2 else "an argument"
            self.fail(f"{name} needs {many}", at, len(name), name + "{...}" * _ARGUMENTS[name])
        self.depth += 1
        if self.depth > LARGEST_NESTING:
            self.fail(f"this is nested more than {LARGEST_NESTING} deep", at)
        self._add("open", "{", after, after)
        if self.plain[after] == "{":
            stop = self._end_of_group(after, end)
            self._read(after + 1, stop)
            after = stop + 1
        elif self.plain[after] == "\\":
            after = self._command(after, end)
        elif name == r"\sqrt" and self.plain[after] in "([":  # \sqrt(x), which LaTeX itself would not mean so
            depth, stop = 0, after
            while stop < end:
                depth += (self.plain[stop] in "([{") - (self.plain[stop] in ")]}")
                stop += 1
                if not depth:
                    break
            self._read(after, stop)
            after = stop
        else:
            self._read(after, after + 1)
            after += 1
        self._add("close", "}", after, after)
        self.depth -= 1
        return after

    def _end_of_group(self, at, end):
        depth, i = 0, at
        while i < end:
            if self.plain[i] == "\\":
                i += 2
                continue
            depth += (self.plain[i] == "{") - (self.plain[i] == "}")
            if depth == 0:
                return i
            i += 1
        self.fail("this { is never closed", at)
