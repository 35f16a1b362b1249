"""Theoretical quantities of a run or an ODE limit, to draw beside it. Each function names its source."""

from .averaging import FirstSpike, first_spike, local_rate, oscillating_sharpness
from .bounds import adagrad_norm_iterations, asymptotic_factor, linear_rates, sign_flow_bound, update_bound
from .budget import Swaps, amsgrad_swaps, gamma, regularization_budget
from .cycles import Cycle, adam_cycle, rmsprop_cycle
from .distance import Distances, distance_to_flow
from .facts import Facts
from .lyapunov import energy, energy_slope
from .online import OnlineRun, online_run, periodic_slopes, random_slopes
from .phase import Phase, phase_of_flow, phase_of_run
from .ripples import Ripple, ripple
from .sharpness import learning_rates, preconditioned_sharpness, preconditioner, sharpness_threshold
from .single_steps import Steps, steps
from .stationary import linearisation
from .theorem import proof_condition, proof_neighbourhood

__all__ = [
    "Cycle",
    "Distances",
    "Facts",
    "FirstSpike",
    "OnlineRun",
    "Phase",
    "Ripple",
    "Steps",
    "Swaps",
    "adagrad_norm_iterations",
    "adam_cycle",
    "amsgrad_swaps",
    "asymptotic_factor",
    "distance_to_flow",
    "energy",
    "energy_slope",
    "first_spike",
    "gamma",
    "learning_rates",
    "linear_rates",
    "linearisation",
    "local_rate",
    "online_run",
    "oscillating_sharpness",
    "periodic_slopes",
    "phase_of_flow",
    "phase_of_run",
    "preconditioned_sharpness",
    "preconditioner",
    "proof_condition",
    "proof_neighbourhood",
    "random_slopes",
    "regularization_budget",
    "ripple",
    "rmsprop_cycle",
    "sharpness_threshold",
    "sign_flow_bound",
    "steps",
    "update_bound",
]
