"""What a run does not depend on: the axes' directions, order and origin, and the units of f and x.

Every optimizer, with parameters from all over its sliders. A change of sign, of order or by a power of two is exact
in float64, so the iterates agree to the last bit; where it is not, they agree as far as rounding lets any two.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import core
from core.compile.program import may_share
from core.parameters import Choice
from tests.optimizers.oracles import assert_same_trajectory, comparable_steps
from tests.readme import OPTIMIZERS
from tests.reference.trajectories import perturbed

STEPS = 40
FORMULAS = (
    "({x}+{y})^4 + ({x}/2-{y}/2)^4",
    "(1-{x})^2 + 100 ({y}-{x}^2)^2",
    "sin({x}) + exp({y}/3) {x} + cosh({y}) + {x}^2",
    "{x}^2/(1+{y}^2) + ({y}-1/4)^2",
)
ALL = pytest.mark.parametrize("name", core.optimizers())
FEW = settings(max_examples=8)
STARTS = st.tuples(*[st.integers(-128, 128).map(lambda n: n / 64)] * 2)


def on_slider(parameter, part):
    low, high = parameter.slider
    if parameter.scale == "log":
        return low * (high / low) ** part
    if parameter.scale == "complement":
        return 1 - (1 - low) * ((1 - high) / (1 - low)) ** part
    return low + (high - low) * part


def numbers(parameter):
    drawn = st.floats(0, 1).map(lambda part: on_slider(parameter, part))
    return drawn | st.just(0.0) if parameter.name == "epsilon" else drawn


@st.composite
def cases(draw, name, **fixed):
    """(formula, start, parameters)"""
    values = {
        p.name: draw(st.sampled_from(p.choices) if isinstance(p, Choice) else numbers(p))
        for p in core.OPTIMIZERS[name].parameters
    }
    return draw(st.sampled_from(FORMULAS)), draw(STARTS), values | {n: v for n, v in fixed.items() if n in values}


def positions(name, formula, start, values):
    return core.run(name, formula, start=start, steps=STEPS, **values).position


def assert_same_to_rounding(found, expected, moved):
    """Equal up to where `moved`, the expected run from a start moved by 1e-15, has left it."""
    rows = min(len(expected), len(moved))
    rows = min(len(found), comparable_steps(expected[:rows], moved[:rows]) + 1)
    assume(rows > 1)  # not where rounding decides from the first step on
    assert_same_trajectory(found[:rows], expected[:rows])


@ALL
@FEW
@given(st.data())
def test_an_axis_turned_round_turns_the_iterates(name, data):
    formula, (x, y), values = data.draw(cases(name))
    run = positions(name, formula.format(x="x", y="y"), (x, y), values)
    mirrored = positions(name, formula.format(x="(-x)", y="y"), (-x, y), values)
    np.testing.assert_array_equal(mirrored * [-1, 1], run)


@ALL
@FEW
@given(st.data())
def test_axes_exchanged_exchange_the_coordinates(name, data):
    formula, (x, y), values = data.draw(cases(name))
    plain, exchanged = formula.format(x="x", y="y"), formula.format(x="y", y="x")
    run = positions(name, plain, (x, y), values)
    found = positions(name, exchanged, (y, x), values)[:, ::-1]
    if may_share(core.OPTIMIZERS[name], values):  # one division for both coordinates: products in another order
        assert_same_to_rounding(found, run, positions(name, plain, perturbed((x, y)), values))
    else:
        np.testing.assert_array_equal(found, run)


@ALL
@FEW
@given(st.data(), st.sampled_from([-3, 1]), st.sampled_from([0, 2]))
def test_an_origin_elsewhere_shifts_the_iterates(name, data, right, up):
    formula, (x, y), values = data.draw(cases(name, weight_decay=0.0))  # which draws to the origin
    plain = formula.format(x="x", y="y")
    shifted = positions(name, formula.format(x=f"(x-({right}))", y=f"(y-({up}))"), (x + right, y + up), values)
    run, moved = (positions(name, plain, start, values) for start in ((x, y), perturbed((x, y))))
    assert_same_to_rounding(shifted - [right, up], run, moved)


# Dimensional analysis: a parameter's unit as powers of f's and of x's. What is not named has none.
SLOPE, LENGTH, LENGTH_PER_SLOPE = (1, -1), (0, 1), (-1, 2)
UNITS = {
    "epsilon": SLOPE,
    "b0": SLOPE,
    "initial_accumulator_value": (2, -2),
    "weight_decay": (0, -1),
    "final_learning_rate": LENGTH_PER_SLOPE,
}
LEARNING_RATES = {
    "gd": LENGTH_PER_SLOPE,
    "heavy_ball": LENGTH_PER_SLOPE,
    "nesterov": LENGTH_PER_SLOPE,
    "adagrad": LENGTH,
    "adagrad_norm": LENGTH,
    "adabound": LENGTH,
    "adadelta": (0, 0),
    "g_adagrad": None,  # depends on its exponent
}


def steps_of_size_eta(name):
    """By default; of these methods only `general`, whose units are its special case's, depends on its values."""
    return core.OPTIMIZERS[name].trait("steps_of_size_eta", core.resolved(name, {}))


# Methods that add what has different units leave one unit free, f = x^power: AdaBelief's epsilon goes to a square and
# to its root, RAdam's first steps are eta m and its later ones eta m/sqrt(v), AdaDelta's epsilon goes to squares of
# gradients and of steps.
ONE_UNIT = {"adabelief": 1, "radam": 1, "adadelta": 2}
KNOWN = [n for n in OPTIMIZERS if n in LEARNING_RATES or (n != "general" and steps_of_size_eta(n))]


def unit(name, parameter, values):
    if parameter == "learning_rate":
        if name == "g_adagrad":
            return 2 * values["exponent"] - 1, 2 - 2 * values["exponent"]
        return LENGTH if steps_of_size_eta(name) else LEARNING_RATES[name]
    f, x = UNITS.get(parameter, (0, 0))
    squared = parameter == "epsilon" and (name == "adadelta" or values.get("epsilon_inside_root", False))
    return (2 * f, 2 * x) if squared else (f, x)


@pytest.mark.parametrize("name", KNOWN)
@FEW
@given(st.data(), st.sampled_from([2.0**-6, 0.5, 1.0, 8.0, 2.0**10]), st.sampled_from([0.125, 1.0, 4.0]))
def test_units_of_f_and_x_are_free(name, data, of_f, of_x):
    formula, (x, y), values = data.draw(cases(name))
    of_f = of_x ** ONE_UNIT[name] if name in ONE_UNIT else of_f
    powers = {parameter: unit(name, parameter, values) for parameter in values}
    rescaled = {n: v * of_f ** powers[n][0] * of_x ** powers[n][1] if any(powers[n]) else v for n, v in values.items()}
    plain = formula.format(x="x", y="y")
    run = positions(name, plain, (x, y), values)
    text = f"{of_f} ({formula.format(x=f'(x/{of_x})', y=f'(y/{of_x})')})"
    found = positions(name, text, (of_x * x, of_x * y), rescaled) / of_x
    if name == "g_adagrad":  # a power of the sum is rounded
        assert_same_to_rounding(found, run, positions(name, plain, perturbed((x, y)), values))
    else:
        rows = min(len(found), len(run))  # another unit may overflow elsewhere
        np.testing.assert_array_equal(found[:rows], run[:rows])
