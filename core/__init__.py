"""Adamoscope's core: adaptive optimizers, their ODE limits and their regimes on functions of the plane.

No Dash, no Plotly: what the page shows, a notebook computes with the same calls.
"""

from .compile import collector, machine_code  # noqa: F401  first: they say how kernels are compiled and kept

# isort: split
from .api import compiled_step, flow, flow_map, objective, objectives, optimizers, regime_map, resolved, run
from .compile.webassembly import CompiledStep
from .errors import InputError
from .integrate.ode_limit import Solution
from .integrate.status import Status
from .objectives import Objective
from .optimizers import OPTIMIZERS
from .optimizers.declarations import Optimizer
from .parameters import RATES
from .regimes.lines import LINES
from .regimes.map import Cancelled, RegimeMap
from .regimes.names import REGIMES
from .regimes.published import published_map
from .regimes.rule import THRESHOLDS, Thresholds
from .regimes.scoring import separation
from .runs import MAXIMUM_STEPS, Run
from .tiling import tiled_map

__all__ = [
    "LINES",
    "MAXIMUM_STEPS",
    "OPTIMIZERS",
    "RATES",
    "REGIMES",
    "THRESHOLDS",
    "Cancelled",
    "CompiledStep",
    "InputError",
    "Objective",
    "Optimizer",
    "RegimeMap",
    "Run",
    "Solution",
    "Status",
    "Thresholds",
    "compiled_step",
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
