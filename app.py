"""Adamoscope: `python app.py`, or `app:server` for a WSGI server such as gunicorn."""

import gc

gc.disable()  # what is imported stays: to look through it again and again is an eighth of the time to start

import os

from dashboard.serving import warm
from dashboard.serving.app import create_app
from dashboard.serving.live import make_server, port_of

app = create_app()
server = app.server
gc.freeze()  # nor need any later collection look at it
gc.enable()

if __name__ == "__main__":
    warm.start()
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8050"))
    # a thread for each map that is waited for, and some left for sliders: maps share the processors, not the threads
    listening = make_server(server, server.extensions["questions"], host=host, port=port, threads=32)
    print(f"Adamoscope is at http://{host}:{port_of(listening)}", flush=True)
    listening.run()
