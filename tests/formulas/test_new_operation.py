"""An operation is one row: added at run time, it can be typed, differentiated, compiled, mapped and printed."""

import mpmath
import numpy as np
import pytest
import scipy.special

import core
from core.formulas.parsing import read
from core.symbolic import expression as e
from core.symbolic.derivatives import derivative
from core.symbolic.expression import BUILDERS, OPERATIONS, X
from core.symbolic.operations import NAMED, Operation, define
from tests.evaluate import at_points, in_lanes

SAMPLES = np.array([-700.0, -5.0, -1.0, -0.3, -1e-9, 1e-9, 0.2, 1.0, 3.0, 30.0, 700.0])


def gudermannian(u):
    return 2 * np.arctan(np.tanh(u / 2))


# One row in other functions, and one with code, a kink and a name of its own
WRITTEN_IN_OTHERS = Operation(
    name="gudermannian",
    names=("gd", "gudermannian"),
    value=gudermannian,
    expansion=lambda u: 2 * OPERATIONS["atan"].build(e.tanh(u / 2)),
    slope=lambda node, u, du: du / OPERATIONS["cosh"].build(u),
    latex=r"\operatorname{gd}",
    python="2 * np.arctan(np.tanh(({0}) / 2))",
)
WITH_CODE = Operation(
    name="positive_part",
    names=("pos",),
    value=lambda u: np.maximum(u, 0),
    llvm=lambda code, node, u: code.select(code.compare("ogt", u, code.constant(0.0)), u, code.constant(0.0)),
    slope=lambda node, u, du: np.where(u > 0, du, 0),
    pieces=lambda switches, u: np.where(switches.positive(u), u, 0),
    latex=r"\left(#1\right)_+",
    python="np.maximum({0}, 0)",
)
# Two that the C library has, and nothing that vectorises; their values are SciPy's ufuncs
BESSEL = (
    Operation(
        name="j0", names=("j0",), value=scipy.special.j0, libm="j0",
        slope=lambda node, u, du: -(OPERATIONS["j1"].build(u) * du), latex="J_0", python="scipy.special.j0({0})",
    ),
    Operation(
        name="j1", names=("j1",), value=scipy.special.j1, libm="j1",
        slope=lambda node, u, du: (OPERATIONS["j0"].build(u) - node / u) * du, latex="J_1",
        python="scipy.special.j1({0})",
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def rows():
    """The table with these rows, and as it was afterwards."""
    tables = OPERATIONS, NAMED, BUILDERS
    before = [dict(table) for table in tables]
    for row in (WRITTEN_IN_OTHERS, WITH_CODE, *BESSEL):
        define(row)
    yield
    for table, kept in zip(tables, before, strict=True):
        table.clear()
        table.update(kept)


@pytest.mark.parametrize("lanes", [1, 16])
def test_both_kinds_of_code_have_its_value(lanes):
    node = read("gd(x)").expression
    expected = [float(2 * mpmath.atan(mpmath.tanh(mpmath.mpf(u) / 2))) for u in SAMPLES]
    (at_once,), (side_by_side,) = at_points([node], SAMPLES, SAMPLES), in_lanes([node], {"x": SAMPLES}, lanes)
    np.testing.assert_allclose(at_once, expected, rtol=1e-15)
    np.testing.assert_allclose(side_by_side, expected, rtol=1e-15)
    node = read("pos(x)").expression
    np.testing.assert_array_equal(at_points([node], SAMPLES, SAMPLES)[0], np.maximum(SAMPLES, 0))
    np.testing.assert_array_equal(in_lanes([node], {"x": SAMPLES}, lanes)[0], np.maximum(SAMPLES, 0))


def test_its_derivatives_are_mpmath_s():
    f = core.objective("gd(x y) + pos(x - y)^3")

    def exact(x, y):
        return 2 * mpmath.atan(mpmath.tanh(x * y / 2)) + max(x - y, 0) ** 3

    for x, y in ((0.3, -1.2), (2.0, 0.7), (-1.5, 1.0), (0.8, 2.5)):
        orders = (1, 0), (0, 1), (2, 0), (1, 1), (0, 2)
        fx, fy, xx, xy, yy = (float(mpmath.diff(exact, (x, y), order)) for order in orders)
        np.testing.assert_allclose(f.gradient(x, y), [fx, fy], rtol=1e-9)
        np.testing.assert_allclose(f.hessian(x, y), [[xx, xy], [xy, yy]], rtol=1e-8)


def test_a_constant_of_it_is_folded():
    assert e.number(read("gd(1)").expression) == pytest.approx(float(2 * mpmath.atan(mpmath.tanh(0.5))), rel=1e-15)


def test_runs_maps_and_flows_take_it():
    given = dict(start=(0.7, -1.1), learning_rate=1e-2)
    formula = "gd(x)^2 + pos(y) + y^2"
    grid = core.regime_map(formula, steps=400, x=("a", [0.1, 10.0]), y=("b", [1.0, 10.0]), **given)
    for row, column in np.ndindex(2, 2):
        run = core.run("adam", formula, steps=400, a=[0.1, 10.0][column], b=[1.0, 10.0][row], **given)
        assert core.REGIMES[grid.regime[row, column]] == run.regime
        assert grid.layers["final_x"][row, column] == run.position[-1, 0]
    twin = core.flow("gd", "(2 atan(tanh(x/2)))^2 + max(y, 0) + y^2", start=(0.7, -1.1), duration=3.0)
    flow = core.flow("gd", formula, start=(0.7, -1.1), duration=3.0)
    assert flow.status == twin.status
    t = np.linspace(0, 3, 20)
    np.testing.assert_allclose(flow(t), twin(t), atol=1e-5)


def test_it_is_printed_as_latex_and_as_python():
    reading = read("gd(2x) - pos(y)")
    assert reading.latex == r"\operatorname{gd}\left(2\,x\right) - \left(y\right)_+"
    x, y = SAMPLES, SAMPLES[::-1]
    found = eval(reading.python, {"np": np}, {"x": x, "y": y})
    np.testing.assert_allclose(found, gudermannian(2 * x) - np.maximum(y, 0), rtol=1e-15)


def test_numpy_s_function_builds_it():
    def tripled(u):
        return 3 * u

    define(Operation(name="tripled", names=("tripled",), value=tripled, build=lambda u: 3 * u))
    assert BUILDERS[tripled](X) is 3 * X
    assert read("tripled(x)").expression is 3 * X


def test_a_function_of_the_c_library_alone_runs_in_lanes_too():
    formula, x = "1 - j0(x) + y^2", np.linspace(0.1, 20, 50)
    node = read("j0(x)").expression
    np.testing.assert_allclose(at_points([node], x, x)[0], scipy.special.j0(x), rtol=1e-11, atol=1e-15)
    for lanes in (1, 16):
        np.testing.assert_array_equal(in_lanes([node], {"x": x}, lanes), at_points([node], x, x))
    f = core.objective(formula)
    np.testing.assert_allclose(f.gradient(x, x)[:, 0], scipy.special.j1(x), rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(f.hessian(x, x)[:, 0, 0], scipy.special.jvp(1, x), rtol=1e-10, atol=1e-14)
    given = dict(steps=300, start=(1.5, 0.5), learning_rate=1e-2)
    grid = core.regime_map(formula, x=("a", [1.0, 10.0]), y=("b", [10.0]), **given)
    run = core.run("adam", formula, a=10.0, b=10.0, **given)
    assert grid.layers["final_x"][0, 1] == run.position[-1, 0]
    assert scipy.special.j0(X) is node


def test_a_row_that_lacks_what_is_asked_says_so():
    define(Operation(name="empty", names=("empty",)))
    node = read("empty(x)").expression
    with pytest.raises(TypeError, match=r"operation 'empty': its row has no slope"):
        derivative([node], X)
    with pytest.raises(TypeError, match=r"operation 'empty': its row must have llvm, libm, lanes or an expansion"):
        at_points([node], [1.0], [1.0])
