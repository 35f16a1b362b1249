"""What the loss is measured from, in the answers that the browser draws: against the run's own numbers."""

import numpy as np
import pytest
from scipy.optimize import minimize

import core
from core.regimes.levels import level
from dashboard.questions import flows, runs, steps
from dashboard.questions.packing import unpack as opened
from dashboard.questions.question import asked
from dashboard.state import decode

WIDE = {"x0": -3, "x1": 3, "y0": -3, "y1": 3, "width": 400, "height": 400, "curve_width": 8192}


def answer(link, kind=runs):
    assert not decode(link)[1]
    return opened(asked(kind.QUESTION, link=link, **WIDE))


def run_of(link, i=0):
    state, _ = decode(link)
    values, _ = state.runs[i].arguments()
    return core.run(state.runs[i].optimizer, state.built(), start=state.start, steps=state.steps, **values)


def lowest(f, x0):
    """SciPy's own local minimum from a point, by a small simplex: it does not leave the basin."""
    simplex = np.array(x0) + 1e-3 * np.array([[0, 0], [1, 0], [0, 1]])
    options = {"initial_simplex": simplex, "xatol": 1e-10, "fatol": 1e-15, "maxiter": 4000}
    return minimize(lambda z: float(f.value(*z)), x0, method="Nelder-Mead", options=options).fun


RASTRIGIN = "f=rastrigin&x=2.2&y=-1.3&steps=4000&run=adam,learning_rate:0.01"
SETTLED = [
    RASTRIGIN,
    "f=rastrigin&x=1.1&y=0.9&steps=4000&run=gd,learning_rate:0.001",
    "f=styblinski_tang&x=2&y=2&steps=4000&run=adam,learning_rate:0.01",
    "f=ackley&x=2.2&y=-1.3&steps=4000&run=rmsprop,learning_rate:0.001",
    "f=x^2%2By^2%2B5&steps=4000&run=adam,learning_rate:0.01",
    "f=x^2%2By^2-5&steps=300&run=gd,learning_rate:0.001",
    "f=(x^2-1)^2%2B0.3*x%2By^2%2B7&steps=4000&x=1.2&run=heavy_ball,learning_rate:0.01",
]


@pytest.mark.parametrize("link", SETTLED)
def test_a_local_or_unknown_minimum_is_what_the_loss_is_measured_from(link):
    run = run_of(link)
    expected = lowest(run.objective, run.position[-1])
    found = level(run)
    assert found.kind == "local"
    assert found.value == pytest.approx(expected, rel=1e-13, abs=1e-13)
    assert found.value <= run.loss[-(len(run.loss) // 4) :].min()
    header, arrays = answer(link)
    assert f"{abs(found.value):.4g}" in header["label"]
    assert "(local)" in header["label"]
    assert "the minimum of f where it settled" in header["measured"]
    drawn = 10 ** arrays["curve_y 0.0"]
    np.testing.assert_allclose(drawn[0], run.loss[0] - expected, rtol=1e-12)


def test_the_spikes_in_a_local_minimum_are_seen():
    """Above the known minimum the last quarter is a flat line: less than a thousandth of a decade."""
    link = "f=rastrigin&run=adam,a:1,b:100"
    _, arrays = answer(link)
    window = arrays["curve_y 0.0"][arrays["curve_x 0.0"] > 0.75]
    _, arrays = answer(f"{link}&level=minimum")
    flat = arrays["curve_y 0.0"][arrays["curve_x 0.0"] > 0.75]
    assert np.ptp(flat) < 1e-3
    assert np.ptp(window) > 3


@pytest.mark.parametrize(
    ("link", "label"),
    [
        ("f=rosenbrock&steps=3000&run=adam", "f(x)"),
        ("f=quadratic&steps=3000&run=rmsprop", "f(x)"),
        ("f=styblinski_tang&x=-2&y=-2&steps=3000&run=adam,learning_rate:0.01", "f(x) − f*"),
        ("f=beale&x=-32&y=1&steps=3000&run=gd,learning_rate:1e-7", "f(x)"),
        ("f=linear_network&steps=3000&run=adam,learning_rate:0.01", "f(x)"),
        ("f=quadratic&steps=100&run=gd,learning_rate:1", "f(x)"),
        ("f=x^2%2B3*y^2&steps=3000&run=adam,learning_rate:0.01", "f(x)"),
    ],
)
def test_a_known_minimum_stays_the_level_where_nothing_is_hidden(link, label):
    header, arrays = answer(link)
    assert header["label"] == label
    other, same = answer(f"{link}&level=minimum")
    assert other["label"] == label
    np.testing.assert_array_equal(arrays["curve_y 0.0"], same["curve_y 0.0"])


def test_a_run_and_its_limit_are_measured_from_the_same_level():
    run, (_, arrays) = run_of(RASTRIGIN), answer(RASTRIGIN, flows)
    expected = run.loss[0] - lowest(run.objective, run.position[-1])
    assert 10 ** arrays["curve_y 0.0"][0] == pytest.approx(expected, rel=1e-9)


def test_the_level_does_not_move_while_a_parameter_does():
    found = {level(run_of(RASTRIGIN.replace("0.01", str(rate)))).value for rate in np.linspace(0.005, 0.02, 16)}
    assert np.ptp(list(found)) < 1e-13


def test_runs_in_different_minima_are_each_measured_from_their_own():
    link = (
        "f=(x^2-1)^2%2B0.3*x%2By^2%2B7&x=1.8&y=0.5&steps=4000&run=gd,learning_rate:0.01"
        "&run=heavy_ball,learning_rate:0.01"
    )
    levels = [level(run_of(link, i)).value for i in range(2)]
    assert abs(levels[0] - levels[1]) > 0.5
    header, arrays = answer(link)
    assert "each run" in header["label"]
    for i, value in enumerate(levels):
        run = run_of(link, i)
        assert 10 ** arrays[f"curve_y {i}.0"][0] == pytest.approx(run.loss[0] - value, rel=1e-12)
        assert f"{header['runs'][i]['title']} from {value:.6g}" in header["measured"]


@pytest.mark.parametrize("link", ["f=saddle&steps=2000&run=gd,learning_rate:0.01", "f=x%2By&steps=2000&run=adam"])
def test_a_loss_that_falls_below_zero_without_end_is_drawn_as_it_is(link):
    run, (header, arrays) = run_of(link), answer(link)
    assert level(run).kind == "none"
    assert header["label"] == "f(x)"
    assert header["scale"] == "symlog"
    assert arrays["curve_y 0.0"][-1] < 0 < arrays["curve_y 0.0"][0]
    limit, _ = answer(link, flows)
    assert limit["axis"][0] < 0


def test_a_loss_that_comes_back_to_a_kink_is_measured_from_the_least_seen():
    link = "f=abs(x)%2Babs(y)%2B5&x=1&y=1.5&steps=4000&run=adam,learning_rate:0.01"
    run, (header, _) = run_of(link), answer(link)
    found = level(run)
    assert found.value == run.loss[-(len(run.loss) // 4) :].min()
    assert found.kind == "seen"
    assert "(least)" in header["label"]


def test_single_steps_show_the_values_of_the_curve():
    state, _ = decode(RASTRIGIN)
    _, tile = opened(asked(steps.QUESTION, link=RASTRIGIN, level=steps.top_level(state.steps), tile=0))
    _, arrays = answer(RASTRIGIN)
    np.testing.assert_allclose(np.log10(tile["value 0.0"][0]), arrays["curve_y 0.0"][0], rtol=1e-12)


@pytest.mark.parametrize("choice", ["settled", "minimum"])
@pytest.mark.parametrize("link", SETTLED)
def test_the_inspector_measures_the_loss_as_its_axis_does(link, choice):
    link = f"{link}&level={choice}"
    state, _ = decode(link)
    run = run_of(link)
    known = run.objective.minimum or 0.0
    expected = known if choice == "minimum" else lowest(run.objective, run.position[-1])
    header, _ = answer(link)
    label, tile = opened(asked(steps.QUESTION, link=link, level=steps.top_level(state.steps), tile=0))
    assert label["label"] == header["label"]
    assert tile["gap"][0] == pytest.approx(run.loss[0] - expected, rel=1e-12)
    np.testing.assert_array_equal(tile["gap"], tile["value 0.0"])


@pytest.mark.parametrize("choice", ["settled", "minimum"])
@pytest.mark.parametrize("link", [link for link in SETTLED if "run=adam" in link])
def test_the_energy_is_measured_as_the_loss_is(link, choice):
    link = f"{link}&level={choice}"
    run = run_of(link)
    level = (run.objective.minimum or 0.0) if choice == "minimum" else lowest(run.objective, run.position[-1])
    loss, _ = answer(link)
    header, arrays = answer(f"{link}&curve=energy")
    assert header["label"] == f"{loss['label']} + Σ m²/(2b√v)"
    assert header["measured"] == loss["measured"]
    b = (1 - run.parameters["beta1"]) / run.parameters["learning_rate"]
    m, v = run.state["first_moment"][-1], run.state["second_moment"][-1]
    expected = run.loss[-1] - level + np.sum(m**2 / np.sqrt(v)) / (2 * b)
    assert 10 ** arrays["curve_y 0.0"][-1] == pytest.approx(expected, rel=1e-9, abs=1e-12)
