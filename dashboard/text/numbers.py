"""Numbers in prose: plain in the middle of their range, powers of ten outside it."""

from __future__ import annotations

import math

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 3) -> str:
    """A number for prose: plain in the middle of the range, a power of ten outside it; rounded to 2 or more digits."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "infinity" if value > 0 else "−infinity" if value < 0 else "not a number"
    sign, size = "−" if value < 0 else "", abs(value)
    rounded = float(f"{size:.{digits}g}")
    if 1e-3 <= rounded < 1e6:
        return sign + (f"{rounded:,.0f}" if rounded >= 10 ** (digits - 1) else f"{rounded:.{digits}g}")
    mantissa, exponent = f"{size:.{digits - 2}e}".split("e")  # a digit less than of plain numbers
    power = f"10{str(int(exponent)).translate(SUPERSCRIPT)}"
    return sign + (power if float(mantissa) == 1 else f"{float(mantissa):g} × {power}")


def bound(value: float) -> str:
    """An upper bound in prose: the next number of two digits above a positive one."""
    exponent = math.floor(math.log10(value)) - 1
    above = float(f"{math.floor(value / 10.0**exponent) + 1}e{exponent}")
    return number(above, 2 if 1e-3 <= above < 1e6 else 3)


def loss_number(value: float) -> str:
    """A loss, which may lie far from 0: four digits."""
    return number(value, 4)


def power_of_ten(value: float) -> str:
    """The nearest power of ten, as 10⁻⁹, of a number that is not negative; two digits for moderate ones."""
    if value == 0:
        return "0"
    if 0.05 <= value < 1000:
        return number(value, 2)
    return f"10{str(round(math.log10(value))).translate(SUPERSCRIPT)}"


def rounded(value: float) -> int:
    """A whole number to two digits."""
    return int(float(f"{value:.2g}"))


def count(n: int, noun: str) -> str:
    """1 step, 2,000 steps."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
