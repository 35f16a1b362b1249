"""The sentence about a run: clauses, each with the fact that must hold before it is said.

A clause is a row of HEADS (heads.py) or CAUSES (causes.py): its name, a predicate on core.analyses.Facts, and a
text made from the same facts. The first head that holds is said, and after it every cause that holds; so a clause
cannot be said of a run of which it is not so. To add one is to add a row, and a reading of it in
tests/dashboard/test_narration.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.analyses import Facts
from core.regimes import Thresholds
from dashboard.text.causes import CAUSES
from dashboard.text.heads import HEADS


@dataclass(frozen=True)
class Said:
    """A clause that holds of a run, and its text."""

    name: str
    text: str


def narrate(facts: Facts, title: str) -> tuple[Said, ...]:
    """The clauses that are said of a run, the head first.

    Parameters
    ----------
    facts : Facts
    title : str
        What the run is called.

    Returns
    -------
    tuple of Said
    """
    head = next(clause for clause in HEADS if clause.holds(facts))
    said = [Said(head.name, head.text(facts, title))]
    if facts.run.status != "diverged":
        said += [Said(clause.name, clause.text(facts, title)) for clause in CAUSES if clause.holds(facts)]
    return tuple(said)


def sentence(run, thresholds: Thresholds, title: str) -> str:
    """
    What a run does, and why, in one to three sentences.

    Parameters
    ----------
    run : core.Run
    thresholds : Thresholds
        The numbers of the rule that names regimes.
    title : str
        What the run is called.

    Returns
    -------
    str
    """
    return " ".join(said.text for said in narrate(Facts(run, thresholds), title))
