"""Label placement on the map: each regime's name, its most typical cell, its share of the cells."""

from __future__ import annotations

import numpy as np

LEAST_SHARE = 0.03  # of the map, below which a patch gets no label


def labels(regime: np.ndarray, x: np.ndarray, y: np.ndarray, names) -> list[dict]:
    """
    Place the regimes' names on a map, each at the cell farthest from other regimes.

    Parameters
    ----------
    regime : ndarray of int, shape (rows, columns)
    x, y : ndarray, shapes (columns,) and (rows,)
        The middles of the cells, in the axes' units.
    names : sequence of str
        By the regimes' numbers.

    Returns
    -------
    list of dict
        ``name``, ``x`` and ``y`` for each regime whose patch is large enough.
    """
    found = []
    for index, name in enumerate(names):
        patch = regime == index
        if patch.mean() < LEAST_SHARE:
            continue
        depth = _depth(patch)
        row, column = np.unravel_index(np.argmax(depth), depth.shape)
        if depth.max() >= 2:
            found.append({"name": name, "x": float(x[column]), "y": float(y[row])})
    return found


def deepest(patch: np.ndarray) -> tuple[int, int] | None:
    """(row, column) of the patch's cell farthest from its edge, or None where the patch is empty."""
    if not patch.any():
        return None
    row, column = np.unravel_index(np.argmax(_depth(patch)), patch.shape)
    return int(row), int(column)


def _depth(patch):
    """Erosion depth of each cell of a patch: how many binary erosions it survives."""
    depth = np.zeros(patch.shape, dtype=int)
    left = np.pad(patch, 1)
    while left.any():
        depth += left[1:-1, 1:-1]
        eroded = left[1:-1, 1:-1] & left[:-2, 1:-1] & left[2:, 1:-1] & left[1:-1, :-2] & left[1:-1, 2:]
        left = np.pad(eroded, 1)
    return depth


def shares(regime: np.ndarray, names) -> str:
    """The map as text, for screen readers."""
    valid = max(int((regime >= 0).sum()), 1)
    parts = [f"{name} {100 * int((regime == i).sum()) / valid:.0f} %" for i, name in enumerate(names)]
    return "Of the valid cells: " + ", ".join(parts) + "."
