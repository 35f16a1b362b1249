"""The three slots' graphs.

Plotly draws axes and turns drags and wheels into ranges. The curves are drawn on a canvas above them (assets/js), since
redrawing Plotly's traces takes too long while a slider moves. The scripts make the graphs themselves, not dcc.Graph:
the first picture does not wait for plotly.js, which is 5 MB.
"""

from dash import html

from dashboard.state import DEFAULT_STEPS

FONT = "'Source Sans 3', system-ui, sans-serif"
MARGINS = {
    "landscape": {"l": 44, "r": 12, "t": 10, "b": 34},
    "curves": {"l": 52, "r": 104, "t": 10, "b": 46},
    "map": {"l": 56, "r": 16, "t": 24, "b": 48},
}


def _axis(**more):
    return {
        "showgrid": False,
        "zeroline": False,
        "automargin": False,
        "ticks": "outside",
        "ticklen": 4,
        "showline": True,
        "tickfont": {"size": 12},
        "ticklabeloverflow": "allow",
        "autorange": False,
    } | {**more, "title": {"font": {"size": 13}} | more.get("title", {})}


def graph(id) -> html.Div:
    """Where the scripts put a graph."""
    return html.Div(html.Div(className="axes"), id=id, className="graph")


def _axes(id, x, y) -> dict:
    layout = {
        "xaxis": _axis(**x),
        "yaxis": _axis(**y),
        "margin": MARGINS[id],
        "dragmode": "zoom",
        "hovermode": False,
        "showlegend": False,
        "font": {"family": FONT, "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
    config = {"displayModeBar": False, "doubleClick": False, "showTips": False}
    config["scrollZoom"] = id == "landscape"
    return {"layout": layout, "config": config}


def _landscape():
    return _axes("landscape", {"range": [-2, 2]}, {"range": [-1, 3], "scaleanchor": "x", "constrain": "range"})


def _curves():
    return _axes(
        "curves",
        {"range": [0, DEFAULT_STEPS], "title": {"text": "step", "standoff": 14}},
        {"range": [-12, 3], "type": "log", "exponentformat": "power", "dtick": 3},
    )


def _regime_map():
    axis = {"type": "log", "range": [-1, 3], "dtick": 1, "exponentformat": "power"}
    return _axes("map", axis | {"title": {"standoff": 14}}, axis | {"title": {"standoff": 8}})


def specification() -> dict:
    """Plotly's layout and configuration of each graph."""
    return {"landscape": _landscape(), "curves": _curves(), "map": _regime_map()}
