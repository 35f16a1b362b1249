"""A flow linearised at a stationary point."""

from __future__ import annotations

import numpy as np

from core.compile.system import jacobian_at
from core.errors import InputError
from core.integrate.ode_limit import flow_values
from core.objectives import objective as objective_of
from core.optimizers import NAMES, OPTIMIZERS
from core.parameters import known, point


def linearisation(optimizer: str, objective, at, *, time: float = 1e6, variant=None, **parameters):
    """(matrix, eigenvalues) of the flow at rest in a stationary point, all its state at zero: (n, n) and (n,).

    Order: x, y, then the state. For RMSprop it is block diag(-H/epsilon, -a I) (Ma, Wu & E 2021, eq. 11): stable in
    continuous time however near to singular, while the discrete step needs eta < 2 epsilon/lambda. `time` is late
    enough for the bias correction to be over. InputError where epsilon = 0, or for a flow that is not smooth.
    """
    method = OPTIMIZERS[known("optimizer", optimizer, NAMES)]
    values = flow_values(method, parameters)
    if values.get("epsilon") == 0:
        raise InputError("epsilon = 0: the flow has no linearisation at rest; epsilon must be above 0")
    limit = method.limit(values, variant)
    if limit is None or limit.kind != "smooth":
        raise InputError(f"optimizer = {optimizer!r}: its flow is not smooth")
    matrix = jacobian_at(limit, objective_of(objective), limit.coefficients(values), point("at", at), time)
    return matrix, np.linalg.eigvals(matrix)
