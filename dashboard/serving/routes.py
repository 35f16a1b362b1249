"""The questions of the page by HTTP, and the big map's job. Bad ones get a sentence, never a traceback."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from flask import Blueprint, Response, g, request, send_file
from werkzeug.exceptions import HTTPException

import core
from dashboard.questions.fields import Fields
from dashboard.questions.packing import json_text
from dashboard.serving.compiling import compilation
from dashboard.serving.handlers import FAILED, Handler
from dashboard.serving.jobs import Jobs

NOT_KEPT = {"Cache-Control": "no-store"}
_log = logging.getLogger(__name__)


def blueprint(questions: Mapping[str, Handler], jobs: Jobs) -> Blueprint:
    """
    Routes under /data.

    Parameters
    ----------
    questions : mapping of str to Handler
        By name.
    jobs : Jobs

    Returns
    -------
    Blueprint
    """
    routes = Blueprint("data", __name__, url_prefix="/data")

    @routes.before_request
    def begin():
        g.began = time.perf_counter()

    @routes.after_request
    def timed(response):
        response.headers["Server-Timing"] = f"answer;dur={1000 * (time.perf_counter() - g.began):.2f}"
        return response

    @routes.errorhandler(core.InputError)
    def bad_question(error):
        return _json({"error": str(error)}, 400)

    @routes.errorhandler(core.Cancelled)
    def superseded(error):
        return Response(status=204)

    @routes.errorhandler(Exception)
    def failed(error):
        if isinstance(error, HTTPException):
            return error
        _log.exception("question %s", request.full_path)
        return _json({"error": FAILED}, 500)

    def route_of(handler):
        def answer():
            body = handler(Fields(request.args))
            if body is None:
                return Response(status=204)
            if isinstance(body, dict):
                return _json(body)
            return Response(body, mimetype="application/octet-stream", headers=NOT_KEPT)

        return answer

    for name, handler in questions.items():
        routes.add_url_rule(f"/{name}", name, route_of(handler))

    @routes.get("/compiling")
    def compiling():
        return _json({"compiling": compilation.running})

    @routes.get("/job")
    def job():
        return _json(jobs.status())

    @routes.post("/job")
    def job_begins():
        fields = Fields(request.args)
        jobs.start(fields.state, fields.whole("size"), fields.whole("steps"))
        return _json(jobs.status())

    @routes.post("/job/resume")
    def job_goes_on():
        jobs.resume()
        return _json(jobs.status())

    @routes.post("/job/cancel")
    def job_ends():
        jobs.cancel()
        return _json(jobs.status())

    @routes.get("/job/tiles")
    def job_tiles():
        since, layer = Fields(request.args).whole("since"), request.args.get("layer", "regime")
        return Response(jobs.tiles(max(0, since), layer), mimetype="application/octet-stream", headers=NOT_KEPT)

    @routes.get("/job/map.npz")
    def job_file():
        return send_file(jobs.finished().file, as_attachment=True, download_name="adamoscope-map.npz")

    @routes.get("/job/map.svg")
    def job_picture():
        text = jobs.finished().picture(request.args.get("layer", "regime"))
        name = "attachment; filename=adamoscope-map.svg"
        return Response(text, mimetype="image/svg+xml", headers={"Content-Disposition": name})

    return routes


def _json(body, status=200) -> Response:
    return Response(json_text(body), status, mimetype="application/json", headers=NOT_KEPT)
