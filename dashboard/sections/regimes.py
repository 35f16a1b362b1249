"""Four regimes, each with a real run of the present map (drawn by assets/js/map_examples.js)."""

from dash import html

from dashboard.sections import Section

REGIMES = {
    "spike": "The loss rests at a tiny value, jumps up many decades in a few steps, and falls again, over and over. "
    "While the gradient rests, v forgets, the effective step grows, and a burst follows.",
    "oscillation": "A small steady ripple that never rests, well below one step wide: v stays locked to the "
    "iterate's own amplitude.",
    "divergence": "On a smooth function nothing goes to infinity: the loss stalls many decades higher, in a slow "
    "swing several steps wide.",
    "converging": "Still falling, or at rest at the floor of floating point. A spike may yet come: v has to decay "
    "first, and a short run hides it.",
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
