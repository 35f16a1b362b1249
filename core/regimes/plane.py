"""The cells of a plane of two parameters: every value that their runs use, and which cells are valid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..objectives import Family, Objective
from ..parameters import RATES, Choice, check_names, complete, shown, wrong

START_AXES = ("x0", "y0")
MOST_STEPS = 10**8  # of one cell, from a duration


@dataclass
class Cells:
    """The flattened cells of a plane.

    Attributes
    ----------
    shape : tuple of int
        (rows, columns) of the plane.
    values : dict of ndarray, (cells,)
        The optimizer's numeric parameters by name, decay factors included.
    choices : dict
        Its other parameters.
    start : tuple of ndarray, (cells,)
        x and y.
    valid : ndarray of bool, (cells,)
        Where all are in range.
    objective : core.Objective or core.objectives.Family
        One for all cells, or one per cell.
    """

    shape: tuple[int, int]
    values: dict[str, np.ndarray]
    choices: dict
    start: tuple[np.ndarray, np.ndarray]
    valid: np.ndarray
    objective: Objective | Family

    def parameters(self) -> dict:
        """Every value, shaped as the map where it is not one for all cells; those of the objective where they are an
        axis."""
        numbers = self.values | self.objective.of_axes
        shaped = {n: float(v[0]) if np.all(v == v[0]) else v.reshape(self.shape) for n, v in numbers.items()}
        return self.choices | shaped


def checked_axis(which: str, axis) -> tuple[str, np.ndarray]:
    """
    Check that an axis is a name and numbers.

    Parameters
    ----------
    which : {"x", "y"}
    axis : tuple of (str, array-like)
        NaN and infinite values are allowed: their cells are invalid.

    Returns
    -------
    (str, ndarray)
        Its values as floats, (n,) with n > 0.
    """
    try:
        name, values = axis
        found = np.asarray(values)
    except (TypeError, ValueError):
        raise wrong(which, axis, "a parameter's name and numbers in one dimension") from None
    if not isinstance(name, str) or found.dtype.kind not in "iuf" or found.ndim != 1 or not found.size:
        raise wrong(which, axis, "a parameter's name and numbers in one dimension")
    return name, found.astype(float)


def _axis(which, optimizer, objective, axis, other):
    """Check one axis: (name, values); InputError naming it."""
    name, values = checked_axis(which, axis)
    names = [p.name for p in optimizer.numeric] + list(START_AXES)
    names += [rate for rate, decay in RATES.items() if decay in names]
    names += [name for name in objective.parameters if name not in names]
    if name not in names:
        raise wrong(which, name, f"one of {', '.join(names)}")
    if name == other:
        raise InputError(f"{which} = {name!r}: the two axes must differ")
    return name, values


def cells_of(optimizer, objective, start, x, y, given) -> Cells:
    """
    The cells of a plane.

    Parameters
    ----------
    optimizer : core.Optimizer
    objective : core.Objective
    start : (float, float)
        The start of the cells where it is no axis.
    x, y : tuple of (str, array-like)
        The axes: the name of a numeric parameter, a rate, a parameter of the objective, or "x0", "y0", and its values.
    given : dict
        The other parameters by name.

    Returns
    -------
    Cells
        A cell whose own values are out of range, or where f is not finite at the start, is not valid.

    Raises
    ------
    InputError
        For an axis or a given parameter that is wrong.
    """
    x_name, xs = _axis("x", optimizer, objective, x, None)
    y_name, ys = _axis("y", optimizer, objective, y, x_name)
    axes = {x_name, y_name}
    for name, value in given.items():
        if name in axes:
            raise InputError(f"{name} = {shown(value)}: {name} is an axis of the map already")
        if isinstance(value, np.ndarray):
            raise InputError(f"{name} = {shown(value)}: must be one value for all cells; an axis has several")
    of_objective = {p.name for p in objective.declared} - {p.name for p in optimizer.parameters} - set(RATES)
    for name in sorted(axes & of_objective & objective.given):
        value = objective.parameters[name]
        raise InputError(f"{name} = {value!r}: the objective was given it, but {name} is an axis of the map already")
    of_optimizer = axes - set(START_AXES) - of_objective
    check_names(optimizer.name, optimizer.parameters, given | dict.fromkeys(of_optimizer, "axis"))
    grids = dict(zip((x_name, y_name), (g.ravel() for g in np.meshgrid(xs, ys)), strict=True))
    on_axes = {name: grids[name] for name in of_optimizer}
    found = complete(optimizer, given | on_axes, elementwise=True)
    count = xs.size * ys.size
    values = {p.name: np.array(np.broadcast_to(found.values[p.name], count)) for p in optimizer.numeric}
    valid = np.array(np.broadcast_to(found.valid, count))
    own = {name: grids[name] for name in axes & of_objective}
    for p in objective.declared:
        if p.name in own:
            valid &= p.valid(own[p.name])
    objective = objective.of_cells(own)
    origin = tuple(grids.get(n, np.full(count, s)) for n, s in zip(START_AXES, start, strict=True))
    sources = origin if own or axes & set(START_AXES) else start  # one for all cells
    valid &= np.isfinite(objective.value(*sources)) & np.isfinite(sources[0]) & np.isfinite(sources[1])
    choices = {p.name: found.values[p.name] for p in optimizer.parameters if isinstance(p, Choice)}
    return Cells((ys.size, xs.size), values, choices, origin, valid, objective)


def steps_of(optimizer, cells, steps, duration):
    """The steps of each cell: as many as asked for, or as the duration holds by the optimizer's clock."""
    if duration is None:
        return np.full(cells.valid.size, steps)
    names = [name for name in cells.values if name not in RATES.values()]  # no clock asks for a decay factor
    settings = np.array([cells.values[name][cells.valid] for name in names])
    distinct, of_cell = np.unique(settings, axis=1, return_inverse=True)
    clocks = np.array([optimizer.clock(dict(zip(names, setting, strict=True))) for setting in distinct.T.tolist()])
    with np.errstate(divide="ignore"):
        counts = np.round(duration / clocks)
    if not np.all((counts >= 1) & (counts <= MOST_STEPS)):
        raise InputError(f"duration = {duration!r}: must be 1 to {MOST_STEPS:,} steps of the clock of every cell")
    found = np.ones(cells.valid.size, dtype=np.int64)
    found[cells.valid] = counts[of_cell]
    return found
