"""The fields of a question as the page sends them: named texts, read and checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

from core import InputError
from dashboard.drawing.curves import Canvas
from dashboard.state import LARGEST_SPAN, SCALES, State, decode
from dashboard.state.kinds import LARGEST, distinct

LARGEST_CANVAS = 8192  # pixels

Range = tuple[float, float]


class Fields:
    """
    Reads fields by name.

    Parameters
    ----------
    texts : mapping of str to str
        As they came in the address.

    Raises
    ------
    InputError
        By each method that reads a number: with the field, its value and what is allowed.
    """

    def __init__(self, texts: Mapping[str, str]):
        self.texts = texts

    @property
    def link(self) -> str:
        """The page's state as a link."""
        return self.texts.get("link", "")

    @cached_property
    def state(self) -> State:
        """The valid state nearest to the link."""
        return decode(self.link)[0]

    def text(self, name: str) -> str:
        """The text of a field, "" where it is missing."""
        return self.texts.get(name, "")

    def flag(self, name: str) -> bool:
        """Whether a field is 1; it is 0 where it is missing."""
        return self.texts.get(name) == "1"

    def number(self, name: str) -> float:
        """A finite number."""
        try:
            value = float(self.texts[name])
        except (KeyError, ValueError):
            value = math.nan
        if not math.isfinite(value):
            raise InputError(f"{name} = {self.texts.get(name)!r}: must be a finite number")
        return value

    def whole(self, name: str) -> int:
        """A whole number."""
        value = self.number(name)
        if value != int(value):
            raise InputError(f"{name} = {self.texts[name]!r}: must be a whole number")
        return int(value)

    def pixels(self, name: str) -> int:
        """A length on the screen, in pixels."""
        value = self.number(name)
        if not 1 <= value <= LARGEST_CANVAS:
            raise InputError(f"{name} = {value}: must be 1 to {LARGEST_CANVAS} pixels")
        return int(value)

    def view(self) -> tuple[Range, Range]:
        """The ranges of x and y that the landscape shows: x0, x1, y0 and y1."""
        x0, x1, y0, y1 = (self.number(name) for name in ("x0", "x1", "y0", "y1"))
        return drawable("x", x0, x1, LARGEST), drawable("y", y0, y1, LARGEST)

    def span(self) -> Range | None:
        """The range that the curves show, k0 to k1 in units of their axis; None for the whole."""
        if "k0" not in self.texts:
            return None
        return drawable("steps", self.number("k0"), self.number("k1"), LARGEST_SPAN)

    def canvas(self) -> Canvas:
        """What runs and limits are drawn on."""
        scale = self.texts.get("scale", SCALES[0])
        if scale not in SCALES:
            raise InputError(f"scale = {scale!r}: must be one of {SCALES}")
        x_range, y_range = self.view()
        width, height, curve_width = (self.pixels(name) for name in ("width", "height", "curve_width"))
        return Canvas(x_range, y_range, width, height, curve_width, self.span(), scale)

    def place_in_queue(self) -> tuple[str, int]:
        """The page that asks, and the number of its question there."""
        return self.text("page")[:64], self.whole("serial")


def drawable(name: str, low: float, high: float, largest: float) -> Range:
    """
    Check that a range can be drawn.

    Parameters
    ----------
    name : str
        Of what the range is.
    low, high : float
    largest : float
        Bound of their absolute values.

    Returns
    -------
    low, high : float

    Raises
    ------
    InputError
        If it is empty, too large, or too narrow for float64.
    """
    if not low < high:
        raise InputError(f"range of {name}, {low:g} to {high:g}: must go from low to high")
    if max(abs(low), abs(high)) > largest:
        raise InputError(f"range of {name}, {low:g} to {high:g}: must stay within {largest:g}")
    if not distinct(low, high):
        raise InputError(f"range of {name}, {low!r} to {high!r}: is too narrow to be drawn")
    return low, high
