"""Shared reciprocals: the same values, fewer divisions."""

from collections import Counter

import numpy as np
import pytest

import core
from core.compile.problem import POSITION, Problem, components, state_symbols, symbols, with_objective
from core.formulas.parsing import parse
from core.symbolic.expression import STEP, ordered, substitute, variable
from core.symbolic.fractions import common_denominators
from tests.evaluate import in_lanes

FORMULAS = (
    "x/y",
    "x/y + y/x",
    "1/(x/y)",
    "x/y/(y/(1+x))",
    "sqrt(x/y) + sqrt(x)/y",
    "x/(y + sqrt(y/x + 1/(x+y))) - sqrt(2/(1 + sqrt(x/y)))",
    "(x/(1+y) - y/(1+x)) / (x + 1/y)",
    "1/(1 + 1/(1 + 1/(x + 1/y)))",
    "-(x/y) (1/(x+y))",
    "x/y exp(-x/y) + max(x/y, y/x)",
    "1/x + 1/y + 1/(x+y) + 1/(x+1) + 1/(y+1) + 1/(x+2) + 1/(y+2)",
)


def counted(outputs):
    return Counter(node.operation for node in ordered(outputs))


def divisions(outputs):
    found = counted(outputs)
    return found["div"] + found["ratio"] + found["quotient"]


@pytest.mark.parametrize("text", FORMULAS)
def test_the_values_stay(text):
    random = np.random.default_rng(3)
    values = {"x": random.uniform(0.5, 2, 500), "y": random.uniform(0.5, 2, 500)}
    plain = [parse(text)]
    shared = common_denominators(plain)
    assert divisions(shared) <= divisions(plain)
    # relative to the sum of the parts, which may cancel
    np.testing.assert_allclose(in_lanes(shared, values, 32), in_lanes(plain, values, 32), rtol=1e-14, atol=1e-14)


def stepped(name, choices):
    """The outputs of one step, x and y and state, with the gradient still a placeholder."""
    method = core.OPTIMIZERS[name]
    given = core.resolved(name, choices)
    p = symbols({q.name: given[q.name] for q in method.parameters})
    position, state = method.step(Problem, POSITION, state_symbols(method.state), p, STEP)
    return [position.x, position.y, *components(method.state, state)]


@pytest.mark.parametrize("inside", [False, True])
def test_adam_s_step_has_one_division_and_two_roots(inside):
    plain = stepped("adam", {"epsilon_inside_root": inside})
    shared = common_denominators(plain)
    assert divisions(plain) == 6
    assert divisions(shared) == 1
    assert counted(shared)["sqrt"] == 2
    assert counted(shared)["mul"] <= 20


@pytest.mark.parametrize("name", core.optimizers())
def test_every_step_keeps_its_values(name):
    plain = stepped(name, {})
    shared = common_denominators(plain)
    f, random = core.objective("quartic"), np.random.default_rng(5)
    names = {node.value for node in ordered(plain) if node.operation == "variable"} - {"step"}
    values = {n: random.uniform(0.5, 0.9, 200) for n in names | {"x", "y"}}

    def evaluated(outputs):
        outputs = with_objective(outputs, f)
        fixed = {id(n): variable("x") for n in ordered(outputs) if n.operation == "running_power"}
        return in_lanes(substitute(outputs, lambda n, _: fixed.get(id(n))), values, 32)

    assert divisions(shared) <= divisions(plain)
    np.testing.assert_allclose(evaluated(shared), evaluated(plain), rtol=1e-14, atol=1e-14)
