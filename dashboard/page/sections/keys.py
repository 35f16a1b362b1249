"""What hands and keys do on this page, in one place."""

from __future__ import annotations

from dash import html

from dashboard.page.sections import Section

HEADINGS = ("where", "pointer or finger", "keys")
# (where, what a pointer does there, ((keys that do alike), what they do)...)
DEEDS = (
    ("The run", "play, step and scrub under the pictures", (
        (("Space",), "plays and pauses"),
        (("←", "→"), "a step back, a step on"),
        (("Shift",), "with them, a hundredth of the run"),
        (("Home", "End"), "the start, the end"),
    )),
    ("A slider", "drag; type any number into the field beside it", (
        (("←", "→"), "move it"),
        (("Home", "End"), "to its ends"),
        (("Enter",), "takes what was typed"),
    )),
    ("The dots, of the start and of the run on the map", "drag; a click puts them there", (
        (("←", "→", "↑", "↓"), "move them"),
        (("Shift",), "with them, ten times as far"),
    )),
    ("The landscape, the curves", "drag a box, with Shift the view, or use two fingers; a double click goes back", ()),
    ("The map", "drag a box, or spread two fingers, to compute it anew inside; rest on a cell for its run", (
        (("Esc",), "out of the box, as a double click"),
    )),
    ("The 3-D views", "drag turns, the wheel comes nearer", (
        (("←", "→", "↑", "↓"), "turn"),
        (("+", "−"), "nearer, away"),
    )),
    ("What has opened over the page", "×", ((("Esc",), "closes it"),)),
)  # fmt: skip


def build():
    """A table of what pointer and keys do where."""
    rows = [html.Tr([html.Td(where), html.Td(pointer), html.Td(_keys(keys))]) for where, pointer, keys in DEEDS]
    head = html.Thead(html.Tr([html.Th(heading, scope="col") for heading in HEADINGS]))
    return [html.Table([head, html.Tbody(rows)], className="lines keys")]


def _keys(keys):
    return [
        html.Span([*(html.Kbd(name) for name in names), f" {deed}"], className="key")
        for names, deed in keys
    ]  # fmt: skip


SECTION = Section("By hand and by key", 20, build)
