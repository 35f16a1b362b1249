"""The shape of an objective: its formula with symbols for the parameters, derived and compiled once for all values."""

from __future__ import annotations

from functools import cached_property, lru_cache

from ..compile import llvm
from ..formulas.names import parameter_variable
from ..formulas.parsing import read
from ..symbolic.derivatives import derivative
from ..symbolic.expression import X, Y, ordered


class Shape:
    """A formula in x, y and parameters, whose values are given at run time.

    Parameters
    ----------
    formula : str
    symbols : tuple of (str, str)
        The names of its parameters, each with its LaTeX.

    Attributes
    ----------
    expression : Expression
        f, of the variables x, y and `variables`.
    latex, python : str
        The formula as it was understood: see :class:`core.formulas.parsing.Formula`.
    parameters : tuple of str
        The names of the parameters.
    variables : tuple of str
        The names of their variables in the expressions, in the order in which compiled code takes the values.

    Raises
    ------
    FormulaError
        Where the text is no formula.
    """

    def __init__(self, formula: str, symbols: tuple[tuple[str, str], ...] = ()):
        read_as = read(formula, dict(symbols))
        self.expression, self.latex, self.python = read_as.expression, read_as.latex, read_as.python
        self.parameters = tuple(name for name, _ in symbols)
        self.variables = tuple(map(parameter_variable, self.parameters))

    @cached_property
    def gradient_expressions(self):
        """(f_x, f_y), differentiated symbolically."""
        return tuple(derivative([self.expression], v)[0] for v in (X, Y))

    @cached_property
    def hessian_expressions(self):
        """(f_xx, f_xy, f_yy), differentiated symbolically."""
        fx, fy = self.gradient_expressions
        return derivative([fx], X)[0], derivative([fx], Y)[0], derivative([fy], Y)[0]

    @property
    def point_expressions(self):
        """f, f_x, f_y, f_xx, f_xy, f_yy."""
        return self.expression, *self.gradient_expressions, *self.hessian_expressions

    @cached_property
    def compiled(self) -> llvm.Function:
        """The native function that :func:`core.compile.calls.call_objective` calls."""
        return llvm.compile_point(self.point_expressions, self.variables)

    @property
    def is_constant(self) -> bool:
        """Whether f is the same number everywhere."""
        return not {X, Y} & set(ordered([self.expression]))


@lru_cache(maxsize=128)
def shape_of(formula: str, symbols: tuple[tuple[str, str], ...] = ()) -> Shape:
    """The shape of a formula, made once: see :class:`Shape`."""
    return Shape(formula, symbols)
