"""Bad input is one class of errors, core.InputError; no other ValueError is raised for it."""

import ast
import pickle
from pathlib import Path

import numpy as np
import pytest

import core
from core import analyses
from core.formulas.errors import FormulaError
from core.regimes.lines import line

ROOT = Path(__file__).parents[1]
FILES = [path for package in ("core", "dashboard") for path in sorted((ROOT / package).rglob("*.py"))]
# What only the program itself can get wrong: the sizes of its own systems, and its own source folders
OUR_OWN = {"core/integrate/integrator.py", "core/compile/version.py"}


def raised(path):
    """Names of the classes that a file raises by calling them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
            yield node.exc.func.id


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_plain_value_error_is_raised_for_input(path):
    if path.relative_to(ROOT).as_posix() not in OUR_OWN:
        assert "ValueError" not in set(raised(path))


def test_it_is_a_value_error():
    assert issubclass(core.InputError, ValueError)
    assert issubclass(FormulaError, core.InputError)
    error = pickle.loads(pickle.dumps(core.InputError("a = 1: must be 2")))  # a tile's worker sends it home
    assert type(error) is core.InputError
    assert str(error) == "a = 1: must be 2"


AXES = {"x": ("a", [1.0, 2.0]), "y": ("b", [1.0, 2.0])}
RUN = core.run("gd", "quartic", steps=3)
WRONG = {
    "method": lambda: core.run("Adam", "quartic"),
    "number": lambda: core.run("adam", "quartic", learning_rate="0.1"),
    "range": lambda: core.run("adam", "quartic", beta1=1.0),
    "choice": lambda: core.run("adam", "quartic", bias_correction="yes"),
    "name": lambda: core.run("adam", "quartic", lr=1.0),
    "both forms": lambda: core.run("adam", "quartic", a=1.0, beta2=0.9),
    "rate": lambda: core.run("adam", "quartic", a=1e9),
    "steps": lambda: core.run("adam", "quartic", steps=0),
    "start": lambda: core.run("adam", "quartic", start=(1.0,)),
    "start not finite": lambda: core.run("adam", "log(x)", start=(-1.0, 0.0)),
    "formula": lambda: core.objective("x +"),
    "constant formula": lambda: core.objective("3"),
    "objective": lambda: core.objective(3),
    "objective's parameter": lambda: core.objective("quadratic", kappa=-1.0),
    "objective has no such parameter": lambda: core.objective("quartic", kappa=1.0),
    "duration": lambda: core.flow("adam", "quartic", duration=-1.0),
    "tolerance": lambda: core.flow("adam", "quartic", rtol=1.0),
    "limit": lambda: core.flow("adam", "quartic", variant="none"),
    "no limit": lambda: core.flow("lion", "quartic"),
    "times": lambda: core.flow("gd", "quartic", duration=1.0)([2.0]),
    "axis": lambda: core.regime_map("quartic", x=("a", "no numbers"), y=("b", [1.0])),
    "axis's name": lambda: core.regime_map("quartic", x=("c", [1.0]), y=("b", [1.0])),
    "axes alike": lambda: core.regime_map("quartic", x=("a", [1.0]), y=("a", [1.0])),
    "steps and duration": lambda: core.regime_map("quartic", **AXES, steps=10, duration=1.0),
    "layer": lambda: core.regime_map("quartic", **AXES, steps=10, layers=["no"]),
    "line": lambda: line("no"),
    "sharpness": lambda: analyses.preconditioned_sharpness(core.run("lion", "quartic", steps=3)),
    "step": lambda: analyses.steps(RUN, 4),
    "slopes": lambda: analyses.online_run("adam", [np.nan]),
    "times' text": lambda: core.flow("gd", "quartic", duration=1.0)("now"),
    "times of rows": lambda: core.flow("gd", "quartic", duration=1.0)([[1], [1, 2]]),
    "layers' type": lambda: core.regime_map("quartic", **AXES, steps=10, layers=5),
    "layers in rows": lambda: core.regime_map("quartic", **AXES, steps=10, layers=[["spikes"]]),
    "distance's rate": lambda: analyses.distance_to_flow("gd", "quartic", learning_rate="x", duration=1.0),
    "distance's duration": lambda: analyses.distance_to_flow("gd", "quartic", learning_rate=0.1, duration=-1.0),
    "condition number": lambda: analyses.linear_rates(-1.0),
    "slopes in rows": lambda: analyses.online_run("adam", [[1], [1, 2]]),
    "halvings": lambda: analyses.distance_to_flow("gd", "quartic", learning_rate=0.1, duration=1.0, halvings=0),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_input_is_an_input_error(wrong):
    with np.errstate(all="ignore"), pytest.raises(core.InputError) as caught:
        WRONG[wrong]()
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) > 10
