"""Four regimes, each with a real run of the present map (drawn by assets/js/map_examples.js)."""

from dash import html

from dashboard.page.sections import Section

REGIMES = {
    "spike": "The loss rests low, jumps to ten times its mean or more, and falls again, in both halves of the last "
    "quarter. With Adam v fades while the gradient is small, and the effective step grows until it is unstable.",
    "oscillation": "A steady ripple, at most half a step to either side, or a 2-cycle: two points in turn.",
    "divergence": "The loss grows, or falls without bound, or swings two steps and more to either side without "
    "coming down. With Adam near a minimum it is the last, and the loss stays finite.",
    "converging": "Still falling, or at rest as far as floating point can tell. With Adam a spike may come later: v "
    "has to fade first, and a short run does not show it.",
}


def build():
    return [
        html.P(
            "Real runs, each from the most typical cell of this map: the one farthest from every other regime. "
            "Choose one to go there.",
            className="prose",
        ),
        html.Div([_picture(name, sentence) for name, sentence in REGIMES.items()], className="regimes", id="examples"),
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
