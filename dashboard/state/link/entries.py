"""The entries of a link, sorted by the fields that they belong to, with remarks on those that belong to none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dashboard.state.link.vocabulary import FIELDS, LOOSE, MAIN, label_of, name_and_label, suggestion
from dashboard.state.notes import Notes
from dashboard.state.numbers import number_text
from dashboard.state.phrases import quoted
from dashboard.state.query import readings, split
from dashboard.state.state import COORDINATES
from dashboard.state.written import list_of_numbers

# Tracking parameters that mail programs and networks add to an address: no field, and no remark
_TRACKING = re.compile(r"utm_\w+|\w*clid|mc_[ce]id|_g[al]|igsh(id)?")


@dataclass
class Entries:
    """
    What a link gives, as texts.

    Attributes
    ----------
    fields : dict of str to str
        Of the fields that stand once, by name, without the formula.
    formula : list of str
        What the objective's text may say, the likeliest first; empty where none is given.
    runs : list of str
    loose : dict of str to str
        Parameters of runs that stand outside of a run.
    """

    fields: dict[str, str] = field(default_factory=dict)
    formula: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    loose: dict[str, str] = field(default_factory=dict)


def entries_of(query: str, notes: Notes) -> Entries:
    """
    Sort the entries of a query.

    Parameters
    ----------
    query : str
    notes : Notes
        Gets a remark for each entry that is read in another way than it stands there, or left out.

    Returns
    -------
    Entries
    """
    entries = Entries()
    for said, value in split(query):
        name = FIELDS.find(said) if said else None
        texts = readings(value)
        if name is None:
            _other(said, texts[0], entries, notes)
            continue
        if name != said:
            notes.append(f"{quoted(said)} in the link is read as {name_and_label(name)}.")
        if name == "run":
            entries.runs.append(texts[0])
        elif name == "f":
            if entries.formula and entries.formula != texts:
                _given_twice(entries.formula[0], texts[0], label_of(name), notes)
            entries.formula = texts
        else:
            put(entries.fields, name, texts[0], label_of(name), notes)
    return entries


def put(given: dict[str, str], name: str, text: str, label: str, notes: Notes) -> None:
    """
    Set a field's text; of several the last is used, with a remark.

    Parameters
    ----------
    given : dict of str to str
        The texts so far, by name.
    name, text : str
    label : str
        What the remark calls the field.
    notes : Notes
    """
    if given.get(name, text) != text:
        _given_twice(given[name], text, label, notes)
    given[name] = text


def _given_twice(first, last, label, notes):
    notes.append(f"{label}: the link gives {quoted(first)} and {quoted(last)}; the last is used.")


def _other(said, text, entries, notes):
    """An entry that is no field: another form of one, a run's parameter outside of its run, or nothing."""
    name = LOOSE.find(said) if said else None
    if name is not None:
        if name != said:
            notes.append(f"{quoted(said)} in the link is read as {name_and_label(name)}.")
        put(entries.loose, name, text, label_of(name), notes)
    elif not said:
        meant = [f"{field}={name}" for field, names in MAIN.items() if (name := names.find(text))]
        notes.append(f"{quoted(text)} in the link stands without a name{suggestion(meant[0] if meant else None)}")
    elif said.lower() == "start" and (point := list_of_numbers(text, 2)[0]):
        entries.fields |= {name: number_text(value) for name, value in zip(COORDINATES, point, strict=True)}
        notes.append(f"{quoted(said)} in the link is read as x and y (Start x, Start y).")
    elif not _TRACKING.fullmatch(said):
        near = None if notes.full else FIELDS.nearest(said) or LOOSE.nearest(said)
        notes.append(f"{quoted(said)} in the link is no field of this page{suggestion(near)}")
