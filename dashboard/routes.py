"""The data routes: a link and a canvas in, packed arrays out. Bad questions get a sentence, never a traceback."""

from __future__ import annotations

import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from flask import Blueprint, Response, g, request, send_file

import core
from dashboard.figures.curves import Canvas
from dashboard.services import comparison, maps, naming, phase, results, steps
from dashboard.services.cache import Answers
from dashboard.services.jobs import Jobs
from dashboard.services.priority import Priority
from dashboard.state import SCALES, as_json, decode, encode, refused_objective

CANVAS_FIELDS = ("x0", "x1", "y0", "y1", "width", "height", "curve_width")
LARGEST_CANVAS = 8192


class BadQuestion(ValueError):
    """A request that the page itself would not send."""


def blueprint(answers: Answers, priority: Priority, jobs: Jobs) -> Blueprint:
    """Routes under /data."""
    routes = Blueprint("data", __name__, url_prefix="/data")
    aside = ThreadPoolExecutor(4, thread_name_prefix="limits")

    @routes.before_request
    def begin():
        g.began = time.perf_counter()

    @routes.after_request
    def timed(response):
        response.headers["Server-Timing"] = f"answer;dur={1000 * (time.perf_counter() - g.began):.2f}"
        return response

    @routes.errorhandler(ValueError)
    def bad_question(error):
        return _json({"error": str(error)}, 400)

    @routes.errorhandler(core.Cancelled)
    def superseded(error):
        return Response(status=204)

    @routes.get("/state")
    def state():
        link = request.args.get("link", "")
        decoded, notes = decode(link)
        body = {
            "state": as_json(decoded),
            "notes": notes,
            "link": encode(decoded),
            "domain": decoded.built().domain,
            "flows": [{"value": flow.name, "label": flow.title} for flow in decoded.edited.flows()],
            "refused": refused_objective(link),
        }
        return _json(body)

    @routes.get("/runs")
    def runs():
        with priority.quick():
            decoded, canvas = _decoded(), _canvas()
            beside = None
            if request.args.get("limits") == "1" and results.limits_are_quick(decoded):
                beside = limits_beside(decoded, canvas)
            question = results.runs_question(decoded, canvas)
            body = answers.get("runs", question, lambda: results.runs(decoded, canvas))
            return _bytes(body + in_time(beside) if beside else body)

    @routes.get("/flows")
    def flows():
        with priority.quick():
            return _bytes(limits(_decoded(), _canvas()))

    def limits_beside(decoded, canvas):
        """The limits, or who works them out while the runs are taken."""
        kept = answers.kept("flows", results.flows_question(decoded, canvas))
        return aside.submit(limits_first, decoded, canvas) if kept is None else kept

    def in_time(limits):
        """Where they are not ready after all, nothing: they go on, and who asks for them next waits for the rest."""
        if isinstance(limits, bytes):
            return limits
        with suppress(TimeoutError):
            return limits.result(timeout=results.QUICK)
        return b""

    def limits_first(decoded, canvas):
        with priority.quick():
            return limits(decoded, canvas)

    def limits(decoded, canvas):
        question = results.flows_question(decoded, canvas)
        return answers.get("flows", question, lambda: results.flows(decoded, canvas))

    @routes.get("/steps")
    def a_tile_of_steps():
        with priority.quick():
            decoded, level, tile = _decoded(), int(_number("level")), int(_number("tile"))
            question = steps.question(decoded, level, tile)
            return _bytes(answers.get("steps", question, lambda: steps.tile(decoded, level, tile)))

    @routes.get("/landscape")
    def landscape():
        decoded = _decoded()
        x0, x1, y0, y1 = (_number(name) for name in ("x0", "x1", "y0", "y1"))
        _check_range(x0, x1, y0, y1)
        question = [decoded.objective, decoded.objective_parameters, x0, x1, y0, y1]
        return _bytes(answers.get("landscape", question, lambda: results.landscape_body(decoded, (x0, x1), (y0, y1))))

    @routes.get("/surface")
    def surface():
        decoded = _decoded()
        x0, x1, y0, y1 = (_number(name) for name in ("x0", "x1", "y0", "y1"))
        _check_range(x0, x1, y0, y1)
        question = [decoded.objective, decoded.objective_parameters, x0, x1, y0, y1]
        return _bytes(answers.get("surface", question, lambda: results.surface(decoded, (x0, x1), (y0, y1))))

    @routes.get("/phase")
    def phase_of():
        with priority.quick():
            decoded = _decoded()
            span = (_number("k0"), _number("k1")) if "k0" in request.args else None
            if span:
                _check_range(*span, 0, 1)
            question = phase.question(decoded, span)
            return _bytes(answers.get("phase", question, lambda: phase.phase(decoded, span)))

    @routes.get("/naming")
    def naming_of():
        with priority.quick():
            decoded, width = _decoded(), int(_number("width"))
            if not 1 <= width <= LARGEST_CANVAS:
                raise BadQuestion(f"width = {width}: must be 1 to {LARGEST_CANVAS} pixels")
            return _bytes(answers.get("naming", naming.question(decoded, width), lambda: naming.naming(decoded, width)))

    @routes.get("/comparison")
    def compared():
        decoded = _decoded()
        view = tuple(_number(name) for name in ("x0", "x1", "y0", "y1"))
        _check_range(*view)
        should_stop = priority.slow(f"comparison {request.args.get('page', '')[:64]}", int(_number("serial")))
        question = comparison.question(decoded, view)
        return _bytes(answers.get("comparison", question, lambda: comparison.comparison(decoded, view, should_stop)))

    @routes.get("/map")
    def regime_map():
        question, should_stop = _map_question(), priority.slow(*_serial())
        reason = question.refusal()
        if reason:
            return _bytes(maps.refused(question, reason))
        return _bytes(maps.picture(question, *cells(question, should_stop)))

    @routes.get("/job")
    def job():
        return _json(jobs.status())

    @routes.post("/job")
    def job_begins():
        jobs.start(_decoded(), _whole("size"), _whole("steps"))
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
        return _bytes(jobs.tiles(max(0, _whole("since")), request.args.get("layer", "regime")))

    @routes.get("/job/map.npz")
    def job_file():
        return send_file(jobs.finished().file, as_attachment=True, download_name="adamoscope-map.npz")

    @routes.get("/job/map.svg")
    def job_picture():
        text = jobs.picture(request.args.get("layer", "regime"))
        name = "attachment; filename=adamoscope-map.svg"
        return Response(text, mimetype="image/svg+xml", headers={"Content-Disposition": name})

    @routes.get("/cell")
    def cell():
        with priority.quick():
            return _bytes(maps.cell(maps.Question(_decoded(), 1), _number("x"), _number("y")))

    @routes.get("/examples")
    def examples():
        question, should_stop = _map_question(), priority.slow(*_serial())
        if question.refusal():
            return Response(status=204)
        body = next(cells(question, should_stop))
        key = question.key() | {"rule": vars(question.state.thresholds)}
        return _bytes(answers.get("examples", key, lambda: maps.examples(question, body)))

    def cells(question, should_stop):
        """The map of the steps and, where it is asked for, that of the limit."""
        key = question.key()
        yield answers.get("map", key, lambda: maps.regime_map(question, should_stop))
        if question.dynamics != "steps":
            key |= {"limit": question.limit.name}
            yield answers.get("flow map", key, lambda: maps.flow_map(question, should_stop))

    return routes


def _decoded():
    return decode(request.args.get("link", ""))[0]


def _canvas() -> Canvas:
    x0, x1, y0, y1, width, height, curve_width = (_number(name) for name in CANVAS_FIELDS)
    _check_range(x0, x1, y0, y1)
    for name, size in (("width", width), ("height", height), ("curve_width", curve_width)):
        if not 1 <= size <= LARGEST_CANVAS:
            raise BadQuestion(f"{name} = {size}: must be 1 to {LARGEST_CANVAS} pixels")
    span = None
    if "k0" in request.args:
        span = (_number("k0"), _number("k1"))
        _check_range(*span, 0, 1)
    scale = request.args.get("scale", "log")
    if scale not in SCALES:
        raise BadQuestion(f"scale = {scale!r}: must be one of {SCALES}")
    return Canvas((x0, x1), (y0, y1), int(width), int(height), int(curve_width), span, scale)


def _map_question() -> maps.Question:
    state, size = _decoded(), int(_number("size"))
    sizes = maps.SIZES[state.dynamics]
    if size not in sizes:
        raise BadQuestion(f"size = {size}: must be one of {sizes}")
    return maps.Question(state, size)


def _serial() -> tuple[str, int]:
    """The page that asks, and the number of its question."""
    return request.args.get("page", "")[:64], int(_number("serial"))


def _number(name) -> float:
    try:
        value = float(request.args[name])
    except (KeyError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise BadQuestion(f"{name} = {request.args.get(name)!r}: must be a finite number")
    return value


def _whole(name) -> int:
    value = _number(name)
    if value != int(value):
        raise BadQuestion(f"{name} = {request.args[name]!r}: must be a whole number")
    return int(value)


def _check_range(x0, x1, y0, y1):
    if not (x0 < x1 and y0 < y1):
        raise BadQuestion(f"ranges {x0:g}..{x1:g}, {y0:g}..{y1:g}: must go from low to high")


def _bytes(body: bytes) -> Response:
    return Response(body, mimetype="application/octet-stream", headers={"Cache-Control": "no-store"})


def _json(body, status=200) -> Response:
    text = json.dumps(body, ensure_ascii=False, allow_nan=False)
    return Response(text, status, mimetype="application/json", headers={"Cache-Control": "no-store"})
