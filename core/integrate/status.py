"""How a solution ended."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Status(StrEnum):
    """How a run or a solution ended; equal to its text.

    The message says it in a sentence, without the values of the case.
    """

    COMPLETED = "completed"
    STATIONARY = "stationary"
    DIVERGED = "diverged"
    STEP_LIMIT = "step_limit"

    @property
    def message(self) -> str:
        """The status as a sentence."""
        return _MESSAGES[self]


_MESSAGES = {
    Status.COMPLETED: "The whole duration was integrated.",
    Status.STATIONARY: "The solution arrived in finite time and rests.",
    Status.DIVERGED: "The solution left every bound, or stopped being finite.",
    Status.STEP_LIMIT: "The integrator needed more steps than max_steps, or its steps fell to the rounding of time.",
}


class Stop(IntEnum):
    """Why a compiled loop returned. The first three and ARRIVED end the solution; after the others it goes on."""

    COMPLETED = 0
    DIVERGED = 1  # left every bound, or stopped being finite
    STEP_LIMIT = 2  # max_steps attempts were not enough, or the step fell to the rounding of t
    EVENT = 3  # a watched function reached 0
    STUCK = 4  # the position stays within its tolerance, in steps so small that max_steps do not suffice
    ARRIVED = 5  # rests for good
    FULL = 6  # the storage is; the caller provides more and calls again
    UNCOMPILED = 7  # the stiff method is needed and not compiled yet
    UNDERFLOW = 8  # the step fell to the rounding of t

    @property
    def status(self) -> Status:
        """As a solution's status; KeyError for a stop that does not end one."""
        return _STATUS[self]


_STATUS = {
    Stop.COMPLETED: Status.COMPLETED,
    Stop.DIVERGED: Status.DIVERGED,
    Stop.STEP_LIMIT: Status.STEP_LIMIT,
    Stop.ARRIVED: Status.STATIONARY,
}
