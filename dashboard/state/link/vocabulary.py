"""The names that a link may hold, and what the page calls them."""

from __future__ import annotations

from functools import cache

import core
from core.parameters import RATE_PARAMETERS, RATES
from dashboard.state.names import Names
from dashboard.state.state import COORDINATES, LINKED, OBJECTIVES, STEPS

SINGLE = {"f": "Landscape", "steps": STEPS.label, "edit": "Run in hand", "v": "Version"}
SINGLE |= {name: p.label for name, p in COORDINATES.items()} | {name: kind.label for name, kind in LINKED.items()}
OWN = {p.name: p for entry in OBJECTIVES.values() for p in entry.parameters}
FIELDS = Names([*SINGLE, "run", *OWN], also=[(p.label, name) for name, p in (OWN | COORDINATES).items()])
OBJECTIVE_NAMES = Names(OBJECTIVES, titles={name: entry.title for name, entry in OBJECTIVES.items()})
OPTIMIZER_NAMES = Names(core.OPTIMIZERS, titles={name: o.title for name, o in core.OPTIMIZERS.items()})
MAIN = {"f": OBJECTIVE_NAMES, "run": OPTIMIZER_NAMES}


def _names_of(parameters) -> Names:
    """Parameters by name, label and symbol, and the rates that may stand for decay factors."""
    known = {p.name: p for p in parameters}
    known |= {rate: RATE_PARAMETERS[rate] for rate, decay in RATES.items() if decay in known}
    also = [(text, p.name) for p in known.values() for text in (p.label, getattr(p, "symbol", ""))]
    return Names([*known, "flow"], also=also)


@cache
def parameters_of(optimizer: str) -> Names:
    """The names that a run of an optimizer may hold."""
    return _names_of(core.OPTIMIZERS[optimizer].parameters)


# Parameters of runs, which may stand outside of one by mistake
LOOSE = _names_of([p for o in core.OPTIMIZERS.values() for p in o.parameters])
LABELS = {p.name: p.label for o in core.OPTIMIZERS.values() for p in o.parameters}
LABELS |= {p.name: p.label for p in RATE_PARAMETERS.values()} | {"flow": "ODE limit"}


def label_of(name: str) -> str:
    """What the page calls a field."""
    return SINGLE.get(name) or (OWN[name].label if name in OWN else LABELS.get(name, "Optimizer"))


def name_and_label(name: str) -> str:
    """A field by its name in the link, and by the page's where that is another."""
    label = label_of(name)
    return name if label.lower() == name else f"{name} ({label})"


def suggestion(near: str | None) -> str:
    """The end of a remark on a name that is not known: that it is left out, and which may have been meant."""
    return f" and is left out; did you mean {near}?" if near else " and is left out."
