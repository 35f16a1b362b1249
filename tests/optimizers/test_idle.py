"""A parameter is declared to change nothing just where a run with another value of it is the same to the last bit."""

import itertools

import numpy as np
import pytest

import core
from core.parameters import LEARNING_RATE_SCHEDULE, Choice

OBJECTIVE, START, STEPS = "(x^2 - y)^2 + (x - 1)^2/4", (0.7, -1.3), 160
# large enough to jump over a minimum, where signs turn and averages are told apart
RATE = 0.05
OTHERS = {"learning_rate": (0.011, 0.3), "beta1": (0.37, 0.8), "beta2": (0.99, 0.75), "epsilon": (1e-3, 0.9)}


def positions(optimizer, values):
    with np.errstate(all="ignore"):
        return core.run(optimizer, OBJECTIVE, start=START, steps=STEPS, **values).position.tobytes()


def other_values(parameter, value):
    if isinstance(parameter, Choice):
        return [option for option in parameter.choices if option != value]
    found = (*OTHERS.get(parameter.name, ()), parameter.default, 0.37, 0.13)
    return [other for other in found if other != value and parameter.valid(float(other))]


def cases():
    """Every combination of the choices, with none, one or two of the parameters that may be 0 at 0."""
    for name, optimizer in core.OPTIMIZERS.items():
        choices = [p for p in optimizer.parameters if isinstance(p, Choice) and p.name != LEARNING_RATE_SCHEDULE.name]
        zeros = [p.name for p in optimizer.numeric if p.valid(0.0)]
        for options in itertools.product(*(choice.choices for choice in choices)):
            yield pytest.param(name, dict(zip((c.name for c in choices), options, strict=True)), zeros,
                               id="-".join([name, *map(str, options)]))  # fmt: skip


@pytest.mark.parametrize(("name", "chosen", "zeros"), cases())
def test_a_parameter_is_idle_where_it_changes_no_bit_of_the_run(name, chosen, zeros):
    optimizer = core.OPTIMIZERS[name]
    usual = {p.name: p.default for p in optimizer.numeric} | {"learning_rate": RATE} | chosen
    if name == "adabound":
        usual |= {"gamma": 1e-2, "final_learning_rate": 0.02}  # some steps are cut to the bounds, some are not
    for at_zero in itertools.chain([()], ((z,) for z in zeros), itertools.combinations(zeros, 2)):
        values = usual | dict.fromkeys(at_zero, 0.0)
        idle = optimizer.idle(core.resolved(name, values))
        run = positions(name, values)
        for p in optimizer.parameters:
            value = values.get(p.name, p.default)
            same = all(positions(name, values | {p.name: other}) == run for other in other_values(p, value))
            assert (p.name in idle) == same, (p.name, values, idle.get(p.name))


@pytest.mark.parametrize("beta2", [0.0, 0.5, 0.66, np.nextafter(2 / 3, 0), 2 / 3, 0.67, 0.7, 0.9])
def test_the_epsilon_of_radam_waits_for_an_average_that_is_long_enough(beta2):
    values = {"learning_rate": RATE, "beta2": float(beta2)}
    runs = {positions("radam", values | {"epsilon": epsilon}) for epsilon in (1e-3, 0.9)}
    assert ("epsilon" in core.OPTIMIZERS["radam"].idle(core.resolved("radam", values))) == (len(runs) == 1)


def test_reasons_are_short_and_speak_of_what_the_method_has():
    for optimizer in core.OPTIMIZERS.values():
        names = {p.name for p in optimizer.parameters}
        for p in optimizer.parameters:
            for case in p.idle:
                assert 0 < len(case.reason) <= 60
                assert not case.reason.endswith(".")
                assert {name for name, _ in case.where} & names
                assert p.name not in {name for name, _ in case.where}
