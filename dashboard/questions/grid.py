"""The runs of a map: the part of a plane that is shown, cut into cells, and how long each cell runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import core
from core.parameters import RATES, complete
from dashboard.catalogue import planes
from dashboard.state import MAXIMUM_STEPS, RunState, State

TOO_MANY = 1e12  # steps: more are no other answer
LONGEST = 1e300  # a duration is a finite number, whatever the learning rate
PAIRS = RATES | {decay: rate for rate, decay in RATES.items()}


@dataclass(frozen=True)
class Plane:
    """
    The part of a plane that is shown.

    Attributes
    ----------
    axes : (Axis, Axis)
    box : (float, float, float, float)
        The ends of either axis, in its units.
    size : int
        Cells along a side.
    """

    axes: tuple[planes.Axis, planes.Axis]
    box: tuple[float, float, float, float]
    size: int

    @property
    def name(self) -> str:
        """The parameters on the axes: "x name,y name"."""
        return ",".join(axis.name for axis in self.axes)

    @property
    def names(self) -> set[str]:
        """The parameters on the axes, as a set."""
        return {axis.name for axis in self.axes}

    def units(self) -> tuple[np.ndarray, np.ndarray]:
        """The middles of the cells along either axis, in its units."""
        x0, x1, y0, y1 = self.box
        return planes.middles(x0, x1, self.size), planes.middles(y0, y1, self.size)

    def cells(self) -> tuple[tuple[str, np.ndarray], ...]:
        """The parameter and its values in the cells, along either axis."""
        return tuple((axis.name, axis.values(units)) for axis, units in zip(self.axes, self.units(), strict=True))

    def at(self, x, y) -> dict[str, Any]:
        """Both parameters at places of the plane."""
        return {axis.name: axis.values(units) for axis, units in zip(self.axes, (x, y), strict=True)}


@dataclass(frozen=True)
class Budget:
    """
    How long every cell runs: one of the two, the other is None.

    Attributes
    ----------
    steps : int or None
    duration : float or None
        A time on the method's clock.
    """

    steps: int | None
    duration: float | None

    def arguments(self) -> dict:
        """What `core.regime_map` takes."""
        return {"duration": self.duration} if self.steps is None else {"steps": self.steps}


def budget(state: State, run: RunState, plane: str) -> tuple[Budget, float]:
    """
    How long the cells of a plane run.

    Where the learning rate is an axis, the time is the same for all cells. Elsewhere the number of steps is, but an ODE
    limit has only time.

    Parameters
    ----------
    state : State
    run : RunState
        The run in hand.
    plane : str
        "x name,y name".

    Returns
    -------
    budget : Budget
    duration : float
        The time on the clock of the run in hand.
    """
    clock = run.declaration.clock(run.resolved())
    duration = min(state.steps * clock, LONGEST) if state.horizon is None else state.horizon
    if planes.even_in_time(plane, run.optimizer) or state.dynamics != "steps":
        return Budget(None, duration), duration
    if state.horizon is None:
        return Budget(state.steps, None), duration
    return Budget(round(min(_counted(duration, clock), TOO_MANY)), None), duration


def _counted(duration: float, clock: float) -> float:
    """The steps that a duration holds, before rounding; infinite where the clock stands still."""
    return duration / clock if clock else np.inf


@dataclass(frozen=True)
class Grid:
    """One run per cell of a plane.

    Attributes
    ----------
    objective : str
    objective_parameters : dict
        Those that are not on an axis.
    start : (float, float)
        Where the start is no axis.
    optimizer : str
    values : dict
        The parameters that all cells share: neither those on the axes nor their partners of (a, beta2) and (b, beta1).
    plane : Plane
    budget : Budget
    """

    objective: str
    objective_parameters: dict
    start: tuple[float, float]
    optimizer: str
    values: dict
    plane: Plane
    budget: Budget

    @classmethod
    def of(cls, state: State, size: int) -> tuple[Grid, float]:
        """
        The grid of a state.

        Parameters
        ----------
        state : State
        size : int
            Cells along a side.

        Returns
        -------
        grid : Grid
        duration : float
            The time of the run in hand, on its clock.
        """
        run, f = state.edited, state.built()
        complete = run.resolved()
        name = planes.drawn_plane(state.plane, run.optimizer, run.held, complete, state.objective)
        length, duration = budget(state, run, name)

        def steps_at(learning_rate):
            own = {planes.ETA: float(learning_rate)} if planes.even_in_time(name, run.optimizer) else {}
            return _counted(duration, run.declaration.clock(complete | own))

        axes = planes.axes(name, run.optimizer, f.domain, steps_at, MAXIMUM_STEPS)
        plane = Plane(axes, state.box or (*axes[0].range, *axes[1].range), size)
        # a held rate may be valid at other learning rates than the run's
        given = run.values if planes.ETA in plane.names else run.arguments()[0]
        values = {n: v for n, v in given.items() if n not in plane.names and PAIRS.get(n) not in plane.names}
        own = {n: v for n, v in state.objective_parameters.items() if n not in plane.names}
        shared = state.objective, own, state.start
        return cls(*shared, run.optimizer, values, plane, length), duration

    @property
    def f(self) -> core.Objective:
        """The objective, built."""
        return core.objective(self.objective, **self.objective_parameters)

    @property
    def declaration(self):
        """The optimizer's declaration."""
        return core.OPTIMIZERS[self.optimizer]

    @property
    def objective_axes(self) -> set[str]:
        """The axes along parameters of the objective: f is another one in every cell."""
        return self.plane.names & set(planes.OWN.get(self.objective, ()))

    def f_at(self, x: float, y: float) -> core.Objective:
        """The objective at a place of the plane, in the axes' units. InputError where a value is not allowed."""
        own = {name: float(value) for name, value in self.plane.at(x, y).items() if name in self.objective_axes}
        return core.objective(self.objective, **self.objective_parameters | own)

    def arguments(self) -> dict:
        """What `core.regime_map` and `core.flow_map` take: cells at the middles of equal parts of the axes."""
        x, y = self.plane.cells()
        return {"optimizer": self.optimizer, "x": x, "y": y, "start": self.start} | self.values

    def _steps_with(self, values: dict) -> float:
        """The steps of a cell with these values on the axes, before rounding."""
        steps, duration = self.budget.steps, self.budget.duration
        if duration is None:
            assert steps is not None
            return float(steps)
        return _counted(duration, self.declaration.clock(self.values | values))

    def run_at(self, x: float, y: float) -> tuple[dict, tuple[float, float], int]:
        """The parameters, start and steps of the run at a place of the plane, in the axes' units."""
        at = {name: float(value) for name, value in self.plane.at(x, y).items() if name not in self.objective_axes}
        steps = max(1, round(min(self._steps_with(at), TOO_MANY)))
        x0, y0 = (at.pop(name, own) for name, own in zip(planes.START, self.start, strict=True))
        return self.values | at, (x0, y0), steps

    def values_at(self, x, y) -> dict:
        """The complete values of a method with a and b at places of the plane, as arrays where they differ."""
        own = {p.name for p in self.declaration.parameters} | RATES.keys()
        given = self.values | {name: value for name, value in self.plane.at(x, y).items() if name in own}
        given[planes.ETA] = np.broadcast_to(given[planes.ETA], np.shape(x))
        found = complete(self.declaration, given, elementwise=True)
        return found.values | found.rates

    def steps(self) -> np.ndarray:
        """The steps of the cells, before rounding, broadcastable to (size, size): only axes on which they differ."""
        bent = {planes.ETA, *planes.bending(self.optimizer)}  # what the clock depends on
        (x, xs), (y, ys) = (
            (name, values if self.budget.steps is None and name in bent else values[:1])
            for name, values in self.plane.cells()
        )
        return np.array([[self._steps_with({x: float(u), y: float(v)}) for u in xs] for v in ys])
