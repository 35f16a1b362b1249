"""The page: a header, one sentence, controls, and three slots."""

from __future__ import annotations

from dash import dcc, html

import core
from core.parameters import RATE_PARAMETERS, Choice, UpTo
from dashboard.catalogue import planes
from dashboard.catalogue.curves import CURVES
from dashboard.page import ids, plots, regime_map
from dashboard.page.attributes import attributes
from dashboard.page.controls import controls, parameters, select, toggle
from dashboard.page.quantity import valid_range
from dashboard.page.sections import sections
from dashboard.questions.steps import TILE
from dashboard.state import (
    HELD,
    HORIZON,
    LANDSCAPES,
    LINKED,
    MAXIMUM_RUNS,
    OBJECTIVES,
    RULE,
    SCALES,
    STEPS,
    labels,
    option_text,
)
from dashboard.text.lessons import LESSONS


def specification() -> dict:
    """What the scripts need to know of the declarations."""
    return {
        "optimizers": {
            o.name: {
                "title": o.title,
                "labels": labels(o),
                "rates": o.has_rates,
                "clock": regime_map.clock_power(o),
                "bending": planes.bending(o.name),
                "planes": {held: planes.offered(o.name, held) for held in HELD},
                "idle": {p.name: [_case(case) for case in p.idle] for p in o.parameters if p.idle},
            }
            for o in core.OPTIMIZERS.values()
        },
        "choices": {
            p.name: {option_text(o): o for o in p.choices} for p in parameters().values() if isinstance(p, Choice)
        },
        "rates": {name: p.label for name, p in RATE_PARAMETERS.items()},
        "objectives": {
            e.name: {
                "title": e.title,
                "formula": e.formula,
                "parameters": [p.name for p in e.parameters],
                "planes": planes.of_objective(e.name),
            }
            for e in OBJECTIVES.values()
        },
        "regimes": core.REGIMES,
        "map": regime_map.specification(),
        "plots": plots.specification(),
        "steps": [STEPS.low, STEPS.high],
        "horizon": valid_range(HORIZON),
        "held": HELD,
        "linked": list(LINKED),
        "curves": {name: {"scale": c.scale, "look": c.look, "from_level": c.from_level} for name, c in CURVES.items()},
        "maximum_runs": MAXIMUM_RUNS,
        "tile": TILE,
        "rule": {name: p.default for name, p in RULE.items()},
    }


def _case(case) -> dict:
    """A case in which a parameter changes nothing, for the browser."""
    where = [
        [name, {"up_to": options.limit} if isinstance(options, UpTo) else {"one_of": options}]
        for name, options in case.where
    ]
    return {"where": where, "reason": case.reason}


def _slot(name, title, graph, *more, views=()):
    """`title`: the heading, or the chooser of the slot's views that stands in its place;  views: those beside the
    graph, hidden until they are chosen."""
    return html.Figure(
        [
            html.Figcaption([html.H2(title), *more], className="caption"),
            html.Div(
                [graph, *views, html.Div(id=f"{name}-readout", className="readout", **attributes(aria_hidden="true"))],
                className="plot",
                id=f"{name}-plot",
                **attributes(aria_label=name.capitalize(), role="group"),
            ),
        ],
        className=f"slot {name}",
    )


def layout() -> html.Div:
    """The page as Dash asks for it, once for each visit."""
    return html.Div(
        [
            dcc.Store(id=ids.SPECIFICATION, data=specification()),
            dcc.Store(id=ids.COMMITTED),
            dcc.Store(id=ids.IGNORED),
            html.A("Skip to the instrument", href="#instrument", className="skip"),
            html.P(id=ids.SAID, className="unseen", role="status"),
            html.Div(
                [
                    html.Header(
                        [
                            html.H1("Adamoscope"),
                            html.P("adaptive optimizers and their ODE limits, under your hand", className="tagline"),
                            html.Nav(
                                [
                                    html.Button("Copy link", id=ids.SHARE, className="quiet"),
                                    html.Button(
                                        "Dark",
                                        id=ids.THEME,
                                        className="quiet",
                                        **attributes(aria_label="Switch colours"),
                                    ),
                                ]
                            ),
                        ]
                    ),
                    html.Div(
                        [
                            html.P(
                                id=ids.SENTENCE,
                                className="sentence",
                                **attributes(aria_live="polite", aria_atomic="true"),
                            ),
                            html.Div(
                                [
                                    html.Span("Look at"),
                                    *[
                                        html.A(
                                            lesson.title,
                                            href=f"?{lesson.link}",
                                            className="lesson",
                                            title=lesson.sentence,
                                        )
                                        for lesson in LESSONS
                                    ],
                                    html.Span(id=ids.LIMITS, className="limits", role="status"),
                                ],
                                id=ids.LESSONS,
                                className="lessons",
                            ),
                            html.P(
                                "The first start compiles the numerical routines. This takes some seconds.",
                                id=ids.COMPILING,
                                className="compiling",
                                role="status",
                                hidden=True,
                            ),
                            html.Div(id=ids.NOTICE, className="notice", role="status", hidden=True),
                        ],
                        className="lead",
                        role="region",
                        **attributes(aria_label="What is seen"),
                    ),
                    html.Main(
                        [
                            controls(),
                            _slot(
                                "landscape",
                                select(
                                    "landscape",
                                    "View of the landscape",
                                    [("contours", "Landscape"), ("surface", "Surface"), ("phase", "Phase")],
                                    id=ids.LANDSCAPE_VIEW,
                                ),
                                plots.graph("landscape"),
                                html.Span(id=ids.FLOW_STATUS, className="aside"),
                                select("coordinate", "Coordinate", [("x", "of x"), ("y", "of y")]),
                                toggle("follow", "Follow", "The view follows the paths, once the hand rests"),
                                toggle(ids.FLOW, "ODE limit", "Behind every run, the flow that its steps follow"),
                                views=[html.Div(id=f"{view}-view", className="view") for view in LANDSCAPES[1:]],
                            ),
                            _slot(
                                "curves",
                                select("curve", "Curve", [(name, c.title) for name, c in CURVES.items()]),
                                plots.graph("curves"),
                                html.Span(id=ids.CURVE_LABEL, className="aside"),
                                select("scale", "Scale of the curves", zip(SCALES, SCALES, strict=True)),
                                select(
                                    "level",
                                    "Loss measured from",
                                    [("settled", "settled"), ("minimum", "f − f*")],
                                ),
                                select("axis", "Curves against", [("steps", "by steps"), ("time", "by time")]),
                                select("window", "Steps shown", [("all", "whole run"), ("tail", "last 200")]),
                            ),
                            _slot("map", "Regimes", plots.graph("map"), *regime_map.caption()),
                            html.Div(
                                id=ids.PLAYER,
                                className="player",
                                role="group",
                                **attributes(aria_label="Play the runs"),
                            ),
                            html.Div(
                                id=ids.INSPECTOR,
                                className="inspector",
                                role="group",
                                **attributes(aria_label="One step"),
                            ),
                        ],
                        id="instrument",
                        tabIndex=-1,
                    ),
                ],
                className="instrument",
            ),
            html.Div(
                id=ids.RULE, className="rule", role="region", **attributes(aria_label="Update rule and ODE limit")
            ),
            *sections(),
        ],
        id=ids.PAGE,
    )
