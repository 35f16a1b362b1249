from dashboard.curves import Curve, Line


def lines(trajectory, level):
    return [Line(trajectory.loss - level)]


CURVE = Curve(
    title="Loss",
    axis="f(x){level}",
    look="Rest and burst, a ripple, or a slow swing: the regimes are read here.",
    order=0,
    of_run=lines,
    of_limit=lambda limit, level: lines(limit.flow, level),
    from_level=True,
)
