"""One sentence that says what is seen: composed from the run's own numbers."""

from __future__ import annotations

import math

import numpy as np

SETTLED = 10.0  # eta * steps * min(a, b) below which a horizon is short
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def scientific(value: float) -> str:
    """A number for prose: plain in the middle of the range, a power of ten outside it."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "infinity"
    if 1e-3 <= abs(value) < 1e5:
        return f"{value:.3g}"
    exponent = math.floor(math.log10(abs(value)) + 1e-9)
    mantissa = round(value / 10.0**exponent, 1)
    power = f"10{str(exponent).translate(SUPERSCRIPT)}"
    return power if mantissa == 1 else f"{mantissa:g} × {power}"


def power_of_ten(value: float) -> str:
    """The nearest power of ten, as 10⁻⁹; plain digits for moderate values."""
    if value <= 0 or not math.isfinite(value):
        return "0" if value <= 0 else "infinity"
    if 0.05 <= value < 1000:
        return f"{value:.2g}" if value < 100 else f"{value:.0f}"
    return f"10{str(round(math.log10(max(value, 5e-324)))).translate(SUPERSCRIPT)}"


def sentence(run, regime: str, title: str, rates: dict | None, fades: bool = True) -> str:
    """What the run does, and why, in one or two sentences.

    regime: its name;  fades: as Optimizer.second_moment_fades.
    """
    if run.status == "diverged":
        k = len(run.loss) - 1
        return (
            f"{title} leaves: after step {k:,} the numbers are no longer finite, "
            f"and the curves end at the last that is."
        )
    s, minimum = run.statistics, run.objective.minimum or 0.0
    tail = run.loss[-len(run.loss) // 4 :] - minimum
    level = power_of_ten(s["tail_loss"] - minimum) if s else ""
    k = len(run.loss) - 1
    relation = _relation(rates)
    if regime == "spike":
        rest, peak = float(np.median(tail)), float(tail.max())
        return (
            f"{title} spikes: the loss rests near {power_of_ten(rest)}, then jumps to {power_of_ten(peak)} within a "
            f"few steps and falls again, over and over. {relation}While the gradient rests, √v fades, the effective "
            "step grows, and a burst follows."
        )
    if regime == "oscillation":
        return (
            f"{title} ripples: the loss settles at {level} and the iterate keeps swinging by "
            f"{s['swing']:.2g} of a step, never at rest. {relation}"
        ).rstrip()
    if regime == "divergence":
        return (
            f"{title} stalls: nothing goes to infinity, but the loss hangs near {level} in a "
            f"slow swing {s['swing']:.2g} steps wide. {relation}"
            + ("v forgets faster than m, and the update m/√v overshoots." if rates else "")
        ).rstrip()
    if regime == "converging" and not tail.any():
        return f"{title} has come to exact rest: the loss is 0 to the last bit, and nothing moves any more."
    if regime == "converging":
        if rates and fades and _flat(run.objective):
            return (
                f"{title} stays calm: the loss has come down to {power_of_ten(float(tail[-1]))}. This minimum has "
                "no curvature of its own, so the curvature fades together with √v and the effective step never "
                "crosses its threshold: no spike."
            )
        return f"{title} converges: after {k:,} steps the loss is {power_of_ten(float(tail[-1]))}" + _coming(
            rates, k * run.parameters["learning_rate"], fades
        )
    if not s:
        return f"{title} after {k:,} steps: too short a run to name a regime."
    return (
        f"{title} is between regimes: the loss is near {level}, its swing {s['swing']:.2g} steps. {relation}"
    ).rstrip()


def _flat(objective):
    """Whether the Hessian vanishes at the minimizers: then curvature and v fade together."""
    minimizers = objective.minimizers
    return bool(len(minimizers)) and not objective.hessian(minimizers[:, 0], minimizers[:, 1]).any()


def _relation(rates):
    if not rates:
        return ""
    a, b = rates["a"], rates["b"]
    if b >= 3 * a:
        return f"Here b is {b / a:.3g} times a: the gradient's memory is short, that of its square long. "
    if a > 8 * b:
        return f"Here a = {a / b:.3g} b, beyond a = 8b, where the flow on a quadratic stops contracting. "
    if a > 4 * b:
        return f"Here a = {a / b:.3g} b, between a = 4b, where the proof stops, and a = 8b, where contraction does. "
    return "Here a and b are alike, the calm middle of the map. "


def _coming(rates, horizon, fades):
    if not rates:
        return "."
    if horizon * min(rates.values()) < SETTLED:
        return ". It is early: regimes show after a few multiples of 1/(η min(a, b)) steps."
    return ". A spike may yet come: v has to fade first." if fades and rates["b"] > 3 * rates["a"] else "."
