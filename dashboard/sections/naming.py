"""The rule that names a regime, on the edited run's own loss, with its numbers to be moved (assets/js/naming.js)."""

from dash import html

from dashboard.components.quantity import Quantity
from dashboard.sections import Section
from dashboard.state import RULE

# The chain's questions (core.regimes.classifier.questions) as a reader meets them, and the thresholds they turn on
QUESTIONS = {
    "not finite": ("Did any number leave the finite ones?", ()),
    "two-cycle": ("Is it a 2-cycle: constant loss, turning steps?", ("constant", "reversing")),
    "at the floor": ("Does its peak stay at the floor of floating point?", ("floor",)),
    "hardly rises": ("Does the loss hardly ever rise?", ("rises",)),
    "falling": ("Does it fall all along, block by block?", ("fall_decades",)),
    "crest": ("Does a peak tower in both halves?", ("crest",)),
    "narrow": ("Is the iterate's swing narrow?", ("narrow",)),
    "wide": ("Is it wide?", ("wide",)),
}


def build():
    return [
        html.P(
            "Ma, Wu & E name the regimes by eye. Here a rule does, on the last quarter of the run: the first question "
            "that is answered yes decides. Move a threshold, and the run, the sentence and the map follow.",
            className="prose",
        ),
        html.Div(
            [
                html.Figure(
                    [
                        html.Div(
                            id="naming-plot",
                            className="naming-plot",
                            role="img",
                            **{"aria-label": "The last quarter of the run, with what the rule reads from it"},
                        ),
                        html.Figcaption(id="naming-says", className="aside"),
                    ],
                ),
                html.Ol([_question(name, *told) for name, told in QUESTIONS.items()], id="naming-chain"),
                html.Div([*[_quantity(p) for p in RULE.values()], _reset()], className="naming-rule"),
            ],
            className="naming",
        ),
    ]


def _question(name, text, thresholds):
    return html.Li(
        [
            html.Span(text, className="asks"),
            html.Span(className="number"),
            html.Span(className="answer"),
        ],
        **{"data-question": name, "data-thresholds": ",".join(thresholds)},
    )


def _quantity(p):
    return html.Div(
        Quantity(f"s-{p.name}", p.label, p.default, *p.slider, p.scale, hint=p.meaning),
        id=f"row-s-{p.name}",
        className="row",
    )


def _reset():
    return html.Button("The usual rule", id="naming-reset", className="quiet", type="button", disabled=True)


SECTION = Section("How a regime is named", 3, build)
