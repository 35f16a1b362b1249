"""The WebSocket of a page: its sliders' questions and their answers, without HTTP around each.

It is at LIVE, beside the WSGI application on the same port. Browser and server spend some five milliseconds on a
request by HTTP and half as much here, of the thirty from slider to pixels. A page that cannot open it, as behind a
proxy without WebSockets or under another server, asks by HTTP (assets/js/ask/transport.js).

A question is a text, "serial name?fields"; an answer is bytes: serial (uint32), status as in HTTP (uint32), what the
server took in ms (float64), then the body. Questions of a connection are answered one after the other.
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import struct
import threading
import time
from collections.abc import Mapping
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer, create_server

import core
from core import InputError
from dashboard.questions.fields import Fields
from dashboard.questions.packing import json_text
from dashboard.serving.handlers import FAILED, Handler

LIVE = "/data/live"
CONNECTIONS = 2000  # of HTTP at a time, a few for each page
PAGES = 1000  # WebSockets at a time, a thread each; further pages ask by HTTP
LONGEST = 1 << 16  # bytes of a question

_UPGRADE = re.compile(rb"GET \S*" + LIVE.encode() + rb"[? ].*\r\nupgrade: *websocket\r\n.*\r\n\r\n$", re.I | re.S)
_log = logging.getLogger(__name__)


def make_server(application, questions: Mapping[str, Handler], *, host: str, port: int, threads: int):
    """
    waitress with a WSGI application, and the live questions at LIVE.

    Parameters
    ----------
    application : callable
        WSGI.
    questions : mapping of str to Handler
    host : str
    port : int
        0 for any that is free: `port_of` tells which.
    threads : int
        That answer by HTTP.

    Returns
    -------
    waitress server
        It listens already, and answers once it is `run`.
    """
    server = create_server(
        application,
        host=host,
        port=port,
        threads=threads,
        ident=None,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,  # select takes no more than 1024 connections
    )
    answered = {name: handler for name, handler in questions.items() if handler.live}
    several = isinstance(server, MultiSocketServer)  # one for each address of the host
    for each in server.map.values() if several else [server]:
        each.channel_class = partial(_Channel, answered)
    return server


def port_of(server) -> int:
    """The port of a server, at the first address of its host."""
    return server.effective_listen[0][1] if isinstance(server, MultiSocketServer) else server.effective_port


class _Channel(HTTPChannel):
    """A connection of waitress that hands its socket over when the browser asks for a WebSocket."""

    def __init__(self, questions, *given, **more):
        self.questions = questions
        super().__init__(*given, **more)

    def received(self, data):
        busy = self.request is not None or self.requests
        if busy or not _UPGRADE.match(data) or threading.active_count() > PAGES:
            return super().received(data)
        self.del_channel()
        threading.Thread(target=_converse, args=(self.socket, data, self.questions), daemon=True, name="live").start()
        return True


def _converse(connection: socket.socket, handshake: bytes, questions) -> None:
    """Answer questions until the page closes the connection."""
    with contextlib.suppress(OSError), connection:
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # notices a page that vanished
        for text, send in _messages(connection, handshake):
            send(reply(text, questions))


def _messages(connection, handshake):
    """Yield each text that arrives, with a function that sends bytes back."""
    from websockets.frames import Frame, Opcode  # imported here: the first page does not wait for it
    from websockets.http11 import Request
    from websockets.protocol import State
    from websockets.server import ServerProtocol

    protocol = ServerProtocol(max_size=LONGEST, logger=_log)

    def flush():
        for data in protocol.data_to_send():
            if data:
                connection.sendall(data)
            else:
                connection.shutdown(socket.SHUT_WR)

    def send(body):
        protocol.send_binary(body)
        flush()

    data, text = handshake, b""
    while True:
        if data:
            protocol.receive_data(data)
        else:
            protocol.receive_eof()
        for event in protocol.events_received():
            if isinstance(event, Request):
                protocol.send_response(_welcome(protocol, event))
            elif (
                isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.CONT) and protocol.state is State.OPEN
            ):
                text += event.data
                if event.fin:
                    yield text.decode(errors="replace"), send
                    text = b""
        flush()
        if not data:
            return
        data = connection.recv(LONGEST)


def _welcome(protocol, request):
    """Accept pages of this server only: scripts of other sites may not use it."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
        return protocol.reject(403, "This connection is for the pages of this server.\n")
    return protocol.accept(request)


def reply(text: str, questions: Mapping[str, Handler]) -> bytes:
    """
    The answer to one question.

    Parameters
    ----------
    text : str
        "serial name?fields", the fields as in an address.
    questions : mapping of str to callable

    Returns
    -------
    bytes
        Serial and status (uint32), milliseconds (float64), body.
    """
    began = time.perf_counter()
    serial, _, address = text.partition(" ")
    name, _, fields = address.partition("?")
    if name not in questions:
        error = f"question = {name[:60]!r}: must be one of {', '.join(questions)}"
        return _packed(serial, 404, {"error": error}, began)
    body: bytes | dict | None
    try:
        body = _bytes(questions[name](Fields(dict(parse_qsl(fields, keep_blank_values=True)))))
        status = 204 if body is None else 200
    except core.Cancelled:
        status, body = 204, None
    except InputError as error:
        status, body = 400, {"error": str(error)}
    except Exception:
        _log.exception("question %s", address)
        status, body = 500, {"error": FAILED}
    return _packed(serial, status, body, began)


def _packed(serial, status, body, began):
    number = int(serial[-10:]) & 0xFFFFFFFF if serial.isdecimal() else 0  # Python refuses to read very many digits
    return struct.pack("<IId", number, status, 1000 * (time.perf_counter() - began)) + (_bytes(body) or b"")


def _bytes(body: bytes | dict | None) -> bytes | None:
    """An answer as it is sent: a dict as JSON."""
    return json_text(body).encode() if isinstance(body, dict) else body
