"""Numbers as people write them, read: thousands, decimal commas, powers of ten, lists."""

from __future__ import annotations

import math
import re

from dashboard.state.query import ascii_number

_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:([,.' ])\d{3})(?:\1\d{3})*$")
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:[.' ]\d{3})+|\d*),\d+(?:[eE][+-]?\d+)?$")
_GROUPS_AND_POINT = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+(?:[eE][+-]?\d+)?$")
_POWER_OF_TEN = re.compile(r"(?:([+-]?[\d.]+)\s*[*·×x]\s*)?10\s*(?:\^|\*\*)\s*\(?([+-]?\d+)\)?$")


def number_of(text, whole: bool = False) -> tuple[float | None, bool]:
    """
    Read a number.

    Parameters
    ----------
    text : str
    whole : bool
        Whether the number counts something, so that groups of three digits are thousands.

    Returns
    -------
    value : float or None
        None where the text is no number; it may be infinite.
    interpreted : bool
        Whether the text is none of Python's, so that a reader should be told.
    """
    text = str(text)
    try:
        value = float(text)
        dotted = whole and _THOUSANDS.match(text.strip()) is not None
        if not dotted:
            return (None, False) if math.isnan(value) else (value, False)
    except ValueError:
        pass
    plain = ascii_number(text)
    found = _THOUSANDS.match(plain)
    if found and (whole or found[1] in "' " or plain.count(found[1]) > 1):
        return float(plain.replace(found[1], "")), True
    if _DECIMAL_COMMA.match(plain):
        digits = re.sub(r"[.' ]", "", plain).replace(",", ".")
        return float(digits), True
    if _GROUPS_AND_POINT.match(plain):
        return float(plain.replace(",", "")), True
    if found := _POWER_OF_TEN.match(plain):
        try:
            return float(f"{found[1] or 1}e{found[2]}"), True
        except ValueError:
            return None, False
    try:
        value = float(plain)
    except ValueError:
        return None, False
    return (None, False) if math.isnan(value) else (value, False)


def list_of_numbers(text: str, count: int) -> tuple[list[float] | None, bool]:
    """
    Read a list of finite numbers, also one with decimal commas.

    Parameters
    ----------
    text : str
        Between commas or semicolons, in brackets or not.
    count : int
        How many there must be.

    Returns
    -------
    numbers : list of float or None
        None where the text is no such list.
    interpreted : bool
        Whether a number in it is written in another way than Python's.
    """
    text = text.strip().strip("[](){}")
    for separator in (",", ";"):
        parts = text.split(separator)
        if separator == "," and len(parts) == 2 * count and all(part.strip().isdecimal() for part in parts[1::2]):
            parts = [",".join(parts[i : i + 2]) for i in range(0, 2 * count, 2)]
        if len(parts) == count:
            found = [number_of(part) for part in parts]
            numbers = [value for value, _ in found if value is not None and math.isfinite(value)]
            if len(numbers) == count:
                return numbers, any(said for _, said in found)
    return None, False
