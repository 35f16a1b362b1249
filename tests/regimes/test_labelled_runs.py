"""The classifier against labelled runs: reference/labelled_runs.csv, curves looked at by eye."""

import csv
from collections import defaultdict

import numpy as np
import pytest

import core


@pytest.fixture(scope="module")
def compared(reference):
    """(label, the map's name for it, the row) of every labelled run, one map per objective and start."""
    with open(reference / "labelled_runs.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[n] for n in ("objective", "x0", "y0", "eta", "epsilon", "steps"))].append(row)
    found = []
    for (objective, *numbers), members in groups.items():
        x0, y0, eta, epsilon, steps = map(float, numbers)
        a, b = (sorted({float(row[n]) for row in members}) for n in "ab")
        grid = core.regime_map(
            objective,
            start=(x0, y0),
            learning_rate=eta,
            epsilon=epsilon,
            steps=int(steps),
            x=("a", a),
            y=("b", b),
        )
        for row in members:
            cell = grid.regime[b.index(float(row["b"])), a.index(float(row["a"]))]
            found.append((row["regime"], core.REGIMES[cell], row))
    assert len(found) == len(rows) > 300
    return found


def test_the_map_agrees_with_99_of_100_labels(compared):
    wrong = [row for label, name, row in compared if label != name]
    assert len(wrong) <= 0.01 * len(compared), wrong


@pytest.mark.parametrize("regime", ["converging", "oscillation", "spike", "divergence"])
def test_no_regime_is_below_95_percent(compared, regime):
    agree = [label == name for label, name, _ in compared if label == regime]
    assert len(agree) >= 40
    assert np.mean(agree) >= 0.95


def test_a_run_has_its_cell_s_regime(compared):
    for _, name, row in compared[::16]:
        run = core.run(
            "adam", row["objective"], start=(float(row["x0"]), float(row["y0"])), steps=int(row["steps"]),
            learning_rate=float(row["eta"]), epsilon=float(row["epsilon"]),
            a=float(row["a"]), b=float(row["b"]),
        )  # fmt: skip
        assert run.regime == name, row
