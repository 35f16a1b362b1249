"""The page inside a frame that has no origin of its own.

A course page may show it in ``<iframe sandbox="allow-scripts">``. To the browser such a document is of no site, not
even of this server's: it runs the scripts, but reads an answer only if the server allows the origin "null". Answers are
computed from the question alone, without cookies or names, so nothing is given away by that.
"""

from __future__ import annotations

from flask import Flask, request

OPAQUE = "null"  # as browsers write the origin of such a document


def allow_frames(server: Flask) -> None:
    """Let documents without an origin read the server's answers."""

    @server.after_request
    def allowed(response):
        if request.headers.get("Origin") == OPAQUE:
            response.headers["Access-Control-Allow-Origin"] = OPAQUE
            response.vary.add("Origin")
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, POST"
                response.headers["Access-Control-Allow-Headers"] = "Content-Type, X-CSRFToken"
                response.headers["Access-Control-Max-Age"] = "600"
        return response
