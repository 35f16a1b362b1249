"""The oracles of the optimizers' steps: other libraries' stored trajectories, and naive twins.

A trajectory is compared as far as float64 determines it at all: wherever a start that is moved by 1e-15 of itself
has moved the run by less than SENSITIVE; from there on rounding decides.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.optimizers.twins import TWINS

REFERENCE = Path(__file__).parents[1] / "reference"
TOLERANCE = 1e-9  # relative to the position, absolute below 1
SENSITIVE = 1e-11


def comparable_steps(position, perturbed):
    """How many steps of a run, (steps + 1, 2), are finite and do not hang on the start's last digits."""
    with np.errstate(invalid="ignore", over="ignore"):
        settled = np.abs(perturbed - position).max(axis=1) <= SENSITIVE
    return int(np.argmin(settled)) - 1 if not settled.all() else len(position) - 1


def assert_same_trajectory(ours, theirs):
    assert ours.shape == theirs.shape
    assert np.max(np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))) <= TOLERANCE


@dataclass(frozen=True)
class Library:
    """Another library's trajectories; reference/trajectories.py says what the arrays hold."""

    steps: int
    cases: list
    position: np.ndarray
    loss: np.ndarray
    perturbed: np.ndarray

    @classmethod
    def stored(cls, name):
        with np.load(REFERENCE / f"{name}_trajectories.npz") as file:
            index = json.loads(str(file["index"]))
            return cls(index["steps"], index["cases"], file["position"], file["loss"], file["perturbed"])

    @property
    def optimizers(self):
        return {case["optimizer"] for case in self.cases}


LIBRARIES = {"PyTorch": Library.stored("torch"), "optax": Library.stored("optax")}
ORACLES = {title: library.optimizers for title, library in LIBRARIES.items()} | {"naive twin": set(TWINS)}
