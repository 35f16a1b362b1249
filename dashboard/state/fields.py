"""Kinds of fields that a link can hold, each reading any text to its nearest value and saying what it changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from core.parameters import Parameter


@dataclass(frozen=True)
class Kind:
    """default;  read(name, text, notes) -> value;  write(value) -> text."""

    default: object
    read: Callable
    write: Callable = str


def linked(kind: Kind):
    """A dataclass field that stands in the link under its own name."""
    return field(default=kind.default, metadata={"kind": kind})


def option(choices, default=None) -> Kind:
    """One of a few names; the first unless another is the default."""
    usual = choices[0] if default is None else default
    return Kind(usual, lambda name, text, notes: notes.one_of(name, text, choices, usual))


def switch(default: bool) -> Kind:
    def read(name, text, notes):
        return notes.one_of(name, text, ("1", "0"), str(int(default))) == "1"

    return Kind(default, read, lambda value: str(int(value)))


def subset(choices, default=()) -> Kind:
    """Any of a few names, in their own order."""

    def read(name, text, notes):
        given = [part for part in text.split(",") if part]
        for part in given:
            notes.one_of(name, part, choices, "none")
        return tuple(choice for choice in choices if choice in given)

    return Kind(tuple(default), read, ",".join)


def number(parameter: Parameter, default=None) -> Kind:
    """A number in the parameter's range; `default` may be None, for one that is not given."""

    def read(name, text, notes):
        value = notes.number(parameter, text, parameter.default)
        return int(value) if isinstance(parameter.default, int) else value

    return Kind(default, read, number_text)


def ranges(count: int) -> Kind:
    """Pairs of finite numbers, low before high, or nothing."""

    def read(name, text, notes):
        if not text:
            return None
        try:
            numbers = tuple(float(part) for part in text.split(","))
        except ValueError:
            numbers = ()
        finite = len(numbers) == count and all(map(math.isfinite, numbers))
        if not finite or not all(numbers[i] < numbers[i + 1] for i in range(0, count, 2)):
            notes.append(f"{name} = {shown(text)} must be {count} finite numbers, low before high: it is dropped.")
            return None
        return numbers

    return Kind(None, read, lambda numbers: ",".join(map(number_text, numbers)))


class Notes(list):
    """What decoding changed, in sentences."""

    def number(self, parameter: Parameter, text, fallback):
        try:
            value = float(text)
        except (TypeError, ValueError):
            value = math.nan
        if math.isnan(value) or math.isinf(value):
            self.append(f"{parameter.name} = {shown(text)} is no number: {fallback:.6g} is used.")
            return fallback
        valid = nearest(parameter, value)
        if valid != value:
            self.append(f"{parameter.name} = {shown(text)} must be {parameter.allowed()}: {valid:.6g} is used.")
        return valid

    def one_of(self, name, text, choices, fallback):
        if text in choices:
            return text
        self.append(f"{name} = {shown(text)} must be one of {', '.join(choices)}: {fallback} is used.")
        return fallback


def nearest(parameter: Parameter, value: float) -> float:
    """The valid value nearest to a finite one; next to an open end, the slider's own end."""
    if parameter.valid(value):
        return value
    if value <= parameter.low:
        return parameter.slider[0] if parameter.open_low else parameter.low
    return parameter.slider[1] if parameter.open_high else parameter.high


def shown(text):
    text = str(text)
    return repr(text if len(text) <= 60 else text[:57] + "...")


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number."""
    value = float(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
