"""Kinds of fields that a link can hold, each reading any text to its nearest value and saying what it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from core.parameters import Parameter
from dashboard.state.names import Names
from dashboard.state.numbers import number_text
from dashboard.state.phrases import quoted, spoken
from dashboard.state.written import list_of_numbers

LARGEST = 1e12  # a range's ends: beyond, squares of coordinates and their products leave float64
# The least width of a range, relative to its ends and absolute: what float64 resolves, with room for pixels
NARROWEST = (1e-12, 1e-150)
WHOLE = "The whole range is shown."


@dataclass(frozen=True)
class Kind:
    """
    How a field is read and written.

    Attributes
    ----------
    default : object
    read : callable
        ``read(label, text, notes) -> value``: valid, whatever the text is; `notes` gets what was changed.
    write : callable
        ``write(value) -> text``.
    label : str
        What the page calls the field.
    """

    default: object
    read: Callable
    write: Callable = str
    label: str = ""


def linked(label: str, kind: Kind):
    """
    A dataclass field that stands in the link under its own name.

    Parameters
    ----------
    label : str
        What the page calls it.
    kind : Kind
    """
    return field(default=kind.default, metadata={"kind": replace(kind, label=label)})


def option(choices, default=None) -> Kind:
    """One of a few names; the first unless another is the default."""
    usual, names = choices[0] if default is None else default, Names(choices)
    return Kind(usual, lambda label, text, notes: notes.one_of(label, text, names, usual))


def switch(default: bool) -> Kind:
    """Yes or no, as 1 or 0."""
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
    """
    Pairs of finite numbers, low before high, or nothing.

    Parameters
    ----------
    count : int
        Numbers in all, two for each pair.
    largest : float
        Bound of their absolute values.
    """

    def read(label, text, notes):
        if not text:
            return None
        numbers, said = list_of_numbers(text, count)
        if numbers is None:
            notes.append(f"{label}: {quoted(text)} is not a list of {count} numbers. {WHOLE}")
            return None
        pairs = [tuple(numbers[i : i + 2]) for i in range(0, count, 2)]
        if any(low > high for low, high in pairs):
            pairs = [tuple(sorted(pair)) for pair in pairs]
            said = True
        if any(abs(value) > largest for pair in pairs for value in pair):
            notes.append(f"{label}: {quoted(text)} goes beyond {spoken(largest)}. {WHOLE}")
            return None
        if not all(distinct(*pair) for pair in pairs):
            notes.append(f"{label}: {quoted(text)} is too narrow to be drawn. {WHOLE}")
            return None
        found = tuple(value for pair in pairs for value in pair)
        if said:
            notes.append(f"{label}: {quoted(text)} is read as {', '.join(map(spoken, found))}.")
        return found

    return Kind(None, read, lambda numbers: ",".join(map(number_text, numbers)))


def distinct(low: float, high: float) -> bool:
    """Whether float64 resolves a range, with room for pixels."""
    relative, absolute = NARROWEST
    return high - low >= max(relative * max(abs(low), abs(high)), absolute)
