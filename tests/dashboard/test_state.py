"""The page's state and its link: a round trip for every state, and a state for every text."""

import ast
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import core
from core.parameters import RATE_PARAMETERS, RATES, Choice
from dashboard import state as page
from dashboard.curves import CURVES
from dashboard.state import RunState, State, decode, encode

OBJECTIVES = (*core.objectives(), "(x+y)^4 + (x/2-y/2)^4", "x**2 + 3(y-1)^2 & ", "sin(x) + 100% y")
PLAIN = [name for name in OBJECTIVES if "&" not in name and "%" not in name]


def number_in(p):
    low, high = max(p.low, -1e6), min(p.high, 1e6)
    numbers = st.floats(low, high, exclude_min=p.open_low, exclude_max=p.open_high, allow_subnormal=False)
    return numbers.filter(lambda v: p.valid(v) and abs(v) > 1e-200) | st.just(p.default)


@st.composite
def run_states(draw):
    name = draw(st.sampled_from(core.optimizers()))
    parameters = {p.name: p for p in core.OPTIMIZERS[name].parameters}
    decays = {rate: decay for rate, decay in RATES.items() if decay in parameters}
    held = draw(st.sampled_from(page.HELD)) if decays else "rates"
    if held == "rates":
        for rate, decay in decays.items():
            del parameters[decay]
            parameters[rate] = RATE_PARAMETERS[rate]
    values = {
        n: draw(st.sampled_from(p.choices) if isinstance(p, Choice) else number_in(p)) for n, p in parameters.items()
    }
    run = RunState(name, values, held)
    others = [flow.name for flow in run.flows()][1:]
    return replace(run, variant=draw(st.sampled_from([None, *others])))


def ranges():
    pair = st.tuples(st.floats(-1e9, 0, exclude_max=True), st.floats(0, 1e9, exclude_min=True))
    return st.none() | st.tuples(pair, pair).map(lambda two: (*two[0], *two[1]))


@st.composite
def states(draw):
    runs = tuple(draw(st.lists(run_states(), min_size=1, max_size=page.MAXIMUM_RUNS)))
    name = draw(st.sampled_from(PLAIN))
    entry = page.OBJECTIVES.get(name)
    return State(
        objective=name,
        objective_parameters={p.name: draw(number_in(p)) for p in entry.parameters} if entry else {},
        start=(draw(st.floats(-5, 5)), draw(st.floats(-5, 5))),
        steps=draw(st.integers(1, page.MAXIMUM_STEPS)),
        runs=runs,
        edit=draw(st.integers(0, len(runs) - 1)),
        flow=draw(st.booleans()),
        scale=draw(st.sampled_from(page.SCALES)),
        window=draw(st.sampled_from(page.WINDOWS)),
        curve=draw(st.sampled_from(list(CURVES))),
        axis=draw(st.sampled_from(page.AXES)),
        view=draw(ranges()),
        span=draw(ranges()),
        at=draw(st.none() | st.integers(0, page.MAXIMUM_STEPS)),
        overlays=tuple(name for name in page.OVERLAYS if draw(st.booleans())),
    )


@given(states())
@example(State.default())
def test_a_link_holds_the_whole_state(state):
    if math.isfinite(float(state.built().value(*state.start))):
        assert decode(encode(state)) == (state, [])
        assert decode("?" + encode(state)) == (state, [])


def test_the_default_state_is_the_empty_link():
    assert encode(State.default()) == ""
    state, notes = decode("")
    assert (state, notes) == (State.default(), [])
    assert state.edited.optimizer == "adam"
    assert state.edited.rates() == {"a": pytest.approx(1), "b": pytest.approx(100)}
    assert state.start == (-1.5, 2.0)
    assert state.steps == 40_000


NAMES = st.sampled_from(
    [
        "f",
        "x",
        "y",
        "steps",
        "run",
        "edit",
        "flow",
        "scale",
        "window",
        "view",
        "span",
        "v",
        "kappa",
        "angle",
        "n",
    ]
)
ODD = st.sampled_from(
    ["nan", "inf", "-inf", "1e999", "-1", "0", "1e-320", "1e308", "1_000", "", "quadratic", "power",
     "log(x) + y", "log(0x-1)", "1/x", "x^1e308", "1,2,3,4", "4,3,2,1", "1,2,nan,4", "adam,a:-1,b:inf",
     "adam,learning_rate:1e-320", "gd,learning_rate:1e308", "adam,a:1,beta1:0.5", "adam,beta1:1,beta2:-3",
     "rmsprop,a:1e300,zzz:1,epsilon:-0",
     "nesterov,schedule:fast", "adam,flow:modified,epsilon:0", "lion,flow:lion", "nesterov,flow:friction", "adam,flow:",
     "adam,bias_correction:perhaps", "Adam", ",,,:::", "none", "%00", "%ff%fe", "٣"]
)  # fmt: skip
PARTS = st.tuples(NAMES | st.text(max_size=5), ODD | st.text(max_size=20))


def assert_it_runs(link):
    state, notes = decode(link)
    assert all(isinstance(note, str) and note for note in notes)
    f = state.built()
    for run in state.runs:
        arguments, _ = run.arguments()
        core.run(run.optimizer, f, start=state.start, steps=min(state.steps, 3), **arguments)
        run.flow()
    assert 0 <= state.edit < len(state.runs) <= page.MAXIMUM_RUNS
    assert 1 <= state.steps <= page.MAXIMUM_STEPS
    # a link of the state that was made of it is whole
    assert decode(encode(state)) == (state, [])
    return state, notes


@given(st.lists(PARTS, max_size=8).map(lambda parts: "&".join(f"{n}={v}" for n, v in parts)))
@example("run=adam,learning_rate:1e-320&f=log(-1-x^2)")
@example("f=x^1e308&x=3")
def test_nonsense_gives_a_state_that_runs(link):
    assert_it_runs(link)


@given(st.text(max_size=200))
def test_any_text_gives_a_state_that_runs(link):
    assert_it_runs(link)


CHANGED = {
    "f=rosenbrok": "Rosenbrock's function is shown instead",
    "f=log(-1-x^2)": "is finite nowhere",
    "steps=0": "steps = '0' must be",
    "steps=1e12": "1e+06 is used",
    "x=nan": "x = 'nan' is no number: -1.5 is used",
    "y=1e9": "y = '1e9' must be -1e+06 <= y <= 1e+06: 1e+06 is used",
    "f=log(x)%2By&x=-1": "is not finite there",
    "run=adamw2": "optimizer = 'adamw2' must be one of gd, ",
    "run=adam,a:-1": "a = '-1' must be a finite number above 0: 0.1 is used",
    "run=adam,beta2:1.5": "beta2 = '1.5' must be 0 <= beta2 < 1",
    "run=adam,a:1,beta1:0.5": "both a, b and beta's are given; a and b are used",
    "run=adam,bias_correction:maybe": "must be one of on, off",
    "run=adam,flow:fast": "flow = 'fast' must be one of adam, belotto_gazeau",
    "run=adam,flow:modified,epsilon:0": "flow = 'modified' must be one of adam,",
    "run=lion,flow:fast": "flow = 'fast' must be one of none",
    "edit=3": "edit = '3' must be 0 <= edit <= 0",
    "flow=2": "flow = '2' must be one of 1, 0",
    "at=-1": "at = '-1' must be 0 <= at <= 1e+06: 0 is used",
    "overlays=step,wings": "overlays = 'wings' must be one of gradient, momentum, step, rates, mirror",
    "view=1,2,3": "view = '1,2,3' must be 4 finite numbers",
    "f=quadratic&kappa=-1": "kappa = '-1' must be a finite number above 0",
    "v=9": "The link is of version '9'",
    "&".join(["run=gd"] * 9): "9 runs are given; the first 6 are kept",
    "f=" + "x%2B" * 4000: "only 8000 are allowed",
}


@pytest.mark.parametrize("link", CHANGED)
def test_a_note_says_what_was_changed(link):
    _, notes = assert_it_runs(link)
    assert any(CHANGED[link] in note for note in notes), notes


def test_the_link_names_an_ode_limit_other_than_the_default():
    for name in core.optimizers():
        for flow in RunState.default(name).flows():
            state, notes = decode(f"run={name},flow:{flow.name}")
            assert notes == []
            assert state.edited.flow() == flow
            assert ("flow:" in encode(state)) is (flow != state.edited.flows()[0])
    state, _ = decode("run=nesterov,flow:high_resolution,schedule:constant")
    assert r"2}{1+\mu" in state.edited.flow().equation


def test_a_held_rate_stops_at_its_limit_and_returns():
    state, notes = decode("run=adam,learning_rate:0.1,a:1,b:100")
    run = state.edited
    assert not notes
    assert run.values["b"] == 100
    arguments, said = run.arguments()
    assert arguments["b"] == pytest.approx(10)
    assert "b = 100 is held, but would make β₁ negative" in said[0]
    assert "10" in said[0]
    assert run.rates() == {"a": 1.0, "b": pytest.approx(10)}
    assert core.resolved("adam", arguments)["beta1"] == 0
    slower = replace(run, values=run.values | {"learning_rate": 1e-3})
    assert slower.arguments() == ({**run.values, "learning_rate": 1e-3}, [])


@pytest.mark.parametrize("eta", [1e-300, 1e-12, 1e-3, 0.7, 1e6, 1e300])
@pytest.mark.parametrize("rate", [1e-300, 1e-9, 1.0, 1e9, 1e300])
def test_held_rates_are_valid_at_every_learning_rate(eta, rate):
    run = RunState("adam", RunState.default("adam").values | {"learning_rate": eta, "a": rate, "b": rate})
    values = core.resolved("adam", run.arguments()[0])
    assert 0 <= values["beta1"] < 1
    assert 0 <= values["beta2"] < 1


def test_the_state_imports_no_drawing():
    root, beneath = Path(page.__file__).parents[2], {"state", "curves", "planes", "layers", "lines"}
    sources = [path for name in beneath for path in root.glob(f"dashboard/{name}*/*.py")]
    sources += [root / f"dashboard/{name}.py" for name in beneath if (root / f"dashboard/{name}.py").exists()]
    assert len(sources) > 10
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            module = getattr(node, "module", None)
            for name in [f"{module}.{name}" if module else name for name in names]:
                first, *rest = name.split(".")
                assert first not in ("dash", "flask", "plotly"), (source, name)
                assert first != "dashboard" or rest[0] in beneath, (source, name)
