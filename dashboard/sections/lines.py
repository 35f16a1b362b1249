"""The theory's lines over the map: what each claims, on what ground, and how well it separates the present map's
cells (assets/js/theory_lines.js)."""

from dash import html

from dashboard.figures.theory_lines import LINES, PUBLISHED_MAP, told
from dashboard.sections import Section

PUBLISHED = {
    "relation": "the published map",
    "meaning": "edges between the regimes of a network on FashionMNIST, 40 × 40 cells",
    "source": "Ma, Wu & E 2021, figure 8",
    "status": "read off a figure",
}
HEADINGS = ("line", "what it claims", "source", "ground", "separates this map")


def build():
    rows = [(name, told(line)) for name, line in LINES.items()] + [(PUBLISHED_MAP, PUBLISHED)]
    return [
        html.P(
            "A line is a claim: that some regimes lie on the one side of it. The last column holds the claim against "
            "the cells of the map above: the mean of the share of its own regimes on its side and of the others on "
            "the other, 50 % where the line says nothing. Choose which are drawn.",
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
            html.Td(line["meaning"]),
            html.Td(line["source"], className="source"),
            html.Td(line["status"], className="status"),
            html.Td(className="share"),
        ],
        **{"data-line": name},
    )


SECTION = Section("What the lines say", 2, build)
