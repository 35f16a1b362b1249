"""The objective as a declaration sees it: gradients and Hessian products at any traced point."""

from __future__ import annotations

from types import SimpleNamespace

from ..optimizers.declarations import SCALAR, VECTOR
from ..symbolic.expression import Expression, Vector, X, Y, as_expression, routine_results, substitute, variable
from .proximal import proximal_routine


class Problem:
    """Placeholders for f, its derivatives and proximal points, which :func:`with_objective` replaces."""

    @staticmethod
    def value(point: Vector) -> Expression:
        """f at a point."""
        return Expression("value", (point.x, point.y))

    @staticmethod
    def gradient(point: Vector) -> Vector:
        """The gradient of f at a point."""
        return Vector(*(Expression("gradient", (point.x, point.y), i) for i in range(2)))

    @staticmethod
    def hessian(point: Vector) -> tuple[Expression, Expression, Expression]:
        """xx, xy, yy."""
        xx, xy, yy = (Expression("hessian", (point.x, point.y), i) for i in range(3))
        return xx, xy, yy

    @staticmethod
    def hessian_times(point: Vector, direction: Vector) -> Vector:
        """The Hessian of f at a point times a direction."""
        xx, xy, yy = Problem.hessian(point)
        return Vector(xx * direction.x + xy * direction.y, xy * direction.x + yy * direction.y)

    @staticmethod
    def proximal(point: Vector, eta) -> Vector:
        """The minimizer of f(z) + |z - point|^2/(2 eta) that descent from z = point reaches; in steps only."""
        arguments = (point.x, point.y, as_expression(eta))
        return Vector(*(Expression("proximal", arguments, i) for i in range(2)))


def scaled_problem(factor):
    """The problem of factor * f."""

    class Scaled(Problem):
        @staticmethod
        def value(point):
            return factor * Problem.value(point)

        @staticmethod
        def gradient(point):
            return factor * Problem.gradient(point)

        @staticmethod
        def hessian_times(point, direction):
            return factor * Problem.hessian_times(point, direction)

    return Scaled


def with_objective(outputs, shape) -> list[Expression]:
    """Replace the placeholders of :class:`Problem` by an objective's expressions.

    Parameters
    ----------
    outputs : iterable of Expression
    shape : core.objectives.shape.Shape
        Or anything with the expressions that the outputs ask for; with ``proximal`` where it has that in closed form.
    """

    def replace(node, arguments):
        if node.operation == "value":
            expression = shape.expression
        elif node.operation == "gradient":
            expression = shape.gradient_expressions[node.value]
        elif node.operation == "hessian":
            expression = shape.hessian_expressions[node.value]
        elif node.operation == "proximal":
            if hasattr(shape, "proximal"):
                return shape.proximal(*arguments)[node.value]
            parameters = map(variable, shape.variables)
            return routine_results(proximal_routine(shape), *arguments, *parameters)[node.value]
        else:
            return None
        at = {X: arguments[0], Y: arguments[1]}
        return substitute([expression], lambda n, _: at.get(n))[0]

    return substitute(outputs, replace)


def symbols(values: dict) -> SimpleNamespace:
    """p: numbers become variables ``p.<name>``, choices (bool, str) stay what they are."""
    return SimpleNamespace(**{n: v if isinstance(v, bool | str) else variable(f"p.{n}") for n, v in values.items()})


def state_symbols(declared: dict) -> SimpleNamespace:
    """The state before a step: vectors as two variables ``<name>.x``, ``<name>.y``."""
    made = {}
    for name, shape in declared.items():
        made[name] = Vector(variable(f"{name}.x"), variable(f"{name}.y")) if shape == VECTOR else variable(name)
    return SimpleNamespace(**made)


def component_names(declared: dict) -> list[str]:
    """The state's variables in order."""
    names = []
    for name, shape in declared.items():
        names += [name] if shape == SCALAR else [f"{name}.x", f"{name}.y"]
    return names


def components(declared: dict, values: dict) -> list[Expression]:
    """The state's expressions in the order of :func:`component_names`; KeyError names a missing one."""
    flat = []
    for name, shape in declared.items():
        flat += [values[name]] if shape == SCALAR else list(values[name])
    return flat


def collected(declared: dict, table) -> dict:
    """Columns of a (k+1, n) table as the public state: name -> (k+1, 2) or (k+1,)."""
    state, column = {}, 0
    for name, shape in declared.items():
        width = 1 if shape == SCALAR else 2
        state[name] = table[:, column] if width == 1 else table[:, column : column + width]
        column += width
    return state


POSITION = Vector(X, Y)
