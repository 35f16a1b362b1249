"""Choosers follow from the declarations; sentences say only what the method can do."""

import pytest

import core
from dashboard.components.controls import by_family, parameters
from dashboard.figures import narration


def test_the_chooser_lists_every_optimizer_once_under_its_family():
    options = by_family()
    chosen = [o["value"] for o in options if not o.get("disabled")]
    assert sorted(chosen) == sorted(core.optimizers())
    heading = None
    for option in options:
        if option.get("disabled"):
            heading = option["search"]
        else:
            assert core.OPTIMIZERS[option["value"]].family == heading


def test_every_declared_parameter_has_a_control():
    declared = {p.name for o in core.OPTIMIZERS.values() for p in o.parameters}
    assert set(parameters()) == declared | {"a", "b"}


@pytest.mark.parametrize(("optimizer", "fades"), [("adam", True), ("amsgrad", False), ("adamal", False)])
def test_only_a_method_whose_second_moment_fades_is_said_to_spike_yet(optimizer, fades):
    declaration = core.OPTIMIZERS[optimizer]
    assert declaration.trait("second_moment_fades", core.resolved(optimizer, {})) is fades
    rates = {"a": 1.0, "b": 100.0}
    run = core.run(optimizer, "himmelblau", start=(0.0, 0.0), steps=12_000, learning_rate=1e-3, **rates)
    assert run.regime == "converging"
    said = narration.sentence(run, run.regime, declaration.title, rates, fades)
    assert ("A spike may yet come" in said) is fades
