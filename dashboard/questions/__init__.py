"""What the page can ask of the server. To add a question: a file in this folder that declares QUESTION.

question.py says what a question is; fields.py reads what the page sends; solutions.py solves the runs and their limits;
packing.py is the format of arrays on the wire.
"""

from __future__ import annotations

from core.registry import declared
from dashboard.questions.question import Question


def found() -> dict[str, type[Question]]:
    """Every QUESTION in this folder by its file's name.

    Raises
    ------
    TypeError
        For one that is no frozen dataclass of its own: its fields would be missing from its key.
    """
    questions = declared(__name__, __path__, "QUESTION")
    for name, question in questions.items():
        parameters = question.__dict__.get("__dataclass_params__")
        if parameters is None or not parameters.frozen:
            raise TypeError(f"question {name}: {question.__qualname__} must be a frozen dataclass")
    return questions
