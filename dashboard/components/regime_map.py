"""The regime map's caption, what it tells the scripts, and the sections below the instrument that explain it."""

from __future__ import annotations

from dash import html

from dashboard import ids, planes
from dashboard.figures.layers import LAYERS, colour_scale
from dashboard.services.maps import SIZES

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


def specification() -> dict:
    """What the scripts need to know of planes, layers and colours."""
    every = planes.every()
    names = {name for plane in every for name in plane.split(",")}
    scales = {name: planes.PARAMETERS[name].scale if name in planes.PARAMETERS else "linear" for name in names}
    return {
        "sizes": SIZES,
        "axes": {n: {"symbol": planes.symbol(n), "title": planes.title(n), "scale": scales[n]} for n in names},
        "layers": {name: {"title": layer.title, "unit": layer.unit} for name, layer in LAYERS.items()},
        "colours": colour_scale(),
    }


def caption() -> list:
    """Beside the map's heading: choosers that the scripts fill, and how fine the map is."""
    return [
        html.Span(id="map-tools", className="tools"),
        html.Div([html.Span(id="map-foot"), html.Span(id=ids.STATUS, role="status")], className="foot"),
    ]


def sections() -> list:
    """Below the instrument."""
    return [four_regimes()]


def four_regimes() -> html.Section:
    pictures = [
        html.Button(
            [
                html.Span(name, className=f"name regime-{name}"),
                html.Span(className="picture"),
                html.Span(sentence, className="says"),
                html.Span(className="where"),
            ],
            className="regime",
            id=f"example-{name}",
        )
        for name, sentence in REGIMES.items()
    ]
    return html.Section(
        [
            html.H2("Four regimes"),
            html.P(
                "Real runs, each from the most typical cell of this map: the one farthest from every other regime. "
                "Choose one to go there.",
                className="lede",
            ),
            html.Div(pictures, className="regimes", id="examples"),
        ],
        className="article",
    )
