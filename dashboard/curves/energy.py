from core.analyses import energy
from dashboard.curves import Curve, Line


def lines(trajectory, run):
    values = run.parameters
    if not {"first_moment", "second_moment"} <= set(run.state) or "beta1" not in values:
        raise ValueError(f"{run.optimizer} has no energy of this form: it needs Adam's two moments")
    b = (1 - values["beta1"]) / values["learning_rate"]
    return [Line(energy(trajectory, run.objective, b))]


CURVE = Curve(
    title="Energy",
    axis="f − f* + Σ m²/(2b√v)",
    look="On the calm side of a = 4b the flow's energy cannot grow: that is where the proof stops.",
    order=4,
    of_run=lambda run: lines(run, run),
    of_limit=lambda limit: lines(limit.flow, limit.run),
)
