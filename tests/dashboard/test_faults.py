"""Whose fault an error is: an InputError is the asker's, with its sentence; any other is the program's, and logged."""

import json
import struct
import time

import numpy as np
import pytest
from flask import Flask

import core
from core import tiling
from dashboard.questions import map as maps
from dashboard.questions import runs
from dashboard.serving import jobs, live, routes
from dashboard.serving.app import create_app
from dashboard.serving.handlers import FAILED

SENTENCE = "steps = 0: must be a whole number from 1"
LONG = 120.0  # s


def wrong(fields):
    raise core.InputError(SENTENCE)


FAULTS = {
    "value": lambda fields: int("no number"),
    "shape": lambda fields: np.zeros(3).reshape(2, 2),
    "index": lambda fields: [][0],
    "json": lambda fields: {"unwritable": object()},
    "surrogate": lambda fields: {"unwritable": "\ud800"},
}


@pytest.fixture(scope="module")
def client():
    server = Flask(__name__)
    server.register_blueprint(routes.blueprint({"wrong": wrong, **FAULTS}, jobs=None))
    return server.test_client()


@pytest.mark.parametrize("name", FAULTS)
def test_by_http_any_other_error_is_the_program_s(client, caplog, name):
    answer = client.get(f"/data/{name}?link=steps=7")
    assert (answer.status_code, answer.json) == (500, {"error": FAILED})
    assert "Traceback" in caplog.text
    assert f"/data/{name}?link=steps=7" in caplog.text


def test_by_http_an_input_error_is_the_asker_s(client, caplog):
    answer = client.get("/data/wrong")
    assert (answer.status_code, answer.json) == (400, {"error": SENTENCE})
    assert not caplog.text


def replied(name):
    answer = live.reply(f"1 {name}?link=steps=7", {"wrong": wrong, **FAULTS})
    _, status, _ = struct.unpack("<IId", answer[:16])
    return status, json.loads(answer[16:])


@pytest.mark.parametrize("name", FAULTS)
def test_on_the_connection_any_other_error_is_the_program_s(caplog, name):
    assert replied(name) == (500, {"error": FAILED})
    assert "Traceback" in caplog.text
    assert f"{name}?link=steps=7" in caplog.text


def test_on_the_connection_an_input_error_is_the_asker_s(caplog):
    assert replied("wrong") == (400, {"error": SENTENCE})
    assert not caplog.text


CANVAS = dict(x0=-2, x1=2, y0=-2, y1=2, width=100, height=100, curve_width=100, limits=0)
PARTS = [
    (runs.Pictures, "answer", "runs", CANVAS),
    (core, "run", "runs", CANVAS | {"link": "steps=53"}),
    (core, "flow", "flows", CANVAS | {"link": "steps=53"}),
    (core, "run", "steps", {"level": 0, "tile": 0, "link": "steps=53"}),
    (core, "run", "cell", {"x": 1.0, "y": 1.0, "link": "steps=53"}),
    (core, "regime_map", "map", {"size": maps.SIZES["steps"][0], "serial": 1, "link": "steps=53"}),
]


@pytest.mark.parametrize(
    ("module", "name", "route", "fields"), PARTS, ids=[f"{m.__name__}.{n} {r}" for m, n, r, _ in PARTS]
)
def test_a_fault_deep_inside_is_not_told_as_a_result(monkeypatch, caplog, module, name, route, fields):
    """A plain ValueError is not taken for the InputError that a part of an answer is left out for."""

    def faulty(*given, **more):
        raise ValueError("operands could not be broadcast together")

    monkeypatch.setattr(module, name, faulty)
    answer = create_app().server.test_client().get(f"/data/{route}", query_string=fields)
    assert (answer.status_code, answer.json) == (500, {"error": FAILED})
    assert "could not be broadcast" in caplog.text


@pytest.mark.parametrize(
    ("error", "said"), [(ValueError("shapes differ"), FAILED), (core.InputError(SENTENCE), SENTENCE)]
)
def test_a_job_that_fails_says_whose_fault_it_is(tmp_path, monkeypatch, caplog, error, said):
    def failing(piece):
        raise error

    monkeypatch.setenv(jobs.FOLDER, str(tmp_path))
    monkeypatch.setattr(tiling, "compute", failing)
    client = create_app().server.test_client()
    client.post("/data/job", query_string={"link": "f=quartic", "size": 32, "steps": 100})
    deadline = time.monotonic() + LONG
    while (told := client.get("/data/job").json)["state"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert (told["state"], told["said"]) == ("failed", said)
    assert ("shapes differ" in caplog.text) == (said is FAILED)
