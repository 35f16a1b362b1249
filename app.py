"""Adamoscope: `python app.py`, or `app:server` for a WSGI server such as gunicorn."""

import gc

gc.disable()  # what is imported stays: collections would take an eighth of the time to start

import os

from dashboard.serving import warm
from dashboard.serving.app import create_app
from dashboard.serving.live import make_server, port_of

app = create_app()
server = app.server
gc.freeze()  # later collections skip it
gc.enable()

if __name__ == "__main__":
    warm.start()
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8050"))
    # threads for maps that pages wait for, and some more for sliders: maps share the processors, not the threads
    listening = make_server(server, server.extensions["questions"], host=host, port=port, threads=32)
    print(f"Adamoscope is at http://{host}:{port_of(listening)}", flush=True)
    listening.run()
