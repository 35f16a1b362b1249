"""The LaTeX of a formula's terms while it is being typed; none where it is no formula yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from core.formulas import FormulaError, read
from dashboard.questions.fields import Fields
from dashboard.questions.packing import pack
from dashboard.questions.question import Ask, Priority, Question


@dataclass(frozen=True)
class Formula(Question):
    """
    The terms of a formula.

    Attributes
    ----------
    text : str
        As it is being typed.
    """

    priority = Priority.PLAIN
    cached = False  # parsing is faster than a look into a cache on disk

    text: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(fields.text("text").strip())

    def answer(self, ask: Ask) -> bytes:
        try:
            return pack({"terms": read(self.text).terms}, {})
        except FormulaError:
            return pack({"terms": []}, {})


QUESTION = Formula
