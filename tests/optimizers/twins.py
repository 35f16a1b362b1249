"""Slow and obvious twins of the optimizers, from their papers, in plain Python.

Most take one coordinate at a time: a rule is (g, x, state, p, k) -> next x, and keeps its state in a dictionary whose
numbers start at 0. A method that needs the gradient elsewhere, or both coordinates, is a whole run.
"""

import math
from collections import defaultdict
from itertools import pairwise

from scipy.optimize import root


def over(numerator, v, p):
    """numerator/(sqrt v + epsilon), 0/0 being a zero step."""
    inside = p.get("epsilon_inside_root", False)
    return ratio(numerator, math.sqrt(v + p["epsilon"]) if inside else math.sqrt(v) + p["epsilon"])


def ratio(numerator, below):
    return 0.0 if numerator == below == 0 else numerator / below


def blend(beta, old, new):
    return beta * old + (1 - beta) * new


def unbiased(p, k):
    """1 - beta1^k and 1 - beta2^k, or ones."""
    return (1 - p["beta1"] ** k, 1 - p["beta2"] ** k) if p.get("bias_correction", True) else (1.0, 1.0)


def two_moments(g, s, p):
    s["first_moment"] = blend(p["beta1"], s["first_moment"], g)
    s["second_moment"] = blend(p["beta2"], s["second_moment"], g * g)
    return s["first_moment"], s["second_moment"]


def gd(g, x, s, p, k):
    return x - p["learning_rate"] * g


def sign_gd(g, x, s, p, k):
    return x - p["learning_rate"] * ((g > 0) - (g < 0))


def heavy_ball(g, x, s, p, k):
    s["momentum_buffer"] = p["momentum"] * s["momentum_buffer"] + g
    return x - p["learning_rate"] * s["momentum_buffer"]


def adagrad(g, x, s, p, k):
    s["sum_of_squares"] += g * g + (p["initial_accumulator_value"] if k == 1 else 0.0)
    return x - p["learning_rate"] * over(g, s["sum_of_squares"], p)


def rmsprop(g, x, s, p, k):
    s["second_moment"] = blend(p["beta2"], s["second_moment"], g * g)
    of_v = 1 - p["beta2"] ** k if p["bias_correction"] else 1.0
    return x - p["learning_rate"] * over(g, s["second_moment"] / of_v, p)


def adam(g, x, s, p, k):
    m, v = two_moments(g, s, p)
    of_m, of_v = unbiased(p, k)
    return x - p["learning_rate"] * over(m / of_m, v / of_v, p)


def adamw(g, x, s, p, k):
    m, v = two_moments(g, s, p)
    of_m, of_v = unbiased(p, k)
    x = x * (1 - p["learning_rate"] * p["weight_decay"])
    return x - p["learning_rate"] * over(m / of_m, v / of_v, p)


def amsgrad(g, x, s, p, k):
    m, v = two_moments(g, s, p)
    s["second_moment_maximum"] = max(s["second_moment_maximum"], v)
    of_m, of_v = unbiased(p, k)
    return x - p["learning_rate"] * over(m / of_m, s["second_moment_maximum"] / of_v, p)


def adamal(g, x, s, p, k):
    """As AMSGrad with the maximum fed back, which is the same."""
    before = s["second_moment"]
    m, v = two_moments(g, s, p)
    s["second_moment"] = max(before, v)
    of_m, of_v = unbiased(p, k)
    return x - p["learning_rate"] * over(m / of_m, s["second_moment"] / of_v, p)


def nadam(g, x, s, p, k):
    m, v = two_moments(g, s, p)
    of_v = unbiased(p, k)[1]
    now, ahead = (p["beta1"] * (1 - 0.5 * 0.96 ** (j * p["momentum_decay"])) for j in (k, k + 1))
    s["momentum_product"] = now * (s["momentum_product"] if k > 1 else 1.0)
    corrected = p["bias_correction"]
    of_g = (1 - s["momentum_product"]) if corrected else 1.0
    of_m = (1 - s["momentum_product"] * ahead) if corrected else 1.0
    return x - p["learning_rate"] * over((1 - now) * g / of_g + ahead * m / of_m, v / of_v, p)


def radam(g, x, s, p, k):
    m, v = two_moments(g, s, p)
    of_m, of_v = unbiased(p, k)
    longest = 2 / (1 - p["beta2"]) - 1
    length = longest - 2 * k * p["beta2"] ** k / of_v
    if length <= 5:
        return x - p["learning_rate"] * m / of_m
    r = math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
    return x - p["learning_rate"] * r * math.sqrt(of_v) * over(m / of_m, v, p)


def adabelief(g, x, s, p, k):
    s["first_moment"] = m = blend(p["beta1"], s["first_moment"], g)
    s["deviation_moment"] = blend(p["beta2"], s["deviation_moment"], (g - m) ** 2) + p["epsilon"]
    of_m, of_s = unbiased(p, k)
    return x - p["learning_rate"] * over(m / of_m, s["deviation_moment"] / of_s, p)


def adamax(g, x, s, p, k):
    s["first_moment"] = blend(p["beta1"], s["first_moment"], g)
    s["infinity_norm"] = max(p["beta2"] * s["infinity_norm"], abs(g) + p["epsilon"])
    return x - p["learning_rate"] / (1 - p["beta1"] ** k) * ratio(s["first_moment"], s["infinity_norm"])


def adabound(g, x, s, p, k):
    m, v = two_moments(g, s, p)
    of_m, of_v = unbiased(p, k)
    below = math.sqrt(v) + p["epsilon"]
    size = p["learning_rate"] * math.sqrt(of_v) / of_m / below if below else math.inf
    final, gamma = p["final_learning_rate"], p["gamma"]
    lower, upper = final * (1 - 1 / (gamma * k + 1)), final * (1 + 1 / (gamma * k))
    return x - min(max(size, lower), upper) * m


def adashift(g, x, s, p, k):
    past = [s[f"gradient_{age}"] for age in range(1, 11)]
    weights = [p["beta1"] ** i for i in range(10)]
    m = sum(w * gradient for w, gradient in zip(weights, [g, *past], strict=False)) / sum(weights)
    for age, gradient in enumerate([g, *past[:-1]], start=1):
        s[f"gradient_{age}"] = gradient
    if k <= 10:
        s["second_moment"], s["second_moment_weight"] = 0.0, 0.0
        return x
    s["second_moment"] = blend(p["beta2"], s["second_moment"], past[-1] ** 2)
    s["second_moment_weight"] = 1 - p["beta2"] ** (k - 10)
    return x - p["learning_rate"] * over(m, s["second_moment"] / s["second_moment_weight"], p)


def signum(g, x, s, p, k):
    s["first_moment"] = m = blend(p["beta1"], s["first_moment"], g)
    return x - p["learning_rate"] * ((m > 0) - (m < 0))


def lion(g, x, s, p, k):
    c = blend(p["beta1"], s["first_moment"], g)
    s["first_moment"] = blend(p["beta2"], s["first_moment"], g)
    return x - p["learning_rate"] * ((c > 0) - (c < 0) + p["weight_decay"] * x)


def adadelta(g, x, s, p, k):
    s["squared_gradients"] = blend(p["rho"], s["squared_gradients"], g * g)
    delta = ratio(math.sqrt(s["squared_steps"] + p["epsilon"]) * g, math.sqrt(s["squared_gradients"] + p["epsilon"]))
    s["squared_steps"] = blend(p["rho"], s["squared_steps"], delta * delta)
    return x - p["learning_rate"] * delta


def g_adagrad(g, x, s, p, k):
    s["sum_of_squares"] += g * g + (p["initial_accumulator_value"] if k == 1 else 0.0)
    return x - p["learning_rate"] * ratio(g, s["sum_of_squares"] ** p["exponent"])


def general(g, x, s, p, k):
    """Euler's steps by the poster's weights; Nesterov's case, whose gradient is elsewhere, is not by coordinates."""
    eta, case = p["learning_rate"], p["special_case"]
    kept, new, kept_square, new_square, below = 0.0, 0.0, 0.0, 0.0, p["epsilon"]
    if case == "adam":
        mu, nu = (beta * (1 - beta ** (k - 1)) / (1 - beta**k) for beta in (p["beta1"], p["beta2"]))
        kept, new, kept_square, new_square = mu, 1 - mu, nu, 1 - nu
    elif case == "rmsprop":
        kept_square, new_square = p["beta2"], 1 - p["beta2"]
    elif case == "adagrad":
        kept_square, new_square = 1.0, eta
    elif case == "heavy_ball":
        kept, new, below = p["beta1"], eta, 1.0
    elif case == "custom":
        c = p["vanishing_friction"]
        kept, new = p["beta1"] - (c / (k - 1 + c) if c else 0.0), eta * p["h"]
        kept_square, new_square = p["beta2"], eta * p["p"]
    s["first_moment"] = kept * s["first_moment"] + new * g
    s["second_moment"] = kept_square * s["second_moment"] + new_square * g * g
    direction = g if case in ("rmsprop", "adagrad") else s["first_moment"]
    return x - eta * ratio(direction, math.sqrt(s["second_moment"] + below))


def by_coordinates(rule):
    """A twin of both coordinates: (gradient, start, parameters, steps) -> (positions, {state name: rows})."""

    def twin(gradient, start, p, steps):
        rows, states = [start], (defaultdict(float), defaultdict(float))
        kept = []
        for k in range(1, steps + 1):
            g = gradient(*rows[-1])
            rows.append([rule(g[i], rows[-1][i], states[i], p, k) for i in range(2)])
            kept.append([dict(s) for s in states])
        names = kept[0][0]
        return rows, {name: [[0.0, 0.0], *([s[name] for s in pair] for pair in kept)] for name in names}

    return twin


def nesterov(gradient, start, p, steps):
    rows, before = [start], start
    for k in range(steps):
        x = rows[-1]
        beta = k / (k + 3) if p["schedule"] == "convex" else p["momentum"]
        y = [x[i] + beta * (x[i] - before[i]) for i in range(2)]
        g = gradient(*y)
        rows.append([y[i] - p["learning_rate"] * g[i] for i in range(2)])
        before = x
    steps = ([b - a for a, b in zip(*pair, strict=True)] for pair in pairwise(rows))
    return rows, {"velocity": [[0.0, 0.0], *steps]}


def adagrad_norm(gradient, start, p, steps):
    rows, sums = [start], [0.0]
    for _ in range(steps):
        g = gradient(*rows[-1])
        sums.append(sums[-1] + g[0] ** 2 + g[1] ** 2)
        b = math.sqrt(p["b0"] ** 2 + sums[-1])
        rows.append([rows[-1][i] - p["learning_rate"] * g[i] / b for i in range(2)])
    return rows, {"sum_of_squares": sums}


def proximal_point(gradient, start, p, steps):
    """Implicit Euler: where x - eta g(x) is the point before."""
    rows = [start]
    for _ in range(steps):
        before, eta = rows[-1], p["learning_rate"]

        def defect(z, before=before, eta=eta):
            return [z[i] - before[i] + eta * gradient(*z)[i] for i in range(2)]

        guess = [number + 1e-6 for number in before]  # the solver's differences need a size to go by
        rows.append(list(root(defect, guess, tol=1e-14).x))
    return rows, {}


RULES = (
    gd, sign_gd, heavy_ball, adagrad, rmsprop, adam, adamw, amsgrad, adamal, nadam, radam, adabelief, adamax, adabound,
    adashift, lion, signum, adadelta, g_adagrad, general,
)  # fmt: skip
RUNS = (nesterov, adagrad_norm, proximal_point)
TWINS = {rule.__name__: by_coordinates(rule) for rule in RULES} | {run.__name__: run for run in RUNS}

OUTSIDE = [{}, {"epsilon": 0.0}, {"epsilon": 0.1}]
INSIDE = [*OUTSIDE, {"epsilon": 1e-3, "epsilon_inside_root": True}]
CORRECTED = [*INSIDE, {"bias_correction": True}, {"bias_correction": False, "learning_rate": 2e-3}]
BETAS = [{"beta1": 0.0, "beta2": 0.5}, {"a": 10.0, "b": 10.0}, {"beta1": 0.99, "beta2": 0.9}]
# The settings that a twin is compared at
CHOICES = {
    "gd": [{}],
    "sign_gd": [{}],
    "heavy_ball": [{}, {"momentum": 0.0}, {"momentum": 0.99, "learning_rate": 1e-4}],
    "nesterov": [{}, {"schedule": "constant"}, {"schedule": "constant", "momentum": 0.5}],
    "adagrad": [*INSIDE, {"learning_rate": 0.5}, {"learning_rate": 0.5, "initial_accumulator_value": 3.0}],
    "rmsprop": [*CORRECTED, {"beta2": 0.0}, {"learning_rate": 1e-3, "a": 100.0}],
    "adam": [*CORRECTED, *BETAS],
    "adamw": [*CORRECTED, *BETAS, {"weight_decay": 0.0}, {"weight_decay": 5.0}],
    "amsgrad": [*CORRECTED, *BETAS],
    "adamal": [*CORRECTED, *BETAS, {"epsilon": 1e-8}],
    "nadam": [*CORRECTED, *BETAS, {"momentum_decay": 0.0}, {"momentum_decay": 1.0}],
    "radam": [*OUTSIDE, *BETAS, {"beta2": 0.6}, {"beta2": 0.5, "learning_rate": 1e-4}],
    "adabelief": [*OUTSIDE, *BETAS[1:], {"beta1": 0.5, "beta2": 0.99}, {"bias_correction": False}, {"epsilon": 1e-8}],
    "adamax": [*OUTSIDE, *BETAS[1:], {"beta1": 0.0, "beta2": 0.99}],
    "adabound": [{"final_learning_rate": 1e-4, **choice} for choice in (*OUTSIDE, *BETAS, {"gamma": 0.5})],
    "adashift": [*INSIDE, *BETAS[1:], {"beta1": 0.0, "beta2": 0.9, "learning_rate": 1e-4}],
    "signum": [{}, {"learning_rate": 1e-4}, {"beta1": 0.0}, {"b": 10.0}],
    "lion": [{}, {"weight_decay": 1.0}, {"learning_rate": 1e-3, "beta1": 0.5}, {"beta1": 0.0, "beta2": 0.0}],
    "adadelta": [{}, {"epsilon": 0.0}, {"epsilon": 1e-8},
                 {"learning_rate": 0.1, "rho": 0.99}, {"rho": 0.0, "epsilon": 1e-4, "learning_rate": 0.01}],
    "g_adagrad": [{}, {"exponent": 0.0, "learning_rate": 1e-4}, {"exponent": 0.3, "learning_rate": 1e-3},
                  {"exponent": 0.8, "learning_rate": 1.0}, {"exponent": 1.5, "learning_rate": 10.0},
                  {"exponent": 1.0, "learning_rate": 10.0, "initial_accumulator_value": 20.0}],
    "general": [*({"special_case": case, **choice} for case in ("adam", "rmsprop", "adagrad") for choice in OUTSIDE),
                {"special_case": "heavy_ball"}, {"special_case": "heavy_ball", "beta1": 0.5, "learning_rate": 1e-2},
                *BETAS, {"special_case": "custom"}, {"h": 5.0, "p": 0.1, "vanishing_friction": 0.0},
                {"h": 1.0, "p": 0.0, "epsilon": 1.0, "b": 30.0, "learning_rate": 1e-2}],
    "proximal_point": [{}, {"learning_rate": 1e-4}, {"learning_rate": 0.01}],
    "adagrad_norm": [{}, {"b0": 50.0}, {"learning_rate": 0.1, "b0": 1e-3}],
}  # fmt: skip
