"""The status of runs and solutions: an enum that equals the texts of the public interface."""

import json

import pytest

import core
from core.integrate.status import Status, Stop


@pytest.mark.parametrize(
    ("expected", "solution"),
    [
        ("completed", lambda: core.flow("adam", "quadratic", duration=1.0, a=1.0, b=2.0)),
        ("stationary", lambda: core.flow("sign_gd", "quadratic", start=(1.0, 0.5), duration=10.0)),
        ("stationary", lambda: core.flow("gd", "abs(x) + abs(y)", start=(1.0, 0.5), duration=10.0)),
        ("diverged", lambda: core.flow("gd", "-(x^4) - y^4", start=(1.0, 1.0), duration=10.0)),
        ("step_limit", lambda: core.flow("adam", "rosenbrock", duration=50.0, a=1.0, b=2.0, max_steps=5)),
        ("completed", lambda: core.run("gd", "quadratic", steps=10, learning_rate=1e-3)),
        ("diverged", lambda: core.run("gd", "quadratic", steps=10_000, learning_rate=10.0)),
    ],
)
def test_every_status_is_an_enum_equal_to_its_text(expected, solution):
    status = solution().status
    assert isinstance(status, core.Status)
    assert status == expected
    assert str(status) == f"{status}" == expected
    assert {expected: 1}[status] == 1
    assert json.loads(json.dumps(status)) == expected


def test_every_status_has_a_message_and_every_final_stop_a_status():
    assert len({status.message for status in Status}) == len(Status)
    assert {stop.status for stop in (Stop.COMPLETED, Stop.DIVERGED, Stop.STEP_LIMIT, Stop.ARRIVED)} == set(Status)
    for stop in set(Stop) - {Stop.COMPLETED, Stop.DIVERGED, Stop.STEP_LIMIT, Stop.ARRIVED}:
        with pytest.raises(KeyError):
            _ = stop.status
