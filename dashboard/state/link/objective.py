"""The objective that a link means, and its start."""

from __future__ import annotations

import math
import re

import core
from core import InputError
from core.formulas import FormulaError
from dashboard.state.link.entries import Entries, entries_of
from dashboard.state.link.vocabulary import OBJECTIVE_NAMES, OWN
from dashboard.state.notes import Notes
from dashboard.state.numbers import chosen_text
from dashboard.state.phrases import listed, quoted
from dashboard.state.query import MAXIMUM_LINK, cleaned
from dashboard.state.state import COORDINATES, OBJECTIVES

LONGEST_OFFER = 80  # characters of what may have been meant: a list of all that is allowed is none


def objective_of(entries: Entries, notes: Notes) -> tuple[str, dict, core.Objective]:
    """
    The objective that a link means; Rosenbrock's function where its text cannot be read.

    Parameters
    ----------
    entries : Entries
    notes : Notes

    Returns
    -------
    source : str
        A name or a formula.
    parameters : dict
        The objective's own, by name.
    objective : Objective
    """
    fields, own = entries.fields, {}
    source, built, reason = _source(entries.formula or ["rosenbrock"], notes)
    entry = OBJECTIVES.get(source)
    for p in entry.parameters if entry else ():
        own[p.name] = notes.number(p, fields[p.name], p.default) if p.name in fields else p.default
    for name in (name for name in fields if name in OWN and name not in own):
        homes = [e.title for e in OBJECTIVES.values() if any(p.name == name for p in e.parameters)]
        notes.append(f"{OWN[name].label}: this landscape has none, only {listed(homes)} has. It is left out.")
    if built is None:
        notes.append(f"{reason} Rosenbrock's function is shown instead.")
        return "rosenbrock", {}, core.objective("rosenbrock")
    return source, own, core.objective(source, **own) if own else built


def _source(texts, notes):
    """(name or formula, the objective or None, why there is none) of the first reading that can be read.

    Each is tried as it stands, then cleaned of what mail, chats and Markdown add; then as another spelling of a name.
    """
    first = None
    for text in texts:
        for variant in (text.strip(), *cleaned(text)):
            try:
                built = core.objective(variant)
            except InputError as error:
                first = first or error
                continue
            pluses = [reading.count("+") for reading in texts]
            if len(texts) > 1 and text is texts[pluses.index(max(pluses))] and min(pluses) > 0:
                notes.append(f"Landscape: + stands for plus in the link, which reads {quoted(variant)}.")
            return variant, built, ""
    text = (cleaned(texts[0]) or texts)[-1].strip()
    if name := OBJECTIVE_NAMES.find(text):
        notes.append(f"Landscape: {quoted(text)} is read as {OBJECTIVE_NAMES.title(name)}.")
        return name, core.objective(name), ""
    if not text:
        return "", None, "Landscape: nothing is given."
    near = OBJECTIVE_NAMES.nearest(text) if re.fullmatch(r"[\w -]+", text) else None
    if near:
        return "", None, f"Landscape: {quoted(text)} is not known; did you mean {near}?"
    return "", None, f"Landscape: {quoted(text)} cannot be read: {_why(first)}"


def _why(error, placed=True):
    """What is wrong with a formula, and what was meant, without its text, which the sentence has already; `placed`:
    with the number of the character."""
    if not isinstance(error, FormulaError):
        return f"{error}."
    place = f" (character {error.position + 1})" if placed and error.position is not None else ""
    meant = error.suggestion if len(error.suggestion) < LONGEST_OFFER else ""
    end = "" if meant.endswith(("?", ".")) else "."
    return f"{error.reason}{place}." + (f" {meant[0].upper()}{meant[1:]}{end}" if meant else "")


def refused_objective(link: str) -> dict | None:
    """Why the link's objective cannot be read, for a page that has another one to keep.

    Parameters
    ----------
    link : str
        A query string.

    Returns
    -------
    dict or None
        ``message``, a sentence for who sees the formula; ``position`` and ``length``, in characters of the formula
        without the spaces around it, of what is at fault, both None where it is the formula as a whole. None where
        the objective can be read.
    """
    texts = entries_of((link or "")[:MAXIMUM_LINK], Notes()).formula or ["rosenbrock"]
    _, built, reason = _source(texts, Notes())
    if built is not None:
        return None
    message, position, length = reason.removeprefix("Landscape: "), None, None
    formula = texts[0].strip()
    try:
        core.objective(formula)
    except FormulaError as error:
        position, length = error.position, None if error.position is None else error.length
        if "cannot be read: " in message:  # else it offers the name of a landscape
            message = _why(error, placed=False)
    except InputError:
        pass
    quoted = "" if position is None else formula[position : position + length]
    if not quoted or not message.startswith(quoted):  # else it begins with a name from the formula
        message = message[:1].upper() + message[1:]
    return {"message": message, "position": position, "length": length}


def start_of(fields: dict[str, str], built: core.Objective, notes: Notes) -> tuple[float, float] | None:
    """
    The start that a link means, moved to where the objective is finite; None where there is no such point nearby.

    Parameters
    ----------
    fields : dict of str to str
    built : Objective
    notes : Notes

    Returns
    -------
    (float, float) or None
    """
    x, y = (
        notes.number(p, fields[name], default) if name in fields else default
        for (name, p), default in zip(COORDINATES.items(), built.start, strict=True)
    )
    if math.isfinite(float(built.value(x, y))):
        return x, y
    notes.append(f"Start: {built.name} is not finite at {_point(x, y)}.")
    start = _finite_start(built)
    if start is not None:
        notes.append(f"The start is moved to {_point(*start)}, where it is.")
    return start


def _point(x, y):
    return f"({chosen_text(x, 6)}, {chosen_text(y, 6)})"


def _finite_start(built):
    """The first point where f is finite on a spiral out from its own start, or None."""
    for i in range(2000):
        radius, angle = 0.01 * i, 2.4 * i
        x, y = built.start[0] + radius * math.cos(angle), built.start[1] + radius * math.sin(angle)
        if math.isfinite(float(built.value(x, y))):
            return (x, y)
    return None
