"""The runs side by side: a table, a lattice of start points, and each method's best learning rate."""

from dash import html

from dashboard.page.quantity import Quantity
from dashboard.page.sections import Section
from dashboard.questions.comparison import LATTICE, LEARNING_RATES, RULE
from dashboard.state import TOLERANCE


def build():
    """What is compared, the tolerance, and a place for the table."""
    return [
        html.P(
            [
                "One start says little about a method. The share of ",
                f"{LATTICE} × {LATTICE} starts, a lattice over the landscape in view, counts those whose mean loss "
                "over the last quarter of the run is within the tolerance of the least value. ",
                f"Each method's best learning rate is found by a sweep of {len(LEARNING_RATES)} rates from this start: "
                f"{RULE}.",
            ],
            className="prose",
        ),
        html.Div(
            Quantity("s-tolerance", TOLERANCE),
            className="row narrow",
            id="row-s-tolerance",
        ),
        html.Div(id="comparison", className="comparison"),
    ]  # fmt: skip


SECTION = Section("The runs compared", 10, build)
