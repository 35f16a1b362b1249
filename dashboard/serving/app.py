"""The application: Dash and the routes on one Flask server."""

from __future__ import annotations

from pathlib import Path

from dash import Dash
from flask import Flask

from dashboard.page import choosers, rule
from dashboard.page.layout import layout
from dashboard.questions import found
from dashboard.serving import memory, modules
from dashboard.serving.cache import Answers
from dashboard.serving.framed import allow_frames
from dashboard.serving.handlers import handlers
from dashboard.serving.jobs import Jobs
from dashboard.serving.routes import blueprint
from dashboard.serving.scheduler import Scheduler
from dashboard.serving.static import component_address, compress


def _hints(app: Dash) -> str:
    """Links to what the page will want, so that the browser asks for it beside Dash's scripts and not after them.
    plotly.js is run by the page, once its first picture stands."""
    fonts = sorted(Path(app.config.assets_folder, "fonts").glob("*-latin-*.woff2"))
    hints = [
        *[(f"assets/fonts/{font.name}", 'as="font" type="font/woff2" crossorigin') for font in fonts],
        ("_dash-layout", 'as="fetch" crossorigin'),
        ("_dash-dependencies", 'as="fetch" crossorigin'),
        (component_address("plotly", "package_data/plotly.min.js")[1:], 'as="script" fetchpriority="low"'),
    ]
    return "\n".join(f'<link rel="preload" href="{app.get_relative_path(f"/{path}")}" {kind}>' for path, kind in hints)


def answer_questions(server: Flask) -> None:
    """
    Give a Flask application the routes under /data, with a cache, a scheduler and jobs of its own.

    Parameters
    ----------
    server : Flask
        Its extension "questions" then has the handlers by name.
    """
    answers = Answers()
    answers.init_app(server)
    scheduler = Scheduler()
    server.extensions["questions"] = known = handlers(found(), answers, scheduler)
    server.register_blueprint(blueprint(known, Jobs(scheduler.slow)))


def create_app() -> Dash:
    """The Dash application; its `server` is a WSGI application, whose extension "questions" has their handlers."""
    memory.keep()
    app = Dash(
        "adamoscope",
        title="Adamoscope",
        update_title=None,  # type: ignore[arg-type]  # documented by Dash: the title stays
        assets_folder=str(Path(__file__).parents[2] / "assets"),
        assets_path_ignore=modules.IGNORED,
        serve_locally=True,
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {
                "name": "description",
                "content": "Adaptive optimizers, their ODE limits and Adam's regimes, by hand.",
            },
        ],
    )
    app.index_string = app.index_string.replace("<html>", '<html lang="en">').replace(
        "{%css%}", f"{{%css%}}\n{_hints(app)}\n{modules.link(app)}"
    )
    app.server.extensions["compressed files"] = compress(app.server)
    allow_frames(app.server)
    answer_questions(app.server)
    app.layout = layout
    choosers.register(app)
    rule.register(app)
    return app
