"""The published map that the lines are compared with."""

from __future__ import annotations

import csv
from importlib import resources

import numpy as np

from ..parameters import decay_factor
from ..schedules import NAME as SCHEDULE
from .conditions import NETWORK
from .map import RegimeMap
from .names import INVALID, REGIMES


def published_map() -> RegimeMap:
    """
    Ma, Wu & E's map of a network on FashionMNIST, 40 x 40 cells at eta = 1e-3, as read off the figure's bitmap.

    Returns
    -------
    RegimeMap
        Without layers, since the rule is not published, and with 0 steps: how many they took is not said either.

    References
    ----------
    C. Ma, L. Wu, W. E: A qualitative study of the dynamic behavior of adaptive gradient algorithms. MSML 2021. Figure
    8, right.
    """
    with resources.files(__package__).joinpath("published_regime_map.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    a, b = (np.unique([float(row[name]) for row in rows]) for name in "ab")
    regime = np.full((b.size, a.size), INVALID, dtype=np.int8)
    for row in rows:
        regime[np.searchsorted(b, float(row["b"])), np.searchsorted(a, float(row["a"]))] = REGIMES.index(row["regime"])
    eta, of = 1e-3, np.meshgrid(a, b)
    decays = {"beta2": decay_factor(of[0], eta), "beta1": decay_factor(of[1], eta)}
    parameters = {"learning_rate": eta, **decays, SCHEDULE: "constant"}
    steps = np.zeros(regime.shape, dtype=np.int64)
    return RegimeMap(("a", a), ("b", b), regime, {}, steps, parameters, "adam", NETWORK)
