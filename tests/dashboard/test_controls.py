"""The choosers of the page follow from the optimizers' declarations."""

import core
from dashboard.page.controls import by_family, parameters


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
