"""The three slots' graphs: Plotly draws axes and turns drags and wheels into ranges; the curves are drawn on a
canvas above them (assets/js), since redrawing Plotly's traces at every move of a hand is what costs."""

from dash import dcc

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


def graph(id, x, y) -> dcc.Graph:
    """An empty graph with axes."""
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
        "autosize": True,
    }
    config = {"displayModeBar": False, "responsive": True, "doubleClick": False, "showTips": False}
    config["scrollZoom"] = id == "landscape"
    return dcc.Graph(id=id, figure={"data": [], "layout": layout}, config=config, className="graph", responsive=True)


def landscape():
    return graph("landscape", {"range": [-2, 2]}, {"range": [-1, 3], "scaleanchor": "x", "constrain": "range"})


def curves():
    return graph(
        "curves",
        {"range": [0, DEFAULT_STEPS], "title": {"text": "step", "standoff": 14}},
        {"range": [-12, 3], "type": "log", "exponentformat": "power", "dtick": 3},
    )


def regime_map():
    axis = {"type": "log", "range": [-1, 3], "dtick": 1, "exponentformat": "power"}
    return graph("map", axis | {"title": {"standoff": 14}}, axis | {"title": {"standoff": 8}})
