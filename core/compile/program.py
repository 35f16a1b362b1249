"""An optimizer's step on an objective, compiled: one native function for one run, or for a block of lanes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from ..optimizers.declarations import SCALAR
from ..schedules import NAME as SCHEDULE
from ..schedules import scheduled
from ..symbolic.elementary import by_reciprocals
from ..symbolic.expression import STEP, ZERO, Expression, Vector, ordered, substitute, variable, where
from ..symbolic.fractions import common_denominators
from . import llvm
from .problem import POSITION, Problem, component_names, components, state_symbols, symbols, with_objective

# Cells side by side in the map: three vectors hide each other's latencies, and four spill registers; with the rows of
# the statistics beside them, two are best. The number of cells is padded to a multiple of both.
LANES, OBSERVED_LANES = 24, 16
PADDING = math.lcm(LANES, OBSERVED_LANES)
NEGLIGIBLE_POWER = 1e-18  # a beta^k below it no longer changes 1 - beta^k; further products would become denormal
SMALLEST_SHARED_EPSILON = 1e-30  # below it products of denominators could leave float64
X_ROW, Y_ROW, LOSS_ROW, TAINT_ROW, STATE_ROW = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class Step:
    """A traced step, as seen by the functions that record further rows.

    Attributes
    ----------
    position : Vector
        After the step.
    loss : Expression
        At the position before the step.
    state : SimpleNamespace
        After the step, by name.
    p : SimpleNamespace
        The parameters, as symbols; choices are plain values.
    optimizer : Optimizer
    """

    position: Vector
    loss: Expression
    state: SimpleNamespace
    p: SimpleNamespace
    optimizer: object


@dataclass(frozen=True)
class Layout:
    """Where a step's numbers stand.

    The working array has the rows x, y, loss (at the x before the step), taint (NaN once a loss was not finite), the
    method's state, its running powers, and the recorded rows.

    Attributes
    ----------
    parameters : tuple of str
        Names in the order of the parameter rows: the optimizer's, then the variables of the objective's parameters.
    state_rows, powers : int
        How many rows are the method's own state, and how many are running powers (which start at 1).
    rows : dict of str to int
        The index of each row by name.
    initial : dict of int to float or str
        Row -> a state's first value where that is not 0, or the name of the parameter that it is.
    autonomous : bool
        Whether the method's own rows do not depend on the number of the step.
    """

    parameters: tuple[str, ...]
    state_rows: int
    powers: int
    rows: dict
    initial: dict
    autonomous: bool

    @property
    def size(self) -> int:
        """Number of rows of the working array."""
        return len(self.rows)

    @property
    def power_rows(self) -> slice:
        """The rows of the running powers."""
        return slice(STATE_ROW + self.state_rows, STATE_ROW + self.state_rows + self.powers)

    def begin(self, rows, parameters):
        """Set the state before the first step in rows of zeros; `parameters`: name -> its value, or one per cell."""
        for row, value in self.initial.items():
            rows[row] = parameters[value] if isinstance(value, str) else value
        rows[self.power_rows] = 1.0


@dataclass(frozen=True)
class Program(Layout):
    """A compiled step.

    Attributes
    ----------
    function : llvm.Function
    lanes : int
        Cells that it takes at once.
    """

    function: llvm.Function
    lanes: int


def program(optimizer, objective, values: dict, lanes=1, extra=None, settled=False) -> Program:
    """Compile the step for these choices, or return it from the cache.

    Parameters
    ----------
    optimizer : Optimizer
    objective : Objective
    values : dict
        Complete values by name; numbers may be arrays over cells. Quotients share divisions (symbolic.fractions) where
        epsilon allows it.
    lanes : int
        1 for a single run, LANES or OBSERVED_LANES for cells side by side.
    extra : callable, optional
        ``extra(step)``: the rows to record beside the traced :class:`Step`, name -> next value (the map's statistics).
    settled : bool
        For rows whose running powers have all come to 0: the same to the last bit, at a lower cost.

    Returns
    -------
    Program
    """
    merge = bool(np.all(may_share(optimizer, values)))
    shape, names = objective.shape, tuple(values)
    return _program(optimizer.name, optimizer.step, shape, choices_of(values), names, lanes, extra, merge, settled)


def choices_of(values: dict) -> tuple[tuple[str, bool | str], ...]:
    """The values that are choices, and part of the code, with their names."""
    return tuple((n, v) for n, v in values.items() if isinstance(v, bool | str))


def may_share(optimizer, values):
    """Whether (elementwise over cells) epsilon keeps denominators far enough from 0 to be multiplied together.

    Only where the method declares so: 0/0, a branch not taken, or a denominator that epsilon does not bound would
    affect every quotient that shares the division.
    """
    if not optimizer.epsilon_bounds_denominators:
        return np.asarray(False)
    return np.asarray(values["epsilon"]) >= SMALLEST_SHARED_EPSILON


@lru_cache(maxsize=256)
def _program(name, step, shape, choices, names, lanes, extra, merge, settled):
    outputs, places, layout = traced(name, step, shape, choices, names, lanes, extra, merge, settled)
    by_row = {layout.rows[n]: output for n, output in outputs.items()}
    return Program(**vars(layout), function=llvm.compile_block(by_row, layout.rows, places, lanes), lanes=lanes)


def traced(name, step, shape, choices, names, lanes=1, extra=None, merge=False, settled=False):
    """Trace a step.

    Parameters
    ----------
    name, step : str, callable
        Of the optimizer.
    shape : core.objectives.shape.Shape
    choices : tuple
        As :func:`choices_of` has them.
    names : tuple of str
        Of all values.
    lanes, extra, settled
        As for :func:`program`.
    merge : bool
        Whether quotients share divisions.

    Returns
    -------
    outputs : dict
        Row name -> its next value, in the order of the rows.
    places : dict
        Variable -> the row of the parameter that it is.
    layout : Layout
    """
    from ..optimizers import OPTIMIZERS

    optimizer, choices = OPTIMIZERS[name], dict(choices)
    p = scheduled(symbols({n: choices.get(n, 0.0) for n in names}), choices[SCHEDULE], STEP)
    position, state = step(Problem, POSITION, state_symbols(optimizer.state), p, STEP)
    loss = Problem.value(POSITION)
    taint = variable("taint") + Expression("taint", (loss,))
    state_names = component_names(optimizer.state)
    # Row name -> its next value, in the order of the rows
    own = {"x": position.x, "y": position.y, "loss": loss, "taint": taint}
    own |= zip(state_names, components(optimizer.state, state), strict=True)
    if merge:
        own = dict(zip(own, common_denominators(own.values()), strict=True))
    recorded = {} if extra is None else extra(_after(own, p, optimizer))
    outputs, powers = _running_powers(own | recorded, settled, dropped=lanes == 1)
    outputs = {n: outputs[n] for n in own} | powers | {n: outputs[n] for n in recorded}
    values = by_reciprocals(with_objective(outputs.values(), shape), shape.variables)
    outputs = dict(zip(outputs, values, strict=True))

    rows = {row_name: i for i, row_name in enumerate(outputs)}
    numeric = tuple(n for n in names if n not in choices)
    places = {name: i for i, name in enumerate([*(f"p.{n}" for n in numeric), *shape.variables])}
    initial = {rows[n]: optimizer.initial.get(n.partition(".")[0], 0.0) for n in state_names}
    layout = Layout(
        parameters=(*numeric, *shape.variables),
        state_rows=len(state_names),
        powers=len(powers),
        rows=rows,
        initial={row: value for row, value in initial.items() if value},
        autonomous=STEP not in ordered(outputs[n] for n in (*own, *powers)),
    )
    return outputs, places, layout


def _after(rows, p, optimizer):
    """The :class:`Step` whose values these rows are."""
    state = {
        name: rows[name] if shape == SCALAR else Vector(rows[f"{name}.x"], rows[f"{name}.y"])
        for name, shape in optimizer.state.items()
    }
    return Step(Vector(rows["x"], rows["y"]), rows["loss"], SimpleNamespace(**state), p, optimizer)


def _running_powers(rows, settled, dropped):
    """The rows with each beta ** k replaced by the next value of a row of its own, and these rows by name.

    A power's row is multiplied by beta in each step. With `dropped` it is set to 0 once it is negligible; else the
    caller does so between blocks of steps. With `settled` all powers are 0.
    """
    nodes = [node for node in ordered(rows.values()) if node.operation == "running_power"]
    powers, advanced = {}, {}
    for i, node in enumerate(nodes):
        name = f"power {i}"
        product = variable(name) * node.arguments[0]
        kept = where(product < NEGLIGIBLE_POWER, ZERO, product) if dropped else product
        powers[name] = advanced[node] = ZERO if settled else kept
    replaced = substitute(rows.values(), lambda node, _: advanced.get(node))
    return dict(zip(rows, replaced, strict=True)), powers
