"""A clause of the sentence about a run: what it says, and the fact that must hold before it is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.analyses import Facts


@dataclass(frozen=True)
class Clause:
    """
    One row of a table of clauses.

    Attributes
    ----------
    name : str
    holds : callable
        ``holds(facts) -> bool``: whether it may be said.
    text : callable
        ``text(facts, title) -> str``: what is said then.
    """

    name: str
    holds: Callable[[Facts], bool]
    text: Callable[[Facts, str], str]
