"""A question is one file: its fields are its key, and it is asked by name as soon as the file is there."""

import dataclasses
import json
import sys

import numpy as np
import pytest
from flask import Flask

import core
from dashboard import questions
from dashboard.catalogue.planes import Axis
from dashboard.drawing.curves import Canvas
from dashboard.questions.fields import Fields
from dashboard.questions.packing import unpack
from dashboard.questions.question import Keyed, Question
from dashboard.serving.app import answer_questions
from dashboard.state import RunState

FIELDS = {
    "link": "steps=500&run=adam,a:10,b:20&run=gd", "x0": -2, "x1": 2, "y0": -1, "y1": 3, "width": 400, "height": 300,
    "curve_width": 400, "k0": 0, "k1": 500, "limits": 1, "size": 32, "serial": 1, "page": "p", "level": 0, "tile": 0,
    "x": 1.1, "y": 0.7, "text": "x^2",
}  # fmt: skip
QUESTIONS = questions.found()

TOY = '''
from dataclasses import dataclass

from dashboard.questions.question import Priority, Question


@dataclass(frozen=True)
class Toy(Question):
    """How far along the steps a place is."""

    live = True

    steps: int
    x: float

    @classmethod
    def read(cls, fields):
        return cls(fields.state.steps, fields.number("x"))

    def answer(self, ask):
        answered.append(self)
        return f"{self.x / self.steps}".encode()


answered = []
QUESTION = Toy
'''


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """The module of a question that is one file in a folder of the package."""
    (tmp_path / "toy_question.py").write_text(TOY, encoding="utf-8")
    monkeypatch.setattr(questions, "__path__", [*questions.__path__, str(tmp_path)])
    name = f"{questions.__name__}.toy_question"
    yield lambda: sys.modules[name]
    sys.modules.pop(name, None)
    vars(questions).pop("toy_question", None)


def test_one_file_is_a_question(toy):
    server = Flask("toy")
    answer_questions(server)
    client = server.test_client()

    def ask(**fields):
        return client.get("/data/toy_question", query_string=fields)

    assert ask(link="steps=400", x=100).data == b"0.25"
    assert ask(link="steps=400", x=100.0).data == b"0.25"
    assert len(toy().answered) == 1  # the other time it came from the cache
    assert ask(link="steps=200", x=100).data == b"0.5"
    assert ask(link="steps=400", x=200).data == b"0.5"
    assert len(toy().answered) == 3
    refused = ask(link="steps=400", x="far")
    assert (refused.status_code, refused.json) == (400, {"error": "x = 'far': must be a finite number"})
    assert server.extensions["questions"]["toy_question"].live


def test_a_question_without_fields_of_its_own_is_refused(tmp_path, monkeypatch):
    (tmp_path / "toy_bare.py").write_text(TOY.replace("@dataclass(frozen=True)", ""), encoding="utf-8")
    monkeypatch.setattr(questions, "__path__", [*questions.__path__, str(tmp_path)])
    with pytest.raises(TypeError, match="toy_bare: Toy must be a frozen dataclass"):
        questions.found()


def test_the_registry_is_the_folder():
    assert set(QUESTIONS) >= {
        "cell", "comparison", "examples", "flows", "formula", "landscape", "map", "naming", "phase", "runs", "state",
        "steps", "surface",
    }  # fmt: skip
    assert all(issubclass(question, Question) for question in QUESTIONS.values())


def others(value):
    """Values of the same kind that differ from one in a single place."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            for other in others(getattr(value, field.name)):
                changed = object.__new__(type(value))  # no check of its own may stand between
                changed.__dict__.update({f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
                changed.__dict__[field.name] = other
                yield changed
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, float):
        yield float(np.nextafter(value, np.inf))
    elif isinstance(value, str):
        yield f"{value}1"
    elif value is None:
        yield 1.5
    elif isinstance(value, dict):
        yield value | {"another": 1.0}
        for name in value:
            yield {n: v for n, v in value.items() if n != name}
            yield from (value | {name: other} for other in others(value[name]))
    elif isinstance(value, tuple):
        yield (*value, 1.0)
        for i in range(len(value)):
            yield (*value[:i], *value[i + 1 :])
            yield from ((*value[:i], other, *value[i + 1 :]) for other in others(value[i]))
    else:
        raise AssertionError(f"{value!r} is no plain value")


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_key_changes_with_each_field_however_deep(name):
    fields = Fields({name: str(text) for name, text in FIELDS.items()})
    question = QUESTIONS[name].read(fields)
    assert question.key == QUESTIONS[name].read(fields).key
    keys = [question.key, *(other.key for other in others(question))]
    assert len(keys) > len(dataclasses.fields(question))
    assert len(set(keys)) == len(keys)


@dataclasses.dataclass(frozen=True)
class Everything(Keyed):
    run: RunState
    canvas: Canvas
    thresholds: core.Thresholds
    axis: Axis
    text: str


def test_a_key_is_canonical_json():
    canvas = Canvas((-2.0, 2.0), (0, 1), 400, 300, 400, None, "log")
    made = Everything(RunState.default("adam"), canvas, core.THRESHOLDS, Axis("a", "log", (0.1, 100.0)), "é\"'[1]")
    assert json.loads(made.key)[1] == "Everything"
    values = dict(reversed(made.run.values.items()))  # the order in which a link gives them
    assert dataclasses.replace(made, run=dataclasses.replace(made.run, values=values)).key == made.key


@pytest.mark.parametrize("change", ["a:2000", "a:3000"])
@pytest.mark.parametrize("before", ["a:1001", "a:2000", "a:3000"])
def test_a_notice_is_of_the_value_that_was_given(client, before, change):
    """Held rates above their limit make the same run, but not the same remark about it."""

    def notes(rate):
        fields = FIELDS | {"link": f"steps=500&run=adam,learning_rate:0.001,{rate},b:20"}
        header, _ = unpack(client.get("/data/runs", query_string=fields).data)
        return header["runs"][0]["notes"]

    notes(before)
    assert notes(change)[0].startswith(f"a = {change.removeprefix('a:')} is held")


def test_a_run_is_solved_once_for_all_questions_about_it(client, monkeypatch):
    solved = []
    for name in ("run", "flow"):
        compute = getattr(core, name)

        def counted(*given, name=name, compute=compute, **more):
            solved.append((name, given[0]))
            return compute(*given, **more)

        monkeypatch.setattr(core, name, counted)
    fields = FIELDS | {"link": "steps=3217&run=adam,a:10,b:31", "limits": 0}
    for name in ("runs", "flows", "naming", "phase", "steps"):
        assert client.get(f"/data/{name}", query_string=fields).status_code == 200
    assert sorted(solved) == [("flow", "adam"), ("run", "adam")]
    # another variant is another limit of the same run
    fields["link"] += "&flow=1".replace("&flow=1", ",flow:modified")
    for name in ("runs", "flows", "steps"):
        assert client.get(f"/data/{name}", query_string=fields).status_code == 200
    assert sorted(solved) == [("flow", "adam"), ("flow", "adam"), ("run", "adam")]


@pytest.mark.parametrize(("name", "solver"), [("runs", "run"), ("flows", "flow")])
def test_only_the_edited_run_is_computed(client, name, solver, monkeypatch):
    computed, compute = [], getattr(core, solver)
    monkeypatch.setattr(core, solver, lambda *given, **more: computed.append(given[0]) or compute(*given, **more))

    def ask(client, b):
        fields = FIELDS | {"link": f"run=adam,a:10,b:{b}&run=rmsprop&run=adagrad&steps=3217", "limits": 0, "k1": 3217}
        return client.get(f"/data/{name}", query_string=fields).data

    ask(client, 31)
    assert sorted(computed) == ["adagrad", "adam", "rmsprop"]
    ask(client, 32)
    assert computed[3:] == ["adam"]


def test_thresholds_move_without_a_run(client, monkeypatch):
    computed, compute = [], core.regime_map
    monkeypatch.setattr(core, "regime_map", lambda *given, **more: computed.append(1) or compute(*given, **more))
    for i, crest in enumerate((10, 20, 30)):
        fields = FIELDS | {"link": f"steps=500&crest={crest}", "serial": i}
        for name in ("map", "examples"):
            assert client.get(f"/data/{name}", query_string=fields).status_code == 200
    assert len(computed) == 1


def test_a_map_stays_while_the_dot_moves_on_it(client, monkeypatch):
    """What stands on the axes is of the run in hand, and no cell depends on it."""
    computed, compute = [], core.regime_map
    monkeypatch.setattr(core, "regime_map", lambda *given, **more: computed.append(1) or compute(*given, **more))
    moves = [(a, b) for a in (1, 10) for b in (20, 30)]
    for i, (a, b) in enumerate(moves):
        fields = FIELDS | {"link": f"steps=500&run=adam,a:{a},b:{b}", "serial": i}
        client.get("/data/map", query_string=fields)
    assert len(computed) == 1
    for i, rate in enumerate((0.001, 0.002)):
        link = f"horizon=0.5&plane=learning_rate,epsilon&run=adam,learning_rate:{rate},a:10,b:20"
        client.get("/data/map", query_string=FIELDS | {"link": link, "serial": 10 + i})
    assert len(computed) == 2
