"""Big maps as jobs: the same cells as core's own, one at a time, cancelled, taken up after a restart, downloaded."""

import base64
import io
import itertools
import json
import re
import struct
import threading
import time
import xml.etree.ElementTree as ET
import zlib

import numpy as np
import pytest

import core
from core import tiling as tiles
from dashboard.drawing.print_map import PrintedAxis, png
from dashboard.questions.packing import unpack
from dashboard.serving import jobs
from dashboard.serving.app import create_app

LINK = "f=quartic&crest=4"
LONG = 120.0  # s: only a job that never gets there takes so long
SMALL = {"link": LINK, "size": 48, "steps": 800}


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv(jobs.FOLDER, str(tmp_path))
    return create_app().server.test_client()


def start(client, **fields):
    return client.post("/data/job", query_string=SMALL | fields)


def until(client, *states, done=0):
    """Wait for a job in one of these states and with so many tiles; what the page is told of it then."""
    deadline = time.monotonic() + LONG
    while (told := client.get("/data/job").json)["state"] not in states or told["done"] < done:
        assert time.monotonic() < deadline, told
        time.sleep(0.01)
    return told


def the_map(size=48):
    middles = 10 ** (-1 + 4 * (np.arange(size) + 0.5) / size)
    question = {"x": ("a", middles), "y": ("b", middles), "steps": 800}
    return core.regime_map("quartic", **question, thresholds=core.Thresholds(crest=4))


@pytest.fixture
def held(monkeypatch):
    """Tiles wait for this event, after the first."""
    event, counted, compute = threading.Event(), itertools.count(), tiles.compute

    def slow(piece):
        if next(counted):
            while not event.wait(0.01):
                if piece["should_stop"]():
                    raise core.Cancelled
        return compute(piece)

    monkeypatch.setattr(tiles, "compute", slow)
    yield event
    event.set()


def test_a_job_is_core_s_own_map(client):
    assert client.get("/data/job").json == {"state": "none"}
    assert start(client).json["state"] in ("running", "finished")
    told = until(client, "finished", "failed")
    assert (told["state"], told["done"], told["total"], told["window"]) == ("finished", 4, 4, [-1, 3, -1, 3])
    grid, drawn = the_map(), np.full((48, 48), 99)
    header, arrays = unpack(client.get("/data/job/tiles?since=0").data)
    for i, (row, column, rows, columns) in enumerate(header["tiles"]):
        drawn[row : row + rows, column : column + columns] = arrays[str(i)]
    np.testing.assert_array_equal(drawn, grid.regime)
    assert unpack(client.get("/data/job/tiles?since=3").data)[0]["tiles"] == header["tiles"][3:]
    with client.get("/data/job/map.npz") as answer:
        body = io.BytesIO(answer.data)
    with np.load(body) as file:
        np.testing.assert_array_equal(file["regime"], grid.regime)
        np.testing.assert_array_equal(file["layer crest_factor"], grid.layers["crest_factor"])
        assert file["parameter learning_rate"] == 1e-3
        question = json.loads(str(file["question"]))
    assert (question["objective"], question["steps"], question["thresholds"]["crest"]) == (["quartic", {}], 800, 4)


def test_the_picture_for_print_holds_cells_axes_and_names(client):
    start(client, link="f=quartic&lines=proof")
    until(client, "finished")
    answer = client.get("/data/job/map.svg")
    assert answer.mimetype == "image/svg+xml"
    texts = ["".join(node.itertext()) for node in ET.fromstring(answer.text).iter() if node.tag.endswith("}text")]
    assert "a = 4b" in texts
    assert "converging" in texts
    assert any("800 steps" in text and "η = 0.001" in text for text in texts)
    image = base64.b64decode(re.search(r"base64,([^\"]+)", answer.text)[1])
    assert struct.unpack(">II", image[16:24]) == (48, 48)


def test_a_job_s_cells_by_another_layer(client):
    start(client, link="f=quartic&layer=steps_to_tolerance&tol=1e-3")
    told = until(client, "finished")
    assert told["layers"] == ["regime", "tail_loss", "crest_factor", "swing", "distance", "steps_to_tolerance"]
    middles = 10 ** (-1 + 4 * (np.arange(48) + 0.5) / 48)
    grid = core.regime_map(
        "quartic", x=("a", middles), y=("b", middles), steps=800, layers=["steps_to_tolerance"], tolerance=1e-3
    )
    for layer in told["layers"][1:]:
        drawn = np.full((48, 48), -5.0)
        header, arrays = unpack(client.get(f"/data/job/tiles?since=0&layer={layer}").data)
        for i, (row, column, rows, columns) in enumerate(header["tiles"]):
            drawn[row : row + rows, column : column + columns] = arrays[f"values {i}"]
        np.testing.assert_allclose(drawn, grid.layers[layer], rtol=1e-6)
        assert {"line proof", "line balance"} <= set(arrays)
        assert {label["name"] for label in header["labels"]} <= set(core.REGIMES)
        assert header["labels"]
    refused = client.get("/data/job/tiles?since=0&layer=spikes")
    assert refused.status_code == 400
    assert "layer = 'spikes': must be one of regime, tail_loss" in refused.json["error"]


def test_the_picture_for_print_of_a_layer_has_a_bar(client):
    start(client)
    until(client, "finished")
    text = client.get("/data/job/map.svg?layer=swing").text
    texts = ["".join(node.itertext()) for node in ET.fromstring(text).iter() if node.tag.endswith("}text")]
    assert "swing, steps" in texts
    assert "converging" not in texts
    with client.get("/data/job/map.npz") as answer, np.load(io.BytesIO(answer.data)) as file:
        swing = file["layer swing"]
    for sign, share in (("≤", 0.01), ("≥", 0.99)):
        end = next(text for text in texts if text.startswith(sign))
        number = float(end[1:].replace("·10", "e").replace("−", "-"))
        assert number == pytest.approx(np.quantile(swing, share), rel=0.05)
    assert "must be one of" in client.get("/data/job/map.svg?layer=nothing").json["error"]


def test_one_job_at_a_time_and_cancel(client, held):
    start(client)
    until(client, "running")
    second = start(client)
    assert second.status_code == 400
    assert "already" in second.json["error"]
    client.post("/data/job/cancel")
    told = until(client, "cancelled")
    assert told["done"] < told["total"]
    assert client.get("/data/job/map.npz").status_code == 400
    held.set()
    client.post("/data/job/resume")
    assert until(client, "finished")["done"] == 4


def test_a_job_goes_on_after_a_restart(client, held, monkeypatch):
    start(client)
    until(client, "running", done=1)
    client.post("/data/job/cancel")
    until(client, "cancelled")
    held.set()
    again = create_app().server.test_client()
    told = again.get("/data/job").json
    assert (told["state"], told["size"], told["steps"]) == ("stopped", 48, 800)
    computed, compute = [], tiles.compute
    monkeypatch.setattr(tiles, "compute", lambda piece: computed.append(piece) or compute(piece))
    again.post("/data/job/resume")
    assert until(again, "finished")["done"] == 4
    assert len(computed) < 4


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"size": 4096}, "size = 4096: must be"),
        ({"size": 4}, "size = 4: must be"),
        ({"size": 32.5}, "size = '32.5': must be a whole number"),
        ({"steps": 200_001}, "steps = 200001: must be"),
        ({"steps": 0}, "steps = 0: must be"),
        ({"steps": "many"}, "steps = 'many': must be a finite number"),
    ],
)
def test_out_of_range_gets_a_sentence(client, fields, sentence):
    answer = start(client, **fields)
    assert (answer.status_code, client.get("/data/job").json) == (400, {"state": "none"})
    assert sentence in answer.json["error"]


def test_nothing_to_resume_or_to_download(client):
    assert "no big map" in client.post("/data/job/resume").json["error"]
    for path in ("map.npz", "map.svg"):
        assert "no finished big map" in client.get(f"/data/job/{path}").json["error"]
    assert unpack(client.get("/data/job/tiles?since=0").data)[0]["tiles"] == []


def test_a_record_that_cannot_be_read_is_no_job(tmp_path, monkeypatch):
    monkeypatch.setenv(jobs.FOLDER, str(tmp_path))
    for text in ("{", "[]", '{"link": ""}', '{"link": "", "size": 9999999, "steps": 1}'):
        (tmp_path / "job.json").write_text(text)
        assert create_app().server.test_client().get("/data/job").json == {"state": "none"}


def test_a_png_is_its_pixels():
    index = np.array([[0, 1, 2], [2, 1, 0]], dtype=np.uint8)
    body = png(index, ["#102030", "#ffffff", "#000000"], transparent=2)
    chunks, at = {}, 8
    while at < len(body):
        (length,) = struct.unpack_from(">I", body, at)
        kind, data = body[at + 4 : at + 8], body[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", body, at + 8 + length)[0] == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + length
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (3, 2, 8, 3, 0, 0, 0)
    assert chunks[b"PLTE"] == bytes.fromhex("102030ffffff000000")
    assert chunks[b"tRNS"] == b"\xff\xff\0"
    assert zlib.decompress(chunks[b"IDAT"]) == b"\0\0\1\2\0\2\1\0"


@pytest.mark.parametrize(
    ("axis", "texts"),
    [
        (PrintedAxis("a", -1, 3, True), ["10^−1", "10^0", "10^1", "10^2", "10^3"]),
        (PrintedAxis("a", 0, 1, True), ["2", "4", "6", "8", "10"]),
        (PrintedAxis("x", -1, 1, False), ["−1", "−0.5", "0", "0.5", "1"]),
    ],
)
def test_ticks_are_round_numbers_in_the_range(axis, texts):
    ticks = axis.ticks()
    assert [text for _, text in ticks] == texts
    assert all(axis.low <= at <= axis.high for at, _ in ticks)
