"""What a part of a formula was understood as: its expression, how it is typeset, and its Python text, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from ..symbolic import expression as e
from ..symbolic.expression import Expression, X, Y, ordered
from ..symbolic.notation import ATOM, POWER, PRODUCT, SUM
from ..symbolic.operations import Operation

TRIGONOMETRIC = (r"\sin", r"\cos", r"\tan", r"\sec", r"\csc", r"\cot", r"\sinh", r"\cosh", r"\tanh", r"\coth")


@dataclass(frozen=True)
class Reading:
    """A part of a formula.

    Parameters
    ----------
    expression : Expression
        Its value in the graph.
    latex, python : str
        The part typeset, and as Python text in terms of x, y, ``np`` and ``math``.
    level, code_level : int
        How tightly what is outermost binds, in the typeset part and in the text: SUM, PRODUCT, POWER or ATOM.
    operator : str
        What is typeset in front of its only brackets where it is a function's value, as in \\sin(x); else nothing.
    number : bool
        Whether it is a number as typed.
    terms : tuple of str
        What is added up at the outermost level, each but the first with its sign: together they are `latex`.
    """

    expression: Expression
    latex: str
    python: str
    level: int = ATOM
    code_level: int = ATOM
    operator: str = ""
    number: bool = False
    terms: tuple[str, ...] = ()

    def __post_init__(self):
        if not self.terms:
            object.__setattr__(self, "terms", (self.latex,))

    @property
    def is_constant(self):
        """Whether it depends on neither x nor y."""
        return not {X, Y} & set(ordered([self.expression]))

    @property
    def value(self) -> float | None:
        """Its number, where it is one."""
        return e.number(self.expression)

    def typeset(self, least, first=True):
        """Its LaTeX in a place that binds at `least` so tightly, and where no sign may stand unless it is the first."""
        if self.level < least or (not first and self.latex.startswith("-")):
            return bracketed(self.latex)
        return self.latex

    def code(self, least, first=True):
        """Its Python text in a place that binds at `least` so tightly; signs as for :meth:`typeset`."""
        if self.code_level < least or (not first and self.python.startswith("-")):
            return f"({self.python})"
        return self.python


def bracketed(latex):
    return rf"\left({latex}\right)"


def number(value, text: str) -> Reading:
    """A number; a fraction where the value is one."""
    if hasattr(value, "denominator"):
        top, bottom = value.numerator, value.denominator
        node = e.divide(e.constant(top), e.constant(bottom))
        return Reading(node, rf"\tfrac{{{top}}}{{{bottom}}}", f"{top} / {bottom}", ATOM, PRODUCT, number=True)
    mantissa, _, exponent = text.lower().partition("e")
    latex = mantissa.rstrip(".") if mantissa.endswith(".") else mantissa
    latex = f"0{latex}" if latex.startswith(".") else latex
    level = ATOM
    if exponent:
        power = f"10^{{{int(exponent)}}}"
        latex, level = (power, POWER) if float(mantissa) == 1 else (rf"{latex} \cdot {power}", PRODUCT)
    return Reading(e.constant(value), latex, plain_number(value), level, number=True)


def plain_number(value):
    """A number as Python text."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def mixed_number(whole: Reading, part: Reading) -> Reading:
    """2½ is two and a half."""
    node = e.add(whole.expression, part.expression)
    latex = bracketed(f"{whole.latex} + {part.latex}")
    return Reading(node, latex, f"{whole.python} + {part.python}", ATOM, SUM, number=True)


def negative(part: Reading) -> Reading:
    """-u."""
    return Reading(
        -part.expression, f"-{part.typeset(PRODUCT, False)}", f"-{part.code(POWER, False)}", PRODUCT, PRODUCT
    )


def added(first: Reading, operator: str, second: Reading) -> Reading:
    """u + v or u - v."""
    expression = first.expression + second.expression if operator == "+" else first.expression - second.expression
    least = SUM if operator == "+" else PRODUCT
    terms = (*first.terms, f"{operator} {second.typeset(least, False)}")
    text = f"{first.python} {operator} {second.code(least, False)}"
    return Reading(expression, " ".join(terms), text, SUM, SUM, terms=terms)


def multiplied(first: Reading, second: Reading) -> Reading:
    """The product u v."""
    left, right = first.typeset(PRODUCT), second.typeset(PRODUCT, False)
    touching = right[0].isdigit() or right.startswith((r"\tfrac", r"\frac")) or second.number
    latex = rf"{left} \cdot {right}" if touching else rf"{left}\,{right}"
    text = f"{first.code(PRODUCT)} * {second.code(POWER, False)}"
    return Reading(first.expression * second.expression, latex, text, PRODUCT, PRODUCT)


def divided(first: Reading, second: Reading) -> Reading:
    """The quotient u / v."""
    text = f"{first.code(PRODUCT)} / {second.code(POWER, False)}"
    latex = rf"\frac{{{first.latex}}}{{{second.latex}}}"
    return Reading(first.expression / second.expression, latex, text, PRODUCT, PRODUCT)


def raised(base: Reading, exponent: Reading) -> Reading:
    """The power u^v."""
    node = base.expression**exponent.expression
    whole = exponent.value is not None and exponent.value > 1 and exponent.number
    if base.operator in TRIGONOMETRIC and whole:
        latex = rf"{base.operator}^{{{exponent.latex}}}{base.latex.removeprefix(base.operator)}"
    else:
        latex = f"{base.typeset(ATOM) if not base.operator else bracketed(base.latex)}^{{{exponent.latex}}}"
    if base.value is not None and exponent.value is not None and e.number(node) is not None:
        text, level = plain_number(e.number(node)), ATOM  # no arithmetic of unlimited integers
    else:
        text, level = f"{base.code(ATOM, False)} ** {exponent.code(ATOM, False)}", POWER
        if base.number and base.value is not None:
            text = f"{float(base.value)!r} ** {exponent.code(ATOM, False)}"
    return Reading(node, latex, text, POWER, level)


def called(row: Operation, arguments: list[Reading]) -> Reading:
    """A function's value."""
    if row.name == "power":
        return raised(*arguments)
    node = row.build(*(a.expression for a in arguments))
    text = row.code([a.python for a in arguments])
    operator, brackets, level = row.typeset_arguments([a.latex for a in arguments])
    return Reading(node, operator + brackets, text, level, operator=operator if brackets else "")


def root_of(inner: Reading, index: int, functions) -> Reading:
    """The real root of that index: of a negative number where the index is odd."""
    if index == 2:
        return called(functions["sqrt"], [inner])
    if index == 3:
        return called(functions["cbrt"], [inner])
    u, code = inner.expression, inner.python
    if index % 2:
        node = e.sign(u) * e.absolute(u) ** (1 / index)
        text, level = f"np.sign({code}) * np.abs({code}) ** (1 / {index})", PRODUCT
    else:
        node, text, level = u ** (1 / index), f"({code}) ** (1 / {index})", POWER
    return Reading(node, rf"\sqrt[{index}]{{{inner.latex}}}", text, ATOM, level)
