"""The phase of a run and of its ODE limit: against the run's own arrays, and against each other for small steps."""

import numpy as np
import pytest

import core
from core import analyses

START = (0.9, -0.7)
# what stays as the learning rate falls: the betas' rates a and b, the friction; Nesterov's limit is of order 1/2
RATE = 1e-4
OWN = {"heavy_ball": {"momentum": 1 - 2 * RATE**0.5}, "nesterov": {"learning_rate": 1e-6}}


def given(optimizer):
    values = {"learning_rate": RATE} | OWN.get(optimizer, {})
    names = {p.name for p in core.OPTIMIZERS[optimizer].parameters}
    return values | {rate: 10.0 for rate, decay in (("a", "beta2"), ("b", "beta1")) if decay in names}


def kept():
    for name, method in core.OPTIMIZERS.items():
        values = core.resolved(name, given(name))
        for limit in method.limits_at(values):
            if limit.recorded is not None:
                yield name, limit.name


@pytest.mark.parametrize(("optimizer", "variant"), list(kept()))
def test_the_phase_of_a_run_with_small_steps_is_that_of_its_limit(optimizer, variant):
    values = core.resolved(optimizer, given(optimizer))
    limit = core.OPTIMIZERS[optimizer].limit(values, variant)
    steps = 4000
    run = core.run(optimizer, "x^2/2 + y^2", start=START, steps=steps, **given(optimizer))
    duration = steps * limit.clock(values)
    flow = core.flow(optimizer, run.objective, start=START, duration=duration, variant=variant, **given(optimizer))
    discrete, smooth = analyses.phase_of_run(run), analyses.phase_of_flow(flow, values)
    late = smooth.k > 400
    for name in ("position", "direction", "preconditioner"):
        ours, theirs = getattr(discrete, name), getattr(smooth, name)
        assert (ours is None) == (theirs is None)
        if ours is not None:
            between = np.stack([np.interp(smooth.k, discrete.k, ours[:, i]) for i in range(2)], 1)
            assert between[late] == pytest.approx(theirs[late], rel=0.03, abs=0.01 * np.abs(theirs[late]).max())


def test_adam_s_phase_is_position_and_corrected_moments():
    run = core.run("adam", "rosenbrock", steps=300, learning_rate=1e-2)
    phase, k = analyses.phase_of_run(run), np.arange(1, 301)[:, None]
    assert phase.averaged
    assert phase.position.tolist() == run.position[1:].tolist()
    assert phase.direction == pytest.approx(run.state["first_moment"][1:] / (1 - 0.9**k), rel=1e-12)
    second = run.state["second_moment"][1:] / (1 - 0.999**k)
    assert phase.preconditioner == pytest.approx(np.sqrt(second) + 1e-8, rel=1e-12)


def test_a_method_that_divides_by_nothing_has_no_preconditioner():
    run = core.run("gd", "quadratic", steps=10)
    phase = analyses.phase_of_run(run)
    assert phase.preconditioner is None
    assert not phase.averaged
    assert phase.direction.tolist() == run.objective.gradient(*run.position[:-1].T).tolist()


def test_a_limit_that_keeps_something_else_is_refused():
    values = core.resolved("adam", {})
    flow = core.flow("adam", "quadratic", duration=1.0, variant="sign_flow", **{"learning_rate": 1e-3})
    with pytest.raises(ValueError, match="variant = 'sign_flow'"):
        analyses.phase_of_flow(flow, values)
