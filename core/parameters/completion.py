"""How the parameters that are given become a complete set of values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from .declarations import Choice, chosen, in_range
from .inputs import shown
from .rates import RATE_PARAMETERS, RATES, decay_factor, no_decay_factor, rate_of


def check_names(method: str, parameters, given, extra=()) -> None:
    """
    Check the names of parameters that are given.

    Parameters
    ----------
    method : str
        The method's name, for the message.
    parameters : iterable of Parameter or Choice
        Those that it has.
    given : dict
        Values by name.
    extra : iterable of str, optional
        Further names that are allowed.

    Returns
    -------
    None

    Raises
    ------
    InputError
        For a name that the method does not have, or a decay factor given together with a rate.
    """
    names = {p.name for p in parameters}
    rates = {rate for rate, decay in RATES.items() if decay in names}
    allowed = [p.name for p in parameters] + sorted(rates) + list(extra)
    for name, value in given.items():
        if name not in allowed:
            raise InputError(f"{name} = {shown(value)}: {method} has no such parameter; it has {', '.join(allowed)}")
    pairs = [n for n in RATES if n in given], [n for n in sorted(RATES.values()) if n in given]
    if pairs[0] and pairs[1]:
        both = ", ".join(f"{n} = {shown(given[n])}" for n in pairs[0] + pairs[1])
        raise InputError(f"{both}: give a and b, or beta1 and beta2, not both forms at once")


@dataclass(frozen=True)
class Complete:
    """
    A method's complete parameters.

    Attributes
    ----------
    values : dict
        Every parameter of the method by name: a float, an array where one was given, or a choice's value. Decay factors
        are there also where rates were given.
    rates : dict
        The rates a, b of the decay factors that the method has: as given, or made of the decay factors.
    valid : bool or bool array
        Where all values are in range; True for numbers alone, since a wrong one raises.
    """

    values: dict[str, Any]
    rates: dict[str, Any]
    valid: Any = True


def complete(method, given: dict, *, elementwise: bool = False, for_limit: bool = False) -> Complete:
    """
    Check what is given and fill in the rest: defaults, decay factors of given rates, rates of decay factors.

    Parameters
    ----------
    method : core.Optimizer
    given : dict
        Parameters by name, a and b among them in place of beta2 and beta1.
    elementwise : bool, optional
        Whether numeric parameters may be arrays that broadcast with each other, such as the cells of a map. What is
        wrong with an element is told by `Complete.valid`; numbers are checked as ever.
    for_limit : bool, optional
        Whether the values are an ODE limit's, which needs no learning rate where a and b are given.

    Returns
    -------
    Complete

    Raises
    ------
    InputError
        For an unknown name, both forms of a decay factor, a wrong type or a number out of range. It names the
        parameter, the value and what is allowed.

    References
    ----------
    C. Ma, L. Wu, W. E: A qualitative study of the dynamic behavior of adaptive gradient algorithms. MSML 2021.
    """
    check_names(method.name, method.parameters, given)
    valid: Any = True

    def checked(p, value):
        nonlocal valid
        if not (elementwise and isinstance(value, np.ndarray)):
            return in_range(p, value)
        valid = valid & p.valid(value)
        return value

    values, own = {}, {p.name: p for p in method.parameters}
    for name, p in own.items():
        if isinstance(p, Choice):
            values[name] = chosen(p, given.get(name, p.default_with(given)))
        else:
            values[name] = checked(p, given.get(name, p.default))
    eta, rates = values["learning_rate"], {}
    told = "learning_rate" in given or not for_limit
    for rate, decay in RATES.items():
        if decay not in own:
            continue
        if rate not in given:
            rates[rate] = rate_of(values[decay], eta)
            continue
        rates[rate] = checked(RATE_PARAMETERS[rate], given[rate])
        values[decay] = decay_factor(rates[rate], eta)
        fits = own[decay].valid(values[decay])
        if not told:
            if not np.all(fits):
                del values[decay]
        elif isinstance(values[decay], np.ndarray):
            valid = valid & fits
        elif not fits:
            raise no_decay_factor(rate, rates[rate], eta)
    return Complete(values, rates, valid)
