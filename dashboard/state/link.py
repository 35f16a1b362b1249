"""The link that holds the page's state.

A link is a query string: ``f`` objective (name or formula), its own parameters by name, ``x``, ``y`` the start,
``steps``, ``run`` once per run (``adam,flow:modified,learning_rate:0.001,a:1,b:100``, its ``flow`` being which of its
ODE limits is meant), ``edit`` the run whose controls are shown, ``v`` the version, and every field that State declares
as `linked`: ``flow`` whether ODE limits are drawn, ``landscape`` what its slot shows, ``coordinate`` of the phase,
``follow`` whether the view follows the paths, ``scale`` and ``window`` of the curves, ``view`` and ``span`` the
zoomed ranges of landscape and curves, ``at`` the step looked at, if it is not the end, ``overlays`` what is drawn of
that step; ``rises``, ``fall_decades``, ``crest``, ``narrow`` and ``wide`` the numbers of the rule that names regimes;
of the map ``plane``, ``box``, ``layer``, ``dynamics``, ``lines`` and ``horizon``; ``large`` the slot in the
large place. Defaults are left out; `decode` reads any text to the nearest valid state and says what it changed.

How a link's text falls into names and values is told in query.py, how a value is read in fields.py, and what other
spellings a name has in names.py.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache
from urllib.parse import quote

import core
from core import InputError
from core.formulas import FormulaError
from core.parameters import RATE_PARAMETERS, RATES, Choice, Parameter
from dashboard.catalogue import planes
from dashboard.state.fields import WHOLE, Notes, list_of_numbers, listed, shown
from dashboard.state.names import Names
from dashboard.state.numbers import brief_text, number_text
from dashboard.state.query import MAXIMUM_LINK, cleaned, readings, split
from dashboard.state.state import (
    COORDINATES,
    DEFAULT_STEPS,
    LINKED,
    MAXIMUM_RUNS,
    OBJECTIVES,
    STEPS,
    RunState,
    State,
    held_values,
    option_text,
)

VERSION = 1
LONGEST_OFFER = 80  # characters of what may have been meant: a list of all that is allowed is none
MOST_DECADES = 1000.0  # of a zoom of the curves on a logarithmic axis: wider than float64 by far
FARTHEST_DECADE = 300.0  # of a map's box on a logarithmic axis: beyond it a value leaves float64
# Added to an address by mail programs and networks, not by the person who gave it: no field, and no remark
_TRACKING = re.compile(r"utm_\w+|\w*clid|mc_[ce]id|_g[al]|igsh(id)?")
SINGLE = {"f": "Landscape", "steps": STEPS.label, "edit": "Run in hand", "v": "Version"}
SINGLE |= {name: p.label for name, p in COORDINATES.items()} | {name: kind.label for name, kind in LINKED.items()}
OWN = {p.name: p for entry in OBJECTIVES.values() for p in entry.parameters}
FIELDS = Names([*SINGLE, "run", *OWN], also=[(p.label, name) for name, p in (OWN | COORDINATES).items()])
OBJECTIVE_NAMES = Names(OBJECTIVES, titles={name: entry.title for name, entry in OBJECTIVES.items()})
OPTIMIZER_NAMES = Names(core.OPTIMIZERS, titles={name: o.title for name, o in core.OPTIMIZERS.items()})


def _names_of(parameters) -> Names:
    """Parameters by name, label and symbol, and the rates that may stand for decay factors."""
    known = {p.name: p for p in parameters}
    known |= {rate: RATE_PARAMETERS[rate] for rate, decay in RATES.items() if decay in known}
    also = [(text, p.name) for p in known.values() for text in (p.label, getattr(p, "symbol", ""))]
    return Names([*known, "flow"], also=also)


@cache
def _parameters(optimizer) -> Names:
    return _names_of(core.OPTIMIZERS[optimizer].parameters)


# Parameters of runs, which may stand outside of one by mistake
LOOSE = _names_of([p for o in core.OPTIMIZERS.values() for p in o.parameters])
LABELS = {p.name: p.label for o in core.OPTIMIZERS.values() for p in o.parameters}
LABELS |= {p.name: p.label for p in RATE_PARAMETERS.values()} | {"flow": "ODE limit"}


def decode(query: str) -> tuple[State, list[str]]:
    """The nearest valid state to a link, and a sentence for everything that was changed.

    Parameters
    ----------
    query : str
        Any text: a query string as `encode` writes it, or what has become of one on its way.

    Returns
    -------
    state : State
        Valid, whatever the text is.
    notes : list of str
        What was left out, corrected, or read in another way than it stands there.
    """
    notes = Notes()
    given, runs, loose = _fields(_bounded(query or "", notes), notes)
    version = given.pop("v", str(VERSION))
    if version != str(VERSION):
        notes.append(f"The link is of version {shown(version)}; this page reads version {VERSION}.")
    objective, parameters, built = _objective(given, notes)
    start = _start(given, built, notes)
    if start is None:
        notes.append(f"{built.name} is finite nowhere near its start. Rosenbrock's function is shown instead.")
        objective, parameters, built = "rosenbrock", {}, core.objective("rosenbrock")
        start = built.start
    steps = notes.number(STEPS, given["steps"], DEFAULT_STEPS) if "steps" in given else DEFAULT_STEPS
    if len(runs) > MAXIMUM_RUNS:
        notes.append(f"{len(runs)} runs are given; the first {MAXIMUM_RUNS} are kept.")
    decoded = _runs(runs[:MAXIMUM_RUNS], loose, notes)
    edit = 0
    if "edit" in given:
        index = Parameter("edit", "", SINGLE["edit"], 0, 0, len(decoded) - 1, slider=(0, len(decoded) - 1))
        edit = notes.number(index, given["edit"], 0)
    state = State(
        objective=objective,
        objective_parameters=parameters,
        start=start,
        steps=steps,
        runs=decoded,
        edit=edit,
        **{name: kind.read(kind.label, given[name], notes) for name, kind in LINKED.items() if name in given},
    )
    return _with_possible_span(_with_possible_box(state, notes), notes), notes.finished()


def _bounded(query, notes):
    if len(query) <= MAXIMUM_LINK:
        return query
    notes.append(f"The link has {len(query):,} characters; only {MAXIMUM_LINK:,} are read, and the rest is left out.")
    return _cut(query)


def _cut(query):
    """The beginning of a link that is too long, up to its last whole field."""
    start = query[:MAXIMUM_LINK]
    return start[: start.rfind("&")] if "&" in start else start


def _fields(query, notes):
    """(texts of the single fields by name, texts of the runs, texts of run parameters that stand outside of a run);
    of the formula a list of readings."""
    given: dict[str, list[str]] = {}
    runs: list[str] = []
    loose: dict[str, str] = {}
    for said, value in split(query):
        name = FIELDS.find(said) if said else None
        texts = readings(value)
        if name is None:
            _other(said, texts[0], given, loose, notes)
            continue
        if name != said:
            notes.append(f"{shown(said)} in the link is read as {_told(name)}.")
        if name == "run":
            runs.append(texts[0])
        else:
            _put(given, name, texts if name == "f" else texts[0], _label(name), notes)
    return given, runs, loose


def _label(name):
    """What the page calls a field."""
    return SINGLE.get(name) or (OWN[name].label if name in OWN else LABELS.get(name, "Optimizer"))


def _told(name):
    """A field by its name in the link, and by the page's where that is another."""
    label = _label(name)
    return name if label.lower() == name else f"{name} ({label})"


def _put(given, name, text, label, notes):
    """Of several values of a field the last is used, and said to be."""
    before = given.get(name, text)
    if before != text:
        first, last = (shown(t[0] if isinstance(t, list) else t) for t in (before, text))
        notes.append(f"{label}: the link gives {first} and {last}; the last is used.")
    given[name] = text


def _other(said, text, given, loose, notes):
    """A piece of a link that is no field: another form of one, a run's parameter outside of its run, or nothing."""
    name = LOOSE.find(said) if said else None
    if name is not None:
        if name != said:
            notes.append(f"{shown(said)} in the link is read as {_told(name)}.")
        _put(loose, name, text, _label(name), notes)
    elif not said:
        meant = [f"{field}={name}" for field, names in MAIN.items() if (name := names.find(text))]
        notes.append(f"{shown(text)} in the link stands without a name{_offer(meant[0] if meant else None)}")
    elif said.lower() == "start" and (point := list_of_numbers(text, 2)[0]):
        given |= {name: number_text(value) for name, value in zip(COORDINATES, point, strict=True)}
        notes.append(f"{shown(said)} in the link is read as x and y (Start x, Start y).")
    elif not _TRACKING.fullmatch(said):
        near = None if notes.full else FIELDS.nearest(said) or LOOSE.nearest(said)
        notes.append(f"{shown(said)} in the link is no field of this page{_offer(near)}")


MAIN = {"f": OBJECTIVE_NAMES, "run": OPTIMIZER_NAMES}


def _offer(near):
    return f" and is left out; did you mean {near}?" if near else " and is left out."


def _objective(fields, notes):
    source, built, reason = _source(fields.get("f", ["rosenbrock"]), notes)
    entry, own = OBJECTIVES.get(source), {}
    for p in entry.parameters if entry else ():
        own[p.name] = notes.number(p, fields[p.name], p.default) if p.name in fields else p.default
    for name in OWN.keys() & fields.keys() - own.keys():
        homes = [e.title for e in OBJECTIVES.values() if any(p.name == name for p in e.parameters)]
        notes.append(f"{OWN[name].label}: this landscape has none, only {listed(homes)} has. It is left out.")
    if built is None:
        notes.append(f"{reason} Rosenbrock's function is shown instead.")
        return "rosenbrock", {}, core.objective("rosenbrock")
    return source, own, core.objective(source, **own) if own else built


def _source(texts, notes):
    """(name or formula, the objective or None, why there is none) of the first reading that has a meaning: as it
    stands, then without what its way has added; at last by another spelling of a name."""
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
                notes.append(f"Landscape: + stands for plus in the link, which reads {shown(variant)}.")
            return variant, built, ""
    text = (cleaned(texts[0]) or texts)[-1].strip()
    if name := OBJECTIVE_NAMES.find(text):
        notes.append(f"Landscape: {shown(text)} is read as {OBJECTIVE_NAMES.title(name)}.")
        return name, core.objective(name), ""
    if not text:
        return "", None, "Landscape: nothing is given."
    near = OBJECTIVE_NAMES.nearest(text) if re.fullmatch(r"[\w -]+", text) else None
    if near:
        return "", None, f"Landscape: {shown(text)} is not known; did you mean {near}?"
    return "", None, f"Landscape: {shown(text)} cannot be read: {_why(first)}"


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
    given, _, _ = _fields((link or "")[:MAXIMUM_LINK], Notes())
    texts = given.get("f", ["rosenbrock"])
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
    if position is None or not message.startswith(
        formula[position : position + length] or "."
    ):  # else a name of theirs
        message = message[:1].upper() + message[1:]
    return {"message": message, "position": position, "length": length}


def _start(fields, built, notes):
    start = []
    for (name, p), default in zip(COORDINATES.items(), built.start, strict=True):
        start.append(notes.number(p, fields[name], default) if name in fields else default)
    if not math.isfinite(float(built.value(*start))):
        notes.append(f"Start: {built.name} is not finite at ({brief_text(start[0], 6)}, {brief_text(start[1], 6)}).")
        start = _finite_start(built)
        if start:
            notes.append(f"The start is moved to ({brief_text(start[0], 6)}, {brief_text(start[1], 6)}), where it is.")
    return start and tuple(start)


def _finite_start(built):
    """The first point where f is finite on a spiral out from its own start, or None."""
    for i in range(2000):
        radius, angle = 0.01 * i, 2.4 * i
        x, y = built.start[0] + radius * math.cos(angle), built.start[1] + radius * math.sin(angle)
        if math.isfinite(float(built.value(x, y))):
            return (x, y)
    return None


def _runs(texts, loose, notes):
    """The runs, each with those of the parameters outside of runs that it has and does not give itself."""
    decoded, taken = [], set()
    for text in texts or ["adam"]:
        run, used = _run(text, loose, notes)
        decoded.append(run)
        taken |= used
    for name in loose:
        where = "the run" if len(decoded) == 1 else "each run that has it"
        if name in taken:
            notes.append(f"{_told(name)} stands outside of a run in the link; it is read as that of {where}.")
        else:
            notes.append(_homes(name, decoded[0].declaration))
    return tuple(decoded)


def _run(text, loose, notes):
    """(the run that a text means, which of the parameters outside of runs it uses)."""
    said, *items = _items(text)
    optimizer = notes.one_of("Optimizer", said.strip(), OPTIMIZER_NAMES, "adam")
    declaration, names = core.OPTIMIZERS[optimizer], _parameters(optimizer)
    given: dict = {}
    for item in items:
        found = _NAME_AND_VALUE.fullmatch(item)
        assert found is not None  # any text matches
        said, value = (part.strip() for part in found.groups(""))
        name = names.find(said)
        if name is None:
            if said or value:
                notes.append(_no_parameter(said, names, declaration, notes))
            continue
        if name != said:
            notes.append(f"{declaration.title}: {shown(said)} is read as {_told(name)}.")
        _put(given, name, value, f"{declaration.title}, {_label(name)}", notes)
    used = {name for name in loose if name in names and name not in given}
    given |= {name: loose[name] for name in used}

    variant = given.pop("flow", None)
    decays, rates = set(RATES.values()) & set(given), set(RATES) & set(given)
    held = "decays" if decays and not rates else "rates"
    if decays and rates:
        both = listed(sorted([*decays, *rates]), "and")
        notes.append(f"{declaration.title}: {both} are given; a and b say the same as β₁ and β₂, and are used.")
    known = {p.name: p for p in declaration.parameters} | (RATE_PARAMETERS if held == "rates" else {})
    values, defaults = {}, held_values(optimizer, {}, held)
    for name, value in given.items():
        p = known.get(name)
        if isinstance(p, Choice):
            options = {option_text(option): option for option in p.choices}
            values[name] = options[notes.one_of(p.label, value, Names(options), option_text(p.default))]
        elif p is not None and name in defaults:
            values[name] = notes.number(p, value, defaults[name])
    run = RunState(optimizer, held_values(optimizer, values, held), held)
    return run if variant is None else replace(run, variant=_variant(run, variant, notes)), used


_NAME_AND_VALUE = re.compile(r"([^:=]*)(?:[:=](.*))?", re.DOTALL)
_DECIMALS = re.compile(r"\d+(?:[eE][-+−]?\d+)?\s*")
_WHOLE_VALUE = re.compile(r"[^:=]*[:=]\s*[-+−]?\d*\s*")


def _items(text):
    """The comma's parts of a run; digits alone after digits are the decimals of a number with a comma in it."""
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
    return f"{declaration.title}: {shown(said)} is none of its parameters{_offer(near)}"


def _homes(name, declaration):
    homes = [o.title for o in core.OPTIMIZERS.values() if name in _parameters(o.name)]
    who = f"; {listed(homes, 'and')} {'has' if len(homes) == 1 else 'have'} it" if len(homes) <= 3 else ""
    return f"{declaration.title} has no parameter {_told(name)}, and it is left out{who}."


def _variant(run, text, notes):
    """The name of the run's ODE limit, None for the default."""
    flows = run.limits()
    if not flows:
        notes.append(f"ODE limit: none is known for {run.declaration.title}; {shown(text)} is left out.")
        return None
    names = Names([flow.name for flow in flows], titles={flow.name: flow.title for flow in flows})
    name = notes.one_of("ODE limit", text, names, flows[0].name)
    return None if name == flows[0].name else name


def _with_possible_box(state, notes):
    """The state without a box of the map that leaves float64: on a logarithmic axis its ends are decades."""
    if state.box is None:
        return state
    run = state.edited
    plane = planes.shown(state.plane, run.optimizer, run.held, run.resolved(), state.objective)
    scales = [planes.scale(name) for name in plane.split(",")]
    ends = (state.box[:2], state.box[2:])
    if any(s != "linear" and max(map(abs, e)) > FARTHEST_DECADE for s, e in zip(scales, ends, strict=True)):
        notes.append(f"{SINGLE['box']}: 10 to the power of {max(map(abs, state.box)):g} is no number here. {WHOLE}")
        return replace(state, box=None)
    return state


def _with_possible_span(state, notes):
    """The state without a zoom of the curves that no loss reaches: on a logarithmic axis its heights are decades."""
    linear = state.scale == "linear" or (state.scale == "log" and state.window == "tail")
    if state.span is None or linear or max(map(abs, state.span[2:])) <= MOST_DECADES:
        return state
    notes.append(f"{SINGLE['span']}: 10 to the power of {max(map(abs, state.span[2:])):g} is no number here. {WHOLE}")
    return replace(state, span=None)


def encode(state: State) -> str:
    """The link's query string, defaults left out; decode(encode(state)) is the state."""
    default, parts = State.default(), []
    if state.objective != default.objective:
        parts.append(("f", state.objective))
    entry = OBJECTIVES.get(state.objective)
    for p in entry.parameters if entry else ():
        if state.objective_parameters[p.name] != p.default:
            parts.append((p.name, number_text(state.objective_parameters[p.name])))
    for name, value, usual in zip(COORDINATES, state.start, state.built().start, strict=True):
        if value != usual:
            parts.append((name, number_text(value)))
    if state.steps != DEFAULT_STEPS:
        parts.append(("steps", str(state.steps)))
    if state.runs != default.runs:
        parts += [("run", _run_text(run)) for run in state.runs]
    if state.edit:
        parts.append(("edit", str(state.edit)))
    for name, kind in LINKED.items():
        if getattr(state, name) != kind.default:
            parts.append((name, kind.write(getattr(state, name))))
    return "&".join(f"{name}={_escaped(value)}" for name, value in parts)


def _escaped(text):
    """Percent-escapes for all that a chat, a mail program or Markdown may cut off, mark up or read otherwise."""
    return quote(text, safe=",:/").replace("~", "%7E")


def _run_text(run):
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


__all__ = ["MAXIMUM_LINK", "VERSION", "decode", "encode", "refused_objective"]
