"""Which kind of minima a function has is computed: of built-in objectives and of formulas alike."""

import numpy as np
import pytest

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


def test_the_minimum_that_a_run_ends_in():
    f = core.objective("rastrigin")
    run = core.run("adam", f, start=(2.2, -1.3), steps=5000, learning_rate=1e-2)
    found = minimum_near(f, run.position[-1])
    np.testing.assert_allclose(found.position, run.position[-1], atol=1e-2)
    assert found.nonsingular
    far = minimum_near(core.objective("cos(x) + cos(y)"), (9.5, 9.3))
    np.testing.assert_allclose(far.position, 3 * np.pi, atol=1e-6)
    assert not getattr(minimum_near(core.objective("ackley"), (0.001, -0.001)), "nonsingular", False)  # a kink
    assert minimum_near(core.objective("saddle"), (0.0, 0.0)) is None
    assert minimum_near(f, (np.nan, 0.0)) is None
    assert minimum_near(f, (1e308, 1e308)) is None
