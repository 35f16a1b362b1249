"""A question in one file. Added to dashboard/questions by tests/test_newcomer.py."""

from dataclasses import dataclass

from dashboard.questions.question import Question


@dataclass(frozen=True)
class Toy(Question):
    """The share of the steps that a place has behind it."""

    cached = False

    steps: int
    x: float

    @classmethod
    def read(cls, fields):
        return cls(fields.state.steps, fields.number("x"))

    def answer(self, ask):
        return {"share": self.x / self.steps}


QUESTION = Toy
