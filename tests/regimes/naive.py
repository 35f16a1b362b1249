"""The rule that names regimes, written anew: one run, plain NumPy, no speed."""

from __future__ import annotations

import itertools

import numpy as np

EPS = np.finfo(float).eps


def statistics(run, unit):
    """The window's numbers from the kept iterates: the last quarter, in eight blocks. unit: None is the mean step."""
    length = (len(run.loss) - 1) // 4 // 8 * 8
    loss, points = run.loss[-length:], run.position[-length:]
    above = loss - loss.min()
    halves, blocks = np.split(above, 2), np.split(above, 8)
    steps = np.diff(points, axis=0)
    swings = [np.ptp(block, axis=0).max() / 2 for block in np.split(points, 8)]
    changes = np.diff(run.loss[-length - 1 :])
    with np.errstate(over="ignore", under="ignore"):
        changes = changes[changes**2 > 0]
    with np.errstate(all="ignore"):
        return {
            "start_loss": run.loss[0],
            "late_loss": np.split(loss, 8)[-1].mean(),
            "tail_loss": loss.mean(),
            "peak": above.max(),
            "crest_factor": min(half.max() / half.mean() for half in halves),
            "swing": np.median(swings) / (unit or np.hypot(*steps.T).mean()) if length >= 32 else np.nan,
            "rise_fraction": np.mean(run.loss[-length:] > run.loss[-length - 1 : -1]),
            "turns": np.sum(changes[1:] * changes[:-1] < 0),
            "reversal_fraction": np.mean(np.sum(steps[1:] * steps[:-1], axis=1) < 0),
            "mean_step": np.hypot(*steps.T).mean(),
            "fall_decades": np.log10(blocks[0].max() / blocks[-1].max()),
            "never higher": all(one.max() >= two.max() for one, two in itertools.pairwise(blocks)),
            "leaps": any(two.max() > 10 * one.max() for one, two in itertools.pairwise(blocks)),
        }


def _course(run, of_size_eta):
    """What the run does as a whole, by the names of core's COURSES."""
    length = (len(run.loss) - 1) // 4 // 8 * 8
    blocks, places = np.split(run.loss[-length:], 8), np.split(run.position[-length:], 8)
    s = statistics(run, None)
    peak, late, start = s["peak"], s["late_loss"], s["start_loss"]
    above = late - start > 1e-9 * (abs(late) + abs(start))
    tops, means = [b.max() - run.loss[-length:].min() for b in blocks], [b.mean() for b in blocks]
    wide = np.array([np.ptp(p, axis=0).max() / 2 for p in places])
    last = np.abs(run.position[-1]).max()
    if max(wide.max(), s["mean_step"]) <= 8 * EPS * last:
        return "at rest"
    if not of_size_eta and 0 < s["turns"] < 4 and peak <= 0.1 * (peak + start - late):
        return "coming down"
    fall = means[0] - means[-1]
    if peak > 0 and (-fall > 2 / 3 * peak or (np.all(np.diff(tops) >= 0) and tops[-1] > 10**0.5 * tops[0])):
        return "growing" if above else "rising"
    forever = s["never higher"] and run.objective.falls_forever(*run.position[-1:].T)[0]
    if forever and fall > 0.1 * peak:
        if means[-2] - means[-1] >= 0.77 * (means[0] - means[1]):
            far = np.hypot(*(run.position[-1] - run.position[0])) > 2 * (1 + np.hypot(*run.position[0]))
            return "leaving" if far else "departing"
    elif (
        length > 8
        and s["reversal_fraction"] * (length - 2) / length >= 0.9
        and np.median(wide) <= 0.52 * s["mean_step"]
        and abs(wide[-1] - wide[0]) <= 0.02 * wide[0]
    ):
        return "two-cycle"
    if above:
        return "mixed"
    early, latter = max(tops[:4]), max(tops[4:])
    middles = np.array([(p.max(axis=0) + p.min(axis=0)) / 2 for p in places])
    net = middles[-1] - middles[0]
    onward = np.all(np.diff(middles, axis=0) @ net > 0)
    travels = onward and np.hypot(*net) > 0.8 * 2 * wide[:-1].sum()
    towers = s["leaps"] and peak > start - run.loss[-length:].min()
    if (latter < 0.3 * early and not towers) or (travels and fall > 0) or (not of_size_eta and latter < 0.8 * early):
        return "coming down"
    return "mixed" if of_size_eta else "bounded"


def regime(run, unit):
    """The name of the run's regime. unit: the learning rate in the window, None for steps of another size."""
    if run.status != "completed":
        return "divergence"
    if len(run.loss) - 1 < 64:
        return "undecided"
    s, course = statistics(run, unit), _course(run, unit is not None)
    start, late, peak = s["start_loss"], s["late_loss"], s["peak"]
    if course in ("growing", "leaving"):
        return "divergence"
    if course == "departing":
        return "undecided"
    if course == "two-cycle":
        return "oscillation"
    scale = abs(start - late) + peak
    rest = course == "at rest" or peak < 1e-25 * scale or peak <= 64 * EPS * (abs(late) + peak) or scale == 0
    drifts = peak > 0 and _falls_by_means(run, peak)
    hardly_rises = s["rise_fraction"] < 0.005 and (drifts or not s["leaps"])
    falls = (s["never higher"] and s["fall_decades"] > 0.5) or drifts or course == "coming down"
    if rest or hardly_rises or falls:
        if late - start > 1e-9 * (abs(start) + abs(late)):
            return "undecided"
        if rest:
            return "converging"
    if course == "rising":
        return "undecided"
    if hardly_rises or falls:
        return "converging"
    if s["crest_factor"] >= 10:
        return "spike"
    if s["turns"] < 4:
        return "undecided"
    if s["swing"] <= 0.5:
        return "oscillation"
    return "divergence" if s["swing"] >= 2 and course != "bounded" else "undecided"


def _falls_by_means(run, peak):
    length = (len(run.loss) - 1) // 4 // 8 * 8
    means = [b.mean() for b in np.split(run.loss[-length:], 8)]
    return means[0] - means[-1] > 2 / 3 * peak
