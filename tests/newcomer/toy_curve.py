"""A curve in one file: the iterate's x. Added to dashboard/catalogue/curves by tests/test_newcomer.py."""

from dashboard.catalogue.curves import Curve, Series

CURVE = Curve(
    title="Toy coordinate",
    axis_label="x",
    look="Where the iterate is, from left to right.",
    order=90,
    of_run=lambda run: [Series(run.position[:, 0])],
    scale="linear",
)
