"""Numbers as people read them. The same rule, to the letter, is assets/js/dom/numbers.js.

A number that someone has chosen is written as the shortest text that reads back as the same number. A number in fewer
digits is never rounded to 0 or to 1, unless it is that: a method with a decay factor of 1 is another method. Numbers
that differ have texts that differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal

PLAIN = range(-4, 7)  # powers of ten of the first digit that are written without an exponent
DIGITS = 17  # tell any two float64 apart


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number."""
    value = float(value)
    if not math.isfinite(value):
        return str(value)
    if value == 0.0:
        return "0"
    number = Decimal(repr(value)).normalize()
    power = number.adjusted()
    if power in PLAIN:
        return format(number, "f")
    digits = "".join(map(str, number.as_tuple().digits))
    mantissa = digits[0] + ("." + digits[1:] if digits[1:] else "")
    return f"{'-' if value < 0 else ''}{mantissa}e{power}"


def rounded(value: float, digits: int) -> float:
    """
    A value in some significant digits, and in more where it would become 0 or 1.

    Parameters
    ----------
    value : float
    digits : int

    Returns
    -------
    float
        Halves are rounded away from 0, as in JavaScript.
    """
    value = float(value)
    if not math.isfinite(value) or value == 0.0:
        return value
    while True:
        near = float(Context(prec=digits, rounding=ROUND_HALF_UP).plus(Decimal(value)))
        if digits >= DIGITS or near == value or abs(near) not in (0.0, 1.0):
            return near
        digits += 1


def brief_texts(values: Iterable[float], digits: int = 4) -> list[str]:
    """A text for each number, in the fewest digits from `digits` on that tell different ones apart."""
    values = [float(value) for value in values]
    while True:
        texts = [number_text(rounded(value, digits)) for value in values]
        if digits >= DIGITS or len(set(texts)) == len(set(values)):
            return texts
        digits += 1


def chosen_texts(values: Iterable[float], digits: int = 4) -> list[str]:
    """As :func:`brief_texts`, of numbers that someone has chosen: "≈ 166.7" where the digits are not all of them."""
    values = [float(value) for value in values]
    texts = brief_texts(values, digits)
    return [text if float(text) == value else f"≈ {text}" for value, text in zip(values, texts, strict=True)]


def chosen_text(value: float, digits: int = 4) -> str:
    """The chosen number in a few digits, marked where it is rounded."""
    return chosen_texts([value], digits)[0]


def brief_text(value: float, digits: int = 4) -> str:
    """The number in a few digits."""
    return brief_texts([value], digits)[0]
