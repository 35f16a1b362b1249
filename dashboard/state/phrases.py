"""Numbers, ranges, lists and quotations as the remarks' sentences have them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.parameters import Parameter
from dashboard.state.numbers import brief_text
from dashboard.state.query import visible


def bounds(parameter: Parameter) -> str:
    """A parameter's valid range in words."""
    low = spoken(parameter.low)
    if parameter.high == math.inf:
        return f"above {low}" if parameter.open_low else f"{low} or more"
    high = spoken(parameter.high)
    if parameter.open_low:
        return f"above {low} and {'below' if parameter.open_high else 'at most'} {high}"
    return f"{low} or more and below {high}" if parameter.open_high else f"from {low} to {high}"


def spoken(value: float) -> str:
    """A number as a sentence has it."""
    value = float(value)
    return f"{int(value):,}" if abs(value) < 1e12 and value == int(value) else brief_text(value, 6)


def listed(names: Sequence[str], conjunction: str = "or") -> str:
    """Names with commas and a conjunction: "a, b or c"."""
    return f"{', '.join(names[:-1])} {conjunction} {names[-1]}" if len(names) > 1 else "".join(names)


def quoted(text) -> str:
    """A text from a link, as a sentence quotes it: in one line of 60 characters at most."""
    text = " ".join(visible(str(text)).split())
    return f"'{text if len(text) <= 60 else text[:57] + '...'}'"
