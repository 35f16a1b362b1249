"""The page's state and its link: a round trip for every state, and a state for every text."""

import math
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import core
from core.parameters import RATE_PARAMETERS, RATES, Choice
from dashboard import state as page
from dashboard.catalogue import lines, planes
from dashboard.catalogue.curves import CURVES
from dashboard.catalogue.layers import LAYERS
from dashboard.state import RunState, State, decode, encode
from dashboard.state.kinds import LARGEST, distinct
from dashboard.state.notes import MOST_NOTES

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
    others = [flow.name for flow in run.limits()][1:]
    return replace(run, variant=draw(st.sampled_from([None, *others])))


def ranges():
    pair = (
        st.tuples(st.floats(-LARGEST, LARGEST), st.floats(-LARGEST, LARGEST)).map(sorted).filter(lambda p: distinct(*p))
    )
    return st.none() | st.tuples(pair, pair).map(lambda two: (*two[0], *two[1]))


def boxes():
    """Of the map: on a logarithmic axis its ends are decades."""
    end = st.floats(-300, 300)
    pair = st.tuples(end, end).map(sorted).filter(lambda ends: distinct(*ends))
    return st.none() | st.tuples(pair, pair).map(lambda two: (*two[0], *two[1]))


def some_of(names):
    return st.sets(st.sampled_from(names)).map(lambda chosen: tuple(name for name in names if name in chosen))


def spans():
    """Of the curves: on a logarithmic axis its heights are decades."""
    steps = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).map(sorted).filter(lambda ends: distinct(*ends))
    heights = st.tuples(st.floats(-999, 999), st.floats(-999, 999)).map(sorted).filter(lambda ends: distinct(*ends))
    return st.none() | st.tuples(steps, heights).map(lambda two: (*two[0], *two[1]))


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
        span=draw(spans()),
        at=draw(st.none() | st.integers(0, page.MAXIMUM_STEPS)),
        overlays=draw(some_of(page.OVERLAYS)),
        tolerance=draw(number_in(page.TOLERANCE)),
        **{name: draw(number_in(p)) for name, p in page.RULE.items()},
        landscape=draw(st.sampled_from(page.LANDSCAPES)),
        coordinate=draw(st.sampled_from(list(page.COORDINATES))),
        follow=draw(st.booleans()),
        plane=draw(st.sampled_from(planes.every())),
        box=draw(boxes()),
        layer=draw(st.sampled_from(list(LAYERS))),
        dynamics=draw(st.sampled_from(page.DYNAMICS)),
        lines=draw(some_of(lines.LINE_NAMES)),
        horizon=draw(st.none() | number_in(page.HORIZON)),
        large=draw(st.sampled_from(page.SLOTS)),
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
        run.limit()
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
    "f=rosenbrok": "Landscape: 'rosenbrok' is not known; did you mean rosenbrock? Rosenbrock's function is shown",
    "f=x%5E2%2B": "Landscape: 'x^2+' cannot be read: something is missing behind + (character 5)",
    "f=": "Landscape: nothing is given. Rosenbrock's function is shown instead",
    "f=log(-1-x^2)": "is finite nowhere",
    "f=log(x)%2By&x=-1": "Start: log(x)+y is not finite at (-1, 1). The start is moved to",
    "steps=0": "Steps: '0' is not possible, the range is from 1 to 1,000,000. 1 is used.",
    "steps=1e12": "1,000,000 is used",
    "steps=1.5": "Steps: '1.5' is read as 2.",
    "x=nan": "Start x: 'nan' is no number. -1.5 is used",
    "x=": "Start x: no number is given. -1.5 is used",
    "x=1e999": "Start x: '1e999' is too large a number",
    "x=%zz": "Start x: '%zz' is no number",
    "y=1e9": "Start y: '1e9' is not possible, the range is from -1,000,000 to 1,000,000. 1,000,000 is used",
    "x=1&x=2": "Start x: the link gives '1' and '2'; the last is used",
    "run=adamw2": "Optimizer: 'adamw2' is not known; did you mean adamw? Adam is used",
    "run=": "Optimizer: no name is given. Adam is used",
    "run=adam,a:-1": "a: '-1' is not possible, the range is above 0. 0.1 is used",
    "run=adam,beta2:1.5": "β₂: '1.5' is not possible, the range is 0 or more and below 1",
    "run=adam,a:1,beta1:0.5": "Adam: a and beta1 are given; a and b say the same as β₁ and β₂, and are used",
    "run=adam,a:1,a:2": "Adam, a: the link gives '1' and '2'; the last is used",
    "run=adam,bias_correction:maybe": "Bias correction: 'maybe' is not known; it can be on or off. on is used",
    "run=adam,flow:fast": "ODE limit: 'fast' is not known; it can be adam, belotto_gazeau",
    "run=adam,flow:modified,epsilon:0": "ODE limit: 'modified' is not known",
    "run=lion,flow:fast": "ODE limit: none is known for Lion; 'fast' is left out",
    "run=gd,momentum:0.9": "Gradient descent has no parameter momentum, and it is left out; Heavy ball and",
    "run=adam,lerning_rate:1": "'lerning_rate' is none of its parameters and is left out; did you mean learning_rate?",
    "run=adam,0.01": "Adam: '0.01' is none of its parameters and is left out.",
    "edit=3": "Run in hand: '3' is not possible",
    "flow=2": "ODE limit: '2' is not known; it can be 1 or 0. 1 is used",
    "scale=lgo": "Scale of the curves: 'lgo' is not known; did you mean log? log is used",
    "at=-1": "Step looked at: '-1' is not possible, the range is from 0 to 1,000,000. 0 is used",
    "at=x": "Step looked at: 'x' is no number. It is left out",
    "overlays=step,wings": "Drawn at this step: 'wings' is not known",
    "view=1,2,3": "Zoom of the landscape: '1,2,3' is not a list of 4 numbers. The whole range is shown",
    "view=1,1.0000000000000002,0,1": "is too narrow to be drawn. The whole range is shown",
    "view=0,1e300,0,1": "goes beyond 1e12. The whole range is shown",
    "view=1,0,0,1": "Zoom of the landscape: '1,0,0,1' is read as 0, 1, 0, 1",
    "view=0,inf,0,1": "is not a list of 4 numbers",
    "scale=symlog&span=0,100,100,1e12": "Zoom of the curves: 10 to the power of 1e+12 is no number here",
    "box=-400,0,-1,1": "Zoom of the map: 10 to the power of 400 is no number here. The whole range is shown",
    "f=quadratic&kappa=-1": "Condition number κ: '-1' is not possible, the range is above 0",
    "f=booth&kappa=3": "Condition number κ: this landscape has none, only Quadratic has. It is left out",
    "v=9": "The link is of version '9'",
    "&".join(["run=gd"] * 9): "9 runs are given; the first 6 are kept",
    "f=" + "x%2B" * 4000: "only 8,000 are read",
    "steps=7&f=" + "x" * 9000 + "&steps=8": "only 8,000 are read",
    "stpes=5": "'stpes' in the link is no field of this page and is left out; did you mean steps?",
    "booth": "'booth' in the link stands without a name and is left out; did you mean f=booth?",
    "&".join(f"zz{i}=1" for i in range(900)): "more remarks are left out",
}


@pytest.mark.parametrize("link", CHANGED)
def test_a_note_says_what_was_changed(link):
    _, notes = assert_it_runs(link)
    assert CHANGED[link] in " ".join(notes), notes
    assert len(notes) <= MOST_NOTES + 1


def formula(text):
    return {"objective": text}


def values(**given):
    """Of the edited run."""
    return given


# How a person's link may come, what it means, and whether that has to be said: (link, what holds of the state, said)
MEANT = [
    # a plus is a plus, unless a form has written the link
    ("f=x^2+y^2", formula("x^2+y^2"), False),
    ("f=x^2%2By^2", formula("x^2+y^2"), False),
    ("f=x^2%2by^2", formula("x^2+y^2"), False),
    ("f=x^2%20%2B%20y^2", formula("x^2 + y^2"), False),
    ("f=x^2%20+%20y^2", formula("x^2 + y^2"), False),
    ("f=x^2+%2B+y^2", formula("x^2 + y^2"), False),
    ("f=(x%2By)^4+%2B+(x/2-y/2)^4", formula("(x+y)^4 + (x/2-y/2)^4"), False),
    ("f=(x+y)^4+(x/2-y/2)^4", formula("(x+y)^4+(x/2-y/2)^4"), False),
    ("f=3+x%2By", formula("3 x+y"), False),
    ("f=sin(x)+*+y", formula("sin(x) * y"), False),
    ("f=x^2%2By^2+1", formula("x^2+y^2+1"), True),
    ("f=x^2 + y^2", formula("x^2 + y^2"), False),
    ("x=+1&y=1e+0", {"start": (1.0, 1.0)}, False),
    ("run=gd,learning_rate:1e+1", values(learning_rate=10.0), False),
    # separators and escapes
    ("f=booth&amp;steps=500&amp;amp;y=1", {"objective": "booth", "steps": 500, "start": (-3.0, 1.0)}, False),
    ("f=booth&#38;steps=500&#x26;y=1", {"objective": "booth", "steps": 500, "start": (-3.0, 1.0)}, False),
    ("f=booth%26amp%3Bsteps=500", {"objective": "booth", "steps": 500}, False),
    ("f=booth%26steps%3D500", {"objective": "booth", "steps": 500}, False),
    ("f=booth;steps=500", {"objective": "booth", "steps": 500}, False),
    ("f%3Dbooth%26steps%3D500", {"objective": "booth", "steps": 500}, False),
    ("f=x%255E2%252By%255E2&steps=500", {"objective": "x^2+y^2", "steps": 500}, False),
    ("f=x%25255E2%25252By%25255E2", formula("x^2+y^2"), False),
    ("f%3Dx%255E2%2520%252B%2520y&steps%3D500", {"objective": "x^2 + y", "steps": 500}, False),
    ("https://example.org/page?f=booth&steps=500", {"objective": "booth", "steps": 500}, False),
    ("?f=booth#the-map", formula("booth"), False),
    ("f=booth&utm_source=mail&fbclid=x1", formula("booth"), False),
    # what chats and Markdown add
    ("f=x^2%2By^2).", formula("x^2+y^2"), False),
    ("f=(x%2By)^2", formula("(x+y)^2"), False),
    ("f=(x%2By)^2)", formula("(x+y)^2"), False),
    ("steps=500>", {"steps": 500}, False),
    ("steps=500),", {"steps": 500}, False),
    ("f=booth**", formula("booth"), False),
    ("f=%E2%80%9Cx^2%2By%E2%80%9D", formula("x^2+y"), False),
    ("f='booth'", formula("booth"), False),
    ("f=x\\^2%2By\\^2", formula("x^2+y^2"), False),
    ("run=heavy\\_ball", {"optimizer": "heavy_ball"}, False),
    ("f=x^2%E2%80%8B%2By%EF%BB%BF", formula("x^2+y"), False),
    ("f=boo%C2%ADth", formula("booth"), False),
    ("f=x&sup2;%2By", formula("x²+y"), False),
    ("f=booth&quot;&gt;", formula("booth"), False),
    ("f=booth&#39;", formula("booth"), False),
    ("f=x–y%2Bx‑y", formula("x–y+x‑y"), False),
    ("f=booth%00", formula("booth"), False),
    ("f=%EF%BD%98%EF%BC%8B%EF%BD%99", formula("x+y"), False),
    # numbers as people write them
    ("x=%E2%88%921", {"start": (-1.0, 2.0)}, False),
    ("x=–1", {"start": (-1.0, 2.0)}, False),
    ("run=gd,learning_rate:1e−3", values(learning_rate=1e-3), False),
    ("x=１．５", {"start": (1.5, 2.0)}, False),
    ("x=0,01", {"start": (0.01, 2.0)}, True),
    ("x=-1.234,5", {"start": (-1234.5, 2.0)}, True),
    ("x=1,234.5", {"start": (1234.5, 2.0)}, True),
    ("run=gd,learning_rate:0,01,learning_rate_schedule:cosine",
     values(learning_rate=0.01, learning_rate_schedule="cosine"), True),
    ("run=gd,learning_rate:2,5e-1", values(learning_rate=0.25), True),
    ("run=gd,learning_rate:10^-2", values(learning_rate=0.01), True),
    ("run=gd,learning_rate:5×10⁻²", values(learning_rate=0.05), True),
    ("run=gd,learning_rate:5·10^−2", values(learning_rate=0.05), True),
    ("steps=40.000", {"steps": 40_000}, True),
    ("steps=12,345", {"steps": 12_345}, True),
    ("steps=12%20345", {"steps": 12_345}, True),
    ("view=-1,5,2,5,-3,0,4,0", {"view": (-1.5, 2.5, -3.0, 4.0)}, True),
    ("view=[-1,2,-3,4]", {"view": (-1.0, 2.0, -3.0, 4.0)}, False),
    ("view=2,-1,-3,4", {"view": (-1.0, 2.0, -3.0, 4.0)}, True),
    # other spellings of names
    ("F=booth", formula("booth"), True),
    ("f=Rosenbrock", formula("rosenbrock"), True),
    ("f=Three-hump+camel", formula("three_hump_camel"), True),
    ("function=booth", formula("booth"), True),
    ("Steps=500", {"steps": 500}, True),
    ("run=Adam", {"optimizer": "adam"}, True),
    ("run=sgd", {"optimizer": "gd"}, True),
    ("optimizer=lion", {"optimizer": "lion"}, True),
    ("run=adam,lr:0.1", values(learning_rate=0.1), True),
    ("run=adam,lr=0.1", values(learning_rate=0.1), True),
    ("run=adam,η:0.1", values(learning_rate=0.1), True),
    ("run=adam,eps:0.5", values(epsilon=0.5), True),
    ("run=adam,ε:0.5", values(epsilon=0.5), True),
    ("run=adam,beta_1:0.5,β₂:0.25", values(beta1=0.5, beta2=0.25), True),
    ("run=adam, a:2, b: 3", values(a=2.0, b=3.0), False),
    ("run=adamw,lambda:0.5", values(weight_decay=0.5), True),
    ("run=adam,bias_correction:false", values(bias_correction=False), True),
    ("lr=0.1", values(learning_rate=0.1), True),
    ("learning_rate=0.1&run=gd", values(learning_rate=0.1), True),
    ("run=gd,learning_rate:0.2&lr=0.1", values(learning_rate=0.2), True),
    ("optimizer=Adam&lr=0.1&beta1=0.5&eps=0.25", values(learning_rate=0.1, beta1=0.5, epsilon=0.25), True),
    ("runs=lion", {"optimizer": "lion"}, True),
    ("start=-1,3", {"start": (-1.0, 3.0)}, True),
    ("run=gd,learning_rate_schedule:1/√t", values(learning_rate_schedule="1/sqrt(t)"), True),
    ("scale=Linear", {"scale": "linear"}, True),
    ("lines=Proof", {"lines": ("proof",)}, True),
    ("run=nesterov,momentum:0.5", values(momentum=0.5, schedule="constant"), False),
]  # fmt: skip


@pytest.mark.parametrize(("link", "meant", "said"), MEANT, ids=[link for link, _, _ in MEANT])
def test_a_damaged_link_is_read_as_it_was_meant(link, meant, said):
    state, notes = assert_it_runs(link)
    run = state.edited
    found = {name: getattr(state, name, None) for name in vars(state)} | {"optimizer": run.optimizer} | run.values
    expected = dict(meant)
    if "objective" in expected:  # the same function, in whichever characters
        one, other = core.objective(found["objective"]), core.objective(expected.pop("objective"))
        assert one.expression is other.expression
    assert {name: found[name] for name in expected} == expected
    assert bool(notes) is said, notes


def finite_at_its_start(text):
    try:
        f = core.objective(text)
    except ValueError:
        return False
    return math.isfinite(float(f.value(*f.start)))


PLAIN_TEXT = st.text("xy0123456789+-*/^(). ,_~!'[]|%&=#;\\αβ⁴²√πé\u200b", max_size=30)


def test_remarks_stand_in_the_order_of_the_link():
    own = [name for entry in page.OBJECTIVES.values() for name in (p.name for p in entry.parameters)]
    for names in (own, own[::-1]):
        _, notes = decode("f=booth&" + "&".join(f"{name}=1" for name in names))
        labels = {p.name: p.label for entry in page.OBJECTIVES.values() for p in entry.parameters}
        assert [note.partition(":")[0] for note in notes] == [labels[name] for name in names]


@given(PLAIN_TEXT)
@example("(x+y)⁴ + (x/2−y/2)⁴")
@example("|x| + √y·2.")
@example("f(x, y) = x^2 + 3 y")
def test_a_formula_that_is_read_as_it_stands_comes_back_as_it_was(text):
    if not finite_at_its_start(text):
        return
    f = core.objective(text)
    for link in (encode(replace(State.default(), objective=f.name, start=f.start)), urlencode({"f": text})):
        state, notes = decode(link)
        # a form's plus for a space before a number is the one that may be meant as a plus, and then it is said
        assert state.objective == f.name or notes
        assert (state.objective, notes) == (f.name, []) or (link.startswith("f=") and "+" in link)


ATOMS = st.sampled_from(["x", "y", "2", "0.5", "pi", "x^2", "sin(x)", "3y"])
SUMS = st.recursive(
    ATOMS,
    lambda part: (
        st.builds("{}{}{}".format, part, st.sampled_from(["+", "-", "*", "/"]), part)
        | st.builds("({})^2".format, part)
        | st.builds("exp({}-9)".format, part)
    ),
    max_leaves=8,
)


@given(SUMS.filter(finite_at_its_start))
def test_a_formula_typed_into_the_address_is_read_as_typed(text):
    """By hand, by `encodeURIComponent`, and by forms, with spaces around its signs and without."""
    for wide in (text, text.replace("+", " + ").replace("*", " * ")):
        links = [quote(wide), quote(wide, safe="()*^/"), urlencode({"f": wide}).removeprefix("f=")]
        for link in links if " " in wide else [*links, wide]:
            state, notes = decode(f"f={link}")
            assert (state.objective, notes) == (wide, []), link


CUT = " <>()[]{}*^'\"!~`|\\+&#?;"  # what chats, mail programs and Markdown end a link at, or read as a mark


@given(states())
def test_a_link_holds_nothing_that_a_chat_cuts_or_marks(state):
    link = encode(state)
    assert not set(CUT) & set(link.replace("&", ""))
    assert link.isascii()
    assert not link.endswith((",", ".", ":", "/", "_"))


def test_the_link_names_an_ode_limit_other_than_the_default():
    for name in core.optimizers():
        for flow in RunState.default(name).limits():
            state, notes = decode(f"run={name},flow:{flow.name}")
            assert notes == []
            assert state.edited.limit() == flow
            assert ("flow:" in encode(state)) is (flow != state.edited.limits()[0])
    state, _ = decode("run=nesterov,flow:high_resolution,schedule:constant")
    assert state.edited.limit().name == "high_resolution"


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
