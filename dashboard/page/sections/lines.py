"""The theory's lines over the map: what each claims, of what, on what ground, and how well it separates the present
map's cells (assets/js/page/line_switches.js)."""

from dash import html

from dashboard.catalogue.lines import LINES, PUBLISHED_MAP
from dashboard.drawing.theory_lines import told
from dashboard.page.attributes import attributes
from dashboard.page.sections import Section

PUBLISHED = {
    "relation": "the published map",
    "meaning": "edges between the regimes of a network; its divergence lies beyond a = 3b, for a from 1.1 on",
    "scope": "a network on FashionMNIST, 40 × 40 cells, η = 0.001",
    "source": "Ma, Wu & E 2021, figure 8",
    "status": "read off a figure",
}
HEADINGS = ("line", "what it claims", "holds for", "source", "ground", "separates this map")


def build():
    """A table of the lines with their claims; the scripts fill in the scores."""
    rows = [(name, told(line)) for name, line in LINES.items()] + [(PUBLISHED_MAP, PUBLISHED)]
    return [
        html.P(
            "A line is a claim about some methods, functions and values, and is offered, drawn and scored for those "
            "alone. The last column holds what it says of the regimes against the cells of the map above: the mean of "
            "the share of its own regimes on its side and of the others on the other, 50 % where the line tells "
            "nothing apart. Only those cells count, and their number is given, for which the line holds, whose run is "
            "long enough (T min(a, b) ≥ 10) and, if the line is about minima, ends near one, and whose regime it is "
            "about. Choose which are drawn.",
            className="prose",
        ),
        html.Table(
            [
                html.Thead(html.Tr([html.Th(heading, scope="col") for heading in HEADINGS])),
                html.Tbody([_row(name, told) for name, told in rows]),
            ],
            className="lines",
            id="lines",
        ),
    ]


def _row(name, line):
    return html.Tr(
        [
            html.Td(html.Label([html.Span(className="switch-place"), html.Span(line["relation"])])),
            html.Td([line["meaning"], html.Div(className="wanting")]),
            html.Td(line["scope"], className="scope"),
            html.Td(line["source"], className="source"),
            html.Td(line["status"], className="status"),
            html.Td(className="share"),
        ],
        **attributes(data_line=name),
    )


SECTION = Section("What the lines say", 2, build)
