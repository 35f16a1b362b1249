"""Every route answers, refuses in a sentence, and never fails, whatever it is asked."""

import itertools
import random
import threading
from types import SimpleNamespace
from urllib.parse import quote

import numpy as np
import pytest

import core
from core import analyses
from dashboard.catalogue.curves import CURVES
from dashboard.questions import flows, runs
from dashboard.questions.fields import Fields
from dashboard.questions.packing import unpack
from dashboard.serving.handlers import FAILED
from dashboard.state import RunState

CANVAS = {"x0": -2, "x1": 2, "y0": -1, "y1": 3, "width": 400, "height": 300, "curve_width": 400}
SHORT = "steps=2000"
LONG = 60.0  # s: what is waited for comes at once, unless it never comes


def ask(client, route, link="", **fields):
    return client.get(f"/data/{route}", query_string={"link": link} | fields)


def opened(response):
    assert response.status_code == 200
    assert response.mimetype == "application/octet-stream"
    return unpack(response.data)


def test_the_page_is_served(page_client):
    page = page_client.get("/")
    assert page.status_code == 200
    assert b"Adamoscope" in page.data
    assert b"https://" not in page.data  # everything comes from the app itself
    for route in ("/_dash-layout", "/_dash-dependencies"):
        assert page_client.get(route).status_code == 200


def test_a_link_s_state_is_answered_as_json(client):
    body = ask(client, "state", "run=adam,a:10,b:10&x=nan").json
    assert body["state"]["runs"][0]["values"]["a"] == 10
    assert sorted(body["link"].split(",")) == ["a:10", "b:10", "run=adam"]
    assert "Start x: 'nan' is no number" in body["notes"][0]
    assert body["domain"] == [[-2, 2], [-1, 3]]
    assert body["flows"][0] == {"value": "adam", "label": "Adam flow"}
    assert [flow["value"] for flow in ask(client, "state", "run=heavy_ball").json["flows"]] == [
        "friction", "high_resolution", "gradient_flow"
    ]  # fmt: skip


@pytest.mark.parametrize("name", core.optimizers())
def test_every_optimizer_has_a_link(client, name):
    body = ask(client, "state", f"run={name}").json
    assert body["notes"] == []
    assert body["state"]["runs"][0]["optimizer"] == name
    assert body["link"] == ("" if name == "adam" else f"run={name}")


def test_tiles_hold_exact_iterates_at_every_level(client):
    link = "steps=3000&run=gd&run=adam,a:10,b:10&edit=1"
    runs = [core.run("gd", "rosenbrock", steps=3000), core.run("adam", "rosenbrock", steps=3000, a=10, b=10)]
    seen = analyses.steps(runs[1], np.arange(3001))
    flow = core.flow("adam", "rosenbrock", duration=3.0, learning_rate=1e-3, a=10, b=10)
    for level, tile, k in [(3, 0, range(0, 3001, 8)), (1, 1, range(1024, 2048, 2)), (0, 5, range(2560, 3001))]:
        k = np.array(k)
        header, arrays = opened(ask(client, "steps", link, level=level, tile=tile))
        assert header["first"] == k[0]
        assert header["states"] == ["first_moment", "second_moment"]
        for i, run in enumerate(runs):
            np.testing.assert_array_equal(arrays[f"position {i}"], run.position[k])
            np.testing.assert_array_equal(arrays[f"value {i}.0"], run.loss[k])
        np.testing.assert_array_equal(arrays["effective rate"], seen.effective_rate[k])
        np.testing.assert_array_equal(arrays["next"], seen.next_position[k])
        np.testing.assert_allclose(arrays["limit 1"], flow(np.minimum(k * 1e-3, 3.0)), atol=1e-5)


def test_past_a_run_s_end_its_last_iterate_stands(client):
    link = "f=x^4&x=4&y=0&steps=2000&run=gd,learning_rate:0.5"
    _, arrays = opened(ask(client, "steps", link, level=0, tile=3))
    run = core.run("gd", "x^4", start=(4, 0), steps=2000, learning_rate=0.5)
    assert run.status == "diverged"
    np.testing.assert_array_equal(arrays["position 0"], np.tile(run.position[-1], (465, 1)))
    assert np.isnan(arrays["next"]).all()


@pytest.mark.parametrize("name", core.optimizers())
def test_every_optimizer_s_steps_can_be_taken_apart(client, name):
    header, arrays = opened(ask(client, "steps", f"steps=400&run={name}", level=0, tile=0))
    assert np.isfinite(arrays["gradient"]).all()
    assert header["further_terms"] == (name in ("adamw", "adadelta"))


@pytest.mark.parametrize(("level", "tile"), [(-1, 0), (3, 0), (0, 4), (0, -1), ("x", 0), (1e300, 0)])
def test_a_tile_outside_the_run_is_refused(client, level, tile):
    answer = ask(client, "steps", SHORT, level=level, tile=tile)
    assert answer.status_code == 400
    assert answer.json["error"]


def test_the_answer_about_runs_is_core_s_run(client):
    header, arrays = opened(ask(client, "runs", f"{SHORT}&run=adam&run=gd", **CANVAS))
    run = core.run("adam", "rosenbrock", steps=2000, a=1, b=100)
    assert [r["title"] for r in header["runs"]] == ["Adam", "Gradient descent"]
    assert header["runs"][0]["loss"] == run.loss[-1]
    assert header["runs"][0]["end"] == run.position[-1].tolist()
    assert header["span"] == [0, 2000]
    assert header["sentence"].startswith("Adam ")
    drawn = arrays["curve_y 0.0"]
    assert drawn.min() == pytest.approx(np.log10(run.loss.min()), rel=1e-12)
    assert drawn.max() == pytest.approx(np.log10(run.loss.max()), rel=1e-12)
    np.testing.assert_allclose(arrays["path 0"][-1], (run.position[-1] - [-2, -1]) / 4, rtol=1e-6)


def test_limits_known_to_be_quick_come_with_the_runs(client, monkeypatch):
    link = "run=adam,b:{}&run=lion"
    alone = ask(client, "runs", link.format(40), **CANVAS).data
    assert ask(client, "runs", link.format(40), **CANVAS, limits=1).data == alone  # nobody knows how long they take
    limits = ask(client, "flows", link.format(40), **CANVAS).data
    assert ask(client, "runs", link.format(40), **CANVAS).data == alone
    monkeypatch.setattr(runs, "QUICK", 1e9)
    assert ask(client, "runs", link.format(40), **CANVAS, limits=1).data == alone + limits
    assert len(alone) % 8 == 0  # arrays lie where the browser can view them
    monkeypatch.setattr(runs, "QUICK", 0.0)
    without = ask(client, "runs", link.format(41), **CANVAS).data
    assert ask(client, "runs", link.format(41), **CANVAS, limits=1).data == without


def test_a_draft_of_the_limits_is_theirs_to_less_than_a_pixel(client):
    fields = CANVAS | {"curve_width": 300}
    link = "run=adam,a:10,b:7"
    final, draft = (opened(ask(client, "flows", link, **fields, draft=draft)) for draft in (0, 1))
    assert draft[0]["flows"][0]["status"] == final[0]["flows"][0]["status"] == "completed"
    assert len(draft[1]["path 0"]) < len(final[1]["path 0"])  # it took longer steps
    for ours, theirs in (draft, final), (final, draft):
        corners, path = (found[1]["path 0"] * [400, 300] for found in (ours, theirs))
        assert max(distance_to_path(corner, path) for corner in corners[::5]) < 1
    assert opened(ask(client, "flows", link, **fields))[1].keys() == final[1].keys()
    np.testing.assert_array_equal(opened(ask(client, "flows", link, **fields))[1]["path 0"], final[1]["path 0"])


def test_a_draft_that_would_take_too_many_steps_is_none(client, monkeypatch):
    monkeypatch.setattr(flows, "DRAFT_STEPS", 10)
    final, draft = (opened(ask(client, "flows", "run=adam,a:10,b:24", **CANVAS, draft=draft)) for draft in (0, 1))
    assert draft[0]["flows"][0]["status"] == "completed"
    np.testing.assert_array_equal(draft[1]["path 0"], final[1]["path 0"])


def distance_to_path(point, path):
    begin, way = path[:-1], np.diff(path, axis=0)
    share = np.clip(((point - begin) * way).sum(1) / np.maximum((way**2).sum(1), 1e-300), 0, 1)
    return np.hypot(*(begin + share[:, None] * way - point).T).min()


def test_what_is_measured_against_the_limit_is_no_draft(client):
    link = "steps=2000&curve=distance&run=adam,b:20"
    assert ask(client, "flows", link, **CANVAS, draft=1).data == ask(client, "flows", link, **CANVAS).data


def test_limits_that_turn_out_slow_come_when_they_are_asked_for(client, monkeypatch):
    monkeypatch.setattr(flows.Flows, "cost", lambda question: 0.0)  # as far as anybody knows
    monkeypatch.setattr(runs, "QUICK", 0.01)
    link = "run=adam,b:43&run=lion"
    go_on, compute = threading.Event(), flows.Flows.answer

    def slow(*question):
        assert go_on.wait(LONG)
        return compute(*question)

    monkeypatch.setattr(flows.Flows, "answer", slow)
    alone = ask(client, "runs", link, **CANVAS).data
    assert ask(client, "runs", link, **CANVAS, limits=1).data == alone
    go_on.set()
    later = ask(client, "flows", link, **CANVAS).data  # waits for what went on
    assert ask(client, "runs", link, **CANVAS, limits=1).data == alone + later


def test_limits_that_had_to_wait_for_the_processor_are_still_quick(client, monkeypatch):
    """By the processor's clock: what the browser takes of it meanwhile does not count."""
    ticks = itertools.count()
    monkeypatch.setattr(flows, "time", SimpleNamespace(thread_time=lambda: 1e-3 * next(ticks)))
    link = "run=adam,b:45&run=lion"

    def cost(link):
        return flows.Flows.read(Fields({"link": link} | {name: str(value) for name, value in CANVAS.items()})).cost()

    assert cost(link) == np.inf
    ask(client, "flows", link, **CANVAS)
    assert cost(link.replace("45", "46")) == pytest.approx(2e-3)  # a tick for each of them


@pytest.mark.parametrize(
    ("draft", "short", "together"), [(1, 1e9, True), (1, 0.0, False), (0, 1e9, False)], ids=["hand", "long", "rest"]
)
def test_in_the_hand_short_limits_are_worked_out_where_the_runs_are(client, monkeypatch, draft, short, together):
    link, threads = f"run=adam,b:{{}}&run=lion&steps={3000 + 2 * draft + bool(short)}", {}
    ask(client, "flows", link.format(46), **CANVAS, draft=draft)  # now it is known how long they take
    monkeypatch.setattr(runs, "QUICK", LONG)
    monkeypatch.setattr(runs, "SHORT", short)
    for name, question in ("runs", runs.Pictures), ("flows", flows.Flows):

        def noted(*given, name=name, compute=question.answer):
            threads[name] = threading.get_ident()
            return compute(*given)

        monkeypatch.setattr(question, "answer", noted)
    both = ask(client, "runs", link.format(47), **CANVAS, limits=1, draft=draft).data
    assert (threads["flows"] == threads["runs"]) is together
    limits = ask(client, "flows", link.format(47), **CANVAS, draft=draft).data
    assert both.endswith(limits)


def test_the_tail_and_a_zoom_set_the_span_of_the_curves(client):
    header, arrays = opened(ask(client, "runs", f"{SHORT}&window=tail", **CANVAS))
    assert header["span"] == [1800, 2000]
    assert header["scale"] == "linear"
    assert len(arrays["curve_x 0.0"]) >= 201
    header, _ = opened(ask(client, "runs", SHORT, **CANVAS, k0=100, k1=300))
    assert header["span"] == [100, 300]


@pytest.mark.parametrize("name", core.optimizers())
def test_every_optimizer_has_runs_and_flows(client, name):
    header, _ = opened(ask(client, "runs", f"steps=300&run={name}", **CANVAS))
    assert header["runs"][0]["status"] == "completed"
    header, arrays = opened(ask(client, "flows", f"steps=300&run={name}", **CANVAS))
    (flow,) = header["flows"]
    if core.OPTIMIZERS[name].limit(core.resolved(name, {})) is None:
        assert flow == {"title": None, "status": "none", "lines": []}
        return
    assert flow["status"] in ("completed", "stationary")
    assert flow["end_step"] == pytest.approx(300, rel=1e-9)
    assert np.all(np.isfinite(arrays["curve_y 0.0"]))


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("name", core.optimizers())
def test_every_curve_of_every_optimizer_is_drawn_or_refused_in_words(client, name, curve):
    link = f"steps=300&curve={curve}&scale=symlog&run={name}"
    found = []
    for kind in ("runs", "flows"):
        header, arrays = opened(ask(client, kind, link, **CANVAS))
        (of_run,) = header[kind]
        found += of_run["lines"]
        for j in range(len(of_run["lines"])):
            assert len(arrays[f"curve_x 0.{j}"]) > 1
            assert np.all(np.isfinite(arrays[f"curve_y 0.{j}"]))
    header, _ = opened(ask(client, "runs", link, **CANVAS))
    assert found or header["runs"][0]["notes"] or core.OPTIMIZERS[name].limit(core.resolved(name, {})) is None


def test_curves_against_time_span_the_time_of_all_steps(client):
    header, arrays = opened(ask(client, "runs", f"{SHORT}&axis=time", **CANVAS))
    assert header["span"] == [0, 2.0]
    assert arrays["curve_x 0.0"][-1] == pytest.approx(1.0)


def test_the_sharpness_comes_with_its_threshold(client):
    header, arrays = opened(ask(client, "runs", f"{SHORT}&curve=sharpness", **CANVAS))
    assert [line["kind"] for line in header["runs"][0]["lines"]] == ["main", "reference"]
    np.testing.assert_allclose(arrays["curve_y 0.1"], np.log10(2 * 1.9 / (0.1 * 1e-3)))


LIMITS = [(name, flow.name) for name in core.optimizers() for flow in RunState.default(name).limits()[1:]]


@pytest.mark.parametrize(("name", "variant"), LIMITS)
def test_every_variant_is_drawn_over_the_steps_by_its_own_clock(client, name, variant):
    link = f"steps=300&f=himmelblau&run={name}"
    default, chosen = (opened(ask(client, "flows", f"{link}{flow}", **CANVAS)) for flow in ("", f",flow:{variant}"))
    (flow,) = chosen[0]["flows"]
    assert flow["status"] in ("completed", "stationary")
    assert flow["end_step"] == pytest.approx(300, rel=1e-9)
    assert flow["title"] != default[0]["flows"][0]["title"]
    values = core.resolved(name, {})
    assert flow["time"] == pytest.approx(300 * core.OPTIMIZERS[name].limit(values, variant).clock(values))
    assert chosen[1]["curve_y 0.0"].tobytes() != default[1]["curve_y 0.0"].tobytes()


@pytest.mark.parametrize("name", core.objectives())
def test_every_objective_has_a_landscape(client, name):
    header, arrays = opened(ask(client, "landscape", f"f={name}", **CANVAS))
    assert header["minimizers"] == core.objective(name).minimizers.tolist()
    assert arrays["shade"].size == header["rows"] * header["columns"]


def test_an_overtaken_map_is_dropped(client):
    assert ask(client, "map", "steps=3001", size=32, serial=9, page="q").status_code == 200
    assert ask(client, "map", "steps=3002", size=32, serial=3, page="q").status_code == 204


BAD = [(route, name, value) for route in ("runs", "flows") for name in CANVAS for value in ("nan", "", "wide", "inf")]
BAD += [("landscape", name, "inf") for name in ("x0", "x1", "y0", "y1")]
BAD += [("runs", "width", 0), ("runs", "height", 1e9), ("runs", "k0", "none"), ("runs", "scale", "loud")]
BAD += [("map", "size", 17), ("map", "size", "big"), ("map", "serial", "nan")]


@pytest.mark.parametrize(("route", "name", "value"), BAD)
def test_a_bad_number_is_refused_by_name(client, route, name, value):
    response = ask(client, route, **(CANVAS | {"size": 32, "serial": 1} | {name: value}))
    assert response.status_code == 400
    assert response.mimetype == "application/json"
    assert response.json["error"].startswith(f"{name} = ")


@pytest.mark.parametrize("missing", CANVAS)
def test_a_missing_number_is_refused_by_name(client, missing):
    response = ask(client, "runs", **{n: v for n, v in CANVAS.items() if n != missing})
    assert response.status_code == 400
    assert response.json["error"] == f"{missing} = None: must be a finite number"


@pytest.mark.parametrize("swapped", [{"x0": 3}, {"y1": -1}, {"k0": 5, "k1": 5}])
def test_ranges_go_from_low_to_high(client, swapped):
    response = ask(client, "runs", **(CANVAS | swapped))
    assert response.status_code == 400
    assert "must go from low to high" in response.json["error"]


LINKS = [
    "f=rosenbrok", "f=__import__('os')", "f=1/x&x=0", "f=log(x)&x=-1", "f=log(-1-x^2)", "f=x^1e308",
    "x=nan&y=inf", "run=none", "run=adam,learning_rate:1e308", "run=adam,learning_rate:1e-320",
    "run=gd,learning_rate:1e300",
    "run=nesterov,learning_rate:1e308", "run=adagrad,learning_rate:1e200", "run=adam,a:1e300,b:1e-300",
    "run=rmsprop,epsilon:1e308", "run=adam,flow:modified,a:1e9", "run=adam,flow:belotto_gazeau,beta1:0,beta2:0",
    "run=heavy_ball,flow:gradient_flow,learning_rate:1e308", "run=adam,flow:modified,epsilon:1e-320",
    "view=1", "v=77", "%00%ff", "&&&===", "f=exp(exp(exp(x)))&x=4", "f=0x",
    "x=1e6&y=-1e6", "f=power&n=64&x=1e6", "f=1e300 x^2 + y", "f=x - 1e308", "f=quadratic&kappa=1e308", "f=1e-320 x + y",
    "steps=1&run=adam&run=gd&run=sign_gd", "f=saddle&run=sign_gd", "f=tan(x)+y&run=sign_gd&run=gd",
]  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_nonsense_in_a_link_still_answers(client, page_client, link):
    short = link if "steps" in link else f"{link}&steps=50"
    assert ask(client, "state", short).status_code == 200
    for route in ("runs", "landscape", "map", "cell", "examples"):
        response = ask(client, route, short, **CANVAS, size=32, serial=1, x=0, y=0)
        assert response.status_code in (200, 204), response.data[:300]
    assert ask(client, "flows", short, **CANVAS).status_code in (200, 400)
    assert page_client.get(f"/?{quote(link, safe='=&,:%')}").status_code == 200


@pytest.mark.parametrize("seed", range(48))
def test_no_question_makes_a_route_fail(client, seed):
    chance = random.Random(seed)
    values = [
        "nan",
        "-1",
        "0",
        "1e300",
        "-1e300",
        "5e-324",
        "",
        "x",
        "%",
        "32",
        "1.5",
        "💥",
        "1e999",
        "../",
        "7",
    ]
    pieces = [*LINKS, "f=ackley", "run=adam,a:1,b:1", "window=tail", "scale=linear", "edit=1", "x=3", SHORT]
    link = "&".join([*chance.sample(pieces, 3), "steps=40"])
    fields = {n: chance.choice([v, v, chance.choice(values)]) for n, v in CANVAS.items()}
    fields |= {"size": chance.choice(["32", *values]), "serial": chance.choice(["1", *values])}
    fields |= {n: chance.choice(values) for n in chance.sample(["k0", "k1", "scale", "page", "zzz"], 2)}
    for route in ("state", "runs", "flows", "landscape", "map"):
        response = ask(client, route, link, **fields)
        assert response.status_code in (200, 204, 400), (route, link, fields)
        if response.status_code == 400:
            assert response.json["error"]


def test_a_fault_of_the_program_is_a_sentence_to_the_page(client, monkeypatch):
    monkeypatch.setattr(runs.Pictures, "answer", lambda *given: 1 / 0)
    answer = ask(client, "runs", "steps=51", **CANVAS)
    assert answer.status_code == 500
    assert answer.json == {"error": FAILED}
    assert client.get("/data/nothing").status_code == 404
