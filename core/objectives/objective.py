"""An objective: a formula with exact derivatives, and what a page needs to draw it."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cached_property, lru_cache

import numpy as np
from numba import njit

from core.compile import llvm
from core.compile.calls import call_objective
from core.errors import InputError
from core.formulas.parsing import FormulaError, read
from core.objectives.catalogue import ENTRIES, Entry
from core.parameters import in_range, point
from core.symbolic.derivatives import derivative
from core.symbolic.expression import X, Y, ordered

_ENTRIES = {entry.name: entry for entry in ENTRIES}
_RAY = np.geomspace(1e-3, 1e12, 91)  # distances at which a ray is sampled, relative to the point's size
MAXIMUM_NODES = 4000  # of value, gradient and Hessian: compiled for lanes in a few seconds
POINT_SIZE = 6  # f, f_x, f_y, f_xx, f_xy, f_yy


class Objective:
    """A function of the plane.

    name: the built-in's name, or the formula;  formula: the text;  parameters: its own numbers by name;
    start: (x, y);  domain: ((x0, x1), (y0, y1)) to draw;  minimizers: (k, 2), k may be 0;
    minimum: the known least value, or None;  latex: the formula typeset as it was understood;  python: the same as
    Python text in x, y, its parameters, ``np`` and ``math``.
    """

    def __init__(self, entry: Entry, parameters: dict[str, float]):
        self.name, self.title, self.formula = entry.name, entry.title, entry.formula
        self.start, self.domain, self.minimum = entry.start, entry.domain, entry.minimum
        self.minimizers = np.array(entry.minimizers, dtype=float).reshape(-1, 2)
        self.parameters = parameters
        formula = read(entry.formula, parameters, {p.name: p.symbol for p in entry.parameters})
        self.expression, self.latex, self.python = formula.expression, formula.latex, formula.python

    def __repr__(self):
        inner = "".join(f", {k}={v!r}" for k, v in self.parameters.items())
        return f"core.objective({self.name!r}{inner})"

    def __reduce__(self):
        """Pickled by name or formula: compiled code stays in its process."""
        return _built, (self.name, tuple(self.parameters.items()))

    @cached_property
    def gradient_expressions(self):
        """(f_x, f_y), differentiated symbolically."""
        return tuple(derivative([self.expression], v)[0] for v in (X, Y))

    @cached_property
    def hessian_expressions(self):
        """(f_xx, f_xy, f_yy), differentiated symbolically."""
        fx, fy = self.gradient_expressions
        return derivative([fx], X)[0], derivative([fx], Y)[0], derivative([fy], Y)[0]

    @cached_property
    def compiled(self) -> llvm.Function:
        """``void f(double x, double y, double out[6])``: f, f_x, f_y, f_xx, f_xy, f_yy."""
        return llvm.compile_point([self.expression, *self.gradient_expressions, *self.hessian_expressions])

    @property
    def key(self):
        """Two objectives with equal keys are the same function."""
        return (self.name, tuple(sorted(self.parameters.items())))

    def _evaluate(self, x, y):
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        if x.shape != y.shape:
            x, y = np.broadcast_arrays(x, y)
        out = np.empty((x.size, POINT_SIZE))
        _evaluate(self.compiled.address, np.ascontiguousarray(x).ravel(), np.ascontiguousarray(y).ravel(), out)
        return out.reshape(*x.shape, POINT_SIZE)

    def value(self, x, y):
        """f at the points: (...), for x and y that broadcast to (...)."""
        return self._evaluate(x, y)[..., 0]

    def gradient(self, x, y):
        """The exact gradient: (..., 2)."""
        return self._evaluate(x, y)[..., 1:3]

    def hessian(self, x, y):
        """The exact Hessian: (..., 2, 2)."""
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
        """
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        if self.minimum is not None:
            return np.zeros(x.shape, dtype=bool)
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


@njit(nogil=True, cache=True, error_model="numpy")
def _evaluate(address, x, y, out):
    for i in range(x.size):
        call_objective(address, x[i], y[i], out[i])


def objective(source, **parameters) -> Objective:
    """The objective of that name with its parameters (the rest at their defaults), or of a formula in x and y.

    An :class:`Objective` is returned as it is. InputError for unknown names, parameters out of range, and text
    that is neither a name nor a formula.
    """
    if isinstance(source, Objective):
        if parameters:
            raise InputError(f"{next(iter(parameters))}: an objective that is built already takes no parameters")
        return source
    if not isinstance(source, str):
        raise InputError(f"objective = {source!r}: must be a name, a formula in x and y, or an objective")
    entry = _ENTRIES.get(source.strip())
    own = {p.name: p for p in entry.parameters} if entry else {}
    for name, value in parameters.items():
        if name not in own:
            has = ", ".join(own) or "no parameters"
            raise InputError(f"{name} = {value!r}: {source} has no such parameter; it has {has}")
    values = {name: in_range(p, parameters.get(name, p.default)) for name, p in own.items()}
    return _built(entry.name if entry else source.strip(), tuple(values.items()))


@lru_cache(maxsize=128)
def _built(source, values):
    entry = _ENTRIES.get(source)
    if entry is None:
        entry = Entry(source, source, source, (1.0, 1.0), ((-2.5, 2.5), (-2.5, 2.5)), minimum=None)
        try:
            built = Objective(entry, {})
        except FormulaError as error:
            if not source.isidentifier():
                raise
            close = get_close_matches(source.lower(), _ENTRIES, 1)
            names = f"did you mean {close[0]}?" if close else f"the built-in names are {', '.join(_ENTRIES)}"
            raise FormulaError(source, error.reason, error.position, error.length, names) from None
        if not {X, Y} & set(ordered([built.expression])):
            raise FormulaError(source, "this is the same number everywhere", None, 1, "a formula must depend on x or y")
        nodes = len(ordered([built.expression, *built.gradient_expressions, *built.hessian_expressions]))
        if nodes > MAXIMUM_NODES:
            reason = f"its second derivatives take {nodes} operations, and at most {MAXIMUM_NODES} are allowed"
            raise FormulaError(source, reason, None, 1, "shorten the formula")
        return built
    return Objective(entry, dict(values))


def checked_start(f, start):
    """The start point as floats, the objective's own by default; InputError where f is not finite there."""
    x0 = f.start if start is None else point("start", start)
    if not np.isfinite(f.value(*x0)):
        raise InputError(f"start = {x0!r}: {f.name} is not finite there; choose a point where it is")
    return x0
