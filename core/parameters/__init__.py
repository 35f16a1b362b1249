"""Hyper-parameters: their names and ranges, and how what is given becomes a complete set of values.

:func:`complete` is the one place where defaults are filled in, values are checked, and rates and decay factors are
turned into each other, for numbers and, elementwise, for arrays.
"""

from .common import (
    BIAS_CORRECTION,
    EPSILON_INSIDE_ROOT,
    LEARNING_RATE_SCHEDULE,
    beta1,
    beta2,
    epsilon,
    learning_rate,
    momentum,
    rho,
    weight_decay,
)
from .completion import Complete, check_names, complete
from .declarations import Choice, Idle, Parameter, UpTo, chosen, idle_reason, in_range
from .inputs import (
    array,
    callback,
    checked,
    decay,
    flag,
    known,
    many,
    mapping,
    not_negative,
    point,
    positive,
    real,
    shown,
    whole,
    wrong,
)
from .rates import AT_LIMIT, RATE_PARAMETERS, RATES, decay_factor, nearest_rate, no_decay_factor, rate_of, rates_of

__all__ = [
    "AT_LIMIT",
    "BIAS_CORRECTION",
    "EPSILON_INSIDE_ROOT",
    "LEARNING_RATE_SCHEDULE",
    "RATES",
    "RATE_PARAMETERS",
    "Choice",
    "Complete",
    "Idle",
    "Parameter",
    "UpTo",
    "array",
    "beta1",
    "beta2",
    "callback",
    "check_names",
    "checked",
    "chosen",
    "complete",
    "decay",
    "decay_factor",
    "epsilon",
    "flag",
    "idle_reason",
    "in_range",
    "known",
    "learning_rate",
    "many",
    "mapping",
    "momentum",
    "nearest_rate",
    "no_decay_factor",
    "not_negative",
    "point",
    "positive",
    "rate_of",
    "rates_of",
    "real",
    "rho",
    "shown",
    "weight_decay",
    "whole",
    "wrong",
]
