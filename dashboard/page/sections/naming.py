"""The rule that names a regime, on the edited run's own loss, with its numbers to be moved (assets/js/naming.js)."""

from dash import html

from dashboard.page.attributes import attributes
from dashboard.page.quantity import Quantity
from dashboard.page.sections import Section
from dashboard.state import RULE

# The chain's questions (core.regimes.classifier.questions) as a reader meets them, and the thresholds they turn on
QUESTIONS = {
    "not finite": ("Did any number leave the finite ones?", ()),
    "growing": ("Does the loss rise all along, to above its start?", ()),
    "leaving": ("Does it fall without bound, far from its start?", ()),
    "departing": ("Does it fall along a way without bound, not yet far?", ()),
    "two-cycle": ("Does the iterate hop between two points?", ()),
    "above the start": ("Does it fall or rest, but above where it began?", ("rises", "fall_decades")),
    "at rest": ("Is it at rest, as far as floating point can tell?", ("floor",)),
    "rising": ("Does it rise all along, below its start?", ()),
    "hardly rises": ("Does the loss hardly ever rise?", ("rises",)),
    "falling": ("Does it fall all along, or come down in bounces?", ("fall_decades",)),
    "crest": ("Does a peak tower in both halves?", ("crest",)),
    "few turns": ("Does the window hold less than two periods?", ("turns",)),
    "narrow": ("Is the iterate's swing narrow?", ("narrow",)),
    "wide": ("Is it wide?", ("wide",)),
}


def build():
    return [
        html.P(
            "Ma, Wu & E describe the regimes in words and publish no criterion. Here a rule names them, on the last "
            "quarter of the run: the first question that is answered yes decides. Growth and rest come before crest "
            "and swing. Move a threshold, and the run, the sentence and the map follow.",
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
                            **attributes(aria_label="The last quarter of the run, with what the rule reads from it"),
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
        **attributes(data_question=name, data_thresholds=",".join(thresholds)),
    )


def _quantity(p):
    return html.Div(
        Quantity(f"s-{p.name}", p),
        id=f"row-s-{p.name}",
        className="row",
    )


def _reset():
    return html.Button("The usual rule", id="naming-reset", className="quiet", type="button", disabled=True)


SECTION = Section("How a regime is named", 3, build)
