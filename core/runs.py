"""core.run: one optimizer on one objective, every iterate kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .compile.problem import collected
from .integrate.status import Status
from .integrate.trajectory import trajectory
from .objectives import Objective, checked_start
from .objectives import objective as objective_of
from .optimizers import OPTIMIZERS, optimizer_named
from .parameters import complete, whole
from .regimes.course import Whole, layers
from .regimes.names import DIVERGENCE, REGIMES, UNDECIDED
from .regimes.rule import THRESHOLDS, Thresholds, checked_thresholds, classify
from .regimes.statistics import Statistics, window_length
from .schedules import NAME as SCHEDULE
from .schedules import window_factor

MAXIMUM_STEPS = 20_000_000


@dataclass(frozen=True)
class Run:
    """
    A run: its iterates k = 0..K, with K the number of steps unless it diverged.

    Attributes
    ----------
    optimizer : str
    objective : Objective
    parameters : dict
        The complete values used.
    position : ndarray, shape (K+1, 2)
        Row 0 is the start.
    loss : ndarray, shape (K+1,)
    state : dict of str to ndarray, shape (K+1, 2) or (K+1,)
        Row 0 is the initial state.
    status : Status
        COMPLETED, or DIVERGED: then the arrays end at the last finite row. Equal to its text, "completed".
    steps : int
        The number asked for.
    """

    optimizer: str
    objective: Objective
    parameters: dict
    position: np.ndarray
    loss: np.ndarray
    state: dict[str, np.ndarray]
    status: Status
    steps: int

    @cached_property
    def time(self) -> np.ndarray:
        """Continuous time of each iterate by the optimizer's clock, shape (K+1,)."""
        with np.errstate(over="ignore", invalid="ignore"):  # the clock of an extreme learning rate may overflow
            time = np.arange(len(self.loss)) * OPTIMIZERS[self.optimizer].clock(self.parameters)
        time[:1] = 0.0
        return time

    @cached_property
    def statistics(self) -> dict[str, float]:
        """What the regime was decided on (see regimes.course.layers); empty for a diverged or short run."""
        return {} if self._layers is None else {n: float(v) for n, v in self._layers.items()}

    @cached_property
    def regime(self) -> str:
        """One of core.REGIMES."""
        return self.classified(THRESHOLDS)

    def classified(self, thresholds: Thresholds) -> str:
        """
        The regime under another rule's numbers; nothing runs again.

        Parameters
        ----------
        thresholds : core.Thresholds

        Returns
        -------
        str
            One of core.REGIMES.
        """
        thresholds = checked_thresholds(thresholds)
        if self.status == Status.DIVERGED:
            return REGIMES[DIVERGENCE]
        if self._layers is None:
            return REGIMES[UNDECIDED]
        return REGIMES[int(classify(self._layers, thresholds=thresholds))]

    @cached_property
    def _window(self):
        length = window_length(len(self.loss) - 1)
        if self.status == Status.DIVERGED or not length:
            return None
        return Statistics.of_trajectory(self.position, self.loss, length)

    @cached_property
    def _layers(self):
        window = self._window
        if window is None:
            return None
        of_size_eta = OPTIMIZERS[self.optimizer].trait("steps_of_size_eta", self.parameters)
        whole = Whole(
            self.loss[0], tuple(self.position[0]), tuple(self.position[-1]), of_size_eta, self.objective.falls_forever
        )
        if not of_size_eta:
            return layers(window, window.mean_step, whole)
        steps = len(self.loss) - 1
        late = window_factor(self.parameters[SCHEDULE], steps, window_length(steps))
        return layers(window, self.parameters["learning_rate"] * late, whole)


def run(optimizer: str, objective, *, start=None, steps: int = 1000, **parameters) -> Run:
    """
    Run an optimizer. Nothing is clipped, clamped, rescaled or stopped early.

    Parameters
    ----------
    optimizer : str
        One of core.optimizers().
    objective : str or Objective
        A name, a formula in x and y, or an objective.
    start : (float, float), optional
        The objective's own by default.
    steps : int
        1 to 20,000,000.
    **parameters
        By the field's names, the rest at their defaults; a and b may stand for beta2 and beta1.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        For a wrong name, type or range: it names the parameter, the value and what is allowed.
    """
    method = optimizer_named(optimizer)
    f = objective_of(objective)
    x0 = checked_start(f, start)
    steps = whole("steps", steps, 1, MAXIMUM_STEPS)
    values = complete(method, parameters).values
    position, loss, state = trajectory(method, f, values, x0, steps)
    return Run(
        optimizer=optimizer,
        objective=f,
        parameters=values,
        position=position,
        loss=loss,
        state=collected(method.state, state),
        status=Status.COMPLETED if len(loss) == steps + 1 else Status.DIVERGED,
        steps=steps,
    )
