"""Rates a, b in continuous time and the decay factors beta2, beta1 that they stand for.

Of every method with decay factors, a = (1 - beta2)/learning_rate and b = (1 - beta1)/learning_rate may be given in
their place (Ma, Wu & E 2021). The rule at the edges of beta = 1 - rate * learning_rate, computed in float64:

- A rate within 1e-12 of 1/learning_rate, relatively, is 1/learning_rate up to rounding, and beta is exactly 0.
- A greater rate is invalid: beta would be negative.
- A rate so small that beta rounds to 1 is invalid: beta could not be told from 1.
- An ODE limit in a and b needs no learning rate. Where none is given, no rate is invalid; the decay factors are those
  at the default learning rate, and left out where that has none.
"""

from __future__ import annotations

import numpy as np

from ..errors import InputError
from .declarations import Parameter

# The rates in continuous time that stand for decay factors, by name
RATES = {"a": "beta2", "b": "beta1"}
AT_LIMIT = 1e-12  # a decay factor nearer to 0 comes of a rate that is 1/learning_rate up to rounding
LEAST_SHARE = 2.0**-53  # the least 1 - beta in float64
RATE_PARAMETERS = {
    "a": Parameter("a", "a", "a", 1.0, 0.0, open_low=True, slider=(0.1, 1000.0), scale="log",
                   meaning="rate of the second moment, (1 - β₂)/η"),
    "b": Parameter("b", "b", "b", 100.0, 0.0, open_low=True, slider=(0.1, 1000.0), scale="log",
                   meaning="rate of the first moment, (1 - β₁)/η"),
}  # fmt: skip


def decay_factor(rate, learning_rate):
    """
    beta = 1 - rate * learning_rate, exactly 0 where the rate is 1/learning_rate up to rounding.

    Parameters
    ----------
    rate, learning_rate : float or array

    Returns
    -------
    float or array
        Valid where 0 <= beta < 1; see the rule in the module's docstring.
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        beta = 1.0 - rate * learning_rate
        if isinstance(beta, float):
            return 0.0 if abs(beta) < AT_LIMIT else beta
        return np.where(np.abs(beta) < AT_LIMIT, 0.0, beta)


def rate_of(beta, learning_rate):
    """
    The rate (1 - beta)/learning_rate of a decay factor, of numbers or arrays.

    A rate that was turned into beta comes back to within the rounding of 1 - beta.

    Parameters
    ----------
    beta, learning_rate : float or array

    Returns
    -------
    float or array
    """
    with np.errstate(all="ignore"):  # an invalid cell may have any learning rate
        return (1.0 - beta) / learning_rate


def rates_of(values: dict) -> dict:
    """
    The rates of the decay factors among a method's values.

    Parameters
    ----------
    values : dict
        Complete values by name, numbers or arrays.

    Returns
    -------
    dict
        Rates by name.
    """
    eta = values["learning_rate"]
    return {rate: rate_of(values[decay], eta) for rate, decay in RATES.items() if decay in values}


def nearest_rate(rate: float, learning_rate: float) -> float:
    """
    The rate, or the nearest one that has a valid decay factor.

    Parameters
    ----------
    rate, learning_rate : float

    Returns
    -------
    float
    """
    return min(max(rate, LEAST_SHARE / learning_rate), 1.0 / learning_rate)


def no_decay_factor(rate: str, value: float, learning_rate: float) -> InputError:
    """
    The error that a rate has no decay factor.

    Parameters
    ----------
    rate : str
        Its name.
    value, learning_rate : float

    Returns
    -------
    InputError
    """
    return InputError(
        f"{rate} = {value!r}: must be 0 < {rate} <= 1/learning_rate = {1.0 / learning_rate:g} and large enough to tell "
        f"{RATES[rate]} = 1 - {rate}*learning_rate from 1"
    )
