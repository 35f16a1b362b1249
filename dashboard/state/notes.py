"""Remarks: what decoding a link changed, in sentences, and the readings of a value that leave one."""

from __future__ import annotations

import math

from core.parameters import Parameter
from dashboard.state.names import Names
from dashboard.state.phrases import bounds, listed, quoted, spoken
from dashboard.state.query import cleaned
from dashboard.state.written import number_of

MOST_NOTES = 12  # more are counted only: nobody reads them, and a long link can bring thousands


class Notes(list):
    """What decoding changed, in sentences: each once, and MOST_NOTES of them."""

    def __init__(self):
        super().__init__()
        self.more = 0

    @property
    def full(self) -> bool:
        """Whether a further remark is only counted."""
        return len(self) >= MOST_NOTES

    def append(self, sentence: str) -> None:
        """Add a remark that is not there yet."""
        if sentence in self:
            return
        if self.full:
            self.more += 1
        else:
            super().append(sentence)

    def finished(self) -> list[str]:
        """The remarks, and how many more there would be."""
        rest = f"{self.more:,} more remarks are left out." if self.more > 1 else "One more remark is left out."
        return [*self, rest] if self.more else list(self)

    def number(self, parameter: Parameter, text, fallback, label=""):
        """
        The valid number nearest to what a text says.

        Parameters
        ----------
        parameter : Parameter
            Its range; whole numbers where its default is an int.
        text : str
        fallback : float, int or None
            In place of a text that is no number; None leaves the field out.
        label : str
            What the remark calls the field, by default the parameter's label.

        Returns
        -------
        float, int or None
        """
        label, whole = label or parameter.label, isinstance(parameter.default, int)
        value, said = number_of(text, whole)
        if value is None:
            problem = f"{quoted(text)} is no number" if str(text).strip() else "no number is given"
        elif math.isinf(value):
            problem = f"{quoted(text)} is too large a number"
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
            self.append(f"{label}: {quoted(text)} is not possible, {allowed}. {spoken(valid)} is used.")
        elif said:
            self.append(f"{label}: {quoted(text)} is read as {spoken(valid)}.")
        return int(valid) if whole else float(valid)

    def one_of(self, label, text, names: Names, fallback):
        """
        The name that a text means.

        Parameters
        ----------
        label : str
            What the remark calls the field.
        text : str
        names : Names
        fallback : str or None
            In place of a name that is not known; None leaves the field out.

        Returns
        -------
        str or None
        """
        if text in names:
            return text
        found = next((variant for variant in cleaned(text) if variant in names), None)
        if found is not None:
            return found
        found = names.find(text)
        if found is not None:
            self.append(f"{label}: {quoted(text)} is read as {names.title(found)}.")
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
            return f"{quoted(text)} is not known; did you mean {near}?"
        return f"{quoted(text)} is not known{f'; it can be {listed(names.names)}' if len(names.names) <= 8 else ''}."


def nearest(parameter: Parameter, value: float) -> float:
    """The valid value nearest to a finite one; next to an open end, the slider's own end."""
    if parameter.valid(value):
        return value
    if value <= parameter.low:
        return parameter.slider[0] if parameter.open_low else parameter.low
    return parameter.slider[1] if parameter.open_high else parameter.high
