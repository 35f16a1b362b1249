"""Four regimes, each with a real run of the present map (drawn by assets/js/page/map_examples.js)."""

from dash import html

from core.regimes import DESCRIPTIONS
from dashboard.page.sections import Section


def build():
    """One button for each regime; the scripts draw the runs."""
    return [
        html.P(
            "Real runs, each from the most typical cell of this map: the one farthest from every other regime. "
            "Choose one to go there.",
            className="prose",
        ),
        html.Div(
            [_picture(name, sentence) for name, sentence in DESCRIPTIONS.items()], className="regimes", id="examples"
        ),
    ]


def _picture(name, sentence):
    return html.Button(
        [
            html.Span(name, className=f"name regime-{name}"),
            html.Span(className="picture"),
            html.Span(sentence, className="says"),
            html.Span(className="where"),
        ],
        className="regime",
        id=f"example-{name}",
    )


SECTION = Section("Four regimes", 1, build)
