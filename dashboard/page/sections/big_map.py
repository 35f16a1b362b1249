"""A big map of the present plane, computed as a job of the server (serving/jobs.py, assets/js/page/job.js)."""

from dash import html

from dashboard.page.attributes import attributes
from dashboard.page.sections import Section
from dashboard.questions.big_map import MOST_STEPS, SIZES

DOWNLOADS = {
    "npz": "arrays, as .npz, with every parameter",
    "svg": "for print, as .svg",
    "png": "as .png",
}


def build():
    """The controls of a job, its progress, its map and its downloads."""
    return [
        html.P(
            "The plane and box of the map above, as fine as you like. It is computed tile by tile behind the page, "
            "which stays quick; tiles are kept, so that a map can stop and go on, even after the server has.",
            className="prose",
        ),
        html.Div(
            [
                html.Label(
                    [
                        "Cells ",
                        html.Select(
                            [html.Option(f"{size} × {size}", value=str(size)) for size in SIZES],
                            id="job-size",
                            className="quiet",
                        ),
                    ]
                ),
                html.Label(
                    [f"Steps, to {MOST_STEPS:,} ", html.Span(id="job-steps-place", className="steps-place")],
                ),
                *[
                    html.Button(text, id=f"job-{name}", type="button", className="quiet", hidden=True)
                    for name, text in (("start", "Start"), ("resume", "Go on"), ("cancel", "Cancel"))
                ],
                html.Span(id="job-says", className="aside", role="status"),
            ],
            className="job-line",
        ),
        html.Div(html.Div(id="job-done"), className="job-progress", **attributes(aria_hidden="true")),
        html.Div(
            [
                html.Label(
                    [
                        "coloured by ",
                        html.Select([html.Option("regime", value="regime")], id="job-layer", className="quiet"),
                    ],
                ),
                html.Span(id="job-bar", className="job-bar", hidden=True),
            ],
            id="job-colouring",
            className="job-line",
            hidden=True,
        ),
        html.Div(id="job-map", className="job-map", role="img", hidden=True),
        html.P(
            [
                "Download: ",
                *[
                    html.A(text, id=f"job-{kind}", href="#", download=f"adamoscope-map.{kind}")
                    for kind, text in DOWNLOADS.items()
                ],
            ],
            id="job-downloads",
            className="job-downloads",
            hidden=True,
        ),
    ]


SECTION = Section("A big map", 4, build)
