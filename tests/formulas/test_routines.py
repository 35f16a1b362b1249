"""Expressions that call native code: every cell its own arguments, one call for all results, nothing freed early."""

import gc
import math
import weakref

import numpy as np
from numba import cfunc, types

from core.compile import llvm
from core.compile.llvm import Routine
from core.symbolic.expression import Expression, ordered, routine_results, variable
from tests.evaluate import at_point, in_lanes

X, Y = variable("x"), variable("y")


def hypotenuse():
    """Counts its calls in the context, and leaves hypot(x, y) and 3x."""
    counter = np.zeros(1)

    @cfunc(types.void(types.float64, types.float64, types.CPointer(types.float64), types.CPointer(types.float64)))
    def code(x, y, context, out):
        context[0] += 1
        out[0], out[1] = math.hypot(x, y), 3 * x

    return Routine(code.address, counter.ctypes.data, 2, (code, counter)), counter


def test_point_and_lanes_call_it_with_their_own_numbers():
    routine, _ = hypotenuse()
    length, triple = routine_results(routine, X + 1, Y)
    outputs = [length * triple, triple, length]
    x, y = np.linspace(-2, 2, 50), np.linspace(0, 3, 50)
    exact = np.array([np.hypot(x + 1, y) * 3 * (x + 1), 3 * (x + 1), np.hypot(x + 1, y)])
    points = np.array([at_point(outputs, *point) for point in zip(x, y, strict=True)]).T
    np.testing.assert_allclose(points, exact, rtol=1e-14)
    for lanes in (1, 8, 32):
        np.testing.assert_array_equal(in_lanes(outputs, {"x": x, "y": y}, lanes), points)


def test_all_results_come_of_one_call():
    routine, counter = hypotenuse()
    outputs = [*routine_results(routine, X, Y), *routine_results(routine, X, Y)]
    assert sum(node.operation == "routine" for node in ordered(outputs)) == 1
    at_point(outputs, 3.0, 4.0)
    assert counter[0] == 1
    in_lanes(outputs, {"x": np.ones(32), "y": np.ones(32)}, 32)
    assert counter[0] == 33


def test_the_code_lives_as_long_as_what_calls_it():
    routine, counter = hypotenuse()
    alive = weakref.ref(counter)
    compiled = llvm.compile_block({2: routine_results(routine, X, Y)[0]}, {"x": 0, "y": 1}, {})
    del routine, counter
    gc.collect()
    assert alive() is not None
    del compiled
    gc.collect()
    assert alive() is None


def test_routines_are_told_apart_by_what_they_are_handed():
    one, two = hypotenuse()[0], hypotenuse()[0]
    a, b = routine_results(one, X, Y)[0], routine_results(two, X, Y)[0]
    assert a is not b
    assert a is routine_results(one, X, Y)[0]
    assert isinstance(a, Expression)
