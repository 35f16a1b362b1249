"""What every objective promises beside its derivatives: minima, shapes, start, domain, clear refusals."""

import numpy as np
import pytest

import core

ALL = pytest.mark.parametrize("name", core.objectives())


@ALL
def test_minimizers_rest_at_the_minimum(name):
    f = core.objective(name)
    assert f.minimizers.shape == (len(f.minimizers), 2)
    for x, y in f.minimizers:
        assert np.max(np.abs(f.gradient(x, y))) <= 1e-12 * max(1, np.abs(f.hessian(x, y)).max())
        assert f.value(x, y) == pytest.approx(f.minimum, abs=1e-13, rel=1e-14)


@ALL
def test_nothing_in_the_domain_lies_below_the_minimum(name):
    f = core.objective(name)
    x, y = np.meshgrid(*(np.linspace(*side, 201) for side in f.domain))
    values = f.value(x, y)
    assert np.all(np.isfinite(values))
    if f.minimum is not None:
        assert values.min() >= f.minimum - 1e-12
        # and the stated minimum is reached: some point of the grid comes near it
        assert values.min() - f.minimum <= 0.02 * (values.max() - f.minimum)
    elif "saddle" in name:
        assert values.min() < 0


@ALL
def test_start_and_minimizers_are_in_the_domain(name):
    f = core.objective(name)
    low, high = np.array(f.domain).T
    assert np.all(low < high)
    for point in [f.start, *f.minimizers]:
        assert np.all((low <= point) & (point <= high))
    assert np.hypot(*f.gradient(*f.start)) > 0


@ALL
@pytest.mark.parametrize(
    ("x", "y", "shape"),
    [
        (0.3, 0.4, ()),
        ([0.1, 0.2], 0.4, (2,)),
        (np.ones((3, 1)), np.ones(4), (3, 4)),
        ([], 1.0, (0,)),
        (1, 2, ()),
    ],
)
def test_shapes_broadcast(name, x, y, shape):
    f = core.objective(name)
    assert f.value(x, y).shape == shape
    assert f.gradient(x, y).shape == (*shape, 2)
    hessian = f.hessian(x, y)
    assert hessian.shape == (*shape, 2, 2)
    np.testing.assert_array_equal(hessian[..., 0, 1], hessian[..., 1, 0])


def test_arrays_of_any_layout_are_read_point_by_point():
    f, grid = core.objective("rosenbrock"), np.arange(24.0).reshape(4, 6) / 10
    at_once = f.value(grid.T[::2], grid.T[1::2])
    for index in np.ndindex(at_once.shape):
        assert at_once[index] == f.value(grid.T[::2][index], grid.T[1::2][index])


@pytest.mark.parametrize("kappa", [1.0, 50.0, 1e3])
@pytest.mark.parametrize("angle", [0.0, 0.5, -2.0])
def test_the_quadratic_has_curvatures_one_and_kappa_along_the_turned_axes(kappa, angle):
    hessian = core.objective("quadratic", kappa=kappa, angle=angle).hessian(0.3, -0.2)
    flat, steep = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    np.testing.assert_allclose(hessian @ flat, flat, rtol=1e-12, atol=1e-12 * kappa)
    np.testing.assert_allclose(hessian @ steep, kappa * steep, rtol=1e-12, atol=1e-12 * kappa)


@pytest.mark.parametrize("n", [1.1, 2, 3, 4, 6.5, 64])
def test_the_power(n):
    assert core.objective("power", n=n).value(1.5, -0.5) == pytest.approx((1.5**n + 0.5**n) / n, rel=1e-13)


def test_beside_the_minimum_of_a_network_lies_a_whole_curve_of_minima():
    f, x = core.objective("linear_network"), np.array([0.1, 0.5, 2, -3])
    assert np.all(f.value(x, 1 / x) < 1e-30)
    assert len(f.minimizers) == 0


REFUSED = [
    (dict(kappa=0), "kappa = 0.0: must be a finite number above 0"),
    (dict(kappa=-1.0), "kappa = -1.0: must be"),
    (dict(kappa=float("nan")), "kappa = nan: must be a finite number"),
    (dict(kappa=float("inf")), "kappa = inf: must be a finite number"),
    (dict(kappa=True), "kappa = True: must be a finite number"),
    (dict(kappa="5"), "kappa = '5': must be a finite number"),
    (dict(angle=1e9), "angle = 1000000000.0: must be -1e+06 <= angle <= 1e+06"),
    (dict(n=3), "n = 3: quadratic has no such parameter; it has kappa, angle"),
]


@pytest.mark.parametrize(("parameters", "message"), REFUSED)
def test_a_refusal_names_parameter_value_and_what_is_allowed(parameters, message):
    with pytest.raises(ValueError, match=r"must be|has no such") as caught:
        core.objective("quadratic", **parameters)
    assert message in str(caught.value)


@pytest.mark.parametrize("n", [1, 0.5, 65])
def test_the_power_s_exponent_has_bounds(n):
    with pytest.raises(ValueError, match="must be 1 < n <= 64"):
        core.objective("power", n=n)


@pytest.mark.parametrize("source", [None, 3, b"quartic", ["quartic"]])
def test_only_text_or_an_objective_is_one(source):
    with pytest.raises(ValueError, match="must be a name, a formula in x and y, or an objective"):
        core.objective(source)


@pytest.mark.parametrize(
    ("text", "near"), [("rosenbrok", "rosenbrock"), ("Ackly", "ackley"), ("himelblau", "himmelblau")]
)
def test_a_misspelt_name_is_told_the_nearest(text, near):
    with pytest.raises(ValueError, match=f"{text}.*did you mean {near}?"):
        core.objective(text)


def test_a_name_that_is_near_none_is_told_all():
    with pytest.raises(ValueError, match="qqqqq") as caught:
        core.objective("qqqqq")
    assert all(name in str(caught.value) for name in core.objectives())


@pytest.mark.parametrize(
    "text",
    [
        "(x+y)⁴+(x/2−y/2)⁴",
        r"$(x+y)^{4} + \left(\tfrac{x}{2}-\tfrac{y}{2}\right)^4$",
        "f(x,y) = (x+y)**4 + (x/2-y/2)**4",
    ],
)
def test_the_quartic_as_people_write_it_is_the_built_in_to_the_last_bit(text):
    f, own = core.objective(text), core.objective("quartic")
    x, y = np.random.default_rng(0).normal(size=(2, 200))
    np.testing.assert_array_equal(f.value(x, y), own.value(x, y))
    np.testing.assert_array_equal(f.gradient(x, y), own.gradient(x, y))
    np.testing.assert_array_equal(f.hessian(x, y), own.hessian(x, y))
    run, same = (core.run("adam", g, start=(0.5, -2.5), steps=500) for g in (f, own))
    np.testing.assert_array_equal(run.position, same.position)


def nested(name, times):
    return f"{name}(" * times + "x+y" + ")" * times


HEAVY = [
    *(nested(name, 30) for name in ("sin", "tanh", "sqrt", "erf", "sigmoid", "cosh", "log1p", "atan")),
    "^".join("x" * 30), "x^x^x^x", "hypot(x, " * 30 + "y" + ")" * 30, "(" * 30 + "x" + ")^7" * 30,
    "*".join(f"(x+{i})^y" for i in range(40)), "+".join(f"sin({i}x)cos({i}y)" for i in range(50)),
    "1/0 + x", "x/0", "0/0*y", "x + 2^5000", "(1e200)^2 x", "log(0) + x", "sqrt(-1) x", "exp(1e10) + y", "x^1e308",
    "x/5e-324", "(-8)^(1/3) + x", "tan(pi/2) + x", "1/(x-x) + y", "acos(2) + y", "2^2^2^2^2^2 x", "cosh(9999) x",
]  # fmt: skip


@pytest.mark.parametrize("text", HEAVY)
def test_heavy_formulas_are_worked_out_or_refused(text):
    with np.errstate(all="ignore"):
        try:
            f = core.objective(text)
        except ValueError as error:
            assert "objective" in str(error)  # noqa: PT017
        else:
            assert f.hessian(1.0, 1.0).shape == (2, 2)


def test_a_formula_whose_derivatives_grow_too_large_is_refused():
    text = "*".join(f"(x+{i})^y" for i in range(110))
    with pytest.raises(ValueError, match="at most 4000 are allowed: shorten the formula"):
        core.objective(text)


def test_an_objective_passes_through_and_equal_ones_are_one():
    f = core.objective("quadratic", kappa=3)
    assert core.objective(f) is f
    assert core.objective(" quadratic ", kappa=3.0) is f
    with pytest.raises(ValueError, match="kappa"):
        core.objective(f, kappa=3)


def test_a_formula_has_no_known_minimum():
    f = core.objective("x^2 + y^2 + 7")
    assert f.minimum is None
    assert f.minimizers.shape == (0, 2)
    assert f.value(1, 2) == 12
