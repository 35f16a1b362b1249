"""LaTeX of the operations whose arguments do not simply stand in brackets: infix signs, fractions, powers, cases.

Each function is the ``typeset`` entry of a row in :mod:`.operations`: called with a printer, the node, and whether it
stands within a line (where a fraction is written with a slash), it returns the text and how tightly that binds. Of the
printer it uses ``print(node, least, inline)``, which puts brackets around what binds more loosely than `least`.
"""

from __future__ import annotations

from math import pi

from .expression import constant, number

SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly the outermost sign of a text binds
TIMES, COMMA = r"\,", r",\ "
TINY = 1e-15  # thresholds below it concern rounding or underflow, not the method


def by_template(printer, node, inline, row):
    """An operation by the `latex` of its row."""
    arguments = [printer.print(argument, SUM, True) for argument in node.arguments]
    operator, brackets, level = row.typeset_arguments(arguments, COMMA)
    return operator + brackets, level


def decimal(printer, node, inline):
    """A constant."""
    value = node.value
    if value == pi:
        return r"\pi", ATOM
    if 0 < abs(value) < 10 and value != int(value) and 2 * value == int(2 * value):
        return rf"\tfrac{{{int(2 * value)}}}{{2}}", ATOM if value > 0 else SUM
    text = f"{value:.6g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = rf"{mantissa}\cdot 10^{{{int(exponent)}}}"
    return text, SUM if value < 0 else ATOM


def symbol(printer, node, inline):
    """A variable, by the name that the printer knows for it."""
    return printer.symbol(node.value), ATOM


def added(printer, node, inline):
    left, right = node.arguments
    return f"{printer.print(left, SUM, inline)} + {printer.print(right, SUM, inline)}", SUM


def subtracted(printer, node, inline):
    left, right = node.arguments
    return f"{printer.print(left, SUM, inline)} - {printer.print(right, PRODUCT, inline)}", SUM


def negated(printer, node, inline):
    inner = node.arguments[0]
    if inner.operation == "expm1":
        return f"1 - {_power_of_e(printer, inner)}", SUM
    return f"-{printer.print(inner, PRODUCT, inline)}", SUM


def multiplied(printer, node, inline):
    left, right = node.arguments
    if left is right:
        return f"{printer.print(left, ATOM, inline)}^2", POWER
    if right.operation == "constant" or (number(left) is None and number(right) is not None):
        left, right = right, left
    if left.operation == "constant" and left.value < 0:
        size, _ = decimal(printer, constant(-left.value), inline)
        return f"-{size}{TIMES}{printer.print(right, PRODUCT, inline)}", SUM
    return f"{printer.print(left, PRODUCT, inline)}{TIMES}{printer.print(right, PRODUCT, inline)}", PRODUCT


def divided(printer, node, inline):
    above, below = node.arguments[:2]  # a tempered ratio has a floor besides, which acts in derivatives alone
    if above.operation == "neg" and not inline:
        return f"-{_fraction(printer, above.arguments[0], below)}", SUM
    if inline:
        return f"{printer.print(above, PRODUCT, True)}/{printer.print(below, POWER, True)}", PRODUCT
    return _fraction(printer, above, below), POWER


def _fraction(printer, above, below):
    return rf"\frac{{{printer.print(above, SUM, True)}}}{{{printer.print(below, SUM, True)}}}"


def rooted(printer, node, inline):
    return rf"\sqrt{{{printer.print(node.arguments[0], SUM, True)}}}", ATOM


def raised(printer, node, inline):
    base, exponent = node.arguments
    return f"{printer.print(base, ATOM)}^{{{printer.print(exponent, SUM, True)}}}", POWER


def raised_to_the_step(printer, node, inline):
    """beta^(k+1), the running product beta^k of step k counted from 0."""
    return f"{printer.print(node.arguments[0], ATOM)}^{{k+1}}", POWER


def exponential(printer, node, inline):
    return _power_of_e(printer, node), POWER


def exponential_less_one(printer, node, inline):
    return f"{_power_of_e(printer, node)} - 1", SUM


def _power_of_e(printer, node):
    return f"e^{{{printer.print(node.arguments[0], SUM, True)}}}"


def compared(sign):
    """A condition with that sign between its two sides."""

    def condition(printer, node, inline):
        return f" {sign} ".join(printer.print(side, SUM, True) for side in node.arguments), SUM

    return condition


def cases(printer, node, inline):
    condition, yes, no = node.arguments
    if number(yes) == 0 and condition.arguments[0] is no and (number(condition.arguments[1]) or 1) < TINY:
        return printer.typeset(no, inline)  # a product that is set to 0 once it is negligible
    when, yes, no = (printer.print(value, SUM, True) for value in (condition, yes, no))
    return rf"\begin{{cases}} {yes} & {when} \\ {no} & \text{{else}} \end{{cases}}", ATOM


def objective_value(printer, node, inline):
    return f"f({point(printer, node)})", POWER


def gradient(printer, node, inline):
    return rf"\nabla f({point(printer, node)})", ATOM


def hessian(printer, node, inline):
    """The matrix itself; a printer that sees its product with a vector prints that as one."""
    return rf"\nabla^2 f({point(printer, node)})", ATOM


def proximal(printer, node, inline):
    return rf"\operatorname{{prox}}_{{{printer.print(node.arguments[2], SUM)} f}}({point(printer, node)})", ATOM


def point(printer, node):
    """Where the objective's placeholder is taken: the x of a point, which stands for both coordinates."""
    return printer.print(node.arguments[0], SUM, True)
