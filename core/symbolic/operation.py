"""What an operation is: all that the project knows of one function, as a row of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np

from . import notation
from .expression import function

MANY = 1000  # the greatest number of arguments of a function that takes any number


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One function.

    Parameters
    ----------
    name : str
        Of the graph's nodes.
    names : tuple of str
        What it is called in a typed formula, the usual name first; empty for what is no function in text.
    arguments : tuple of int
        The least and greatest number of arguments in text.
    value : callable or None
        On NumPy arrays. Where it is a function of NumPy's, that function builds a node when it is called on symbols.
    number : callable, False or None
        On Python floats, to fold constants; ArithmeticError or ValueError where it has no value. False: never folded.
    slope : callable or None
        ``slope(node, *arguments, *slopes)``: the derivative by the chain rule.
    llvm : str, callable or None
        Code on doubles and on vectors alike: an instruction, with ``@`` an intrinsic, or a function of the builder, the
        node and its registers (:mod:`.instructions`).
    libm : str, callable or None
        Code on one double: the C library's function, or a function as for `llvm`. Without `lanes` and `expansion` it is
        called for each lane in turn.
    lanes : callable or None
        ``lanes(*arguments)`` in operations that vectorise.
    expansion : callable or None
        ``expansion(*arguments)`` in other functions, for points without `libm` and vectors without `lanes`.
    build : callable or None
        Makes the simplified expression from arguments.
    scaled, fraction : callable or None
        What it is on the numbers of two rewrites, :class:`.economy.Scaled` and :class:`.fractions.Fraction`; None where
        the rewrite leaves the operation as it is.
    pieces : callable or None
        ``pieces(switches, *arguments)`` of an operation with a kink: its smooth branch (:class:`.kinks.Switches`), or
        None where the arguments make none.
    latex : str
        An operator's name, or a template with ``#1``, ``#2`` as TeX's macros have it; arguments that are not mentioned
        stand in brackets behind it.
    typeset : callable or None
        ``typeset(printer, node, inline)`` in a printed rule where `latex` does not do (:mod:`.notation`).
    abbreviated : bool
        Whether a long piece of a printed rule with this operation outermost may be given a letter of its own.
    python : str
        A template with ``{0}`` in terms of ``np`` and ``math``, for numbers and arrays; of two arguments where the
        function takes many.
    longer : tuple of (str, str)
        `latex` and `python` with one argument more than the least number, two more, and so on, where they differ.
    """

    name: str
    names: tuple[str, ...] = ()
    arguments: tuple[int, int] = (1, 1)
    value: Callable | None = None
    number: Callable | bool | None = None
    slope: Callable | None = None
    llvm: str | Callable | None = None
    libm: str | Callable | None = None
    lanes: Callable | None = None
    expansion: Callable | None = None
    build: Callable = None  # type: ignore[assignment]  # set below: a node of the operation
    scaled: Callable | None = None
    fraction: Callable | None = None
    pieces: Callable | None = None
    latex: str = ""
    typeset: Callable | None = None
    abbreviated: bool = True
    python: str = ""
    longer: tuple[tuple[str, str], ...] = ()

    def __post_init__(self):
        if self.number is None and self.value is not None:
            object.__setattr__(self, "number", self._by_value)
        if self.build is None:
            object.__setattr__(self, "build", function(self.name))

    def typeset_arguments(self, arguments: list[str], comma: str = ", ") -> tuple[str, str, int]:
        """Its LaTeX with these arguments: what stands in front, the brackets behind it, if any, and how it binds."""
        text = self._texts(len(arguments))[0] or rf"\operatorname{{{self.name}}}"
        behind = [argument for place, argument in enumerate(arguments, 1) if f"#{place}" not in text]
        level = notation.POWER if "^" in text and not behind else notation.ATOM
        for place, argument in enumerate(arguments, 1):
            text = text.replace(f"#{place}", argument)
        return text, rf"\left({comma.join(behind)}\right)" if behind else "", level

    def code(self, arguments: list[str]) -> str:
        """Its Python text with these arguments."""
        template = self._texts(len(arguments))[1]
        return reduce(template.format, arguments) if self.arguments[1] == MANY else template.format(*arguments)

    def _texts(self, count):
        return ((self.latex, self.python), *self.longer)[count - self.arguments[0] if self.longer else 0]

    def _by_value(self, *numbers):
        assert self.value is not None
        with np.errstate(all="ignore"):
            return float(self.value(*map(np.float64, numbers)))
