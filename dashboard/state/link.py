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
"""

from __future__ import annotations

import math
from dataclasses import replace
from urllib.parse import parse_qsl, quote

import core
from core.parameters import RATE_PARAMETERS, RATES, Choice, Parameter
from dashboard.state.fields import Notes, number_text, shown
from dashboard.state.state import (
    COORDINATES,
    DEFAULT_STEPS,
    LINKED,
    MAXIMUM_RUNS,
    OBJECTIVES,
    STEPS,
    RunState,
    State,
    complete,
    option_text,
)

VERSION = 1
MAXIMUM_LINK = 8000


def decode(query: str) -> tuple[State, list[str]]:
    """The nearest valid state to a link's query string, and a sentence for everything that was changed."""
    notes = Notes()
    query = (query or "").lstrip("?")
    if len(query) > MAXIMUM_LINK:
        notes.append(f"The link has {len(query)} characters; only {MAXIMUM_LINK} are allowed: the rest is dropped.")
        query = query[:MAXIMUM_LINK]
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace", separator="&")
    given, runs = {}, []
    for name, text in pairs:
        if name == "run":
            runs.append(text)
        else:
            given[name] = text
    version = given.pop("v", str(VERSION))
    if version != str(VERSION):
        notes.append(f"The link is of version {shown(version)}; this page reads version {VERSION}.")
    objective, parameters, built = _objective(given, notes)
    start = _start(given, built, notes)
    if start is None:
        notes.append(f"{built.name} is finite nowhere near its start. Rosenbrock's function is shown instead.")
        objective, parameters, built = "rosenbrock", {}, core.objective("rosenbrock")
        start = built.start
    steps = int(notes.number(STEPS, given["steps"], DEFAULT_STEPS)) if "steps" in given else DEFAULT_STEPS
    if len(runs) > MAXIMUM_RUNS:
        notes.append(f"{len(runs)} runs are given; the first {MAXIMUM_RUNS} are kept.")
    decoded = tuple(_run(text, notes) for text in runs[:MAXIMUM_RUNS]) or (RunState.default("adam"),)
    edit = 0
    if "edit" in given:
        index = Parameter("edit", "", "", 0, 0, len(decoded) - 1, slider=(0, len(decoded) - 1))
        edit = int(notes.number(index, given["edit"], 0))
    state = State(
        objective=objective,
        objective_parameters=parameters,
        start=start,
        steps=steps,
        runs=decoded,
        edit=edit,
        **{name: kind.read(name, given[name], notes) for name, kind in LINKED.items() if name in given},
    )
    return state, list(notes)


def _objective(fields, notes):
    source = fields.get("f", "rosenbrock").strip()
    entry = OBJECTIVES.get(source)
    own = {}
    for p in entry.parameters if entry else ():
        own[p.name] = notes.number(p, fields[p.name], p.default) if p.name in fields else p.default
    try:
        return source, own, core.objective(source, **own)
    except ValueError as error:
        notes.append(f"{error}. Rosenbrock's function is shown instead.")
        return "rosenbrock", {}, core.objective("rosenbrock")


def refused_objective(link: str) -> str:
    """Why the link's objective cannot be read, or nothing: for a page that has another one to keep."""
    source = dict(parse_qsl(link[:MAXIMUM_LINK], keep_blank_values=True)).get("f")
    try:
        core.objective(source.strip() if source is not None else "rosenbrock")
    except ValueError as error:
        return str(error)
    return ""


def _start(fields, built, notes):
    start = []
    for (name, p), default in zip(COORDINATES.items(), built.start, strict=True):
        start.append(notes.number(p, fields[name], default) if name in fields else default)
    if not math.isfinite(float(built.value(*start))):
        notes.append(f"start = ({start[0]:.6g}, {start[1]:.6g}): {built.name} is not finite there.")
        start = _finite_start(built)
    return start and tuple(start)


def _finite_start(built):
    """The first point where f is finite on a spiral out from its own start, or None."""
    for i in range(2000):
        radius, angle = 0.01 * i, 2.4 * i
        x, y = built.start[0] + radius * math.cos(angle), built.start[1] + radius * math.sin(angle)
        if math.isfinite(float(built.value(x, y))):
            return (x, y)
    return None


def _run(text, notes):
    optimizer, *items = text.split(",")
    optimizer = notes.one_of("optimizer", optimizer, core.optimizers(), "adam")
    declaration = core.OPTIMIZERS[optimizer]
    given = dict(item.partition(":")[::2] for item in items)
    variant = given.pop("flow", None)
    decays, rates = {"beta1", "beta2"} & set(given), set(RATES) & set(given)
    held = "decays" if decays and not rates else "rates"
    if decays and rates:
        notes.append(f"run = {shown(text)}: both a, b and beta's are given; a and b are used.")
    known = {p.name: p for p in declaration.parameters}
    for rate, decay in RATES.items():
        if decay in known and held == "rates":
            known[rate] = RATE_PARAMETERS[rate]
    values, defaults = {}, complete(optimizer, {}, held)
    for name, value in given.items():
        p = known.get(name)
        if isinstance(p, Choice):
            options = {option_text(option): option for option in p.choices}
            fallback = option_text(p.default)
            values[name] = options[notes.one_of(name, value, tuple(options), fallback)]
        elif p is not None and name in defaults:
            values[name] = notes.number(p, value, defaults[name])
    run = RunState(optimizer, complete(optimizer, values, held), held)
    return run if variant is None else replace(run, variant=_variant(run, variant, notes))


def _variant(run, text, notes):
    """The name of the run's ODE limit, None for the default."""
    default, *others = [flow.name for flow in run.flows()] or ["none"]
    name = notes.one_of("flow", text, (default, *others), default)
    return None if name == default else name


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
    return "&".join(
        f"{name}={quote(value, safe=',:()*+-/.^ ').replace('+', '%2B').replace(' ', '+')}" for name, value in parts
    )


def _run_text(run):
    usual, items = complete(run.optimizer, {}, run.held), []
    for name, value in run.values.items():
        pair = name in RATES or (run.held == "decays" and name in RATES.values())
        if value != usual[name] or (pair and run.held == "decays"):
            text = option_text(value) if isinstance(value, bool | str) else number_text(value)
            items.append(f"{name}:{text}")
    limit = [f"flow:{run.variant}"] if run.variant else []
    return ",".join([run.optimizer, *limit, *items])
