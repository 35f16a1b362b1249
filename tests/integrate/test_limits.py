"""Iterates approach their flow; stiff flows complete; what a flow answers and what it refuses."""

import numpy as np
import pytest

import core
from tests import readme

# Order in the learning rate of the distance between run and flow. From an empty second moment the first steps of
# RMSprop are of size sqrt(eta/a), those of AdaGrad eta; where the clock is k sqrt(eta), a step of time is sqrt(eta).
ORDERS = {
    "gd": 1,
    "proximal_point": 1,
    "sign_gd": 1,
    "heavy_ball": 0.5,
    "nesterov": 0.5,
    "adagrad": 1,
    "rmsprop": 0.5,
    "adam": 1,
}
ORDERS |= {"adamw": 1, "amsgrad": 1, "adamal": 1, "nadam": 1, "radam": 1, "adabelief": 1, "adashift": 1}
ORDERS |= {"adagrad_norm": 2, "g_adagrad": 1, "general": 1}
RATES = {"a": 5.0, "b": 20.0, "epsilon": 1e-3}
CASES = {
    "heavy_ball": lambda eta: {"momentum": 1 - 3 * eta**0.5},
    "rmsprop": lambda eta: {"a": 5.0, "epsilon": 1e-3},
    "nadam": lambda eta: RATES | {"momentum_decay": 2 * eta},
    "adabelief": lambda eta: RATES | {"epsilon": 1e-2 * eta},
    "adagrad_norm": lambda eta: {"b0": 2.0 / eta},
    "g_adagrad": lambda eta: {"exponent": 0.3},
} | dict.fromkeys(("adam", "adamw", "amsgrad", "adamal", "radam", "adashift", "general"), lambda eta: RATES)
SMOOTH = [name for name in ORDERS if name != "sign_gd"]

# The same for the variants, with the parameters that their derivation holds fixed. What the high-resolution flows
# leave out is of order sqrt(eta)^2, what the modified ones leave out of order eta^2.
FRICTION, MOMENTUM = (lambda eta: {"momentum": 1 - 3 * eta**0.5}), (lambda eta: {"momentum": 0.5})
MEMORIES = {"beta1": 0.6, "beta2": 0.7, "epsilon": 0.5}
VARIANTS = {
    ("gd", "modified"): (2, lambda eta: {}),
    ("heavy_ball", "high_resolution"): (1, FRICTION),
    ("heavy_ball", "gradient_flow"): (1, MOMENTUM),
    ("nesterov", "high_resolution"): (1, lambda eta: {}),
    ("nesterov", "high_resolution", "constant"): (1, FRICTION),
    ("nesterov", "friction", "constant"): (0.5, FRICTION),
    ("nesterov", "gradient_flow", "constant"): (1, MOMENTUM),
    ("rmsprop", "sign_flow"): (1, lambda eta: {"beta2": 0.7, "epsilon": 0.5}),
    ("adam", "belotto_gazeau"): (1, lambda eta: RATES | {"epsilon_inside_root": True}),
    ("adam", "chakrabarti_chopra"): (1, lambda eta: RATES),
    ("adam", "sign_flow"): (1, lambda eta: MEMORIES),
    ("adam", "modified"): (2, lambda eta: MEMORIES),
    ("adam", "modified", "inside"): (2, lambda eta: MEMORIES | {"epsilon_inside_root": True}),
}


def distance(name, eta, given, variant=None):
    """The greatest distance of the iterates from their flow up to time 1."""
    parameters = {"learning_rate": eta} | given
    values = core.resolved(name, parameters)
    clock = core.OPTIMIZERS[name].limit(values, variant).clock(values)
    steps = int(1 / clock + 1e-9)
    run = core.run(name, "matyas", start=(3.0, -2.0), steps=steps, **parameters)
    flow = core.flow(name, "matyas", start=(3.0, -2.0), duration=1.0, rtol=1e-10, variant=variant, **parameters)
    return np.abs(run.position - flow(np.minimum(clock * np.arange(steps + 1), 1.0))).max()


def test_every_flow_that_ships_has_an_order():
    with_flow, variants = set(), set()
    for name in readme.OPTIMIZERS:
        for choice in ({}, {"schedule": "constant"}) if name == "nesterov" else ({},):
            variants |= {(name, flow.name) for flow in core.OPTIMIZERS[name].limits_at(core.resolved(name, choice))}
        default = core.OPTIMIZERS[name].limit(core.resolved(name, {}))
        if default is not None:
            with_flow.add(name)
            variants.remove((name, default.name))
    assert with_flow == set(ORDERS)
    assert variants == {(name, variant) for name, variant, *_ in VARIANTS}


@pytest.mark.parametrize("name", ORDERS)
def test_the_iterates_approach_the_flow(name):
    eta = 0.02 if name == "adagrad" else 1e-3
    coarse, fine = (distance(name, e, CASES.get(name, lambda eta: {})(e)) for e in (eta, eta / 4))
    if name == "sign_gd":  # exact while no coordinate has arrived
        assert max(coarse, fine) < 1e-9
        return
    assert coarse < 0.2
    assert coarse / fine == pytest.approx(4 ** ORDERS[name], rel=0.15)


@pytest.mark.parametrize("case", VARIANTS, ids=" ".join)
def test_the_iterates_approach_the_variants(case):
    (name, variant, *choice), (order, parameters) = case, VARIANTS[case]
    choice = {"schedule": "constant"} if "constant" in choice else {}
    coarse, fine = (distance(name, eta, parameters(eta) | choice, variant) for eta in (1e-3, 1e-3 / 4))
    assert coarse < 0.1
    assert coarse / fine == pytest.approx(4**order, rel=0.1)


@pytest.mark.parametrize("objective", ["quartic", "rosenbrock"])
@pytest.mark.parametrize("epsilon", [1e-2, 1e-5, 1e-8])
@pytest.mark.parametrize("a", [1.0, 10.0, 100.0])
@pytest.mark.parametrize("b", [1.0, 10.0, 100.0])
def test_stiff_adam_completes(objective, epsilon, a, b):
    flow = core.flow("adam", objective, duration=10.0, a=a, b=b, epsilon=epsilon)
    assert flow.status == "completed"
    assert flow.time[-1] == 10.0
    assert np.all(np.isfinite(flow.position))
    assert flow.loss.min() < 0.5 * flow.loss[0]


@pytest.mark.parametrize("name", SMOOTH)
def test_times_positions_losses_and_states_belong_together(name):
    flow = core.flow(name, "rosenbrock", duration=2.0)
    assert flow.time[0] == 0
    assert flow.time[-1] == 2.0
    assert np.all(np.diff(flow.time) > 0)
    assert np.array_equal(flow.position[0], (-1.5, 2.0))
    np.testing.assert_array_equal(flow.loss, core.objective("rosenbrock").value(*flow.position.T))
    np.testing.assert_allclose(flow(flow.time), flow.position, atol=1e-6)
    for values in flow.state.values():
        assert values.shape in ((len(flow.time), 2), (len(flow.time),))
    assert flow(0.5).shape == (1, 2)
    assert flow([]).shape == (0, 2)
    assert flow([0, 0.1, 2.0]).shape == (3, 2)
    assert np.array_equal(flow(0)[0], (-1.5, 2.0))


@pytest.mark.parametrize("t", [-1e-9, 2.1, np.nan, [0.5, 3.0], [[0.1]]])
def test_times_outside_are_refused(t):
    flow = core.flow("gd", "quartic", duration=2.0)
    with pytest.raises(ValueError, match="times from 0 to duration = 2"):
        flow(t)


def test_a_flow_that_blows_up_ends_where_it_does():
    # x' = 3 x^2 + ... on the monkey saddle: along -x the flow reaches infinity at t = 1/3
    flow = core.flow("gd", "monkey_saddle", start=(-1.0, 0.0), duration=1.0)
    assert flow.status == "diverged"
    assert flow.time[-1] == pytest.approx(1 / 3, rel=1e-4)
    assert np.all(np.isfinite(flow.position))
    assert np.all(np.isnan(flow([0.5, 1.0])))
    np.testing.assert_allclose(flow(0.3)[0], [-1 / (1 - 0.9), 0], rtol=1e-4)


def test_a_step_limit_ends_early_and_says_so():
    flow = core.flow("adam", "rosenbrock", duration=10.0, a=10, b=10, max_steps=50)
    assert flow.status == "step_limit"
    assert flow.steps["accepted"] + flow.steps["rejected"] == 50
    assert flow.steps["explicit"] + flow.steps["stiff"] == flow.steps["accepted"]
    assert 0 < flow.time[-1] < 10.0
    assert np.all(np.isnan(flow([flow.time[-1] + 1e-3, 10.0])))
    assert np.all(np.isfinite(flow(flow.time[-1])))


@pytest.mark.parametrize(
    ("name", "given", "variant"),
    [
        ("heavy_ball", {}, "friction"),
        ("heavy_ball", {"variant": "gradient_flow"}, "gradient_flow"),
        ("nesterov", {}, "su_boyd_candes"),
        ("nesterov", {"schedule": "constant"}, "friction"),
        ("nesterov", {"momentum": 0.5}, "friction"),
        ("nesterov", {"variant": "high_resolution"}, "high_resolution"),
        ("adam", {"variant": "sign_flow"}, "sign_flow"),
    ],
)
def test_variants(name, given, variant):
    assert core.flow(name, "quartic", duration=0.1, **given).variant == variant


def test_decay_factors_and_rates_are_one_flow():
    one = core.flow("adam", "quartic", duration=1.0, a=4.0, b=50.0)
    two = core.flow("adam", "quartic", duration=1.0, learning_rate=2e-3, beta1=0.9, beta2=1 - 8e-3)
    np.testing.assert_allclose(one(np.linspace(0, 1, 20)), two(np.linspace(0, 1, 20)), atol=1e-9)


REFUSALS = [
    (dict(duration=0), "duration = 0: must be a finite number above 0"),
    (dict(duration=np.nan), "duration = nan: must be a finite number"),
    (dict(duration=True), "duration = True: must be a finite number"),
    (dict(rtol=0.5), "rtol = 0.5: must be 1e-13 <= rtol <= 0.1"),
    (dict(max_steps=0), "max_steps = 0: must be a whole number from 1 to"),
    (dict(variant="fast"), "variant = 'fast': adam's flows are adam, belotto_gazeau"),
    (dict(variant="chakrabarti_chopra", bias_correction=False), "adam's flows are adam, sign_flow, modified"),
    (dict(variant="modified", epsilon=0), "adam's flows are adam, belotto_gazeau, chakrabarti_chopra, sign_flow"),
    (dict(a=0), "a = 0.0: must be a finite number above 0"),
    (dict(a=1.0, beta1=0.9), "not both forms at once"),
    (dict(a=2000.0, learning_rate=1e-3), "a = 2000.0: must be 0 < a <= 1/learning_rate = 1000"),
    (dict(beta2=1.0), "beta2 = 1.0: must be 0 <= beta2 < 1"),
    (dict(c=1), "c = 1: adam has no such parameter; it has learning_rate"),
    (dict(start=(np.inf, 0)), "start[0] = inf: must be a finite number"),
]


@pytest.mark.parametrize(("given", "message"), REFUSALS)
def test_refusals_name_the_parameter(given, message):
    with pytest.raises(ValueError, match=r"=|:") as caught:
        core.flow("adam", "quartic", **given)
    assert message in str(caught.value)


def test_large_rates_need_no_learning_rate():
    assert core.flow("adam", "quartic", duration=0.5, a=5000.0, b=5000.0).status == "completed"
