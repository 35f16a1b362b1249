"""The state that a link means, and what was changed to make it valid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from dashboard.questions.fields import Fields
from dashboard.questions.question import Ask, Priority, Question
from dashboard.state import as_json, decode, encode, refused_objective


@dataclass(frozen=True)
class LinkedState(Question):
    """
    The valid state nearest to a link.

    Attributes
    ----------
    link : str
        A query string, of any text.
    """

    priority = Priority.PLAIN
    cached = False

    link: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(fields.link)

    def answer(self, ask: Ask) -> dict:
        state, notes = decode(self.link)
        return {
            "state": as_json(state),
            "notes": notes,
            "link": encode(state),
            "domain": state.built().domain,
            "flows": [{"value": limit.name, "label": limit.title} for limit in state.edited.limits()],
            "refused": refused_objective(self.link),
        }


QUESTION = LinkedState
