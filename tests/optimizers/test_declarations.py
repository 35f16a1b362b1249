"""One table over all optimizers: what each declares is whole, and what it refuses is said clearly."""

from dataclasses import replace

import numpy as np
import pytest

import core
from core.optimizers.declarations import BY_VALUES
from core.parameters import RATES, Choice, Parameter

ALL = pytest.mark.parametrize("name", core.optimizers())
NUMBERS = [(name, p) for name in core.optimizers() for p in core.OPTIMIZERS[name].numeric]
NUMERIC = pytest.mark.parametrize(("name", "parameter"), NUMBERS, ids=[f"{n} {p.name}" for n, p in NUMBERS])
NAMES = {name: {p.name for p in core.OPTIMIZERS[name].numeric} for name in core.optimizers()}
RATES_OF = {name: {rate: decay for rate, decay in RATES.items() if decay in NAMES[name]} for name in NAMES}
RATED = pytest.mark.parametrize(("name", "rate"), [(name, rate) for name in NAMES for rate in RATES_OF[name]])


@ALL
def test_the_declaration_is_whole(name):
    method = core.OPTIMIZERS[name]
    assert method.name == name
    assert method.title
    assert method.source
    assert "t_k" in method.clock_rule
    assert method.parameters[0].name == "learning_rate"
    values = core.resolved(name, {})
    assert method.clock(values) > 0
    if name != "adadelta":  # whose steps are of a size of their own: its clock counts them
        assert method.clock(core.resolved(name, {"learning_rate": 1e-6})) < method.clock(values)
    offered = method.limits_at(values)
    assert len({flow.name for flow in offered}) == len({flow.title for flow in offered}) == len(offered)
    for flow in offered:
        assert flow.title
        assert flow.source
        assert method.limit(values, flow.name) == flow
        assert "(0)" in flow.initial
        assert "t_k" in flow.clock_rule
        assert flow.clock(values) > 0
    assert not offered or offered[0].clock(values) == method.clock(values)


@ALL
@pytest.mark.parametrize("trait", BY_VALUES)
def test_what_may_depend_on_the_values_cannot_be_read_without_them(name, trait):
    method = core.OPTIMIZERS[name]
    declared = getattr(method, trait)
    for read in (bool, len, list, lambda value: value == True, lambda value: True in value):  # noqa: E712
        with pytest.raises(TypeError, match="depends on the parameters' values"):
            read(declared)
    values = core.resolved(name, {})
    assert isinstance(method.trait(trait, values), tuple if trait == "limits" else bool)
    assert getattr(replace(method, title="another"), trait)(values) == declared(values)


@ALL
def test_a_run_begins_at_its_start_and_its_clock_ticks_evenly(name):
    run = core.run(name, "matyas", steps=10, learning_rate=0.04)
    tick = core.OPTIMIZERS[name].clock(core.resolved(name, {"learning_rate": 0.04}))
    np.testing.assert_allclose(run.time, np.arange(11) * tick, rtol=1e-14)
    assert np.array_equal(run.position[0], run.objective.start)
    assert run.loss[0] == run.objective.value(*run.objective.start)


@NUMERIC
def test_a_number_is_valid_at_its_default_and_on_its_slider(name, parameter):
    low, high = parameter.slider
    assert low < high
    assert parameter.valid(parameter.default)
    assert parameter.scale in ("log", "linear", "complement")
    assert parameter.scale != "log" or low > 0
    assert np.all(parameter.valid([low, high]))
    assert parameter.symbol
    assert parameter.label
    assert parameter.meaning


@ALL
def test_choices_are_run_each(name):
    for p in core.OPTIMIZERS[name].parameters:
        assert isinstance(p, Choice | Parameter)
        for option in p.choices if isinstance(p, Choice) else ():
            run = core.run(name, "quartic", steps=3, **{p.name: option})
            assert run.parameters[p.name] is option


def test_a_momentum_that_is_given_is_used():
    assert core.run("nesterov", "quartic", steps=1).parameters["schedule"] == "convex"
    assert core.run("nesterov", "quartic", steps=1, momentum=0.5).parameters["schedule"] == "constant"
    chosen = core.run("nesterov", "quartic", steps=1, momentum=0.5, schedule="convex").parameters
    assert chosen["schedule"] == "convex"


@NUMERIC
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, True, "0.1", None, 1j, [0.1], -1.0, 10**400])
def test_a_bad_number_is_refused_by_name_value_and_what_is_allowed(name, parameter, value):
    for refuse in (core.run, core.flow):
        with pytest.raises(ValueError, match=f"^{parameter.name} = .*: must be ") as caught:
            refuse(name, "quartic", **{parameter.name: value})
        message = str(caught.value)
        assert message.startswith(f"{parameter.name} = {'inf' if value == 10**400 else repr(value)}: must be ")
        allowed = {"a finite number", parameter.allowed()}
        assert message.partition(": must be ")[2] in allowed


@NUMERIC
def test_the_ends_of_the_range(name, parameter):
    for end, is_open in ((parameter.low, parameter.open_low), (parameter.high, parameter.open_high)):
        if not np.isfinite(end):
            continue
        if is_open:
            with pytest.raises(ValueError, match=f"^{parameter.name} = "):
                core.run(name, "quartic", steps=2, **{parameter.name: end})
        else:
            assert core.run(name, "quartic", steps=2, **{parameter.name: end}).parameters[parameter.name] == end


@ALL
def test_numbers_of_numpy_are_numbers(name):
    one = core.run(name, "quartic", steps=20, learning_rate=np.float64(0.015625))
    for same in (np.float32(0.015625), 0.015625):
        np.testing.assert_array_equal(one.position, core.run(name, "quartic", steps=20, learning_rate=same).position)


@ALL
@pytest.mark.parametrize("unknown", ["lr", "beta_1", "Learning_rate", "kappa"])
def test_an_unknown_name_is_told_the_known_ones(name, unknown):
    with pytest.raises(ValueError, match="has no such parameter") as caught:
        core.run(name, "quartic", **{unknown: 0.5})
    assert str(caught.value).startswith(f"{unknown} = 0.5: {name} has no such parameter; it has learning_rate")


@ALL
def test_rates_belong_to_methods_with_decay_factors(name):
    for rate in RATES.keys() - RATES_OF[name].keys():
        with pytest.raises(ValueError, match="has no such parameter"):
            core.run(name, "quartic", **{rate: 1.0})


@ALL
def test_rates_are_the_decay_factors_to_the_last_bit(name):
    eta, values = 2e-3, {"a": 3.0, "b": 70.0}
    rates = {rate: values[rate] for rate in RATES_OF[name]}
    decays = {decay: 1 - values[rate] * eta for rate, decay in RATES_OF[name].items()}
    one = core.run(name, "rosenbrock", steps=500, learning_rate=eta, **rates)
    two = core.run(name, "rosenbrock", steps=500, learning_rate=eta, **decays)
    np.testing.assert_array_equal(one.position, two.position)
    assert one.parameters == two.parameters


@RATED
def test_both_forms_at_once_are_refused(name, rate):
    for decay in RATES_OF[name].values():
        with pytest.raises(ValueError, match="not both") as caught:
            core.run(name, "quartic", **{rate: 1.0, decay: 0.5})
        assert f"{rate} = 1.0" in str(caught.value)
        assert f"{decay} = 0.5" in str(caught.value)


@RATED
@pytest.mark.parametrize("value", [0.0, -1.0, 1000.0001, 1e-14, np.nan, True, "1"])
def test_a_rate_out_of_range(name, rate, value):
    with pytest.raises(ValueError, match=f"^{rate} = .*: must be "):
        core.run(name, "quartic", learning_rate=1e-3, **{rate: value})


@RATED
@pytest.mark.parametrize("eta", [1e-3, 3e-4, 0.07, 1.0])
def test_a_rate_at_its_limit_is_a_decay_factor_of_zero(name, rate, eta):
    run = core.run(name, "quartic", steps=2, learning_rate=eta, **{rate: 1 / eta})
    assert run.parameters[RATES_OF[name][rate]] == 0


REFUSALS = [
    (dict(steps=0), "steps = 0: must be a whole number from 1 to"),
    (dict(steps=2.5), "steps = 2.5: must be a whole number"),
    (dict(steps=np.nan), "steps = nan: must be a whole number"),
    (dict(steps=True), "steps = True: must be a whole number"),
    (dict(steps="9"), "steps = '9': must be a whole number"),
    (dict(start=(1.0,)), "start = (1.0,): must be two finite numbers (x, y)"),
    (dict(start=3), "start = 3: must be two finite numbers (x, y)"),
    (dict(start=(np.nan, 0)), "start[0] = nan: must be a finite number"),
    (dict(start=(0, "1")), "start[1] = '1': must be a finite number"),
    (dict(start=(1e300, 0)), "quartic is not finite there"),
    (dict(optimizer="Adam"), "optimizer = 'Adam': must be one of gd, "),
    (dict(optimizer=None), "optimizer = None: must be one of"),
]


@pytest.mark.parametrize(("given", "message"), REFUSALS)
def test_other_arguments_are_refused_by_name(given, message):
    given = {"optimizer": "adam", "objective": "quartic"} | given
    with np.errstate(over="ignore"), pytest.raises(ValueError, match="=") as caught:
        core.run(**given)
    assert message in str(caught.value)
