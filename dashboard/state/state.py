"""The whole state of the page, as values that are valid by construction.

Of each of the pairs (beta1, beta2) and (a, b) a run holds one while its learning rate moves. The held numbers are
the state; the others, and what a held pair becomes where it would be invalid, are derived (`arguments`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

import core
from core.objectives import BUILT_IN
from core.parameters import RATE_PARAMETERS, RATES, Choice, Parameter, complete, decay_factor, nearest_rate
from core.regimes import MOVABLE as RULE
from dashboard.catalogue import lines, planes
from dashboard.catalogue.curves import CURVES
from dashboard.catalogue.layers import LAYERS
from dashboard.state.kinds import linked, number, option, ranges, subset, switch
from dashboard.state.numbers import brief_text, chosen_texts, number_text

MAXIMUM_RUNS = 6
MAXIMUM_STEPS = 1_000_000
DEFAULT_STEPS = 40_000
STEPS = Parameter("steps", "K", "Steps", DEFAULT_STEPS, 1, MAXIMUM_STEPS, slider=(100, 200_000), scale="log")
AT = Parameter("at", "k", "Step", 0, 0, MAXIMUM_STEPS)
OVERLAYS = ("gradient", "momentum", "step", "rates", "mirror")
TOLERANCE = Parameter(
    "tolerance", "", "Tolerance", 1e-6, 0.0, open_low=True, slider=(1e-12, 1.0), scale="log",
    meaning="a run has arrived when its loss is within this of the least value",
)  # fmt: skip
LANDSCAPES = ("contours", "surface", "phase")
SCALES, WINDOWS, AXES = ("log", "linear", "symlog"), ("all", "tail"), ("steps", "time")
LEVELS = ("settled", "minimum")
HELD = ("rates", "decays")
DYNAMICS = ("steps", "flow", "difference")
SLOTS = ("landscape", "curves", "map")
HORIZON = Parameter("horizon", "T", "η·steps of the map", 40.0, 0.0, 1e6, open_low=True, slider=(0.1, 1e4), scale="log")
FARTHEST = 1e6  # start coordinates on the page
LARGEST_SPAN = 1e300  # a loss on a linear axis
OBJECTIVES = BUILT_IN
COORDINATES = {
    "x": Parameter("x", "x_0", "Start x", 0.0, -FARTHEST, FARTHEST),
    "y": Parameter("y", "y_0", "Start y", 0.0, -FARTHEST, FARTHEST),
}


@dataclass(frozen=True)
class RunState:
    """
    One run of the page.

    Attributes
    ----------
    optimizer : str
    values : dict
        The parameters by name; of the pairs (a, b) and (beta1, beta2) the one that is held.
    held : str
        "rates" for (a, b), "decays" for (beta1, beta2).
    variant : str or None
        Which of its ODE limits is meant; None is the default.
    """

    optimizer: str = "adam"
    values: dict = field(default_factory=dict)
    held: str = "rates"
    variant: str | None = None

    @classmethod
    def default(cls, optimizer):
        """A run with the optimizer's default parameters, holding the rates."""
        return cls(optimizer, held_values(optimizer, {}, "rates"), "rates")

    @property
    def declaration(self):
        """The optimizer's declaration."""
        return core.OPTIMIZERS[self.optimizer]

    def arguments(self) -> tuple[dict, list[str]]:
        """Keyword arguments for core.run, and a sentence for each held rate that is stopped at its limit."""
        values, notes = dict(self.values), []
        for rate, decay in RATES.items():
            if rate not in values:
                continue
            eta = values["learning_rate"]
            if decay_factor(values[rate], eta) < 0:
                label = RATE_PARAMETERS[rate].label
                symbol = next(p.label for p in self.declaration.parameters if p.name == decay)
                notes.append(
                    f"{label} = {number_text(values[rate])} is held, but would make {symbol} negative: "
                    f"it stands at its limit 1/η = {brief_text(1.0 / eta, 6)}."
                )
            values[rate] = nearest_rate(values[rate], eta)
        return values, notes

    def resolved(self) -> dict:
        """The complete values that are in force."""
        return core.resolved(self.optimizer, self.arguments()[0])

    def idle_notes(self) -> list[str]:
        """A sentence for each value that was chosen and changes nothing in this run."""
        parameters, notes = {p.name: p for p in self.declaration.parameters}, []
        chosen = {RATES.get(name, name): value for name, value in self.values.items()}
        usual = {RATES.get(n, n): v for n, v in held_values(self.optimizer, {}, self.held).items()}
        for name, reason in self.declaration.idle(self.resolved()).items():
            if chosen[name] != usual[name]:
                notes.append(f"{parameters[name].label} changes nothing here: {reason}.")
        return notes

    def limits(self) -> tuple:
        """The ODE limits that the method has with these values, the default first."""
        return self.declaration.limits_at(self.resolved())

    def limit(self):
        """The ODE limit that is meant, or None where none is known."""
        return self.declaration.limit(self.resolved(), self.variant)

    def rates(self) -> dict | None:
        """{a, b} as they are in force, or None where the method does not have both."""
        if not self.declaration.has_rates:
            return None
        values = self.resolved()
        return {rate: values[rate] for rate in RATES}


@dataclass(frozen=True)
class State:
    """
    All that a link of the page means. A field that is `linked` stands in the link under its own name.

    Attributes
    ----------
    objective : str
        A name or a formula.
    objective_parameters : dict
    start : (float, float)
    steps : int
    runs : tuple of RunState
    edit : int
        The run in hand: the one whose controls are shown.
    """

    objective: str = "rosenbrock"
    objective_parameters: dict = field(default_factory=dict)
    start: tuple[float, float] = (-1.5, 2.0)
    steps: int = DEFAULT_STEPS
    runs: tuple[RunState, ...] = ()
    edit: int = 0
    flow: bool = linked("ODE limit", switch(True))
    scale: str = linked("Scale of the curves", option(SCALES))
    window: str = linked("Steps shown", option(WINDOWS))
    curve: str = linked("Curve", option(tuple(CURVES), "loss"))
    axis: str = linked("Curves against", option(AXES))
    level: str = linked("Loss measured from", option(LEVELS))
    tolerance: float = linked("Tolerance", number(TOLERANCE, TOLERANCE.default))
    rises: float = linked(RULE["rises"].label, number(RULE["rises"], RULE["rises"].default))
    fall_decades: float = linked(RULE["fall_decades"].label, number(RULE["fall_decades"], RULE["fall_decades"].default))
    crest: float = linked(RULE["crest"].label, number(RULE["crest"], RULE["crest"].default))
    narrow: float = linked(RULE["narrow"].label, number(RULE["narrow"], RULE["narrow"].default))
    wide: float = linked(RULE["wide"].label, number(RULE["wide"], RULE["wide"].default))
    landscape: str = linked("View of the landscape", option(LANDSCAPES))
    coordinate: str = linked("Coordinate of the phase", option(tuple(COORDINATES)))
    follow: bool = linked("Follow", switch(False))
    view: tuple | None = linked("Zoom of the landscape", ranges(4))
    span: tuple | None = linked("Zoom of the curves", ranges(4, LARGEST_SPAN))
    at: int | None = linked("Step looked at", number(AT))
    overlays: tuple = linked("Drawn at this step", subset(OVERLAYS, OVERLAYS[:3]))
    plane: str = linked("Plane of the map", option(planes.every()))
    box: tuple | None = linked("Zoom of the map", ranges(4))
    layer: str = linked("What colours the map", option(tuple(LAYERS)))
    dynamics: str = linked("Map of", option(DYNAMICS))
    lines: tuple = linked("Lines on the map", subset(lines.LINE_NAMES, lines.USUAL))
    horizon: float | None = linked("Horizon of the map", number(HORIZON))
    large: str = linked("Large picture", option(SLOTS))

    @classmethod
    def default(cls):
        """The state of the empty link."""
        return cls(runs=(RunState.default("adam"),))

    def titles(self) -> list[str]:
        """Each run's title."""
        return titles_of(self.runs)

    def built(self) -> core.Objective:
        """The objective with its parameters."""
        return core.objective(self.objective, **self.objective_parameters)

    @property
    def edited(self) -> RunState:
        """The run in hand."""
        return self.runs[self.edit]

    @property
    def thresholds(self) -> core.Thresholds:
        """The rule's numbers that name every regime on the page."""
        return core.Thresholds(**{name: getattr(self, name) for name in RULE})


def titles_of(runs: Sequence[RunState]) -> list[str]:
    """Each run's title, with the parameters in which runs of the same optimizer differ."""
    titles = []
    for run in runs:
        same = [other.values for other in runs if other.optimizer == run.optimizer]
        names = labels(run.declaration)
        differ = [n for n in names if n in run.values and any(v.get(n) != run.values[n] for v in same)]
        parts = [f"{names[n]} {_brief(run.values[n], [v[n] for v in same if n in v])}" for n in differ]
        titles.append(" ".join([run.declaration.title, ", ".join(parts)]).strip())
    return titles


LINKED = {f.name: f.metadata["kind"] for f in dataclasses.fields(State) if "kind" in f.metadata}


def held_values(optimizer, given, held):
    """
    All numeric values and choices of a run, with defaults for those that are not given.

    Parameters
    ----------
    optimizer : str
    given : dict
        Values by name.
    held : str
        "rates" or "decays": the pair under whose names the values are.

    Returns
    -------
    dict
        A choice that is not given is the one that the given parameters imply: a given momentum is meant to be used.
    """
    declaration, values = core.OPTIMIZERS[optimizer], {}
    usual, names = complete(declaration, {}), {decay: rate for rate, decay in RATES.items()}
    for p in declaration.parameters:
        if held == "rates" and p.name in names:
            rate = names[p.name]
            values[rate] = given.get(rate, float(f"{usual.rates[rate]:.12g}"))
        else:
            values[p.name] = given.get(p.name, p.default_with(given) if isinstance(p, Choice) else p.default)
    return values


def option_text(option) -> str:
    """A choice's value as it stands in a link."""
    if isinstance(option, bool):
        return "on" if option else "off"
    return str(option)


def labels(optimizer) -> dict[str, str]:
    """What a run's title calls the optimizer's parameters, by name, in its order."""
    return {p.name: p.label for p in (*optimizer.parameters, *RATE_PARAMETERS.values())} | {"learning_rate": "η"}


def _brief(value, among) -> str:
    """A value in the fewest digits that tell it from the others, marked where they are not all of its own."""
    if isinstance(value, bool | str):
        return option_text(value)
    others = list(dict.fromkeys([value, *among]))
    return chosen_texts(others)[0]


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
