"""Fewer multiplications: the same values to the last bit."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core
from core.formulas.parsing import X, Y, parse
from core.symbolic import expression as e
from core.symbolic.derivatives import derivative
from core.symbolic.economy import economical
from core.symbolic.expression import Expression, ordered, variable

PLAIN = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative, "sqrt": np.sqrt,
    "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "abs": np.abs, "sign": np.sign, "max": np.maximum,
    "min": np.minimum, "tanh": np.tanh, "expm1": np.expm1, "power": np.power, "less": np.less, "where": np.where,
    "abs_power": lambda u, v: np.abs(u) ** v,
    "signed_power": lambda u, v: np.sign(u) * np.where(u == 0, 0.0, np.abs(u) ** v),
}  # fmt: skip


def evaluated(outputs, values):
    """Node by node in NumPy, as written."""
    found = {}
    with np.errstate(all="ignore"):
        for node in ordered(outputs):
            arguments = [found[id(a)] for a in node.arguments]
            if node.operation == "variable":
                found[id(node)] = values[node.value]
            elif node.operation == "constant":
                found[id(node)] = np.full_like(next(iter(values.values())), node.value)
            elif node.operation == "ratio":
                both = (arguments[0] == 0) & (arguments[1] == 0)
                found[id(node)] = np.where(both, 0.0, arguments[0] / arguments[1])
            else:
                found[id(node)] = PLAIN[node.operation](*arguments)
    return [found[id(o)] for o in outputs]


def assert_same_bits(outputs, values):
    for one, other in zip(evaluated(outputs, values), evaluated(economical(outputs), values), strict=True):
        np.testing.assert_array_equal(other, one)  # NaN where NaN, and 0 is -0


def counted(outputs):
    return Counter(node.operation for node in ordered(outputs))


@pytest.mark.parametrize("name", core.objectives())
def test_objectives_and_their_derivatives_keep_every_bit(name):
    f = core.objective(name)
    outputs = list(f.shape.point_expressions)
    random = np.random.default_rng(4)
    spread = 10.0 ** random.uniform(-8, 2, (2, 4000)) * random.choice([-1, 1], (2, 4000))
    parameters = {name: np.full(4000, value) for name, value in f.variables.items()}
    assert_same_bits(outputs, {"x": spread[0], "y": spread[1]} | parameters)
    assert sum(counted(economical(outputs)).values()) <= sum(counted(outputs).values()) + 2


def test_the_quartic_s_value_and_gradient_take_eight_products_and_three_doublings():
    found = counted(economical([q := parse("(x+y)^4 + (x/2-y/2)^4"), *derivative([q], X), *derivative([q], Y)]))
    assert found["mul"] == 10
    assert found["add"] + found["sub"] == 5
    assert found["neg"] == 0


LEAVES = st.one_of(
    st.sampled_from([X, Y, variable("z")]),
    st.sampled_from([-4.0, -2.0, -1.0, -0.5, 0.25, 0.5, 2.0, 3.0, 0.1, 8.0]).map(e.constant),
)


def larger(inner):
    two, one = st.tuples(inner, inner), inner
    return st.one_of(
        *(
            two.map(lambda pair, build=build: build(*pair))
            for build in (e.add, e.subtract, e.multiply, e.divide, e.maximum)
        ),
        one.map(e.negate),
        one.map(lambda a: a * a),
        one.map(e.absolute),
        one.map(lambda a: e.sqrt(e.absolute(a))),
        two.map(lambda pair: e.where(e.less(*pair), *pair)),
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(st.recursive(LEAVES, larger, max_leaves=25), min_size=1, max_size=3))
def test_any_expression_keeps_every_bit(outputs):
    random = np.random.default_rng(8)
    values = {name: random.uniform(0.1, 3, 60) * random.choice([-1, 1], 60) for name in "xyz"}
    plain = np.array(evaluated(outputs, values))
    tidy = np.array(evaluated(economical(outputs), values))
    reasonable = np.isfinite(plain) & (abs(plain) < 1e100) & ((abs(plain) > 1e-100) | (plain == 0))
    np.testing.assert_array_equal(tidy[reasonable], plain[reasonable])


def test_rules():
    a, b = variable("a"), variable("b")
    assert economical([a * b + Expression("mul", (b, a))]) == [e.multiply(2, a * b)]
    assert economical([0.5 * a - 0.5 * b]) == [e.multiply(0.5, a - b)]
    assert economical([(2 * a) * (0.25 * b)]) == [e.multiply(0.5, a * b)]
    assert economical([-2 * a + b]) == [b - 2 * a]
    assert economical([(4 * a) / (2 * b)]) == [2 * (a / b)]
    assert economical([3 * a]) == [3 * a]  # no power of two
    far = a
    for _ in range(40):  # 2^-40: applied on the way, so that nothing leaves the range of float64
        far = e.multiply(0.5, far)
    assert counted(economical([far]))["mul"] == 2
