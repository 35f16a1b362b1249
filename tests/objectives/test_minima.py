"""The search for local minima against SciPy's and against closed forms, and the shape of f at each."""

import numpy as np
import pytest
from scipy.optimize import minimize

import core
from core.objectives.minima import local_minima, minimum_near

NONSINGULAR = [
    "quadratic",
    "rosenbrock",
    "three_hump_camel",
    "styblinski_tang",
    "beale",
    "himmelblau",
    "booth",
    "matyas",
    "rastrigin",
]


@pytest.mark.parametrize("name", core.objectives())
def test_known_minimizers_are_found_first_and_no_slope_is_left(name):
    f, found = core.objective(name), local_minima(core.objective(name))
    np.testing.assert_array_equal([one.position for one in found[: len(f.minimizers)]], list(f.minimizers))
    for one in found:
        around = one.position + 1e-3 * np.random.default_rng(1).standard_normal((40, 2))
        assert np.all(f.value(*around.T) >= f.value(*one.position) - 1e-12)
    assert (name in NONSINGULAR) == bool(found and all(one.nonsingular for one in found))


@pytest.mark.parametrize(("name", "count"), [("himmelblau", 4), ("three_hump_camel", 3), ("styblinski_tang", 4),
                                             ("saddle", 0), ("monkey_saddle", 0), ("x*y", 0), ("x + y", 0),
                                             ("(x^2-1)^2 + (y-0.5)^2", 2), ("cos(x) + cos(y)", 4)])  # fmt: skip
def test_how_many(name, count):
    assert len(local_minima(core.objective(name))) == count


SHAPES = [  # formula, nonsingular, exponent
    ("x^2 + y^2 + 5", True, 2.0),
    ("3(x-0.25)^2 + 1e-6*(y+1)^2", True, 2.0),
    ("x^2 + y^2 + x*y", True, None),
    ("exp(x) + exp(-x) + y^2", True, None),
    ("log(1 + x^2 + y^2)", True, None),
    ("x^4 + y^4", False, 4.0),
    ("(x-1)^4 + 7(y+2)^4", False, 4.0),
    ("abs(x-0.3)^3 + abs(y)^3", False, 3.0),
    ("abs(x)^2.1 + abs(y)^2.1", False, 2.1),
    ("x^6", False, 6.0),
    ("x^2 + y^4", False, None),
    ("x^4 + y^4 + x^2*y^2", False, None),
    ("(x+y)^4 + (x/2-y/2)^4", False, None),
    ("(x^2+y^2)^2", False, None),
    ("max(x^4, y^4)", False, None),
    ("(x*y-1)^2/2", False, None),
    ("(x+y)^2", False, None),
    ("sqrt(x^2 + y^2)", False, None),
]


@pytest.mark.parametrize(("formula", "nonsingular", "exponent"), SHAPES)
def test_the_shape_at_the_minimum(formula, nonsingular, exponent):
    found = local_minima(core.objective(formula))
    assert all(one.nonsingular == nonsingular for one in found)
    assert {one.exponent for one in found} <= {exponent}
    assert found or "sqrt" in formula


@pytest.mark.parametrize("formula", ["abs(x) + abs(y)", "abs(x) + x^2 + y^2", "abs(x)^1.5 + abs(y)^1.5"])
def test_a_kink_is_no_quadratic(formula):
    assert not any(one.nonsingular for one in local_minima(core.objective(formula)))


@pytest.mark.parametrize("n", [2.2, 3, 4, 6.5, 8])
def test_the_exponent_of_a_power(n):
    (found,) = local_minima(core.objective("power", n=n))
    assert found.exponent == pytest.approx(n)


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.2])
def test_the_least_curvature_along_an_axis(angle):
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    hessian = turn.T @ np.diag([1.0, 20.0]) @ turn
    (found,) = local_minima(core.objective("quadratic", kappa=20.0, angle=angle))
    assert found.least_curvature == pytest.approx(np.diag(hessian).min())


def scipys_minima(f, count=40):
    """Local minima by SciPy's trust-region Newton method from random points of the domain: (position, value) each."""
    rng, found = np.random.default_rng(5), []
    for start in rng.uniform(*np.array(f.domain).T, (count, 2)):
        with np.errstate(all="ignore"):
            end = minimize(
                lambda z: float(f.value(*z)), start, method="trust-exact", options={"gtol": 1e-10},
                jac=lambda z: f.gradient(*z), hess=lambda z: f.hessian(*z),
            )  # fmt: skip
        definite = np.isfinite(end.fun) and np.linalg.eigvalsh(f.hessian(*end.x))[0] > 1e-3
        if definite and np.linalg.norm(f.gradient(*end.x)) < 1e-6:
            found.append((end.x, end.fun))
    return found


SMOOTH = [
    "quadratic", "rosenbrock", "three_hump_camel", "styblinski_tang", "beale", "himmelblau", "booth", "matyas",
    "rastrigin", "ackley", "sin(x)*cos(y)", "x^4 - x^2 + y^2 + x/10", "x^3 - 3x + y^2", "x + sin(5x) + y^2",
    "exp(x) + exp(-2x) + (y-1)^2", "log(1 + x^2 + y^2) + x/5", "1e6*(x^2 + x*y + y^2) - 3", "sqrt(1 + x^2 + y^2) + x/2",
]  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
def test_the_minimum_near_a_point_is_scipys(name):
    f, rng = core.objective(name), np.random.default_rng(2)
    minima = scipys_minima(f)
    assert minima
    for position, value in minima:
        for distance in (0.0, 1e-8, 1e-3, 0.03):
            found = minimum_near(f, position + distance * rng.standard_normal(2))
            assert found.value == pytest.approx(value, rel=1e-13, abs=1e-13)
            assert found.value == f.value(*found.position)
            np.testing.assert_allclose(found.position, position, atol=2e-6)


@pytest.mark.parametrize("name", SMOOTH)
def test_scipys_minima_are_among_the_local_minima(name):
    f = core.objective(name)
    found = np.array([one.position for one in local_minima(f)])
    for position, _ in scipys_minima(f):
        if np.all(np.abs(position) <= 2.5):
            assert np.hypot(*(found - position).T).min() < 1e-5


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("x^2 + y^2 + 5", 5.0), ("(x-0.3)^2 + (y-0.7)^2", 0.0), ("(x-1/3)^2 + 7(y-0.1)^2 - 2", -2.0),
        ("x^4 + y^4 - 7", -7.0), ("x^4 + y^4", 0.0), ("(x-0.3)^2 + (y-0.7)^4", 0.0), ("x^8 + y^2", 0.0),
        ("(x^2 + y^2)^2", 0.0), ("(x*y-1)^2/2", 0.0), ("cos(x) + cos(y)", -2.0), ("exp(x) + exp(-x) + y^2", 2.0),
        ("x + exp(-x) + y^2", 1.0), ("x^4 - x^2 + y^2", -0.25), ("1e200*(x^2 + y^2)", 0.0),
        ("1e-12*(x^2 + y^2)", 0.0), ("1e12*((x-0.3)^2 + y^2)", 0.0), ("1e6*(x^2 + y^2) - 3", -3.0), ("(x+y)^2", 0.0),
        ("x^2*y^2", 0.0), ("tanh(x)^2 + y^2", 0.0), ("abs(x)^3 + y^2 + 1", 1.0), ("1e100*(x^2 + y^2)", 0.0),
    ],
)  # fmt: skip
def test_a_minimum_in_closed_form(formula, value):
    f = core.objective(formula)
    for start in [(0.5, 0.4), (1.2, -0.7), (-0.9, 1.1), (1e-3, 2e-3)]:
        above = float(f.value(*start)) - value
        assert minimum_near(f, start).value == pytest.approx(value, rel=1e-15, abs=1e-15 * above)


@pytest.mark.parametrize(
    "formula",
    [
        "saddle", "monkey_saddle", "x*y", "x + y", "-x^2 - y^2", "-log(1 + x^2 + y^2)",  # no minimum
        "x^2 + y^3", "y^3", "x^3 + y^3", "y^5 + x^2",  # a stationary point that is none
        "exp(-x) + y^2", "1/(1 + x^2 + y^2)", "x^2 + 1/(1 + y^2)", "atan(x) + y^2",  # an infimum at infinity
        "abs(x) + abs(y)", "sqrt(x^2 + y^2)", "max(abs(x), abs(y))", "x^2 + abs(y)",  # a kink
    ],
)  # fmt: skip
def test_there_is_no_smooth_minimum(formula):
    f = core.objective(formula)
    for start in [(0.5, 0.4), (1.2, 0.7), (-0.9, 1.1), (1e-3, 2e-3)]:
        assert minimum_near(f, start) is None


@pytest.mark.parametrize("point", [(np.nan, 0.0), (0.0, np.inf), (1e308, 1e308)])
def test_there_is_no_minimum_near_a_point_out_of_reach(point):
    assert minimum_near(core.objective("rastrigin"), point) is None


@pytest.mark.parametrize("formula", ["abs(x) + x^2 + y^2", "x^2 + abs(y)", "2*abs(x-0.25) + (x-0.25)^2 + y^2 + 3"])
def test_of_a_kinked_valley_only_the_minimum_is_found(formula):
    (found,) = local_minima(core.objective(formula))
    np.testing.assert_allclose(found.position, (0.25 if "0.25" in formula else 0.0, 0.0), atol=1e-9)
    assert not found.nonsingular


def test_the_minimum_that_a_run_ends_in():
    f = core.objective("rastrigin")
    run = core.run("adam", f, start=(2.2, -1.3), steps=5000, learning_rate=1e-2)
    found = minimum_near(f, run.position[-1])
    np.testing.assert_allclose(found.position, run.position[-1], atol=1e-2)
    assert found.nonsingular
    far = minimum_near(core.objective("cos(x) + cos(y)"), (9.5, 9.3))
    np.testing.assert_allclose(far.position, 3 * np.pi, atol=1e-6)
    assert not getattr(minimum_near(core.objective("ackley"), (0.001, -0.001)), "nonsingular", False)  # a kink
