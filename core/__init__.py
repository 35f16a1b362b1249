"""Adamoscope's core: adaptive optimizers, their ODE limits and their regimes on functions of the plane.

No Dash, no Plotly: what the page shows, a notebook computes with the same calls.
"""

from core.compile import machine_code  # noqa: F401  first: it says where kernels find their machine code

# isort: split
from core.api import flow, flow_map, objective, objectives, optimizers, regime_map, resolved, run
from core.errors import InputError
from core.integrate.ode_limit import Solution
from core.integrate.status import Status
from core.objectives import Objective
from core.optimizers import OPTIMIZERS
from core.optimizers.declarations import Optimizer
from core.parameters import RATES
from core.regimes.lines import LINES, published_map, separation
from core.regimes.map import Cancelled, RegimeMap
from core.regimes.names import REGIMES
from core.regimes.rule import THRESHOLDS, Thresholds
from core.runs import MAXIMUM_STEPS, Run
from core.tiling import tiled_map

__all__ = [
    "LINES",
    "MAXIMUM_STEPS",
    "OPTIMIZERS",
    "RATES",
    "REGIMES",
    "THRESHOLDS",
    "Cancelled",
    "InputError",
    "Objective",
    "Optimizer",
    "RegimeMap",
    "Run",
    "Solution",
    "Status",
    "Thresholds",
    "flow",
    "flow_map",
    "objective",
    "objectives",
    "optimizers",
    "published_map",
    "regime_map",
    "resolved",
    "run",
    "separation",
    "tiled_map",
]
