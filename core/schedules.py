"""Decaying learning rates: eta_k = eta s(k), k from 1. The names are the options of LEARNING_RATE_SCHEDULE.

In a flow, whose clock makes c of a step, the factor is s(1 + t/c): at t = k c it is that of the step to come.
"""

from __future__ import annotations

from math import pi

import numpy as np

from .parameters import LEARNING_RATE_SCHEDULE

NAME, HORIZON = LEARNING_RATE_SCHEDULE.name, "steps"


def factor(schedule: str, k, steps):
    """
    The factor s(k) of the learning rate at step k.

    Parameters
    ----------
    schedule : str
        One of the options of LEARNING_RATE_SCHEDULE. Cosine: one period over the run and down to 0.
    k, steps : float, ndarray or Expression
        The step's number, from 1, and the number of steps of the run.

    Returns
    -------
    float, ndarray or Expression

    References
    ----------
    I. Loshchilov, F. Hutter: SGDR, stochastic gradient descent with warm restarts. ICLR 2017, eq. (5).
    """
    if schedule == "1/sqrt(t)":
        return 1 / np.sqrt(k)
    if schedule == "1/t":
        return 1 / k
    if schedule == "cosine":
        return (1 + np.cos(pi * (k - 1) / steps)) / 2
    return 1.0


def scheduled(p, schedule, k):
    """
    The parameters of step k: with its learning rate, where they have one.

    Parameters
    ----------
    p : SimpleNamespace
        Symbols by name; changed in place.
    schedule : str
    k : Expression

    Returns
    -------
    SimpleNamespace
    """
    if schedule != "constant" and hasattr(p, "learning_rate"):
        p.learning_rate = p.learning_rate * factor(schedule, k, getattr(p, HORIZON, None))
    return p


def with_horizon(values: dict, choices: dict, steps) -> dict:
    """
    Add the number of steps to the values where the chosen schedule depends on it.

    Parameters
    ----------
    values : dict
    choices : dict
        The method's choices by name.
    steps : int or ndarray

    Returns
    -------
    dict
    """
    return values | {HORIZON: np.asarray(steps, dtype=float)} if choices[NAME] == "cosine" else values


def of_flow(values: dict, step: float, duration: float) -> dict:
    """
    What an ODE limit needs to know of its schedule.

    Parameters
    ----------
    values : dict
        Complete values by name.
    step : float
        The length of a step on the limit's clock.
    duration : float
        On the same clock.

    Returns
    -------
    dict
        Coefficients by name; empty if the learning rate is constant.
    """
    if values[NAME] == "constant":
        return {}
    return {NAME: values[NAME], "step": step, HORIZON: duration / step}


def window_factor(schedule: str, steps, window):
    """
    The factor s in the middle of the last steps, by which the size of a step is measured there.

    Parameters
    ----------
    schedule : str
    steps : int
    window : int
        How many of the last steps.

    Returns
    -------
    float
    """
    return factor(schedule, steps - window / 2, steps)


def elapsed(t, coefficients: dict):
    """
    The integral of s from 0 to t: how far a flow of unit rate would be in time. The inverse is :func:`clock_time`.

    Parameters
    ----------
    t : float or ndarray
    coefficients : dict
        From :func:`of_flow`.

    Returns
    -------
    ndarray
    """
    t = np.asarray(t, dtype=float)
    if not coefficients:
        return t
    schedule, c = coefficients[NAME], coefficients["step"]
    if schedule == "1/sqrt(t)":
        return 2 * c * (np.sqrt(1 + t / c) - 1)
    if schedule == "1/t":
        return c * np.log1p(t / c)
    duration = c * coefficients[HORIZON]
    return t / 2 + duration / (2 * pi) * np.sin(pi * t / duration)


def clock_time(unit, coefficients: dict):
    """
    The time t in [0, duration] at which :func:`elapsed` has a value.

    Parameters
    ----------
    unit : ndarray
        The value.
    coefficients : dict
        From :func:`of_flow`.

    Returns
    -------
    ndarray
    """
    if not coefficients:
        return unit
    low = np.zeros_like(unit)
    high = np.full_like(unit, coefficients["step"] * coefficients[HORIZON])
    for _ in range(60):  # halvings: enough for every bit of a float64
        middle = (low + high) / 2
        early = elapsed(middle, coefficients) < unit
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    return high
