"""An objective: a formula with values for its parameters, and the start point and domain to draw it with."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cached_property, lru_cache

import numpy as np
from numba import njit

from ..compile.calls import POINT_SIZE, call_objective
from ..errors import InputError
from ..formulas.parsing import FormulaError
from ..parameters import in_range, many, point, shown, wrong
from ..symbolic.expression import ordered
from .catalogue import BUILT_IN, Entry
from .shape import Shape, shape_of

_RAY = np.geomspace(1e-3, 1e12, 91)  # distances at which a ray is sampled, relative to the point's size
MAXIMUM_NODES = 4000  # of value, gradient and Hessian: compiled for lanes in a few seconds


class _Function:
    """A function of the plane, or one for each of several cells.

    Subclasses have `shape`, `minimum` and `_rows`: the parameters' values, one row (1, m), or a row per cell (n, m).
    """

    shape: Shape
    minimum: float | None
    _rows: np.ndarray

    def part(self, cells) -> _Function:
        """The function of these cells, given as an index array or a mask."""
        raise NotImplementedError

    def _evaluate(self, x, y):
        x, y = many("x", x), many("y", y)
        if x.shape != y.shape:
            try:
                x, y = np.broadcast_arrays(x, y)
            except ValueError:
                raise InputError(f"x, y: shapes {x.shape} and {y.shape} must broadcast") from None
        out = np.empty((x.size, POINT_SIZE))
        points = np.ascontiguousarray(x).ravel(), np.ascontiguousarray(y).ravel()
        _evaluate(self.shape.compiled.address, self._rows, *points, out)
        return out.reshape(*x.shape, POINT_SIZE)

    def value(self, x, y):
        """Evaluate f.

        Parameters
        ----------
        x, y : array_like
            The points, which broadcast to (...); for one function per cell the first axis is that of the cells.

        Returns
        -------
        ndarray, shape (...)
        """
        return self._evaluate(x, y)[..., 0]

    def gradient(self, x, y):
        """Evaluate the exact gradient: (..., 2), at points as for :meth:`value`."""
        return self._evaluate(x, y)[..., 1:3]

    def hessian(self, x, y):
        """Evaluate the exact Hessian: (..., 2, 2), at points as for :meth:`value`."""
        out = self._evaluate(x, y)
        return out[..., [3, 4, 4, 5]].reshape(*out.shape[:-1], 2, 2)

    def falls_forever(self, x, y):
        """Whether f falls without bound along the ray of steepest descent from each point.

        Sampled at distances up to 1e12 times the point's size: f must never rise on the way, and fall in the far half
        of the decades by at least half of what it falls in the near one. Never so where the least value is known.

        Parameters
        ----------
        x, y : ndarray, shape (n,)

        Returns
        -------
        ndarray of bool, shape (n,)
            False where a point is not finite.
        """
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        found = np.zeros(x.shape, dtype=bool)
        finite = np.isfinite(x) & np.isfinite(y)
        if self.minimum is None and finite.any():
            found[finite] = self.part(finite)._falls_along_ray(x[finite], y[finite])
        return found

    def _falls_along_ray(self, x, y):
        with np.errstate(all="ignore"):
            downhill = -self.gradient(x, y)
            unit = downhill / np.hypot(downhill[:, 0], downhill[:, 1])[:, None]
            distance = _RAY * (1 + np.hypot(x, y))[:, None]
            f = self.value(x[:, None] + distance * unit[:, :1], y[:, None] + distance * unit[:, 1:])
            here = self.value(x, y)
            before = np.column_stack([here, f[:, :-1]])
            falls = np.all((f <= before + 1e-12 * np.abs(before)) | (f == -np.inf), axis=1)
            near, far = here - f[:, _RAY.size // 2], f[:, _RAY.size // 2] - f[:, -1]
            unending = (f[:, -1] == -np.inf) | (far >= 0.5 * near) & (far > 0)
        return falls & unending


class Objective(_Function):
    """A function of the plane.

    Attributes
    ----------
    name : str
        The built-in's name, or the formula.
    title : str
        The name as it is shown.
    formula : str
        The text.
    parameters : dict
        The values of its own parameters by name. They are not part of compiled code: all objectives of one formula
        share their `shape`, so that another value costs nothing.
    given : frozenset of str
        The names of those that were given and not left at their defaults: they cannot be the axis of a map as well.
    start : tuple of float
        (x, y) of the start point that the page opens with.
    domain : tuple
        ((x0, x1), (y0, y1)) to draw.
    minimizers : ndarray, shape (k, 2)
        The known ones; k may be 0.
    minimum : float or None
        The known least value.
    latex : str
        The formula typeset as it was understood.
    python : str
        The same as Python text in x, y, its parameters, ``np`` and ``math``.
    """

    def __init__(self, entry: Entry, parameters: dict[str, float], given: frozenset[str] = frozenset()):
        self.name, self.title, self.formula = entry.name, entry.title, entry.formula
        self.start, self.domain, self.minimum = entry.start, entry.domain, entry.minimum
        self.declared = entry.parameters
        self.minimizers = np.array(entry.minimizers, dtype=float).reshape(-1, 2)
        self.parameters, self.given = parameters, given
        self.shape = shape_of(entry.formula, tuple((p.name, p.symbol) for p in entry.parameters))
        self._rows = np.array([[parameters[name] for name in self.shape.parameters]], dtype=float)

    def __repr__(self):
        inner = "".join(f", {k}={v!r}" for k, v in self.parameters.items())
        return f"core.objective({self.name!r}{inner})"

    def __reduce__(self):
        """Pickled by name or formula: compiled code stays in its process."""
        return _built, (self.name, tuple(self.parameters.items()), self.given)

    @property
    def expression(self):
        """f, of x, y and the parameters' variables: see :class:`core.objectives.shape.Shape`."""
        return self.shape.expression

    @property
    def gradient_expressions(self):
        """df/dx and df/dy."""
        return self.shape.gradient_expressions

    @property
    def hessian_expressions(self):
        """d2f/dx2, d2f/dxdy and d2f/dy2."""
        return self.shape.hessian_expressions

    @property
    def compiled(self):
        """The compiled code, shared by all objectives of this formula."""
        return self.shape.compiled

    @property
    def latex(self) -> str:
        """The formula typeset as it was understood."""
        return self.shape.latex

    @property
    def python(self) -> str:
        """The formula as Python text in x, y, its parameters, ``np`` and ``math``."""
        return self.shape.python

    @property
    def key(self):
        """Two objectives with equal keys are the same function."""
        return (self.name, tuple(sorted(self.parameters.items())))

    @property
    def variables(self) -> dict[str, float]:
        """The parameters' values by the names of their variables in the expressions."""
        return dict(zip(self.shape.variables, self._rows[0].tolist(), strict=True))

    @cached_property
    def native(self) -> tuple[int, np.ndarray]:
        """(address, parameters), as :func:`core.compile.calls.call_objective` takes it while this object lives."""
        return self.shape.compiled.address, self._rows[0]

    @property
    def of_axes(self) -> dict[str, np.ndarray]:
        """The parameters that have a value per cell: none."""
        return {}

    def of_cells(self, parameters: dict[str, np.ndarray]) -> Objective | Family:
        """Give some parameters a value per cell.

        Parameters
        ----------
        parameters : dict
            Values by name, (n,) each and not checked; the rest keep theirs.

        Returns
        -------
        Family, or the objective itself where there are no such parameters.
        """
        return Family(self, parameters) if parameters else self

    def part(self, cells) -> Objective:
        """
        The objective of some cells of a map: the same for all.

        Parameters
        ----------
        cells : ndarray
            Index array or mask.

        Returns
        -------
        Objective
        """
        return self

    def at_cell(self, cell: int) -> Objective:
        """
        The objective of one cell of a map: the same for all.

        Parameters
        ----------
        cell : int

        Returns
        -------
        Objective
        """
        return self


class Family(_Function):
    """One objective per cell: `shape` is one, and some parameters have a value per cell.

    Parameters
    ----------
    objective : Objective
    of_axes : dict
        The values of the parameters that have one per cell, by name, (n,) each.
    """

    def __init__(self, objective: Objective, of_axes: dict[str, np.ndarray]):
        self.objective, self.shape, self.minimum = objective, objective.shape, objective.minimum
        self.minimizers, self.of_axes = objective.minimizers, of_axes
        columns = [of_axes.get(name, value) for name, value in objective.parameters.items()]
        self._rows = np.ascontiguousarray(np.stack(np.broadcast_arrays(*columns), axis=1), dtype=float)

    @property
    def variables(self) -> dict[str, np.ndarray]:
        """The parameters' values by the names of their variables in the expressions, (n,) each."""
        return dict(zip(self.shape.variables, self._rows.T, strict=True))

    def part(self, cells) -> Family:
        """
        The family of some of the cells.

        Parameters
        ----------
        cells : ndarray
            Index array or mask.

        Returns
        -------
        Family
        """
        return Family(self.objective, {name: values[cells] for name, values in self.of_axes.items()})

    def at_cell(self, cell: int) -> Objective:
        """
        The objective of one cell.

        Parameters
        ----------
        cell : int

        Returns
        -------
        Objective

        Raises
        ------
        InputError
            Where a value is not allowed.
        """
        own = {name: float(values[cell]) for name, values in self.of_axes.items()}
        return objective(self.objective.name, **self.objective.parameters | own)


@njit(nogil=True, cache=True, error_model="numpy")
def _evaluate(address, parameters, x, y, out):
    """Fill out (n, 6); parameters: rows for equal parts of the points."""
    rows = parameters.shape[0]
    each = x.size // rows if rows else 0
    for row in range(rows):
        f = (address, parameters[row])
        for i in range(row * each, (row + 1) * each):
            call_objective(f, x[i], y[i], out[i])


def objective(source, **parameters) -> Objective:
    """
    Find a built-in objective by its name, or read a formula in x and y.

    Parameters
    ----------
    source : str or Objective
        A name or a formula; an objective is returned as it is.
    **parameters : float
        Values of the objective's own parameters; the rest have their defaults.

    Returns
    -------
    Objective

    Raises
    ------
    InputError
        For an unknown parameter or a value out of range, and text that is neither a name nor a formula.
    """
    if isinstance(source, Objective):
        if parameters:
            raise InputError(f"{next(iter(parameters))}: an objective that is built already takes no parameters")
        return source
    if not isinstance(source, str):
        raise wrong("objective", source, "a name, a formula in x and y, or an objective")
    entry = BUILT_IN.get(source.strip())
    own = {p.name: p for p in entry.parameters} if entry else {}
    for name, value in parameters.items():
        if name not in own:
            has = ", ".join(own) or "no parameters"
            raise InputError(f"{name} = {shown(value)}: {source} has no such parameter; it has {has}")
    values = {name: in_range(p, parameters.get(name, p.default)) for name, p in own.items()}
    return _built(entry.name if entry else source.strip(), tuple(values.items()), frozenset(parameters))


@lru_cache(maxsize=128)
def _built(source, values, given):
    entry = BUILT_IN.get(source)
    if entry is None:
        entry = Entry(source, source, source, (1.0, 1.0), ((-2.5, 2.5), (-2.5, 2.5)), minimum=None)
        try:
            built = Objective(entry, {})
        except FormulaError as error:
            if not source.isidentifier():
                raise
            close = get_close_matches(source.lower(), BUILT_IN, 1)
            names = f"did you mean {close[0]}?" if close else f"the built-in names are {', '.join(BUILT_IN)}"
            raise FormulaError(source, error.reason, error.position, error.length, names) from None
        if built.shape.is_constant:
            raise FormulaError(source, "this is the same number everywhere", None, 1, "a formula must depend on x or y")
        nodes = len(ordered(built.shape.point_expressions))
        if nodes > MAXIMUM_NODES:
            reason = f"its second derivatives take {nodes} operations, and at most {MAXIMUM_NODES} are allowed"
            raise FormulaError(source, reason, None, 1, "shorten the formula")
        return built
    return Objective(entry, dict(values), given)


def checked_start(f, start):
    """
    Check a start point.

    Parameters
    ----------
    f : Objective
    start : (float, float) or None
        None stands for the objective's own.

    Returns
    -------
    (float, float)

    Raises
    ------
    InputError
        For what is no point, and where f is not finite.
    """
    x0 = f.start if start is None else point("start", start)
    if not np.isfinite(f.value(*x0)):
        raise InputError(f"start = {x0!r}: {f.name} is not finite there; choose a point where it is")
    return x0
