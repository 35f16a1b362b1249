"""The theory's lines on any plane: where a cell's own values meet a line's claim, and its conditions hold."""

from __future__ import annotations

from functools import cache

import numpy as np
from contourpy import LineType, contour_generator

import core
from core.regimes import Line, case_of
from dashboard.catalogue.lines import LINES, PUBLISHED_MAP

SAMPLES = 65  # along either axis: the lines are straight, or nearly, in the logarithms

SIGNS = {
    "beta1": "β₁",
    "beta2": "β₂",
    "eta": "η",
    "epsilon": "ε",
    "sqrt(": "√(",
    "|x|^n": "|x|ⁿ",
    "1e-30": "10⁻³⁰",
    "^3.07": "³·⁰⁷",
    "^2": "²",
    "^3": "³",
    "<=": "≤",
    " - ": " − ",
}


def readable(text: str) -> str:
    """Core's plain text with the field's own signs."""
    for plain, sign in SIGNS.items():
        text = text.replace(plain, sign)
    return text


def told(line: Line) -> dict[str, str]:
    """What the page says of a line."""
    return {name: readable(getattr(line, name)) for name in ("relation", "meaning", "scope", "source", "status")}


def polylines(box, method, values_at, objective) -> dict[str, np.ndarray]:
    """
    The theory's lines on a plane, each where it holds.

    Parameters
    ----------
    box : (float, float, float, float)
        x0, x1, y0 and y1, in the axes' units.
    method : Optimizer
    values_at : callable
        ``values_at(x, y) -> dict``: the method's complete values at places of the plane, as arrays.
    objective : Objective

    Returns
    -------
    dict of str to ndarray of float32, shape (m, 2)
        By the line's name, in the axes' units, NaN between the pieces of a line. Lines that do not cross the box, or
        hold nowhere in it, are left out.
    """
    x0, x1, y0, y1 = box
    x, y = np.linspace(x0, x1, SAMPLES), np.linspace(y0, y1, SAMPLES)
    values = values_at(*np.meshgrid(x, y))
    case = case_of(method, values, objective)
    found: dict[str, np.ndarray] = {}
    for name, line in LINES.items():
        holds = line.holds(method, values, objective)
        if not holds.any():
            continue
        with np.errstate(all="ignore"):
            above = np.log(case.a / line.a(case.b, case.eta, case.exponent))
        above = np.ma.masked_where(~(np.isfinite(above) & holds) | (case.a < line.from_a), above)
        _add(found, name, contour_generator(x, y, above, line_type=LineType.Separate).lines(0.0))
    return found


@cache
def published_outline() -> dict[str, np.ndarray]:
    """The edges between the regimes of the published map, in the units of the plane of a and b."""
    grid = core.published_map()
    found: dict[str, np.ndarray] = {}
    pieces: list[np.ndarray] = []
    x, y = np.log10(grid.x[1]), np.log10(grid.y[1])
    for index in np.unique(grid.regime):
        patch = (grid.regime == index).astype(float)
        edges = contour_generator(x, y, patch, line_type=LineType.Separate).lines(0.5)
        pieces.extend(np.asarray(edge) for edge in edges)
    _add(found, PUBLISHED_MAP, pieces)
    return found


def _add(found, name, pieces):
    if pieces:
        broken = [part for piece in pieces for part in (piece, np.full((1, 2), np.nan))]
        found[name] = np.concatenate(broken).astype(np.float32)
