"""An optimizer's step on an objective, compiled: one native function for one run, or for a block of lanes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from core.compile import llvm
from core.compile.problem import POSITION, Problem, component_names, components, state_symbols, symbols, with_objective
from core.optimizers.declarations import SCALAR
from core.schedules import NAME as SCHEDULE
from core.schedules import scheduled
from core.symbolic.expression import STEP, ZERO, Expression, Vector, ordered, substitute, variable, where
from core.symbolic.expression import less as is_less
from core.symbolic.fractions import common_denominators

# Cells side by side in the map: three vectors hide each other's latencies, and four spill more than they hide; with
# the statistics' rows beside them, two and three. Cells come in a number that suits both.
LANES, OBSERVED_LANES = 24, 16
PADDING = math.lcm(LANES, OBSERVED_LANES)
NEGLIGIBLE_POWER = 1e-18  # beta^k below it no longer changes 1 - beta^k; going on would end in denormals
SMALLEST_SHARED_EPSILON = 1e-30  # below it products of denominators could leave float64
X_ROW, Y_ROW, LOSS_ROW, TAINT_ROW, STATE_ROW = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class Step:
    """A traced step, for what is recorded beside it: position and state after it, loss at the position before."""

    position: Vector
    loss: Expression
    state: SimpleNamespace
    p: SimpleNamespace
    optimizer: object


@dataclass(frozen=True)
class Program:
    """A compiled step. Rows of the working array: x, y, loss (at the x before the step), taint, state, powers, extra.

    parameters: names in the order of the parameter rows;  state_rows: how many rows are the method's own state;
    powers: how many running products (they start at 1);  rows: all of them by name;  initial: row -> a state's
    first value where that is not 0, or the name of the parameter that it is;  autonomous: the method's own rows do not
    ask for the number of the step.
    """

    function: llvm.Function
    lanes: int
    parameters: tuple[str, ...]
    state_rows: int
    powers: int
    rows: dict
    initial: dict
    autonomous: bool

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def power_rows(self) -> slice:
        return slice(STATE_ROW + self.state_rows, STATE_ROW + self.state_rows + self.powers)

    def begin(self, rows, parameters):
        """Set the state before the first step in rows of zeros; parameters: name -> its value, or one per cell."""
        for row, value in self.initial.items():
            rows[row] = parameters[value] if isinstance(value, str) else value
        rows[self.power_rows] = 1.0


def program(optimizer, objective, values: dict, lanes=1, extra=None, settled=False) -> Program:
    """Compile (or recall) the step for these choices; numbers in `values` may be arrays over cells.

    lanes: 1 for a single run, LANES or OBSERVED_LANES for cells side by side;  extra: a function of the traced Step
    that gives the rows to record beside it, name -> next value (the map's statistics);  settled: for rows whose
    running powers have all come to 0: the same to the last bit, without what they cost. Quotients share divisions
    (symbolic.fractions) where epsilon allows it.
    """
    merge = bool(np.all(may_share(optimizer, values)))
    choices = tuple((n, v) for n, v in values.items() if isinstance(v, bool | str))
    return _program(optimizer.name, optimizer.step, objective, choices, tuple(values), lanes, extra, merge, settled)


def may_share(optimizer, values):
    """Whether (elementwise over cells) epsilon keeps denominators far enough from 0 to be multiplied together.

    Only where the method declares that it does: 0/0, a branch not taken, or a denominator of its own kind would
    spoil every quotient that shares the division.
    """
    if not optimizer.epsilon_bounds_denominators:
        return np.asarray(False)
    return np.asarray(values["epsilon"]) >= SMALLEST_SHARED_EPSILON


@lru_cache(maxsize=256)
def _program(name, step, objective, choices, names, lanes, extra, merge, settled):
    from core.optimizers import OPTIMIZERS

    optimizer, choices = OPTIMIZERS[name], dict(choices)
    p = scheduled(symbols({n: choices.get(n, 0.0) for n in names}), choices[SCHEDULE], STEP)
    before = state_symbols(optimizer.state)
    position, state = step(Problem, POSITION, before, p, STEP)
    loss = Problem.value(POSITION)
    outputs = [position.x, position.y, loss, *components(optimizer.state, state)]
    if merge:
        outputs = common_denominators(outputs)
    size = len(outputs)
    more = {}
    if extra is not None:
        parts = iter(outputs[LOSS_ROW + 1 :])
        after = {
            name: next(parts) if shape == SCALAR else Vector(next(parts), next(parts))
            for name, shape in optimizer.state.items()
        }
        more = extra(Step(Vector(*outputs[:LOSS_ROW]), loss, SimpleNamespace(**after), p, optimizer))
    outputs, powers = _running_powers([*outputs, *more.values()], settled, dropped=lanes == 1)
    outputs = with_objective([*outputs[:size], *powers, *outputs[size:]], objective)
    outputs.insert(TAINT_ROW, variable("taint") + Expression("taint", (outputs[LOSS_ROW],)))
    row_names = ["x", "y", "loss", "taint", *component_names(optimizer.state)]
    row_names += [f"power {i}" for i in range(len(powers))]
    autonomous = STEP not in ordered(outputs[: len(row_names)])
    row_names += more
    rows = {row_name: i for i, row_name in enumerate(row_names)}
    numeric = tuple(n for n in names if n not in choices)
    function = llvm.compile_block(dict(enumerate(outputs)), rows, {f"p.{n}": i for i, n in enumerate(numeric)}, lanes)
    initial = {row: optimizer.initial.get(part.partition(".")[0], 0.0) for part, row in rows.items()}
    initial = {row: value for row, value in initial.items() if value}
    return Program(
        function, lanes, numeric, len(component_names(optimizer.state)), len(powers), rows, initial, autonomous
    )


def _running_powers(outputs, settled, dropped):
    """beta ** k as a row that is multiplied by beta each step; dropped to 0 when it no longer matters, unless who
    runs the steps sees to that."""
    bases = {id(n): n.arguments[0] for n in ordered(outputs) if n.operation == "running_power"}
    advanced = {}
    for i, (key, base) in enumerate(bases.items()):
        product = variable(f"power {i}") * base
        kept = where(is_less(product, NEGLIGIBLE_POWER), ZERO, product) if dropped else product
        advanced[key] = ZERO if settled else kept
    return substitute(outputs, lambda n, _: advanced.get(id(n))), list(advanced.values())
