"""What is given becomes complete parameters: the rule at the edges, and numbers against arrays."""

import math
from fractions import Fraction

import numpy as np
import pytest

import core
from core.parameters import RATES, Choice, complete, decay_factor, nearest_rate, rate_of
from core.regimes.plane import cells_of
from dashboard.state import RunState
from dashboard.state.state import held_values

METHODS = core.OPTIMIZERS
RATED = {name: [rate for rate, decay in RATES.items() if decay in core.resolved(name, {})] for name in METHODS}
ETAS = [5e-324, 1e-300, 1e-12, 3e-4, 1e-3, 0.007, 0.049, 0.1, 0.3, 1.0, 7.0, 1e5, 1e300]
TOLERANCE = Fraction(1, 10**12)


def neighbours(value, count=3):
    """The value and the floats next to it on either side."""
    found = [value]
    for _ in range(count):
        found = [math.nextafter(found[0], 0.0), *found, math.nextafter(found[-1], math.inf)]
    return found


def edge_cases():
    """(rate, eta): at and around both ends of the range, and between."""
    chance = np.random.default_rng(5)
    for eta in [*ETAS, *(10.0 ** chance.uniform(-12, 3, 50)).tolist()]:
        shares = [2.0**-55, 2.0**-53, 2.0**-52, 1e-15, 1e-9, 1e-3, 0.1, 0.5, 1.0, 1.5, 1 + 1e-9, 1 + 1e-11, 1 - 1e-11]
        shares += [
            1 - 1e-14,
            1 + 1e-14,
            *chance.uniform(0, 1, 3).tolist(),
            *(10.0 ** chance.uniform(-16, 0, 3)).tolist(),
        ]
        for share in shares:
            yield from ((rate, eta) for rate in neighbours(share / eta) if 0 < rate < math.inf)


CASES = list(edge_cases())


def expected(rate, eta):
    """1 - rate eta in exact arithmetic, by the rule; None where there is no such decay factor."""
    share = Fraction(rate) * Fraction(eta)
    if abs(1 - share) < TOLERANCE:
        return Fraction(0)
    return 1 - share if Fraction(1, 2**54) < share < 1 else None


def test_a_rate_s_decay_factor_is_the_exact_one_or_none():
    """Of float64 arithmetic only the two roundings remain, each of at most half a unit in the last place of 1."""
    told = 0
    for rate, eta in CASES:
        exact = expected(rate, eta)
        if exact is None:
            with pytest.raises(core.InputError, match=r"^a = .*: must be 0 < a <= 1/learning_rate = .*beta2"):
                complete(METHODS["adam"], {"a": rate, "learning_rate": eta})
        else:
            beta = complete(METHODS["adam"], {"a": rate, "learning_rate": eta}).values["beta2"]
            assert 0 <= beta < 1
            assert (beta == 0) == (exact == 0)
            assert abs(Fraction(beta) - exact) <= Fraction(1, 2**53), (rate, eta)
            told += 1
    assert 0.5 * len(CASES) < told < 0.95 * len(CASES)


def test_one_over_the_learning_rate_is_a_decay_factor_of_exactly_zero():
    for eta in np.random.default_rng(1).uniform(1e-6, 10, 2000).tolist():
        for rate in neighbours(1 / eta, 2):
            assert decay_factor(rate, eta) == 0
            assert math.copysign(1, decay_factor(rate, eta)) == 1
        written = float(f"{1 / eta:.14g}")
        assert decay_factor(written, eta) == 0


def test_a_rate_is_the_exact_quotient_and_leads_back():
    chance = np.random.default_rng(2)
    betas = [
        0.0,
        0.5,
        0.9,
        0.999,
        1 - 2.0**-53,
        1 - 2.0**-40,
        *chance.uniform(0, 1, 200),
        *(1 - 10.0 ** chance.uniform(-15, 0, 200)),
    ]
    for beta in map(float, betas):
        for eta in (1e-12, 3e-4, 1e-3, 0.049, 0.7, 9.0):
            rate = rate_of(beta, eta)
            exact = (1 - Fraction(beta)) / Fraction(eta)
            assert abs(Fraction(rate) - exact) <= exact * Fraction(1, 2**52)
            assert abs(decay_factor(rate, eta) - beta) <= 2.0**-52
            assert (decay_factor(rate, eta) == 0) == (beta == 0)


@pytest.mark.parametrize("name", [name for name in METHODS if RATED[name]])
def test_either_form_gives_both(name):
    for rate in RATED[name]:
        given = {"learning_rate": 2e-3, rate: 70.0}
        found = complete(METHODS[name], given)
        assert found.rates[rate] == 70.0  # as given, not there and back
        assert found.values[RATES[rate]] == 1 - 70.0 * 2e-3
        other = complete(METHODS[name], {"learning_rate": 2e-3, RATES[rate]: found.values[RATES[rate]]})
        assert other.values == found.values
        assert other.rates[rate] == pytest.approx(70.0, rel=1e-13)
        assert core.resolved(name, given) == found.values | found.rates
        assert set(found.rates) == set(RATED[name])


def test_numbers_and_arrays_agree_elementwise():
    chance, cells, refused = np.random.default_rng(3), 24, 0
    for method in METHODS.values():
        for _ in range(12):
            given = some_given(method, chance, cells)
            found = complete(method, given, elementwise=True)
            valid = np.broadcast_to(found.valid, cells)
            for i in range(cells):
                one = {n: float(v[i]) if isinstance(v, np.ndarray) else v for n, v in given.items()}
                try:
                    alone = complete(method, one)
                except core.InputError:
                    assert not valid[i], (method.name, one)
                    refused += 1
                    continue
                assert valid[i], (method.name, one)
                for here, there in ((found.values, alone.values), (found.rates, alone.rates)):
                    assert here.keys() == there.keys()
                    for name, value in there.items():
                        at = np.broadcast_to(here[name], cells)[i] if isinstance(value, float) else here[name]
                        assert at == value, (method.name, name, one)
    assert refused > 500


def some_given(method, chance, cells):
    """Some of a method's parameters, an array each or a valid number, and either form of its decay factors."""
    form = chance.choice(["rates", "decays"])
    given = {}
    for p in method.parameters:
        if isinstance(p, Choice):
            if chance.random() < 0.3:
                given[p.name] = p.choices[chance.integers(len(p.choices))]
            continue
        name = {d: r for r, d in RATES.items()}.get(p.name, p.name) if form == "rates" else p.name
        if chance.random() < 0.5:
            low, high = p.slider if name == p.name else (0.1, 1200.0)
            values = chance.uniform(low, high, cells)
            values[:5] = [0.0, 1.0, -1.0, np.nan, np.inf]
            if name in RATES:
                values[5:9] = [1e3, 1e-14, 1e-13, 333.3333333333333]
            given[name] = chance.permutation(values)
    return given


def test_a_map_s_cells_are_complete_parameters():
    method, objective = METHODS["adam"], core.objective("quartic")
    etas, rates = np.array([1e-3, 0.003, 0.049, 1.0]), np.array([1e-20, 1.0, 1 / 0.049, 1 / 0.003, 1000.0, 1001.0])
    cells = cells_of(method, objective, objective.start, ("learning_rate", etas), ("b", rates), {"a": 0.5})
    assert cells.shape == (6, 4)
    for i, (rate, eta) in enumerate((rate, eta) for rate in rates.tolist() for eta in etas.tolist()):
        assert cells.valid[i] == (expected(rate, eta) is not None)
        if cells.valid[i]:
            run = core.run("adam", objective, steps=1, learning_rate=eta, a=0.5, b=rate)
            assert {name: values[i] for name, values in cells.values.items()} | cells.choices == run.parameters
    with pytest.raises(core.InputError, match=r"^b = 2000.0: must be"):
        core.regime_map(objective, x=("a", [1.0]), y=("epsilon", [1e-8]), steps=10, learning_rate=1e-3, b=2000.0)


@pytest.mark.parametrize("value", [np.array([1.0, 2.0]), np.array(1.0), [1.0], "1", None, True, 1j])
@pytest.mark.parametrize("name", ["learning_rate", "beta1", "a"])
def test_arrays_are_for_those_who_ask(name, value):
    for refuse in (core.run, core.flow):
        with pytest.raises(core.InputError, match=f"^{name} = "):
            refuse("adam", "quartic", **{name: value})


@pytest.mark.parametrize("name", [name for name in METHODS if RATED[name]])
def test_a_limit_needs_no_learning_rate(name):
    method = METHODS[name]
    eta = core.resolved(name, {})["learning_rate"]
    for rate in RATED[name]:
        for value in (1e-15, 1.0, 1 / eta, 2 / eta, 1e9):
            found = complete(method, {rate: value}, for_limit=True)
            assert found.rates[rate] == value
            exact = expected(value, eta)
            assert (RATES[rate] in found.values) == (exact is not None)
            if exact is not None:  # it is told at the default learning rate, as by a run
                assert found.values == complete(method, {rate: value}).values
        with pytest.raises(core.InputError, match=f"^{rate} = "):
            complete(method, {rate: 2 / eta, "learning_rate": eta}, for_limit=True)


def test_a_limit_that_holds_the_learning_rate_fixed_says_which_rate_is_too_large():
    assert core.flow("adam", "quadratic", duration=0.1, a=2000.0, b=3000.0).status == "completed"
    for variant in ("belotto_gazeau", "chakrabarti_chopra"):
        with pytest.raises(core.InputError, match=r"^b = 3000.0: must be 0 < b <= 1/learning_rate = 1000 "):
            core.flow("adam", "quadratic", duration=0.1, variant=variant, a=20.0, b=3000.0)


def test_a_held_rate_always_has_a_decay_factor():
    for eta in ETAS:
        for rate in (5e-324, 1e-300, 2.0**-54 / eta, 2.0**-53 / eta, 0.5, 1.0, 1 / eta, 1.0000001 / eta, 100.0, 1e300):
            if not 0 < rate < math.inf:
                continue
            near = nearest_rate(rate, eta)
            assert 0 <= decay_factor(near, eta) < 1
            exact = expected(rate, eta)
            if exact is not None:  # it stands where it is held
                assert abs(Fraction(decay_factor(near, eta)) - exact) <= Fraction(1, 2**53)
            run = RunState("adam", held_values("adam", {"learning_rate": eta, "b": rate}, "rates"))
            arguments, notes = run.arguments()
            assert arguments["b"] == near
            said = [note for note in notes if note.startswith("b = ")]
            assert len(said) == (Fraction(rate) * Fraction(eta) > 1 + TOLERANCE), (rate, eta)
            assert run.rates() == {rate: run.resolved()[rate] for rate in RATES}
