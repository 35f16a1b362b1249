from dashboard.curves import Curve, Line


def lines(trajectory):
    return [Line(trajectory.loss - (trajectory.objective.minimum or 0.0))]


CURVE = Curve(
    title="Loss",
    axis="f(x) − f*",
    look="Rest and burst, a ripple, or a slow swing: the regimes are read here.",
    order=0,
    of_run=lines,
    of_limit=lambda limit: lines(limit.flow),
)
