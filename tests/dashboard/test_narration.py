"""Every clause of the sentence, over thousands of random states, against a plain NumPy reading of the run.

A reading knows the clause's words and the run's arrays, and nothing of core.analyses.facts: it takes the numbers out of
the text and looks for them in the run.
"""

import math
import re
from urllib.parse import quote

import numpy as np
import pytest
from scipy.optimize import minimize

import core
from core import analyses
from core.analyses.facts import Facts
from dashboard.state import decode
from dashboard.text import numbers as prose
from dashboard.text.narration import CAUSES, HEADS, narrate

NUMBER = r"−?(?:10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|\d[\d,]*(?:\.\d+)?(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"
PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def value(text):
    """The number that a text such as 2.7 × 10⁻³, −64.2, 1,351 or 10⁻⁹ stands for."""
    raised = re.fullmatch(r"(−?)(?:([\d.]+) × )?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    if raised:
        sign, mantissa, exponent = raised.groups()
        return float(f"{'-' if sign else ''}{mantissa or 1}e{exponent.translate(PLAIN)}")
    return float(text.translate(PLAIN).replace(",", ""))


def numbers(pattern, text):
    """The numbers where the pattern has N, or an assertion that the text is not of that form."""
    found = re.search(re.escape(pattern).replace("N", f"({NUMBER})"), text)
    assert found, (pattern, text)
    return [value(number) for number in found.groups()]


def near(said, true, digits=3.0):
    """Whether a number in the text is the true one, to so many digits, or one less in powers of ten (0.5: a power)."""
    if digits < 1:
        return _same_power(said, true) or near(said, true, 2)
    if not 1e-3 <= abs(true) < 1e6:
        digits = max(1, digits - 1)
    return math.isclose(said, true, rel_tol=0.55 * 10 ** (1 - digits))


def _same_power(said, true):
    return said == true == 0 or (said > 0 and true > 0 and abs(math.log10(said / true)) <= 0.51)


def loss_near(said, true):
    return near(said, true, 4)


class Reading:
    """The run's arrays, and what can be seen in them at a glance."""

    def __init__(self, run):
        self.run, self.loss, self.x = run, run.loss, run.position
        self.k = len(run.loss) - 1
        n = self.k // 4 // 8 * 8
        self.window = slice(len(run.loss) - n, None)
        self.late, self.points = run.loss[self.window], run.position[self.window]
        self.eighth = n // 8
        f = run.objective
        self.minimum = f.minimum

    def steps(self):
        return np.diff(self.points, axis=0)

    def excess(self, text):
        """Above what the text measures from: the least value of f, or the minimum where the run settled."""
        told = re.search(f" above ({NUMBER})", text)
        told = value(told[1]) if told else 0.0
        if self.minimum is not None and loss_near(told, self.minimum):
            return self.late - self.minimum
        settled = self.settled()
        if told < settled and abs(told - self.descended) < 1e-9:  # a valley's floor, where no curvature is left
            return self.late - told
        assert loss_near(told, settled) or abs(told - settled) < 1e-9, (told, settled)
        return self.late - settled

    def settled(self):
        """The local minimum that SciPy finds from the lowest point of the window; its loss where f is not smooth or
        has no minimum there."""
        f, least = self.run.objective, self.late.min()
        start = self.points[self.late.argmin()]
        simplex = start + 1e-3 * np.array([[0, 0], [1, 0], [0, 1]])
        options = {"initial_simplex": simplex, "xatol": 1e-12, "fatol": 1e-18, "maxiter": 2000}
        with np.errstate(all="ignore"):
            found = minimize(lambda z: float(f.value(*z)), start, method="Nelder-Mead", options=options)
            curvature = f.hessian(*found.x)
        self.descended = found.fun
        smooth = np.isfinite(curvature).all() and np.linalg.eigvalsh(curvature)[0] > 0
        return min(found.fun, least) if found.success and smooth else least


# ---- readings of the heads ----


def left(r, text):
    if r.k == 0:
        return "first step" in text
    (k,) = numbers("after step N the numbers are no longer finite", text)
    return r.run.status == "diverged" and k == r.k < r.run.steps


def short(r, text):
    start, end = numbers("The loss went from N to N", text)
    return r.k < 64 and loss_near(start, r.loss[0]) and loss_near(end, r.loss[-1])


def grows(r, text):
    low, high, start = numbers("from N to N, above the N where it began", text)
    blocks = r.late.reshape(8, -1)
    rising = np.all(np.diff(blocks.max(axis=1)) >= 0) or blocks[-1].mean() - blocks[0].mean() > np.ptp(r.late) / 2
    each = np.all(np.diff(r.late) > 0) if "at every step" in text else True
    told = loss_near(low, r.late[0]) and loss_near(high, r.loss[-1]) and loss_near(start, r.loss[0])
    return rising and each and told and blocks[-1].mean() > r.loss[0]


def flees(r, text):
    start, end, way = numbers("from N to N, and the iterate is N away", text)
    fell = r.loss[-1] < r.loss[0] and r.late[-1] < r.late[0]
    direction = -r.run.objective.gradient(*r.x[-1])
    far = r.x[-1] + direction / np.hypot(*direction) * 1e9 * (1 + np.hypot(*r.x[-1]))
    with np.errstate(over="ignore", invalid="ignore"):
        below = not r.run.objective.value(*far) > r.loss[-1]
    told = loss_near(start, r.loss[0]) and loss_near(end, r.loss[-1]) and near(way, np.hypot(*(r.x[-1] - r.x[0])))
    return fell and below and r.minimum is None and told


def departs(r, text):
    start, end = numbers("from N to N so far", text)
    return r.minimum is None and r.late[-1] < r.late[0] and loss_near(start, r.loss[0]) and loss_near(end, r.loss[-1])


def two_cycle(r, text):
    step = np.hypot(*(r.x[-1] - r.x[-2]))
    closes = np.hypot(*(r.x[-1] - r.x[-3])) <= 0.05 * step
    turns = np.mean(np.sum(r.steps()[1:] * r.steps()[:-1], axis=1) < 0) > 0.9
    if "one learning rate apart" in text:
        widest = np.abs(r.x[-1] - r.x[-2]).max()
        eta = r.run.parameters["learning_rate"]
        ok = near(widest, eta, 2) or r.run.parameters["learning_rate_schedule"] != "constant"
    else:
        ok = near(numbers("between two points, N apart", text)[0], step)
    if "stays at" in text:
        losses = loss_near(numbers("the loss stays at N", text)[0], r.loss[-1])
    else:
        a, b = numbers("the loss is N and N in turn", text)
        losses = loss_near(a, r.late[-2:].min()) and loss_near(b, r.late[-2:].max())
    return closes and turns and ok and losses


def ends_above(r, text):
    start, end = numbers("the loss was N at the start and is N after", text)
    coming = True
    if "coming down from" in text:
        (early,) = numbers("coming down from N in the last quarter", text)
        coming = loss_near(early, r.late[: r.eighth].mean()) and r.late[-r.eighth :].mean() < r.late[: r.eighth].mean()
    told = loss_near(start, r.loss[0]) and loss_near(end, r.loss[-1])
    return coming and told and r.late[-r.eighth :].mean() > r.loss[0]


def rests(r, text):
    (since, loss) = numbers("since step N no bit of x has changed, and the loss is N", text)
    since = int(since)
    stands = np.all(r.x[since:] == r.x[-1]) and (since == 0 or np.any(r.x[since - 1] != r.x[-1]))
    local = True
    if "local minimum" in text:
        around = r.x[-1] + 1e-3 * np.stack([np.cos(np.arange(24.0)), np.sin(np.arange(24.0))], axis=1)
        local = np.all(r.run.objective.value(*around.T) >= r.loss[-1]) and r.loss[-1] > r.minimum
        local = local and loss_near(loss, r.settled())
    return stands and since <= r.window.start and loss_near(loss, r.loss[-1]) and local


def underflows(r, text):
    (step,) = numbers("by N a step", text)
    return np.all(r.late == 0) and near(step, np.hypot(*r.steps().T).mean(), 2) and np.any(r.steps() != 0)


def within_rounding(r, text):
    change = np.ptp(r.late)
    told = change == 0 if "not a bit" in text else near(numbers("it changes by N", text)[0], change, 2)
    return told and change <= 1e-13 * np.abs(r.late).max() and loss_near(numbers("the loss to N", text)[0], r.loss[-1])


def rises(r, text):
    early, late, start = numbers("the loss rises, from N to N, below the N", text)
    first, last = r.late[: r.eighth].mean(), r.late[-r.eighth :].mean()
    told = loss_near(early, first) and loss_near(late, last) and loss_near(start, r.loss[0])
    return told and last > first and last <= r.loss[0] * (1 + 1e-8) + 1e-300


def converges(r, text):
    if "local minimum" in text:
        (k, end) = numbers("after N steps the loss is N", text)
        x = r.x[r.window.start + r.late.argmin()]
        eigenvalues = np.linalg.eigvalsh(r.run.objective.hessian(*x))
        return k == r.k and loss_near(end, r.loss[-1]) and eigenvalues[0] > 0 and r.loss[-1] < r.loss[0]
    (k, gap) = numbers("after N steps the loss is N", text)
    true = r.loss[-1] - r.minimum
    return k == r.k and near(gap, true, 0.5) and true <= 2e-3 * (r.loss[0] - r.minimum) + 1e-300


def comes_down(r, text):
    start, end, k = numbers("from N to N in N step", text)
    told = loss_near(start, r.loss[0]) and loss_near(end, r.loss[-1]) and k == r.k and r.loss[-1] <= r.loss[0]
    if "alone" in text:
        (early,) = numbers("and from N in the last quarter alone", text)
        return told and loss_near(early, r.late[: r.eighth].mean()) and early > r.late[-r.eighth :].mean()
    if "hardly changes" in text:
        return told and np.ptp(r.late) <= 1e-2 * np.abs(r.late).max()
    low, high = numbers("in the last quarter it lies between N and N", text)
    return told and loss_near(low, r.late.min()) and loss_near(high, r.late.max())


def hovers(r, text):
    start, low, high = numbers("the loss was N at the start, and in the last quarter it lies between N and N", text)
    told = loss_near(start, r.loss[0]) and loss_near(low, r.late.min()) and loss_near(high, r.late.max())
    return told and r.loss[-1] >= r.loss[0]


def spikes(r, text):
    excess = r.excess(text)
    rest = re.search(f"rests near ({NUMBER})", text)[1]
    top = numbers("jumps to N", text)[0]
    if " above " in text.split(", ")[0] or " above " not in text:
        assert near(value(rest), np.median(excess), 0.5), (rest, text)
    (within,) = numbers("within about N step", text)
    found = bursts(excess, max(1e-300, 64 * np.finfo(float).eps * abs(r.late.min() - excess.min())))
    times = 1 if "once" in text else numbers("or so, N time", text)[0]
    if "every" in text:
        (period,) = numbers("every N or so", text)
        assert near(period, np.median(np.diff([top for _, top, _ in found])), 1.3), (period, text)
    rise = np.median([top - onset for onset, top, _ in found])
    assert abs(within - rise) <= 0.06 * rise + 1, (within, rise)
    return times == len(found) and near(top, np.median([high for *_, high in found]), 0.5)


def bursts(excess, floor, width=8):
    """(onset, top, height) of every rise of the greatest of eight by two decades, followed by hand."""
    envelope = np.array([excess[max(0, i - width + 1) : i + 1].max() for i in range(len(excess))])
    envelope = np.maximum(envelope, floor)
    found, low, up = [], len(envelope) and 0, None
    for i, e in enumerate(envelope):
        if up is None:
            if e <= envelope[low]:
                low = i
            elif e > 100 * envelope[low]:
                up = i
        elif e > envelope[up]:
            up = i
        elif 100 * e < envelope[up]:
            found.append((_onset(envelope, low, up), up, envelope[up]))
            low, up = i, None
    if up is not None:
        found.append((_onset(envelope, low, up), up, envelope[up]))
    return found


def _onset(envelope, low, up):
    below = np.flatnonzero(envelope[low:up] <= 10 * envelope[low])
    return low + below[-1]


def peaks(r, text):
    factor, least = numbers("the loss peaks at N times its mean or more, measured from its least, N", text)
    above = r.late - r.late.min()
    crest = min(half.max() / half.mean() for half in np.split(above, 2))
    return near(factor, crest, 2) and loss_near(least, r.late.min())


def swings(r, text):
    """The swing, in the unit that is named."""
    unit = r.run.parameters["learning_rate"] if "the learning rate" in text else np.hypot(*r.steps().T).mean()
    swing = np.median([np.ptp(block, axis=0).max() / 2 for block in r.points.reshape(8, -1, 2)]) / unit
    said = re.search(f"swings by ({NUMBER}) (?:of|times)", text)[1]
    return r.run.parameters["learning_rate_schedule"] != "constant" or near(value(said), swing, 1.7)


def ripples(r, text):
    moves = np.hypot(*r.steps().T).mean() > 0
    (level,) = numbers("the loss stays near N", text)
    if " above " not in text and r.minimum == 0:
        return moves and swings(r, text) and near(level, r.late.mean(), 0.5)
    return moves and swings(r, text)


def between_bounds(r, text):
    low, high = numbers("between N and N", text)
    ups, downs = np.any(np.diff(r.late) > 0), np.any(np.diff(r.late) < 0)
    swinging = swings(r, text) if "swings by" in text else True
    return loss_near(low, r.late.min()) and loss_near(high, r.late.max()) and swinging and ups and downs


def few_turns(r, text):
    low, high, turns = numbers("between N and N, turns N time", text)
    change = np.diff(r.loss[-len(r.late) - 1 :])
    change = change[change != 0]
    told = loss_near(low, r.late.min()) and loss_near(high, r.late.max())
    return told and turns < 4 and abs(turns - np.sum(change[1:] * change[:-1] < 0)) <= 1


# ---- readings of the causes ----


def has_a_v(r):
    return {"first_moment", "second_moment"} <= set(r.run.state) and r.run.optimizer not in ("adamal", "amsgrad")


def rates(r):
    p = r.run.parameters
    return (1 - p["beta2"]) / p["learning_rate"], (1 - p["beta1"]) / p["learning_rate"]


def memories(r, text):
    a, b = rates(r)
    if "alike" in text:
        return has_a_v(r) and 0.79 < a / b < 1.27
    (times,) = numbers(" is N times", text)
    right = near(times, max(a / b, b / a))
    return has_a_v(r) and right and (("v forgets faster than m" in text) == (a > b))


def past(factor):
    def reading(r, text):
        a, b = rates(r)
        return r.run.optimizer in ("adam", "adamw", "general") and a > factor * b

    return reading


def gauge(r, rows):
    ratio = analyses.preconditioned_sharpness(r.run) / analyses.sharpness_threshold(r.run)
    return ratio[rows]


def threshold(r, text):
    return np.mean(gauge(r, r.window) > 1) > 0.98


def burst(r, text):
    ratio = gauge(r, r.window)
    crosses = np.any((ratio[1:] > 1) & (ratio[:-1] <= 1))
    v = r.run.state["second_moment"][r.window]
    return has_a_v_that_fades(r) and crosses and np.any(np.diff(v, axis=0) < 0)


def has_a_v_that_fades(r):
    return "second_moment" in r.run.state and r.run.optimizer not in ("adamal", "amsgrad", "adashift", "adabound")


def calm(r, text):
    (below,) = numbers("stays below N of its threshold", text)
    h = r.run.objective.hessian(*r.run.objective.minimizers.T)
    return np.all(np.abs(h) < 1e-6) and np.all(gauge(r, r.window) <= 1.01 * below) and below < 1.01


def early(r, text):
    a, b = rates(r)
    (horizon,) = numbers("is N, and Adam's regimes", text)
    return has_a_v(r) and near(horizon, r.run.parameters["learning_rate"] * r.k * min(a, b), 2) and horizon <= 10


def may_spike(r, text):
    (climbed,) = numbers("has climbed to N of its threshold", text)
    ratio = gauge(r, np.array([r.window.start, -1]))
    v = r.run.state["second_moment"][[r.window.start, -1]]
    epsilon = r.run.parameters["epsilon"]
    inside = r.run.parameters.get("epsilon_inside_root", False)
    largest = np.linalg.eigvalsh(r.run.objective.hessian(*r.x[-1]))[-1]
    with np.errstate(divide="ignore", over="ignore"):
        possible = largest / (np.sqrt(epsilon) if inside else epsilon) > analyses.sharpness_threshold(r.run)[-1]
    a, b = rates(r)
    fades = has_a_v_that_fades(r) and np.any(v[1] < v[0]) and a < b
    return fades and near(climbed, ratio[1], 2) and ratio[0] < ratio[1] < 1 and possible


def epsilon_rules_out(r, text):
    epsilon = r.run.parameters["epsilon"]
    inside = r.run.parameters.get("epsilon_inside_root", False)
    largest = np.linalg.eigvalsh(r.run.objective.hessian(*r.x[-1]))[-1]
    return largest / (np.sqrt(epsilon) if inside else epsilon) < analyses.sharpness_threshold(r.run)[-1]


READINGS = {
    "left": left, "short": short, "grows": grows, "flees": flees, "departs": departs, "two-cycle": two_cycle,
    "ends above": ends_above, "rests": rests, "underflows": underflows, "rests within rounding": within_rounding,
    "rises": rises, "converges": converges, "comes down": comes_down, "hovers": hovers, "spikes": spikes,
    "peaks": peaks, "ripples": ripples, "stalls": between_bounds, "too few turns": few_turns, "between": between_bounds,
    "memories": memories, "past contraction": past(8), "past the proof": past(4), "threshold": threshold,
    "burst": burst, "calm": calm, "early": early, "may spike": may_spike, "epsilon rules out": epsilon_rules_out,
}  # fmt: skip

FORMULAS = (
    "x^2+y^2+5", "x^2+3*y^2", "x^2*y^2", "x^3-3*x+y^2", "x*y", "-x^2-y^2", "x+y", "sin(x)*cos(y)", "log(1+x^2+y^2)",
    "exp(-x)+y^2", "abs(x)+abs(y)", "sqrt(x^2+y^2)", "x^4-x^2+y^2", "x^4+y^4-7", "-log(1+x^2+y^2)", "cos(x)+y^2/9",
    "1e-12*(x^2+y^2)", "1e6*(x^2+y^2)-3",
)  # fmt: skip
STATES_EACH = 90  # of each of 23 optimizers


def random_link(optimizer, rng):
    f = rng.choice([*core.objectives(), *FORMULAS])
    given = {"learning_rate": f"{10 ** rng.uniform(-4, 0.3):.3g}"}
    method = core.OPTIMIZERS[optimizer]
    names = {p.name for p in method.parameters}
    if method.has_rates and rng.random() < 0.6:
        eta = float(given["learning_rate"])
        given |= {rate: f"{10 ** rng.uniform(-1, min(2.7, -np.log10(eta))):.3g}" for rate in ("a", "b")}
    if "epsilon" in names and rng.random() < 0.3:
        given["epsilon"] = str(rng.choice(["0", "1e-30", "1e-4", "1"]))
    for name in ("bias_correction", "epsilon_inside_root"):
        if name in names and rng.random() < 0.15:
            given[name] = str(rng.choice(["true", "false"]))
    if rng.random() < 0.15:
        given["learning_rate_schedule"] = str(rng.choice(["1/sqrt(t)", "1/t", "cosine"]))
    x, y = rng.uniform(-3, 3, 2)
    run = ",".join([optimizer, *(f"{name}:{text}" for name, text in given.items())])
    return f"f={quote(f)}&x={x:.4g}&y={y:.4g}&steps={int(10 ** rng.uniform(0, 4.4))}&run={quote(run)}"


def read(link):
    """The clauses that are said of a link's run, and a reading of it."""
    state, _ = decode(link)
    run = core.run(
        state.runs[0].optimizer, state.built(), start=state.start, steps=state.steps, **state.runs[0].arguments()[0]
    )
    title = core.OPTIMIZERS[run.optimizer].title
    return narrate(Facts(run, state.thresholds), title), Reading(run)


@pytest.mark.parametrize("optimizer", core.optimizers())
def test_no_clause_is_false(optimizer):
    rng, false = np.random.default_rng(sum(map(ord, optimizer))), []
    for _ in range(STATES_EACH):
        link = random_link(optimizer, rng)
        said, reading = read(link)
        for clause in said:
            try:
                holds = READINGS[clause.name](reading, clause.text)
            except AssertionError as error:
                holds, link = False, f"{link} {error}"
            bad = re.search(r"nan|inf\b|\bNone\b| 1 steps|e[+-]\d\d", clause.text)
            if not holds or bad or not clause.text.endswith("."):
                false.append((link, clause.text))
    assert not false


def test_every_clause_has_a_reading():
    assert {clause.name for clause in (*HEADS, *CAUSES)} == set(READINGS)


# (the link, words that must be said, words that must not)
DEMOS = [
    ("f=saddle&run=gd", ["falls without bound"], ["converges", "loss is 0"]),
    ("f=saddle&run=heavy_ball", ["leaves"], ["converges"]),
    ("f=x^2%2By^2%2B5&x=1&y=1&run=gd", ["loss to 5 within rounding"], ["spike", "jumps"]),
    ("f=x^2%2By^2%2B5&x=1&y=1", ["rests near 5, jumps to 10⁻⁷ above 5"], ["jumps to 5"]),
    ("f=rastrigin", ["above 4.975"], ["jumps to 5"]),
    ("f=ackley", ["above 5.38"], ["jumps to 5 "]),
    ("f=quadratic&run=gd,learning_rate:0.0401", ["rises at every step", "threshold"], ["spikes", "√v", "ripples"]),
    ("f=quadratic&steps=400&run=gd,learning_rate:0.0401", ["rises at every step"], ["ripples", "settles"]),
    ("f=quadratic&steps=400&run=heavy_ball,learning_rate:0.08", ["grows"], ["spikes", "√v"]),
    ("f=x^2%2By^2%2B5&x=1&y=1&steps=200000&run=adagrad,learning_rate:0.5", ["come to rest", "loss is 5"], ["stalls"]),
    ("f=quadratic&run=nesterov", ["converges"], ["stalls"]),
    ("f=quartic&run=adam,a:1000,b:300", ["stalls"], ["on its way", "converges", "never crosses"]),
    ("f=exp(-x)%2By^2&x=-0.7079&y=-2.488&steps=69&run=lion,learning_rate:0.55,a:0.107,b:0.753",
     ["lies between 0.06864 and 0.08294"], ["quarter alone"]),
    ("f=ackley&x=0.9863&y=-0.6006&steps=1566&run=adadelta,epsilon:0", ["come to rest", "4.632"], ["local minimum"]),
    ("f=rosenbrock&steps=200", ["still on its way", "early"], ["converges", "spike"]),
    ("f=beale&x=-32&y=1", ["still on its way"], ["converges", "stalls"]),
    ("f=quadratic&steps=10000&run=adam,epsilon:1,learning_rate_schedule:1/t", ["on its way"], ["spike may"]),
    ("f=quadratic&steps=20000", ["still moves", "spike may yet come"], ["rest", "nothing moves"]),
    ("f=quadratic&steps=40000", ["spikes"], []),
    ("f=quartic&run=adam,a:1,b:300", ["converges"], ["never"]),
    ("f=beale&run=adam,a:1,b:251", [], ["v forgets faster than m"]),
    ("f=rosenbrock&run=adam,a:0.1,b:0.1", ["early"], ["alike", "calm", "forgets faster"]),
    ("f=rosenbrock&run=adam,a:10,b:30", ["b is 3 times a"], ["alike"]),
    ("f=rosenbrock&run=adam,a:30,b:10", ["a is 3 times b"], ["alike"]),
    *[(f"f=rosenbrock&run={name},a:100,b:1", [], ["√v", "v forgets", "a = 8b", "a = 4b"])
      for name in ("lion", "adamax", "adashift", "adamal", "adabound")],
    ("f=rosenbrock&run=gd", [], ["√v", " v ", "a = "]),
    ("f=rosenbrock&run=rmsprop", ["2-cycle", "η/2 to either side"], ["ripples"]),
    ("f=rosenbrock&run=adam,a:1,b:100", ["within about 56 steps"], ["a few steps"]),
    ("f=rosenbrock&steps=1", ["after 1 step:"], ["1 steps"]),
    ("f=rosenbrock&run=adam,a:0.3,b:300&steps=100000", ["1,000 times"], ["1e+03"]),
    ("f=rosenbrock&run=gd,learning_rate:0.1", ["no longer finite"], []),
]  # fmt: skip


@pytest.mark.parametrize(("link", "words", "never"), DEMOS)
def test_the_usual_demonstrations_are_told_in_these_words_and_not_in_others(link, words, never):
    said, _ = read(link)
    text = " ".join(clause.text for clause in said)
    for word in words:
        assert word in text, text
    for word in never:
        assert word not in text, text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"), (np.inf, "infinity"), (0.5, "0.5"), (1e-9, "10⁻⁹"), (2.5e7, "2.5 × 10⁷"), (-3e-5, "−3 × 10⁻⁵"),
        (1000, "1,000"), (999.6, "1,000"), (12345, "12,300"), (-64.2, "−64.2"), (0.0009999, "0.001"), (1e6, "10⁶"),
    ],
)  # fmt: skip
def test_numbers_in_prose(number, text):
    assert prose.number(number) == text


def test_numbers_in_prose_can_be_read_back():
    rng = np.random.default_rng(3)
    for true in rng.choice([-1, 1], 2000) * 10 ** rng.uniform(-300, 300, 2000):
        assert near(value(prose.number(true)), true)
        assert near(value(prose.loss_number(true)), true, 4)
        assert value(prose.bound(abs(true))) > abs(true)
