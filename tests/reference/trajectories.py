"""What the scripts share that write other libraries' trajectories: where they run, and how they are stored.

A file holds, for the cases of `index` (JSON: id, optimizer, objective, start and our names of the parameters; a
parameter that is not named has our default):
    position   (cases, STEPS + 1, 2)   the library's parameter, row 0 the start
    loss       (cases, STEPS + 1)      the objective there
    perturbed  (cases, STEPS + 1, 2)   position again, from the start moved by 1e-15 of itself
"""

import json
import math
from pathlib import Path

import numpy as np

STEPS = 120


def objectives(cos):
    """(objective, start, learning rate at which plain gradient descent is stable there), for numbers with this cos."""

    def quartic(x, y):
        return (x + y) ** 4 + (x / 2 - y / 2) ** 4

    def quadratic(x, y):
        return (x**2 + 50 * y**2) / 2

    def rosenbrock(x, y):
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    def himmelblau(x, y):
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2

    def beale(x, y):
        return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2

    def rastrigin(x, y):
        return 20 + x**2 - 10 * cos(2 * math.pi * x) + y**2 - 10 * cos(2 * math.pi * y)

    def three_hump_camel(x, y):
        return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2

    return [
        (quartic, (0.5, -2.5), 2e-3),
        (quadratic, (1.0, 1.0), 1e-2),
        (rosenbrock, (-1.5, 2.0), 1e-4),
        (himmelblau, (0.0, 0.0), 3e-3),
        (beale, (1.0, 1.5), 1e-3),
        (rastrigin, (2.2, -1.3), 1e-3),
        (three_hump_camel, (1.5, 1.5), 1e-2),
    ]


def perturbed(start):
    """The start moved by 1e-15 of itself; a coordinate of 0, which that leaves alone, by 1e-15."""
    return tuple(value * (1 + 1e-15) if value else 1e-15 for value in start)


def write(library, version, cos, settings, trajectory):
    """Run every setting on every objective and write <library>_trajectories.npz beside this file.

    settings(objective's name, stable rate) -> [(optimizer, our parameters)];
    trajectory(optimizer, objective, start, our parameters) -> (positions, losses) of STEPS + 1 rows.
    """
    cases, runs = [], []
    for objective, start, stable_rate in objectives(cos):
        for number, (optimizer, parameters) in enumerate(settings(objective.__name__, stable_rate)):
            cases.append(
                {
                    "id": f"{optimizer}-{objective.__name__}-{number}",
                    "optimizer": optimizer,
                    "parameters": parameters,
                    "objective": objective.__name__,
                    "start": start,
                }
            )
            position, loss = trajectory(optimizer, objective, start, parameters)
            moved, _ = trajectory(optimizer, objective, perturbed(start), parameters)
            runs.append((position, loss, moved))
    position, loss, moved = (np.array(parts) for parts in zip(*runs, strict=True))
    index = json.dumps({library: version, "steps": STEPS, "cases": cases})
    file = Path(__file__).with_name(f"{library}_trajectories.npz")
    np.savez_compressed(file, index=index, position=position, loss=loss, perturbed=moved)
    print(f"{len(cases)} cases, {file.stat().st_size} bytes")
