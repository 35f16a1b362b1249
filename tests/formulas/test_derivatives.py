"""Values, gradients and Hessians are SymPy's, for every built-in objective and for typed formulas."""

import numpy as np
import pytest
import sympy

import core

X, Y = sympy.symbols("x y", real=True)
PI, E, EXP, COS = sympy.pi, sympy.E, sympy.exp, sympy.cos

# The literature's functions, written anew
LITERATURE = {
    "quartic": (X + Y) ** 4 + (X - Y) ** 4 / 16,
    "quadratic": (X**2 + 50 * Y**2) / 2,
    "power": (X**4 + Y**4) / 4,
    "rosenbrock": (1 - X) ** 2 + 100 * (Y - X**2) ** 2,
    "three_hump_camel": 2 * X**2 - sympy.Rational(105, 100) * X**4 + X**6 / 6 + X * Y + Y**2,
    "linear_network": (X * Y - 1) ** 2 / 2,
    "saddle": (X**2 - Y**2) / 2,
    "monkey_saddle": X**3 - 3 * X * Y**2,
    "styblinski_tang": sum(z**4 - 16 * z**2 + 5 * z for z in (X, Y)) / 2,
    "beale": (1.5 - X + X * Y) ** 2 + (2.25 - X + X * Y**2) ** 2 + (2.625 - X + X * Y**3) ** 2,
    "himmelblau": (X**2 + Y - 11) ** 2 + (X + Y**2 - 7) ** 2,
    "booth": (X + 2 * Y - 7) ** 2 + (2 * X + Y - 5) ** 2,
    "matyas": 0.26 * (X**2 + Y**2) - 0.48 * X * Y,
    "rastrigin": 20 + sum(z**2 - 10 * COS(2 * PI * z) for z in (X, Y)),
    "ackley": -20 * EXP(-0.2 * sympy.sqrt((X**2 + Y**2) / 2))
    - EXP((COS(2 * PI * X) + COS(2 * PI * Y)) / 2) + E + 20,
}  # fmt: skip

# Read by both parsers alike
TYPED = (
    "(x+y)**4 + (x/2-y/2)**4",
    "sin(x*y)*exp(-x**2/2) + cos(3*y)",
    "log(1 + x**2 + y**4) - y/(1 + x**2)",
    "tanh(x - 2*y)**3 + sqrt(x**2 + y**2 + 1)",
    "cosh(x/3)*sinh(y/2) + tan(x/4)",
    "(x**2 + 1)**y + 2**(x*y/3)",
    "(1 + x**2)**1.5 + (2 + y**2)**(-0.5) + (3 + x)**0.3",
    "abs(x)**3 + abs(x - y)*y**2",
    "x**-2 + (x*y + 9)**-3",
)


def derivatives(expression):
    """f, gradient (2,), Hessian (2, 2) as one function of a point, by SymPy."""
    gradient = [sympy.diff(expression, z) for z in (X, Y)]
    hessian = [[sympy.diff(g, z) for z in (X, Y)] for g in gradient]
    both = sympy.lambdify((X, Y), [expression, gradient, hessian], [{"DiracDelta": lambda z: 0.0}, "numpy"])

    def at(x, y):
        value, slope, curvature = both(x, y)
        return float(value), np.array(slope, dtype=float), np.array(curvature, dtype=float)

    return at


def assert_same_derivatives(f, expression, seed=0, spread=1.8):
    exact = derivatives(expression)
    for x, y in np.random.default_rng(seed).uniform(-spread, spread, (25, 2)):
        value, gradient, hessian = exact(x, y)
        np.testing.assert_allclose(f.value(x, y), value, rtol=1e-10, atol=1e-12)
        for ours, theirs in ((f.gradient(x, y), gradient), (f.hessian(x, y), hessian)):
            assert np.max(np.abs(ours - theirs)) <= 1e-10 * max(np.abs(theirs).max(), 1e-3), (x, y)


@pytest.mark.parametrize("name", core.objectives())
def test_a_built_in_is_the_literature_s(name):
    assert_same_derivatives(core.objective(name), LITERATURE[name])


@pytest.mark.parametrize("text", TYPED)
def test_a_typed_formula_is_differentiated_exactly(text):
    assert_same_derivatives(core.objective(text), sympy.sympify(text, locals={"x": X, "y": Y, "abs": sympy.Abs}))


@pytest.mark.parametrize(("kappa", "angle"), [(50.0, 0.7), (3.0, -2.0), (0.5, 40.0)])
def test_the_turned_quadratic(kappa, angle):
    c, s = sympy.Float(np.cos(angle)), sympy.Float(np.sin(angle))
    turned = ((c * X + s * Y) ** 2 + kappa * (c * Y - s * X) ** 2) / 2
    assert_same_derivatives(core.objective("quadratic", kappa=kappa, angle=angle), turned)


@pytest.mark.parametrize("n", [1.5, 2, 2.5, 3, 5, 7.3])
def test_any_power(n):
    # |x|^n is smooth away from 0: compared there, written without absolute values
    f, z = core.objective("power", n=n), np.array([-1.7, -0.3, 0.2, 1.1])
    np.testing.assert_allclose(f.gradient(z, 1.0)[:, 0], np.sign(z) * np.abs(z) ** (n - 1), rtol=1e-12)
    np.testing.assert_allclose(f.hessian(z, 1.0)[:, 0, 0], (n - 1) * np.abs(z) ** (n - 2), rtol=1e-12)
    assert np.all(f.gradient(0.0, 0.0) == 0)


@pytest.mark.parametrize("text", ["abs(x) + y", "sqrt(x^2) + y", "sign(x) + y", "x abs(x) + y", "max(x, -x) + y - y"])
def test_a_kink_has_a_finite_slope(text):
    slope = core.objective(text).gradient(0.0, 0.0)[0]
    assert slope == (1 if text.startswith("max") else 0)


def test_ackley_rests_at_its_kink():
    f = core.objective("ackley")
    assert np.all(f.gradient(0.0, 0.0) == 0)
    # and only there: the slope beside it is that of a cone, 4/sqrt(2) along each radius
    assert np.hypot(*f.gradient(1e-9, 0.0)) == pytest.approx(4 / np.sqrt(2), rel=1e-6)


def test_piecewise_functions_take_the_slope_of_the_piece():
    f = core.objective("max(2x, y) + min(x, 3y)")
    # by hand: (2x, 3y), (y, x), (y, 3y)
    expected = [[2, 3], [1, 1], [0, 4]]
    np.testing.assert_array_equal(f.gradient([1.0, 0.0, -2.0], [-1.0, 1.0, -1.0]), expected)
