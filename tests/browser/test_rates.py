"""The page turns rates into decay factors and back by the core's rule, which it keeps a twin of."""

import math

import numpy as np

from core.parameters import AT_LIMIT, complete, nearest_rate
from dashboard.state import RunState
from dashboard.state.state import held_values

ROUNDING = 2.0**-52  # of a decay factor: the page tells it in the fewest digits that lead back to the rate


def cases():
    chance = np.random.default_rng(4)
    for eta in [1e-12, 3e-4, 1e-3, 0.007, 0.049, 0.3, 1.0, 49.0, *(10.0 ** chance.uniform(-6, 2, 40)).tolist()]:
        shares = [1e-20, 2.0**-53, 2.0**-52, 1e-9, 0.1, 0.9, 1 - 1e-9, 1 - 1e-13, 1.0, 1 + 1e-13, 1 + 1e-9, 2.0, 1e9]
        for share in [*shares, *chance.uniform(0, 1, 5).tolist()]:
            yield share / eta, eta


def test_held_rates_stand_for_the_core_s_decay_factors(page):
    pairs = list(cases())
    told = page.evaluate(
        """(pairs) => pairs.map(([b, learning_rate]) => {
            const run = { optimizer: "adam", held: "rates", values: { a: 1, b, learning_rate } };
            return [adamoscope.valueOf(run, "b"), adamoscope.valueOf(run, "beta1")];
        })""",
        pairs,
    )
    for (rate, eta), (shown_rate, shown_beta) in zip(pairs, told, strict=True):
        run = RunState("adam", held_values("adam", {"learning_rate": eta, "b": rate}, "rates"))
        beta = run.resolved()["beta1"]
        assert 0 <= shown_beta < 1
        assert (shown_beta == 0) == (beta == 0), (rate, eta)
        assert abs(shown_beta - beta) <= ROUNDING, (rate, eta)
        assert math.isclose(shown_rate, nearest_rate(rate, eta), rel_tol=2e-12)
        again = complete(run.declaration, {"learning_rate": eta, "b": shown_rate})  # typed as it is shown: the same
        assert again.values["beta1"] == beta, (rate, eta)


def test_held_decay_factors_have_the_core_s_rates(page):
    chance = np.random.default_rng(6)
    betas = [0.0, 0.5, 0.9, 0.999, 0.99999, 1 - 2.0**-53, *chance.uniform(0, 1, 40).tolist()]
    pairs = [(beta, eta) for beta in betas for eta in (3e-4, 1e-3, 0.049, 0.7)]
    told = page.evaluate(
        """(pairs) => pairs.map(([beta1, learning_rate]) =>
            adamoscope.valueOf({ optimizer: "adam", held: "decays", values: { beta1, learning_rate } }, "b"))""",
        pairs,
    )
    for (beta, eta), rate in zip(pairs, told, strict=True):
        run = RunState("adam", held_values("adam", {"learning_rate": eta, "beta1": beta}, "decays"))
        exact = run.rates()["b"]
        assert abs(rate - exact) * eta <= (2 * ROUNDING if beta else AT_LIMIT), (beta, eta)
        back = complete(run.declaration, {"learning_rate": eta, "b": rate}).values["beta1"]
        assert abs(back - beta) <= 2 * ROUNDING, (beta, eta)
