"""A section in one file. Added to dashboard/page/sections by tests/test_newcomer.py."""

from dash import html

from dashboard.page.sections import Section

SECTION = Section("Toy section", 90, lambda: [html.P("What a newcomer writes.", className="prose")])
