"""The whole state of the page, and the link that holds it.

A link is a query string: ``f`` objective (name or formula), its own parameters by name, ``x``, ``y`` the start,
``steps``, ``run`` once per run (``adam,flow:modified,learning_rate:0.001,a:1,b:100``, its ``flow`` being which of its
ODE limits is meant), ``edit`` the run whose controls are shown, ``v`` the version, and every field that State declares
as `linked`: ``flow`` whether ODE limits are drawn, ``landscape`` what its slot shows, ``coordinate`` of the phase,
``follow`` whether the view follows the paths, ``scale`` and ``window`` of the curves, ``view`` and ``span`` the
zoomed ranges of landscape and curves, ``at`` the step looked at, if it is not the end, ``overlays`` what is drawn of
that step; ``rises``, ``fall_decades``, ``crest``, ``narrow`` and ``wide`` the numbers of the rule that names regimes;
of the map ``plane``, ``box``, ``layer``, ``dynamics``, ``lines`` and ``horizon``; ``large`` the slot in the
large place. Defaults are left out; `decode` reads any text to the nearest valid state and says what it changed.

Of each of the pairs (beta1, beta2) and (a, b) a run holds one while its learning rate moves. The held numbers are
the state; the others, and what a held pair becomes where it would be invalid, are derived (`arguments`).
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote

import core
from core.objectives import ENTRIES
from core.parameters import RATE_PARAMETERS, RATES, Choice, Parameter
from dashboard import planes
from dashboard.curves import CURVES
from dashboard.fields import Notes, linked, number, number_text, option, ranges, shown, subset, switch
from dashboard.figures import theory_lines
from dashboard.figures.layers import LAYERS

VERSION = 1
MAXIMUM_RUNS = 6
MAXIMUM_STEPS = 1_000_000
MAXIMUM_LINK = 8000
DEFAULT_STEPS = 40_000
STEPS = Parameter("steps", "K", "Steps", DEFAULT_STEPS, 1, MAXIMUM_STEPS, slider=(100, 200_000), scale="log")
AT = Parameter("at", "k", "Step", 0, 0, MAXIMUM_STEPS)
OVERLAYS = ("gradient", "momentum", "step", "rates", "mirror")
TOLERANCE = Parameter(
    "tolerance", "", "Tolerance", 1e-6, 0.0, open_low=True, slider=(1e-12, 1.0), scale="log",
    meaning="a run has arrived when its loss is within this of the least value",
)  # fmt: skip
# Of the rule that names a regime, what may be moved: by the names of core.Thresholds
RULE = {
    p.name: p
    for p in (
        Parameter(
            "rises", "", "Rising steps", core.THRESHOLDS.rises, 0.0, 1.0, slider=(1e-4, 1.0), scale="log",
            meaning="with a smaller share of rising steps the loss is still falling",
        ),
        Parameter(
            "fall_decades", "", "Fall, decades", core.THRESHOLDS.fall_decades, 0.0, slider=(0.0, 6.0),
            meaning="what the loss must fall by over the window to be falling all along",
        ),
        Parameter(
            "crest", "", "Crest factor", core.THRESHOLDS.crest, 1.0, slider=(1.0, 1000.0), scale="log",
            meaning="peak over mean, in both halves, from which the loss is a spike train",
        ),
        Parameter(
            "narrow", "", "Narrow swing", core.THRESHOLDS.narrow, 0.0, slider=(0.01, 100.0), scale="log",
            meaning="up to this swing, in steps, a ripple is an oscillation",
        ),
        Parameter(
            "wide", "", "Wide swing", core.THRESHOLDS.wide, 0.0, slider=(0.01, 100.0), scale="log",
            meaning="from this swing, in steps, it is a divergence",
        ),
    )
}  # fmt: skip
LANDSCAPES = ("contours", "surface", "phase")
SCALES, WINDOWS, AXES = ("log", "linear", "symlog"), ("all", "tail"), ("steps", "time")
HELD = ("rates", "decays")
DYNAMICS = ("steps", "flow", "difference")
SLOTS = ("landscape", "curves", "map")
HORIZON = Parameter("horizon", "T", "η·steps of the map", 40.0, 0.0, 1e6, open_low=True, slider=(0.1, 1e4), scale="log")
FARTHEST = 1e6  # start coordinates on the page


def _by_name(entries):
    return {entry.name: entry for entry in entries}


OBJECTIVES = _by_name(ENTRIES)
COORDINATES = {
    "x": Parameter("x", "x_0", "Start x", 0.0, -FARTHEST, FARTHEST),
    "y": Parameter("y", "y_0", "Start y", 0.0, -FARTHEST, FARTHEST),
}


@dataclass(frozen=True)
class RunState:
    """One run: its optimizer, its parameters by name with the held pair under the names it is held by, and which of
    its ODE limits is meant: None is the default."""

    optimizer: str = "adam"
    values: dict = field(default_factory=dict)
    held: str = "rates"
    variant: str | None = None

    @classmethod
    def default(cls, optimizer):
        return cls(optimizer, _complete(optimizer, {}, "rates"), "rates")

    @property
    def declaration(self):
        return core.OPTIMIZERS[self.optimizer]

    def arguments(self) -> tuple[dict, list[str]]:
        """Keyword arguments for core.run, and a sentence for each held rate that is stopped at its limit."""
        values, notes = dict(self.values), []
        eta = values.get("learning_rate")
        for rate, decay in RATES.items():
            if rate not in values:
                continue
            limit, least = 1.0 / eta, 2.0**-52 / eta
            if values[rate] > limit:
                label = RATE_PARAMETERS[rate].label
                symbol = next(p.label for p in self.declaration.parameters if p.name == decay)
                notes.append(
                    f"{label} = {values[rate]:.6g} is held, but would make {symbol} negative: "
                    f"it stands at its limit 1/η = {limit:.6g}."
                )
                values[rate] = limit
            values[rate] = max(values[rate], least)
        return values, notes

    def resolved(self) -> dict:
        """The complete values that are in force."""
        return core.resolved(self.optimizer, self.arguments()[0])

    def flows(self) -> tuple:
        """The ODE limits that the method has with these values, the default first."""
        return self.declaration.offered(self.resolved())

    def flow(self):
        """The ODE limit that is meant, or None where none is known."""
        return self.declaration.flow(self.resolved(), self.variant)

    def rates(self) -> dict | None:
        """{a, b} as they are in force, or None where the method does not have both."""
        if not self.declaration.has_rates:
            return None
        values, _ = self.arguments()
        eta = values["learning_rate"]
        return {r: values[r] if r in values else (1 - values[d]) / eta for r, d in RATES.items()}


@dataclass(frozen=True)
class State:
    objective: str = "rosenbrock"
    objective_parameters: dict = field(default_factory=dict)
    start: tuple[float, float] = (-1.5, 2.0)
    steps: int = DEFAULT_STEPS
    runs: tuple[RunState, ...] = ()
    edit: int = 0
    flow: bool = linked(switch(True))
    scale: str = linked(option(SCALES))
    window: str = linked(option(WINDOWS))
    curve: str = linked(option(tuple(CURVES), "loss"))
    axis: str = linked(option(AXES))
    tolerance: float = linked(number(TOLERANCE, TOLERANCE.default))
    rises: float = linked(number(RULE["rises"], RULE["rises"].default))
    fall_decades: float = linked(number(RULE["fall_decades"], RULE["fall_decades"].default))
    crest: float = linked(number(RULE["crest"], RULE["crest"].default))
    narrow: float = linked(number(RULE["narrow"], RULE["narrow"].default))
    wide: float = linked(number(RULE["wide"], RULE["wide"].default))
    landscape: str = linked(option(LANDSCAPES))
    coordinate: str = linked(option(tuple(COORDINATES)))
    follow: bool = linked(switch(False))
    view: tuple | None = linked(ranges(4))
    span: tuple | None = linked(ranges(4))
    at: int | None = linked(number(AT))
    overlays: tuple = linked(subset(OVERLAYS, OVERLAYS[:3]))
    plane: str = linked(option(planes.every()))
    box: tuple | None = linked(ranges(4))
    layer: str = linked(option(tuple(LAYERS)))
    dynamics: str = linked(option(DYNAMICS))
    lines: tuple = linked(subset(theory_lines.NAMES, theory_lines.USUAL))
    horizon: float | None = linked(number(HORIZON))
    large: str = linked(option(SLOTS))

    @classmethod
    def default(cls):
        return cls(runs=(RunState.default("adam"),))

    def titles(self) -> list[str]:
        """Each run's title, with the parameters in which runs of the same optimizer differ."""
        titles = []
        for run in self.runs:
            kin = [other.values for other in self.runs if other.optimizer == run.optimizer]
            names = {p.name: p.label for p in (*run.declaration.parameters, *RATE_PARAMETERS.values())}
            names["learning_rate"] = "η"
            differ = [n for n in names if n in run.values and any(v.get(n) != run.values[n] for v in kin)]
            parts = [f"{names[n]} {_brief(run.values[n])}" for n in differ]
            titles.append(" ".join([run.declaration.title, ", ".join(parts)]).strip())
        return titles

    def built(self) -> core.Objective:
        return core.objective(self.objective, **self.objective_parameters)

    @property
    def edited(self) -> RunState:
        return self.runs[self.edit]

    @property
    def thresholds(self) -> core.Thresholds:
        """The rule's numbers that name every regime on the page."""
        return core.Thresholds(**{name: getattr(self, name) for name in RULE})


LINKED = {f.name: f.metadata["kind"] for f in dataclasses.fields(State) if "kind" in f.metadata}


def _complete(optimizer, given, held):
    """All numeric values and choices of a run: given or default, the held pair under its own names."""
    declaration, values = core.OPTIMIZERS[optimizer], {}
    decays = {decay: rate for rate, decay in RATES.items()}
    eta = given.get("learning_rate", next(p.default for p in declaration.numeric if p.name == "learning_rate"))
    for p in declaration.parameters:
        rate = decays.get(p.name)
        if rate is not None and held == "rates":
            default_eta = next(q.default for q in declaration.numeric if q.name == "learning_rate")
            values[rate] = given.get(rate, float(f"{(1 - p.default) / default_eta:.12g}"))
        else:
            values[p.name] = given.get(p.name, p.default)
    values["learning_rate"] = eta
    return values


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
    values, defaults = {}, _complete(optimizer, {}, held)
    for name, value in given.items():
        p = known.get(name)
        if isinstance(p, Choice):
            options = {option_text(option): option for option in p.choices}
            fallback = option_text(p.default)
            values[name] = options[notes.one_of(name, value, tuple(options), fallback)]
        elif p is not None and name in defaults:
            values[name] = notes.number(p, value, defaults[name])
    run = RunState(optimizer, _complete(optimizer, values, held), held)
    return run if variant is None else replace(run, variant=_variant(run, variant, notes))


def _variant(run, text, notes):
    """The name of the run's ODE limit, None for the default."""
    default, *others = [flow.name for flow in run.flows()] or ["none"]
    name = notes.one_of("flow", text, (default, *others), default)
    return None if name == default else name


def option_text(option) -> str:
    """A choice's value as it stands in a link."""
    return {True: "on", False: "off"}.get(option, option) if isinstance(option, bool) else str(option)


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
    usual, items = _complete(run.optimizer, {}, run.held), []
    for name, value in run.values.items():
        pair = name in RATES or (run.held == "decays" and name in RATES.values())
        if value != usual[name] or (pair and run.held == "decays"):
            text = option_text(value) if isinstance(value, bool | str) else number_text(value)
            items.append(f"{name}:{text}")
    limit = [f"flow:{run.variant}"] if run.variant else []
    return ",".join([run.optimizer, *limit, *items])


def _brief(value) -> str:
    return option_text(value) if isinstance(value, bool | str) else f"{value:.4g}"


def as_json(state: State) -> dict:
    """The state for the browser."""
    return {
        "objective": state.objective,
        "objective_parameters": state.objective_parameters,
        "start": list(state.start),
        "steps": state.steps,
        "runs": [
            {"optimizer": r.optimizer, "values": r.values, "held": r.held, "variant": r.variant, "title": title}
            for r, title in zip(state.runs, state.titles(), strict=True)
        ],
        "edit": state.edit,
    } | {name: getattr(state, name) for name in LINKED}


__all__ = ["RunState", "State", "as_json", "decode", "encode", "replace"]
