"""Kinds of fields that a link can hold, each reading any text to its nearest value and saying what it changed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from core.parameters import Parameter
from dashboard.state.names import Names
from dashboard.state.numbers import brief_text, number_text
from dashboard.state.query import ascii_number, cleaned, visible

MOST_NOTES = 12  # more are counted only: nobody reads them, and a long link can bring thousands
LARGEST = 1e12  # a range's ends: beyond, squares of coordinates and their products leave float64
NARROWEST = (
    1e-12,
    1e-150,
)  # a range's width, beside its ends and alone: what float64 can tell apart with room for pixels


@dataclass(frozen=True)
class Kind:
    """default;  read(label, text, notes) -> value;  write(value) -> text;  label: what the page calls the field."""

    default: object
    read: Callable
    write: Callable = str
    label: str = ""


def linked(label: str, kind: Kind):
    """A dataclass field that stands in the link under its own name."""
    return field(default=kind.default, metadata={"kind": replace(kind, label=label)})


def option(choices, default=None) -> Kind:
    """One of a few names; the first unless another is the default."""
    usual, names = choices[0] if default is None else default, Names(choices)
    return Kind(usual, lambda label, text, notes: notes.one_of(label, text, names, usual))


def switch(default: bool) -> Kind:
    names = Names(("1", "0"))

    def read(label, text, notes):
        return notes.one_of(label, text, names, str(int(default))) == "1"

    return Kind(default, read, lambda value: str(int(value)))


def subset(choices, default=()) -> Kind:
    """Any of a few names, in their own order."""
    names = Names(choices)

    def read(label, text, notes):
        given = {notes.one_of(label, part, names, None) for part in text.split(",") if part.strip()}
        return tuple(choice for choice in choices if choice in given)

    return Kind(tuple(default), read, ",".join)


def number(parameter: Parameter, default=None) -> Kind:
    """A number in the parameter's range; `default` may be None, for one that is not given."""

    def read(label, text, notes):
        return notes.number(parameter, text, default, label)

    return Kind(default, read, number_text)


def ranges(count: int, largest: float = LARGEST) -> Kind:
    """Pairs of finite numbers, low before high, or nothing."""

    def read(label, text, notes):
        if not text:
            return None
        numbers, said = list_of_numbers(text, count)
        if numbers is None:
            notes.append(f"{label}: {shown(text)} is not a list of {count} numbers. {WHOLE}")
            return None
        pairs = [tuple(numbers[i : i + 2]) for i in range(0, count, 2)]
        if any(low > high for low, high in pairs):
            pairs = [tuple(sorted(pair)) for pair in pairs]
            said = True
        if any(abs(value) > largest for pair in pairs for value in pair):
            notes.append(f"{label}: {shown(text)} goes beyond {spoken(largest)}. {WHOLE}")
            return None
        if not all(distinct(*pair) for pair in pairs):
            notes.append(f"{label}: {shown(text)} is too narrow to be drawn. {WHOLE}")
            return None
        found = tuple(value for pair in pairs for value in pair)
        if said:
            notes.append(f"{label}: {shown(text)} is read as {', '.join(map(spoken, found))}.")
        return found

    return Kind(None, read, lambda numbers: ",".join(map(number_text, numbers)))


WHOLE = "The whole range is shown."


def distinct(low: float, high: float) -> bool:
    """Whether a range is wide enough to be told apart in float64, pixel for pixel."""
    beside, alone = NARROWEST
    return high - low >= max(beside * max(abs(low), abs(high)), alone)


class Notes(list):
    """What decoding changed, in sentences."""

    def __init__(self):
        super().__init__()
        self.more = 0

    @property
    def full(self):
        return len(self) >= MOST_NOTES

    def append(self, sentence):
        if sentence in self:
            return
        if self.full:
            self.more += 1
        else:
            super().append(sentence)

    def finished(self) -> list[str]:
        rest = f"{self.more:,} more remarks are left out." if self.more > 1 else "One more remark is left out."
        return [*self, rest] if self.more else list(self)

    def number(self, parameter: Parameter, text, fallback, label=""):
        """The valid number nearest to what the text says."""
        label, whole = label or parameter.label, isinstance(parameter.default, int)
        value, said = number_of(text, whole)
        if value is None:
            problem = f"{shown(text)} is no number" if str(text).strip() else "no number is given"
        elif math.isinf(value):
            problem = f"{shown(text)} is too large a number"
        else:
            problem = ""
        if value is None or problem:
            done = "It is left out." if fallback is None else f"{spoken(fallback)} is used."
            self.append(f"{label}: {problem}. {done}")
            return fallback
        if whole and value != int(value):
            value, said = math.floor(value + 0.5), True
        valid = nearest(parameter, value)
        if valid != value:
            allowed = f"the range is {bounds(parameter)}"
            self.append(f"{label}: {shown(text)} is not possible, {allowed}. {spoken(valid)} is used.")
        elif said:
            self.append(f"{label}: {shown(text)} is read as {spoken(valid)}.")
        return int(valid) if whole else float(valid)

    def one_of(self, label, text, names: Names, fallback):
        """The name that the text means; else the fallback, None where what is not known is left out."""
        if text in names:
            return text
        found = next((variant for variant in cleaned(text) if variant in names), None)
        if found is not None:
            return found
        found = names.find(text)
        if found is not None:
            self.append(f"{label}: {shown(text)} is read as {names.title(found)}.")
            return found
        done = f"{names.title(fallback)} is used." if fallback else "It is left out."
        self.append(f"{label}: {self.unknown(text, names)} {done}")
        return fallback

    def unknown(self, text, names: Names) -> str:
        """That a text means no name, and which it may have been."""
        if not text.strip():
            return "no name is given."
        near = None if self.full else names.nearest(text)
        if near:
            return f"{shown(text)} is not known; did you mean {near}?"
        return f"{shown(text)} is not known{f'; it can be {listed(names.names)}' if len(names.names) <= 8 else ''}."


_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:([,.' ])\d{3})(?:\1\d{3})*$")
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:[.' ]\d{3})+|\d*),\d+(?:[eE][+-]?\d+)?$")
_GROUPS_AND_POINT = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+(?:[eE][+-]?\d+)?$")
_POWER_OF_TEN = re.compile(r"(?:([+-]?[\d.]+)\s*[*·×x]\s*)?10\s*(?:\^|\*\*)\s*\(?([+-]?\d+)\)?$")


def number_of(text, whole: bool = False) -> tuple[float | None, bool]:
    """(the number that a text says, or None; whether it had to be interpreted, so that a reader should be told).

    `whole`: the number counts something, so that groups of three digits are thousands.
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
    """(the numbers of a list, or None; whether it had to be interpreted): also one with decimal commas."""
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


def nearest(parameter: Parameter, value: float) -> float:
    """The valid value nearest to a finite one; next to an open end, the slider's own end."""
    if parameter.valid(value):
        return value
    if value <= parameter.low:
        return parameter.slider[0] if parameter.open_low else parameter.low
    return parameter.slider[1] if parameter.open_high else parameter.high


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
    return f"{', '.join(names[:-1])} {conjunction} {names[-1]}" if len(names) > 1 else "".join(names)


def shown(text) -> str:
    """A text from a link, as a sentence quotes it: in one line, and not for ever."""
    text = " ".join(visible(str(text)).split())
    return f"'{text if len(text) <= 60 else text[:57] + '...'}'"
