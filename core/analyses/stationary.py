"""Linearization of an ODE limit at a stationary point."""

from __future__ import annotations

import numpy as np

from ..compile.system import jacobian_at
from ..errors import InputError
from ..integrate.ode_limit import flow_values
from ..objectives import objective as objective_of
from ..optimizers import optimizer_named
from ..parameters import checked, point, positive


@checked(time=positive)
def linearisation(optimizer: str, objective, at, *, time: float = 1e6, variant=None, **parameters):
    """Linearize an ODE limit at a stationary point of f, with all its state at zero.

    Parameters
    ----------
    optimizer : str
    objective : str or core.Objective
    at : (float, float)
        The stationary point.
    time : float
        Time at which the right-hand side is evaluated; late enough by default for the bias correction to be over.
    variant : str, optional
        The limit's name, where the method has several.
    **parameters
        As for core.flow.

    Returns
    -------
    matrix : ndarray, shape (n, n)
        The Jacobian, in the order x, y, then the state.
    eigenvalues : ndarray, shape (n,)

    Raises
    ------
    InputError
        Where epsilon = 0, or for a limit that is not smooth.

    Notes
    -----
    For RMSprop the Jacobian is block diag(-H/epsilon, -a I): stable in continuous time for every positive definite H,
    while the discrete step needs eta < 2 epsilon/lambda.

    References
    ----------
    Ma, Wu & E 2021, equation 11.
    """
    method = optimizer_named(optimizer)
    values = flow_values(method, parameters)
    if values.get("epsilon") == 0:
        raise InputError("epsilon = 0: the flow has no linearisation at rest; epsilon must be above 0")
    limit = method.limit(values, variant)
    if limit is None or limit.kind != "smooth":
        raise InputError(f"optimizer = {optimizer!r}: its flow is not smooth")
    matrix = jacobian_at(limit, objective_of(objective), limit.coefficients(values), point("at", at), time)
    return matrix, np.linalg.eigvals(matrix)
