"""What the pictures of an objective over a view have in common: their fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import core
from dashboard.questions.fields import Fields, Range
from dashboard.questions.question import Priority, Question


@dataclass(frozen=True)
class Ground(Question):
    """
    A question about an objective over a view.

    Attributes
    ----------
    objective : str
        A name or a formula.
    objective_parameters : dict
    x_range, y_range : (float, float)
        The view.
    """

    priority = Priority.PLAIN

    objective: str
    objective_parameters: dict
    x_range: Range
    y_range: Range

    @classmethod
    def read(cls, fields: Fields) -> Self:
        state = fields.state
        return cls(state.objective, state.objective_parameters, *fields.view())

    def built(self) -> core.Objective:
        """The objective with its parameters."""
        return core.objective(self.objective, **self.objective_parameters)
