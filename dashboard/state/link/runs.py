"""A run as a link writes it, ``adam,flow:modified,a:1,b:100``: read and written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import core
from core.parameters import RATE_PARAMETERS, RATES, Choice
from dashboard.state.link.entries import put
from dashboard.state.link.vocabulary import LOOSE, OPTIMIZER_NAMES, label_of, name_and_label, parameters_of, suggestion
from dashboard.state.names import Names
from dashboard.state.notes import Notes
from dashboard.state.numbers import number_text
from dashboard.state.phrases import listed, quoted
from dashboard.state.state import RunState, held_values, option_text


def runs_of(texts: Sequence[str], loose: dict[str, str], notes: Notes) -> tuple[RunState, ...]:
    """
    The runs that a link means, one of Adam where it gives none.

    Parameters
    ----------
    texts : sequence of str
        Of each run.
    loose : dict of str to str
        Parameters that stand outside of a run: those of each run that has them and does not give them itself.
    notes : Notes

    Returns
    -------
    tuple of RunState
    """
    decoded: list[RunState] = []
    taken: set[str] = set()
    for text in texts or ["adam"]:
        run, used = _run(text, loose, notes)
        decoded.append(run)
        taken.update(used)
    for name in loose:
        where = "the run" if len(decoded) == 1 else "each run that has it"
        if name in taken:
            notes.append(f"{name_and_label(name)} stands outside of a run in the link; it is read as that of {where}.")
        else:
            notes.append(_homes(name, decoded[0].declaration))
    return tuple(decoded)


def _run(text, loose, notes):
    """(the run that a text means, which of the parameters outside of runs it uses)."""
    said, *items = _items(text)
    optimizer = notes.one_of("Optimizer", said.strip(), OPTIMIZER_NAMES, "adam")
    given = _given(items, core.OPTIMIZERS[optimizer], notes)
    used = [name for name in loose if name in parameters_of(optimizer) and name not in given]
    given |= {name: loose[name] for name in used}
    variant = given.pop("flow", None)
    held = _held(given, core.OPTIMIZERS[optimizer], notes)
    run = RunState(optimizer, held_values(optimizer, _values(given, optimizer, held, notes), held), held)
    return run if variant is None else replace(run, variant=_variant(run, variant, notes)), used


def _given(items, declaration, notes):
    """The texts of a run's parameters by name."""
    names = parameters_of(declaration.name)
    given: dict[str, str] = {}
    for item in items:
        said, value = (part.strip() for part in (*_SEPARATOR.split(item, maxsplit=1), "")[:2])
        name = names.find(said)
        if name is None:
            if said or value:
                notes.append(_no_parameter(said, names, declaration, notes))
            continue
        if name != said:
            notes.append(f"{declaration.title}: {quoted(said)} is read as {name_and_label(name)}.")
        put(given, name, value, f"{declaration.title}, {label_of(name)}", notes)
    return given


def _held(given, declaration, notes):
    """Which pair a run holds while its learning rate moves: "rates", (a, b), or "decays", (β₁, β₂)."""
    decays, rates = set(RATES.values()) & set(given), set(RATES) & set(given)
    if decays and rates:
        both = listed(sorted([*decays, *rates]), "and")
        notes.append(f"{declaration.title}: {both} are given; a and b say the same as β₁ and β₂, and are used.")
    return "decays" if decays and not rates else "rates"


def _values(given, optimizer, held, notes):
    """The values of a run's parameters by name, of those that are given."""
    known = {p.name: p for p in core.OPTIMIZERS[optimizer].parameters} | (RATE_PARAMETERS if held == "rates" else {})
    values, defaults = {}, held_values(optimizer, {}, held)
    for name, value in given.items():
        p = known.get(name)
        if isinstance(p, Choice):
            options = {option_text(option): option for option in p.choices}
            values[name] = options[notes.one_of(p.label, value, Names(options), option_text(p.default))]
        elif p is not None and name in defaults:
            values[name] = notes.number(p, value, defaults[name])
    return values


_SEPARATOR = re.compile("[:=]")
_DECIMALS = re.compile(r"\d+(?:[eE][-+−]?\d+)?\s*")
_WHOLE_VALUE = re.compile(r"[^:=]*[:=]\s*[-+−]?\d*\s*")


def _items(text):
    """The parts of a run between commas; digits alone after digits are the decimals of a number with a comma in it."""
    items: list[str] = []
    for part in text.split(","):
        if items and _DECIMALS.fullmatch(part) and _WHOLE_VALUE.fullmatch(items[-1]):
            items[-1] += f",{part}"
        else:
            items.append(part)
    return items


def _no_parameter(said, names, declaration, notes):
    """That a run's method does not have this parameter, and what was meant or who has it."""
    other = LOOSE.find(said)
    if other:
        return _homes(other, declaration)
    near = None if notes.full else names.nearest(said)
    return f"{declaration.title}: {quoted(said)} is none of its parameters{suggestion(near)}"


def _homes(name, declaration):
    """That a run's method does not have this parameter, and which methods do."""
    homes = [o.title for o in core.OPTIMIZERS.values() if name in parameters_of(o.name)]
    who = f"; {listed(homes, 'and')} {'has' if len(homes) == 1 else 'have'} it" if len(homes) <= 3 else ""
    return f"{declaration.title} has no parameter {name_and_label(name)}, and it is left out{who}."


def _variant(run, text, notes):
    """The name of the run's ODE limit, None for the default."""
    flows = run.limits()
    if not flows:
        notes.append(f"ODE limit: none is known for {run.declaration.title}; {quoted(text)} is left out.")
        return None
    names = Names([flow.name for flow in flows], titles={flow.name: flow.title for flow in flows})
    name = notes.one_of("ODE limit", text, names, flows[0].name)
    return None if name == flows[0].name else name


def run_text(run: RunState) -> str:
    """A run as `runs_of` reads it, without parameters that have their defaults."""
    usual, written = held_values(run.optimizer, {}, run.held), {}
    for name, value in run.values.items():
        pair = run.held == "decays" and name in RATES.values()
        if not isinstance(value, bool | str) and (pair or value != usual[name]):
            written[name] = number_text(value)
    implied = held_values(run.optimizer, written, run.held)
    for name, value in run.values.items():
        if isinstance(value, bool | str) and value != implied[name]:
            written[name] = option_text(value)
    limit = [f"flow:{run.variant}"] if run.variant else []
    return ",".join([run.optimizer, *limit, *(f"{name}:{written[name]}" for name in run.values if name in written)])
