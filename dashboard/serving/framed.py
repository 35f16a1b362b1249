"""Cross-origin access (CORS) for the page inside a sandboxed frame.

A course page may show it in ``<iframe sandbox="allow-scripts">``. Such a document has an opaque origin: it runs the
scripts, but reads an answer only if the server allows the origin "null". Answers are computed from the question alone,
without cookies or sessions, so this discloses nothing.
"""

from __future__ import annotations

from flask import Flask, request

OPAQUE = "null"  # as browsers write an opaque origin


def allow_frames(server: Flask) -> None:
    """
    Let documents with an opaque origin read the server's answers.

    Parameters
    ----------
    server : Flask
    """

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
