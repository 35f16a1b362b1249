"""Every parameter of every public function with bad values of every kind: an InputError that names it."""

import inspect

import numpy as np
import pytest

import core
from core import analyses

NAN, INF = float("nan"), float("inf")
AXES = {"x": ("a", [1.0, 2.0]), "y": ("b", [1.0, 2.0])}

# Values of every kind by name; which of them are allowed is said below, parameter by parameter
VALUES = {
    "None": None, "true": True, "numpy true": np.bool_(True), "text": "no", "bytes": b"no", "nan": NAN, "inf": INF,
    "-inf": -INF, "-1": -1, "0": 0, "1.5": 1.5, "huge": 10**400, "digits": 10**5000, "complex": 1j,
    "array": np.array([1.0, 2.0]), "table": np.zeros((2, 2)), "empty array": np.array([]), "list": [1.0],
    "ragged": [[1.0, 2.0], [3.0]], "empty tuple": (), "dictionary": {}, "object": object(),
    "function": lambda *_: False,
    "pair": ("a", [3.0]), "pair of nan": ("a", [NAN, INF]), "pair of text": ("a", ["1"]), "pair of bool": ("a", [True]),
    "pair of a table": ("a", [[1.0, 2.0]]), "pair of none": ("a", []), "pair of a number": ("a", 1.0),
    "pair of complex": ("a", [1j]), "pair of times": ("a", np.array([1], dtype="datetime64[s]")),
    "pair without a name": (1, [1.0]), "letters": "ab",
}  # fmt: skip
NUMBER = {"1.5"}
FROM_ZERO = {"0", "1.5"}
ANY_NUMBER = {"-1", "0", "1.5"}
CALLED = {"None", "function"}
CHOICE = {"true", "numpy true"}
AXIS = {"pair", "pair of nan"}  # cells at values out of range are invalid, and the map has the others
LAYERS = {"empty array", "empty tuple", "dictionary"}  # no names
OPTIONAL = {"None"}
START = {"None", "array"}
METHOD = {"learning_rate": NUMBER, "beta1": {"0"}, "epsilon": FROM_ZERO, "a": NUMBER, "bias_correction": CHOICE,
          "learning_rate_schedule": set()}  # fmt: skip
OF_MAP = METHOD | {"a": set(), "beta1": set()}  # a and b are the axes
MAP = {"objective": set(), "x": AXIS, "y": set(), "start": START, "optimizer": set(), "thresholds": set(),
       "should_stop": CALLED, "threads": OPTIONAL} | OF_MAP  # fmt: skip
STEPS = {"steps": OPTIONAL, "duration": OPTIONAL, "layers": LAYERS, "tolerance": FROM_ZERO}

RUN = core.run("adam", "quartic", steps=50)
GRID = core.regime_map("quartic", steps=10, **AXES)
FLOW = core.flow("gd", "quartic", duration=2.0)

# name -> the function, arguments that are right, and of each parameter the values above that are allowed
FUNCTIONS = {
    "objective": (core.objective, {"source": "quadratic"}, {"source": set(), "kappa": NUMBER, "angle": ANY_NUMBER}),
    "run": (
        core.run, {"optimizer": "adam", "objective": "quartic", "steps": 5},
        {"optimizer": set(), "objective": set(), "start": START, "steps": set()} | METHOD,
    ),
    "flow": (
        core.flow, {"optimizer": "adam", "objective": "quartic", "duration": 0.1},
        {"optimizer": set(), "objective": set(), "start": START, "duration": NUMBER, "rtol": set(),
         "variant": OPTIONAL, "max_steps": set()} | METHOD,
    ),
    "regime_map": (core.regime_map, {"objective": "quartic", "steps": 10} | AXES, MAP | STEPS),
    "flow_map": (
        core.flow_map, {"objective": "quartic", "duration": 0.01} | AXES,
        MAP | {"duration": NUMBER, "variant": OPTIONAL, "rtol": set(), "max_steps": set()},
    ),
    "tiled_map": (
        core.tiled_map, {"objective": "quartic", "steps": 10} | AXES,
        MAP | STEPS | {"folder": {"text", "letters"}, "tile": set(), "progress": CALLED, "found": CALLED,
                       "scheduler": OPTIONAL},
    ),
    "resolved": (
        core.resolved, {"optimizer": "adam", "parameters": {}}, {"optimizer": set(), "parameters": {"dictionary"}},
    ),
    "compiled_step": (
        core.compiled_step, {"optimizer": "adam", "objective": "quartic"},
        {"optimizer": set(), "objective": set(), "relaxed": {"true"}} | METHOD,
    ),
    "separation": (
        core.separation, {"grid": GRID, "one": "proof"},
        {"grid": set(), "one": set(), "n": OPTIONAL | NUMBER, "shortest": FROM_ZERO},
    ),
    "Thresholds": (
        core.Thresholds, {},
        {"floor": FROM_ZERO, "rises": {"0"}, "fall_decades": FROM_ZERO, "crest": NUMBER, "narrow": FROM_ZERO,
         "wide": FROM_ZERO, "turns": FROM_ZERO},
    ),
    "Run.classified": (RUN.classified, {}, {"thresholds": set()}),
    "RegimeMap.classified": (GRID.classified, {}, {"thresholds": set()}),
    "Solution": (FLOW, {}, {"t": FROM_ZERO | {"array", "list", "empty array", "empty tuple"}}),
    "Objective.value": (
        RUN.objective.value, {"y": 1.0},
        {"x": ANY_NUMBER | {"nan", "inf", "-inf", "array", "table", "empty array", "list", "empty tuple"}},
    ),
}  # fmt: skip
FUNCTIONS |= {
    f"Objective.{name}": (getattr(RUN.objective, name), *FUNCTIONS["Objective.value"][1:])
    for name in ("gradient", "hessian")
}
UNIT = {"0"}  # of the values above, all that is in [0, 1)
SIZED = {"a": NUMBER, "b": NUMBER, "eta": NUMBER}
BETAS = {"beta1": UNIT, "beta2": UNIT}
CYCLE = {"eta": NUMBER, "curvature": NUMBER, "epsilon": FROM_ZERO, "epsilon_inside_root": CHOICE}
ARRAYS = {"array", "list"}
OF_RUN = ({"run": RUN}, {"run": set()})
ADAM_FLOW = core.flow("adam", "quartic", duration=0.1, a=1.0, b=1.0)
FUNCTIONS |= {
    f"analyses.{name}": (getattr(analyses, name), *given)
    for name, given in {
        "adagrad_norm_iterations": (
            {"tolerance": 0.1, "loss": 1.0, "lipschitz": 1.0, "b0": 0.1},
            {"tolerance": NUMBER, "loss": FROM_ZERO, "lipschitz": FROM_ZERO, "b0": NUMBER},
        ),
        "adam_cycle": ({"eta": 0.1, "beta1": 0.9, "beta2": 0.99}, CYCLE | BETAS),
        "amsgrad_swaps": OF_RUN,
        "asymptotic_factor": (
            {"method": "heavy_ball", "step": 0.1, "momentum": 0.9},
            {"method": set(), "step": ANY_NUMBER, "momentum": UNIT},
        ),
        "distance_to_flow": (
            {"optimizer": "gd", "objective": "quartic", "learning_rate": 0.01, "duration": 0.05, "halvings": 1},
            {"optimizer": set(), "objective": set(), "learning_rate": NUMBER, "duration": NUMBER, "halvings": set(),
             "start": START, "variant": OPTIONAL},
        ),
        "energy": (
            {"trajectory": RUN, "objective": RUN.objective, "b": 1.0},
            {"trajectory": set(), "objective": set(), "b": NUMBER, "level": OPTIONAL | ANY_NUMBER},
        ),
        "energy_slope": (
            {"trajectory": RUN, "objective": RUN.objective, "a": 1.0, "b": 1.0},
            {"trajectory": set(), "objective": set(), "a": NUMBER, "b": NUMBER},
        ),
        "first_spike": (
            {"descent_time": 1.0, "second_moment": 1.0, "curvature": 1.0, "a": 1.0, "b": 1.0, "eta": 0.01},
            {"descent_time": ANY_NUMBER, "second_moment": NUMBER, "curvature": NUMBER} | SIZED | {"eta": set()},
        ),
        "gamma": OF_RUN,
        "learning_rates": OF_RUN,
        "linear_rates": ({"kappa": 2.0}, {"kappa": NUMBER}),
        "linearisation": (
            {"optimizer": "adam", "objective": "quartic", "at": (1.0, 1.0), "a": 1.0, "b": 1.0},
            {"optimizer": set(), "objective": set(), "at": {"array"}, "time": NUMBER, "variant": OPTIONAL},
        ),
        "local_rate": ({"a": 1.0, "b": 1.0}, {"a": NUMBER, "b": NUMBER}),
        "online_run": (
            {"optimizer": "adam", "slopes": [1.0, 2.0]},
            {"optimizer": set(), "slopes": ARRAYS | ANY_NUMBER, "start": {"-1", "0"}},
        ),
        "oscillating_sharpness": ({"beta1": 0.9, "eta": 0.1}, {"beta1": UNIT, "eta": NUMBER}),
        "periodic_slopes": (
            {"rounds": 3}, {"rounds": set(), "large": ANY_NUMBER, "small": ANY_NUMBER, "period": set()},
        ),
        "phase_of_flow": (
            {"flow": ADAM_FLOW, "values": core.resolved("adam", {"a": 1.0, "b": 1.0})},
            {"flow": set()},
        ),
        "phase_of_run": OF_RUN,
        "preconditioned_sharpness": ({"run": RUN}, {"run": set(), "rows": set()}),
        "preconditioner": ({"run": RUN}, {"run": set(), "rows": set()}),
        "proof_condition": ({"beta1": 0.9, "beta2": 0.99}, {"beta1": ANY_NUMBER, "beta2": ANY_NUMBER}),
        "proof_neighbourhood": ({"beta1": 0.9, "beta2": 0.99, "eta": 0.1}, BETAS | {"eta": NUMBER}),
        "random_slopes": (
            {"rounds": 3, "large": 3.0, "small": 1.0, "probability": 0.2},
            {"rounds": set(), "large": ANY_NUMBER, "small": ANY_NUMBER, "probability": UNIT, "seed": UNIT},
        ),
        "regularization_budget": OF_RUN,
        "ripple": ({"beta1": 0.9, "beta2": 0.99, "eta": 0.1}, BETAS | {"eta": NUMBER}),
        "rmsprop_cycle": ({"eta": 0.1, "beta2": 0.9}, CYCLE | {"beta2": UNIT}),
        "sharpness_threshold": ({"run": RUN}, {"run": set(), "rows": set()}),
        "sign_flow_bound": (
            {"t": 1.0, "gap": 1.0, "mu": 1.0},
            {"t": FUNCTIONS["Objective.value"][2]["x"], "gap": FROM_ZERO, "mu": FROM_ZERO},
        ),
        "steps": ({"run": RUN, "k": 1}, {"run": set(), "k": {"0"}}),
        "update_bound": ({"beta1": 0.9, "beta2": 0.99}, BETAS),
    }.items()
}  # fmt: skip
CASES = [(function, parameter) for function, (_, _, allowed) in FUNCTIONS.items() for parameter in allowed]


@pytest.mark.parametrize(("function", "parameter"), CASES)
def test_a_bad_value_is_named(function, parameter, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some texts are folders
    call, arguments, allowed = FUNCTIONS[function]
    if function == "tiled_map":
        arguments = arguments | {"folder": tmp_path}
    own = {"source": "objective"}.get(parameter, parameter)
    for kind, value in VALUES.items():
        with np.errstate(all="ignore"):
            if kind in allowed[parameter]:
                call(**arguments | {parameter: value})
                continue
            with pytest.raises(core.InputError) as caught:
                call(**arguments | {parameter: value})
        message = str(caught.value)
        assert own in message, (kind, message)
        assert "\n" not in message
        assert 10 < len(message) < 700, (kind, message)


@pytest.mark.parametrize("function", [name for name, (call, _, _) in FUNCTIONS.items() if inspect.isfunction(call)])
def test_every_parameter_of_a_public_function_is_tried(function):
    call, _, allowed = FUNCTIONS[function]
    parameters = inspect.signature(call).parameters.values()
    known_by_example = {"values"} if function == "analyses.phase_of_flow" else set()  # a dictionary of all values
    assert {p.name for p in parameters if p.kind != p.VAR_KEYWORD} - known_by_example <= set(allowed)


def test_every_public_function_is_tried():
    functions = {name for name in core.__all__ if inspect.isfunction(getattr(core, name))}
    without_parameters = {"objectives", "optimizers", "published_map"}
    assert functions - without_parameters <= set(FUNCTIONS)
    of_analyses = {name for name in analyses.__all__ if inspect.isfunction(getattr(analyses, name))}
    assert {f"analyses.{name}" for name in of_analyses} <= set(FUNCTIONS)
    assert not any(inspect.signature(getattr(core, name)).parameters for name in without_parameters)


@pytest.mark.parametrize("axis", ["x", "y"])
@pytest.mark.parametrize("mapped", [core.regime_map, core.flow_map, core.tiled_map])
def test_a_parameter_that_the_objective_was_given_is_no_axis(mapped, axis, tmp_path):
    folder = {"folder": tmp_path} if mapped is core.tiled_map else {}
    length = {"duration": 0.1} if mapped is core.flow_map else {"steps": 20}
    axes = {"x": ("a", [1.0, 2.0]), "y": ("a", [1.0, 2.0])} | {axis: ("kappa", [2.0, 3.0])}
    with pytest.raises(core.InputError, match=r"kappa = 3\.0: the objective was given it, but kappa is an axis"):
        mapped(objective=core.objective("quadratic", kappa=3), **folder, **length, **axes)
    for f in ("quadratic", core.objective("quadratic"), core.objective("quadratic", angle=0.3)):
        grid = mapped(objective=f, **folder, **length, **axes)
        assert set(np.unique(grid.parameters["kappa"])) == {2.0, 3.0}
