"""NumPy's functions on symbols: the nodes that the table builds, and the values that NumPy has on numbers."""

import operator
from types import SimpleNamespace

import numpy as np
import pytest

import core
from core.symbolic import expression as e
from core.symbolic.expression import OPERATIONS, Vector, X, Y, dot, root, safe_ratio, tempered_ratio
from core.symbolic.operations import ARITHMETIC, FUNCTIONS
from tests.evaluate import at_points, in_lanes

NUMPY_S = {row.name: row for row in (*ARITHMETIC, *FUNCTIONS) if getattr(np, row.value.__name__, None) is row.value}
COUNTS = {"where": 3, "clip": 3}
RANDOM = np.random.default_rng(3)
POINTS = RANDOM.uniform(0.05, 0.95, 40), RANDOM.uniform(1.05, 3.0, 40)


def arguments(row):
    count = COUNTS.get(row.name) or getattr(row.value, "nin", 1)
    if row.name == "where":
        return (X < 0.5, X, Y), (POINTS[0] < 0.5, *POINTS)
    shifted = (1.0 if row.name == "acosh" else 0.0) + X
    numbers = (1.0 if row.name == "acosh" else 0.0) + POINTS[0]
    return ((shifted, Y, Y + 1)[:count], (numbers, POINTS[1], POINTS[1] + 1)[:count])


def test_the_table_answers_to_most_of_numpy():
    expected = {
        np.sqrt, np.exp, np.log, np.abs, np.sign, np.maximum, np.minimum, np.where, np.power, np.less, np.greater,
        np.less_equal, np.greater_equal, np.add, np.subtract, np.multiply, np.divide, np.negative, np.clip, np.tanh,
        np.arctan2, np.floor, np.hypot, np.expm1, np.log1p,
    }  # fmt: skip
    assert expected <= {row.value for row in NUMPY_S.values()}


@pytest.mark.parametrize("name", sorted(NUMPY_S))
def test_a_function_of_numpy_s_builds_a_node_with_its_value(name):
    row = NUMPY_S[name]
    symbols, numbers = arguments(row)
    node = row.value(*symbols)
    assert node is row.build(*symbols)
    # a condition has no value of its own in code
    node = np.where(node, 1.0, 0.0) if node.operation in ("less", "less_equal") else node
    expected = np.asarray(row.value(*numbers), dtype=float)
    np.testing.assert_allclose(at_points([node], *POINTS)[0], expected, rtol=1e-14)
    np.testing.assert_allclose(in_lanes([node], {"x": POINTS[0], "y": POINTS[1]}, 16)[0], expected, rtol=1e-14)


@pytest.mark.parametrize("name", sorted(set(NUMPY_S) - {"where"}))
def test_vectors_are_taken_elementwise_and_scalars_broadcast(name):
    row = NUMPY_S[name]
    (first, *others), _ = arguments(row)
    found = row.value(Vector(first, first), *others)
    assert isinstance(found, Vector)
    assert found.x is found.y is row.build(first, *others)


def test_comparisons_and_signs_are_python_s():
    assert (X < Y) is e.less(X, Y)
    assert (X > 2) is e.less(2, X)
    assert operator.gt(2, X) is (X < 2)
    assert (X <= Y) is OPERATIONS["less_equal"].build(X, Y)
    assert (X >= Y) is (Y <= X)
    both = Vector(X, Y) < X
    assert both.x is (X < X)
    assert both.y is (Y < X)
    assert operator.gt(X, Vector(X, Y)).y is (Y < X)
    assert abs(X) is np.abs(X)
    assert +X is X
    assert 2.0**X is np.power(2.0, X)
    assert np.where(np.bool_(True), X, Y) is X


@pytest.mark.parametrize("scalar", [np.float64(2.5), np.float32(0.5), np.int64(3), np.array(2.0), 2, 0.5])
def test_numpy_s_scalars_mix_with_symbols(scalar):
    assert scalar * X is e.multiply(float(scalar), X)
    assert X / scalar is e.divide(X, float(scalar))
    assert (scalar - Vector(X, Y)).y is e.subtract(float(scalar), Y)


def test_what_the_table_lacks_is_refused():
    with pytest.raises(TypeError, match="heaviside"):
        np.heaviside(X, 0.5)
    with pytest.raises(TypeError):
        np.add.reduce(X)
    with pytest.raises(TypeError, match=r"no implementation found for .numpy\.fft\.fft"):
        np.fft.fft(X)
    with pytest.raises(TypeError):
        np.sqrt(X, out=np.zeros(3))
    with pytest.raises(TypeError, match="no truth value"):
        bool(X < Y)
    with pytest.raises(TypeError):
        np.arange(3.0) * X


def test_functions_of_this_module_serve_arrays_as_well():
    u, v = np.array([0.0, 1.0, -3.0, 0.0]), np.array([0.0, 2.0, 0.0, 5.0])
    np.testing.assert_array_equal(safe_ratio(u, v), [0, 0.5, -np.inf, 0])
    np.testing.assert_array_equal(tempered_ratio(u, v, 1e-3), safe_ratio(u, v))
    np.testing.assert_array_equal(root(u, 1e-3), [0, 1, 0, 0])
    np.testing.assert_array_equal(dot(np.ones((3, 2)), np.array([2.0, 5.0])), np.full((3, 1), 7.0))


@pytest.mark.parametrize("name", [n for n in core.optimizers() if n != "proximal_point"])
def test_a_step_on_arrays_is_the_compiled_step(name):
    """The declared step with NumPy's arrays in the symbols' place: one function serves both."""
    method, f = core.OPTIMIZERS[name], core.objective("rosenbrock")
    run = core.run(name, f, steps=40, start=(-1.2, 0.9))
    p = SimpleNamespace(**run.parameters)
    problem = SimpleNamespace(gradient=lambda point: f.gradient(*point))
    state = {n: method.initial.get(n, 0.0) for n in method.state}
    state = {n: p.__dict__.get(v, v) if isinstance(v, str) else v for n, v in state.items()}
    x = run.position[0]
    for k in range(1, 41):
        with np.errstate(all="ignore"):
            x, state = method.step(problem, x, SimpleNamespace(**state), p, k)
        np.testing.assert_allclose(x, run.position[k], rtol=1e-9, atol=1e-12)
