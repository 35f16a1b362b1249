"""The connection that a page keeps gives the answers of HTTP, refuses in a sentence, and ends with the page."""

import json
import socket
import struct
import threading
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from core import Cancelled
from dashboard.questions import found
from dashboard.serving import live
from dashboard.serving.app import create_app

CANVAS = {"x0": -2, "x1": 2, "y0": -1, "y1": 3, "width": 400, "height": 300, "curve_width": 400}
LONG = 60.0  # s: what is waited for comes at once, unless it never comes
QUESTION = f"runs?{urlencode({'link': 'steps=500&run=adam,a:10,b:20', **CANVAS})}"


@pytest.fixture(scope="module")
def app():
    return create_app()


def serving(app, host):
    """The address of a server in a thread that ends with the process; it listens from now on."""
    server = live.make_server(app.server, app.server.extensions["questions"], host=host, port=0, threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    return f"{host}:{live.port_of(server)}"


@pytest.fixture(scope="module")
def address(app):
    return serving(app, "127.0.0.1")


@pytest.fixture
def connection(address):
    # no pings: while a kernel compiles nobody answers them
    with connect(f"ws://{address}{live.LIVE}", compression=None, ping_interval=None) as opened:
        yield opened


def opened(answer):
    serial, status, took = struct.unpack_from("<IId", answer)
    assert took >= 0
    return serial, status, answer[16:]


def asked(connection, text):
    connection.send(text)
    return opened(connection.recv(timeout=LONG))


def test_the_answers_are_those_of_http(app, connection):
    by_http = app.server.test_client().get(f"/data/{QUESTION}").data
    assert asked(connection, f"7 {QUESTION}") == (7, 200, by_http)
    assert asked(connection, f"4294967295 {QUESTION}") == (4294967295, 200, by_http)


@pytest.mark.parametrize("name", [name for name, question in found().items() if question.live])
def test_every_quick_question_is_known(app, connection, name):
    fields = {"level": 0, "tile": 0, "x": 1, "y": 1, **CANVAS}
    question = f"{name}?{urlencode({'link': 'steps=500', **fields})}"
    assert asked(connection, f"1 {question}") == (1, 200, app.server.test_client().get(f"/data/{question}").data)


def test_questions_in_a_row_are_answered_in_turn(connection):
    for serial in range(20):
        connection.send(f"{serial} {QUESTION}")
    assert [opened(connection.recv(timeout=LONG))[0] for _ in range(20)] == list(range(20))


def test_a_question_in_pieces(connection):
    connection.send(part for part in ("5 ", QUESTION[:30], QUESTION[30:]))
    assert opened(connection.recv(timeout=LONG))[:2] == (5, 200)


def test_bad_questions_get_a_sentence_and_the_connection_stays(connection):
    serial, status, body = asked(connection, "3 runs?link=&x0=nan")
    assert (serial, status) == (3, 400)
    assert json.loads(body)["error"] == "x0 = 'nan': must be a finite number"
    serial, status, body = asked(connection, "4 secrets?link=")
    assert (serial, status) == (4, 404)
    assert json.loads(body)["error"].startswith("question = 'secrets': must be one of cell, runs, steps")
    for nonsense in ("", " ", "?", "x runs", "-1 runs?link=", "\N{GRINNING FACE}", "9" * 30_000):
        serial, status, body = asked(connection, nonsense)
        assert status in (400, 404)
        assert json.loads(body)["error"]
    assert asked(connection, f"8 {QUESTION}")[:2] == (8, 200)


def test_what_a_handler_does_becomes_a_status(caplog):
    def cancelled(fields):
        raise Cancelled

    handlers = {
        "no": lambda fields: None,
        "json": lambda fields: {"λ": 1},
        "old": cancelled,
        "bug": lambda fields: 1 / 0,
    }
    assert opened(live.reply("1 no", handlers)) == (1, 204, b"")
    assert opened(live.reply("2 json?a=b", handlers)) == (2, 200, '{"λ":1}'.encode())
    assert opened(live.reply("3 old", handlers)) == (3, 204, b"")
    serial, status, body = opened(live.reply("4 bug", handlers))
    assert (serial, status) == (4, 500)
    assert "ZeroDivisionError" not in body.decode()
    assert "ZeroDivisionError" in caplog.text


def test_fields_are_those_of_an_address():
    seen = []
    live.reply("1 echo?a=1%2B1&b=&c=x+y", {"echo": lambda fields: seen.append(dict(fields.texts))})
    assert seen == [{"a": "1+1", "b": "", "c": "x y"}]


def test_a_page_of_another_server_is_refused(address):
    with connect(f"ws://{address}{live.LIVE}", origin=f"http://{address}", ping_interval=None) as connection:
        assert asked(connection, f"1 {QUESTION}")[1] == 200
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://{address}{live.LIVE}", origin="http://elsewhere.example")
    assert refused.value.response.status_code == 403


def test_too_long_a_question_closes_only_its_own_connection(address, connection):
    with connect(f"ws://{address}{live.LIVE}") as other, pytest.raises(ConnectionClosed):
        asked(other, "1 " + "x" * (live.LONGEST + 1))
    assert asked(connection, f"1 {QUESTION}")[1] == 200


def test_more_pages_than_threads_ask_by_http(address, connection, monkeypatch):
    monkeypatch.setattr(live, "PAGES", 0)
    with pytest.raises(InvalidStatus):
        connect(f"ws://{address}{live.LIVE}").__enter__()
    assert asked(connection, f"1 {QUESTION}")[1] == 200


def test_who_leaves_leaves_no_thread(address):
    before = set(threading.enumerate())  # some of which may just be ending
    upgrade = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    key = "Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng=="
    with (
        connect(f"ws://{address}{live.LIVE}") as politely,
        socket.create_connection(address.split(":")) as rudely,
    ):
        asked(politely, f"1 {QUESTION}")
        head = [f"GET {live.LIVE} HTTP/1.1", f"Host: {address}", *upgrade, key, "", ""]
        rudely.sendall("\r\n".join(head).encode())
        assert rudely.recv(1000).startswith(b"HTTP/1.1 101")
        conversations = [t for t in threading.enumerate() if t.name == "live" and t not in before]
        assert len(conversations) == 2
    for thread in conversations:
        thread.join(LONG)
        assert not thread.is_alive()


def test_http_goes_on_beside_it(address, connection):
    with urllib.request.urlopen(f"http://{address}/data/state?link=", timeout=LONG) as answer:
        assert json.load(answer)["state"]["steps"] == 40_000
    # without the words of an upgrade the address is none that HTTP knows of
    with urllib.request.urlopen(f"http://{address}{live.LIVE}", timeout=LONG) as answer:
        assert answer.headers["Content-Type"].startswith("text/html")


def test_every_address_of_a_host_has_it(app):
    with connect(f"ws://{serving(app, 'localhost')}{live.LIVE}", ping_interval=None) as connection:
        assert asked(connection, f"1 {QUESTION}")[1] == 200
