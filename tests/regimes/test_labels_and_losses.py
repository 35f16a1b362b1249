"""Labels agree with what the loss does: on named runs, and on random ones against a rule written anew."""

import numpy as np
import pytest

import core
from tests.regimes.naive import regime, statistics

# (optimizer, objective, start, steps, parameters) -> the labels that its loss allows
NAMED = [
    # falls from 1 to 2e-3, in less than two periods
    ("nesterov", "x^2+y^2", (1, 0), 200, {}, {"converging"}),
    ("nesterov", "x^2+y^2", (1, 0), 100, {}, {"converging"}),
    # thrown to 1e27, on its way back but far above its start
    ("adam", "rosenbrock", None, 40_000, {"learning_rate": 1e6}, {"undecided", "divergence"}),
    # falls without bound
    *[
        (name, "saddle", None, 40_000, {}, {"divergence"})
        for name in ("gd", "adam", "adagrad", "sign_gd", "heavy_ball")
    ],
    ("gd", "x+y", (1, 1), 40_000, {}, {"divergence"}),
    ("adam", "-x^2-y^2", (1, 1), 40_000, {}, {"divergence"}),
    ("gd", "x^3-3*x+y^2", (-1.5, 0), 40_000, {"learning_rate": 1e-4}, {"divergence"}),
    # an unbounded function, and a run to its local minimum
    ("gd", "x^3-3*x+y^2", (3, 1), 40_000, {}, {"converging"}),
    ("gd", "x^3-3*x+y^2", (3, 1), 300, {}, {"converging"}),
    # monotone growth is neither a spike nor a ripple, whatever its crest
    *[("gd", "quadratic", None, k, {"learning_rate": 0.0401}, {"divergence"}) for k in (400, 4000, 40_000)],
    ("heavy_ball", "quadratic", None, 400, {"learning_rate": 0.08}, {"divergence"}),
    ("nesterov", "quadratic", None, 80, {"learning_rate": 2.0}, {"divergence"}),
    # at rest to the last bit, where the loss is not 0
    ("adagrad", "x^2+y^2+5", (1, 1), 200_000, {"learning_rate": 0.5}, {"converging"}),
    ("gd", "x^2+y^2+5", (1, 1), 40_000, {}, {"converging"}),
    ("nesterov", "booth", None, 40_000, {}, {"converging"}),
    # still on its way down, in bounces or along a valley
    ("nesterov", "quadratic", None, 40_000, {}, {"converging"}),
    ("adam", "beale", (-32, 1), 40_000, {}, {"converging"}),
    ("adam", "beale", None, 40_000, {"a": 1, "b": 251}, {"converging"}),
    # a minimum that is not 0
    ("adam", "rastrigin", None, 40_000, {}, {"spike"}),
    ("adam", "x^2+y^2+5", (1, 1), 40_000, {}, {"spike"}),
    # too short for a period
    ("adam", "rosenbrock", None, 40_000, {"a": 0.1, "b": 0.1}, {"undecided"}),
    ("rmsprop", "rosenbrock", None, 40_000, {}, {"oscillation"}),
    ("rmsprop", "x^2+y^2+5", (0.7, 0.7), 20_000, {}, {"oscillation"}),
]


@pytest.mark.parametrize(("optimizer", "objective", "start", "steps", "given", "allowed"), NAMED)
def test_named_runs(optimizer, objective, start, steps, given, allowed):
    assert core.run(optimizer, objective, start=start, steps=steps, **given).regime in allowed


def test_scaling_the_loss_changes_no_label():
    """With epsilon 0 Adam does not see the scale; nor does the rule."""
    for a, b in ((1, 100), (10, 10), (100, 1), (0.5, 0.5)):
        runs = [
            core.run("adam", f"{scale}*(x^2 + 3*y^2)", start=(1, 0.7), steps=20_000, epsilon=0, a=a, b=b)
            for scale in ("1", "1e-20", "1e30")
        ]
        assert len({run.regime for run in runs}) == 1


FORMULAS = (
    "x^2+y^2+5", "x^2*y^2", "x^3-3*x+y^2", "x*y", "-x^2-y^2", "x+y", "sin(x)*cos(y)", "log(1+x^2+y^2)",
    "exp(-x)+y^2", "abs(x)+abs(y)", "sqrt(x^2+y^2)", "x^4-x^2+y^2", "1e20*(x^2+3*y^2)", "-log(1+x^2+y^2)",
)  # fmt: skip


@pytest.mark.parametrize("optimizer", core.optimizers())
def test_random_runs(optimizer):
    """The label is the naive rule's, and never says the opposite of what the loss does."""
    rng = np.random.default_rng(sum(map(ord, optimizer)))
    method, objectives = core.OPTIMIZERS[optimizer], (*core.objectives(), *FORMULAS)
    for f in rng.choice(objectives, 30):
        start, steps = tuple(rng.uniform(-3, 3, 2)), int(10 ** rng.uniform(1.6, 3.7))
        eta = float(10 ** rng.uniform(-4, 0.5))
        run = core.run(optimizer, f, start=start, steps=steps, learning_rate=eta)
        told = optimizer, f, start, steps, eta
        of_size_eta = method.trait("steps_of_size_eta", run.parameters)
        assert run.regime == regime(run, eta if of_size_eta else None), told
        if run.status != "completed":
            continue
        late = np.mean(run.loss[-max(1, steps // 32) :])
        if run.regime == "converging":
            assert late <= run.loss[0] + 1e-6 * abs(run.loss[0]), told
        if run.regime == "divergence" and statistics(run, None)["never higher"] and late < run.loss[0]:
            way = np.hypot(*(run.position[-1] - run.position[0]))
            assert way > 2 or statistics(run, None)["turns"] >= 4, told
