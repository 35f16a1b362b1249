"""The rule that names a regime, on the edited run's own loss, with its thresholds (assets/js/page/naming.js)."""

from dash import html

from core.regimes import QUESTIONS
from dashboard.page.attributes import attributes
from dashboard.page.quantity import Quantity
from dashboard.page.sections import Section
from dashboard.state import RULE


def build():
    """The rule's questions, its thresholds and a place for the plot."""
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
                html.Ol([_question(question) for question in QUESTIONS], id="naming-chain"),
                html.Div([*[_quantity(p) for p in RULE.values()], _reset()], className="naming-rule"),
            ],
            className="naming",
        ),
    ]


def _question(question):
    return html.Li(
        [
            html.Span(question.text, className="asks"),
            html.Span(className="number"),
            html.Span(className="answer"),
        ],
        **attributes(data_question=question.name, data_thresholds=",".join(question.thresholds)),
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
