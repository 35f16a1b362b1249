"""Every smooth flow against SciPy and closed forms; the interface of a flow."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import j1, lambertw

import core

EARLY = 1e-14  # SciPy starts here, from the leading terms of each flow at its singular start
STARTS = {"quartic": np.array([0.5, -2.5]), "quadratic": np.array([2.0, 1.0])}
EPS = 1e-3


def slope(objective, z):
    if objective == "quadratic":
        return z * [1.0, 50.0]
    s, d = 4 * (z[0] + z[1]) ** 3, (z[0] - z[1]) ** 3 / 4
    return np.array([s + d, s - d])


# Each flow by hand: (t, x, state, g) -> (x', state'), and its (x, state) at the early time t


def gradient(t, x, s, g):
    return -g, []


def friction(t, x, s, g):
    return s, -2.0 * s - g


def su_boyd_candes(t, x, s, g):
    return s, -3 / t * s - g


def adagrad(t, x, s, g):
    return -g / (np.sqrt(np.maximum(s, 0)) + EPS * 0.01), g * g


def rmsprop(t, x, s, g):
    return -g / (np.sqrt(np.maximum(s, 0)) + EPS), 5.0 * (g * g - s)


def rmsprop_corrected(t, x, s, g):
    return -g / (np.sqrt(np.maximum(s, 0) / -np.expm1(-5.0 * t)) + EPS), 5.0 * (g * g - s)


def adam(t, x, s, g):
    m, v = s[:2] / -np.expm1(-20.0 * t), np.maximum(s[2:], 0) / -np.expm1(-5.0 * t)
    return -m / (np.sqrt(v) + EPS), [*(20.0 * (g - s[:2])), *(5.0 * (g * g - s[2:]))]


def adam_inside(t, x, s, g):
    m, v = s[:2] / -np.expm1(-20.0 * t), np.maximum(s[2:], 0) / -np.expm1(-5.0 * t)
    return -m / np.sqrt(v + EPS), [*(20.0 * (g - s[:2])), *(5.0 * (g * g - s[2:]))]


def adam_uncorrected(t, x, s, g):
    return -s[:2] / (np.sqrt(np.maximum(s[2:], 0)) + EPS), [*(20.0 * (g - s[:2])), *(5.0 * (g * g - s[2:]))]


def adamw(t, x, s, g):
    velocity, rates = adam(t, x, s, g)
    return velocity - 0.3 * x, rates


def adamal(t, x, s, g):
    return -s[:2] / (np.sqrt(s[2:]) + EPS), [*(20.0 * (g - s[:2])), *(5.0 * np.maximum(g * g - s[2:], 0))]


def nadam(t, x, s, g):
    v = np.maximum(s[2:], 0) / -np.expm1(-5.0 * t)
    mu = 1 - 0.96 ** (2.0 * t) / 2
    velocity = -((1 - mu) * g + mu * s[:2]) / (np.sqrt(v) + EPS)
    return velocity, [*(20.0 * (g - s[:2])), *(5.0 * (g * g - s[2:]))]


def radam(t, x, s, g):
    r = np.sqrt(1 - 5.0 * t / np.expm1(5.0 * t)) if t > 1e-7 else np.sqrt(2.5 * t)
    m, root = s[:2] / -np.expm1(-20.0 * t), np.sqrt(-np.expm1(-5.0 * t))
    below = np.sqrt(np.maximum(s[2:], 0)) + EPS
    return -r * root * m / below, [*(20.0 * (g - s[:2])), *(5.0 * (g * g - s[2:]))]


def adabelief(t, x, s, g):
    m, v = s[:2] / -np.expm1(-20.0 * t), np.maximum(s[2:], 0) / -np.expm1(-5.0 * t)
    return -m / (np.sqrt(v) + EPS), [*(20.0 * (g - s[:2])), *(5.0 * ((g - s[:2]) ** 2 - s[2:]) + EPS / 1e-3)]


def adagrad_norm(t, x, s, g):
    return -g / np.sqrt(0.5**2 * 0.2**2 + s), [g @ g]


def g_adagrad(t, x, s, g):
    return -g / s**0.3, g * g


def general(t, x, s, g):
    """h = 6, r = 20 + 2/t, p = 3, q = 5."""
    return -s[:2] / np.sqrt(np.maximum(s[2:], 0) + EPS), [
        *(6.0 * g - (20.0 + 2.0 / t) * s[:2]),
        *(3.0 * g * g - 5.0 * s[2:]),
    ]


def adagrad_inside(t, x, s, g):
    return -g / np.sqrt(np.maximum(s[2:], 0) + EPS), [0.0, 0.0, *(g * g)]


def rmsprop_inside(t, x, s, g):
    return -g / np.sqrt(np.maximum(s[2:], 0) + EPS), [0.0, 0.0, *(5.0 * (g * g - s[2:]))]


def friction_of_two_moments(t, x, s, g):
    return -s[:2], [*(g - 20.0 * s[:2]), 0.0, 0.0]


def nesterov_of_two_moments(t, x, s, g):
    return -s[:2], [*(g - 4.0 / t * s[:2]), 0.0, 0.0]


def at_rest(x, g, t):
    return x, [0, 0]


def rooted(rate):
    return lambda x, g, t: (x - 2 * np.sign(g) * np.sqrt(t / rate), rate * t * g * g)


def signed(x, g, t):
    return x - t * np.sign(g), [*(20.0 * t * g), *(5.0 * t * g * g)]


def half_signed(x, g, t):
    return x - t / 2 * np.sign(g), signed(x, g, t)[1]


def empty(x, g, t):
    return x, [0.0, 0.0, 0.0, 0.0]


def believed(x, g, t):
    return signed(x, g, t)[0], [*(20.0 * t * g), *(t * (5.0 * g * g + EPS / 1e-3))]


FRICTION = {"learning_rate": 1e-4, "momentum": 0.98}  # (1 - 0.98)/0.01 = 2
BOTH = {"epsilon": EPS, "a": 5.0, "b": 20.0}
FLOWS = {
    "gradient": (gradient, lambda x, g, t: (x, []), "gd", {}),
    "implicit": (gradient, lambda x, g, t: (x, []), "proximal_point", {}),
    "momentum": (gradient, lambda x, g, t: (x, []), "heavy_ball", {"variant": "gradient_flow"}),
    "friction": (friction, at_rest, "heavy_ball", FRICTION),
    "constant": (friction, at_rest, "nesterov", FRICTION | {"schedule": "constant"}),
    "su_boyd_candes": (su_boyd_candes, lambda x, g, t: (x, -t / 4 * g), "nesterov", {}),
    "adagrad": (adagrad, rooted(1.0), "adagrad", {"learning_rate": 0.01, "epsilon": EPS}),
    "rmsprop": (rmsprop, rooted(5.0), "rmsprop", {"a": 5.0, "epsilon": EPS}),
    "rmsprop_corrected": (
        rmsprop_corrected, lambda x, g, t: (x - t * np.sign(g), 5.0 * t * g * g),
        "rmsprop", {"a": 5.0, "epsilon": EPS, "bias_correction": True},
    ),
    "adam": (adam, signed, "adam", BOTH),
    "adam_inside": (adam_inside, signed, "adam", BOTH | {"epsilon_inside_root": True}),
    "adam_uncorrected": (
        adam_uncorrected, lambda x, g, t: (x, signed(x, g, t)[1]), "adam", BOTH | {"bias_correction": False}
    ),
    "adamw": (adamw, signed, "adamw", BOTH | {"weight_decay": 0.3}),
    "adamal": (adamal, lambda x, g, t: (x, signed(x, g, t)[1]), "adamal", BOTH),
    "nadam": (nadam, half_signed, "nadam", BOTH | {"learning_rate": 1e-3, "momentum_decay": 2e-3}),
    "radam": (radam, lambda x, g, t: (x, signed(x, g, t)[1]), "radam", BOTH),
    "adabelief": (adabelief, believed, "adabelief", BOTH | {"learning_rate": 1e-3}),
    "adagrad_norm": (adagrad_norm, lambda x, g, t: (x, [0.0]), "adagrad_norm", {"learning_rate": 0.5, "b0": 0.2}),
    "g_adagrad": (
        g_adagrad, lambda x, g, t: (x - np.sign(g) * abs(g) ** 0.4 * t**0.7 / 0.7, t * g * g),
        "g_adagrad", {"exponent": 0.3},
    ),
    "general adam": (adam_inside, signed, "general", BOTH),
    "general custom": (
        general, empty, "general", BOTH | {"h": 6.0, "p": 3.0, "vanishing_friction": 2.0, "special_case": "custom"}
    ),
    "general adagrad": (adagrad_inside, empty, "general", BOTH | {"special_case": "adagrad"}),
    "general rmsprop": (rmsprop_inside, empty, "general", BOTH | {"special_case": "rmsprop"}),
    "general heavy_ball": (friction_of_two_moments, empty, "general", BOTH | {"special_case": "heavy_ball"}),
    "general nesterov": (
        nesterov_of_two_moments, empty, "general",
        BOTH | {"special_case": "nesterov", "vanishing_friction": 4.0},
    ),
    "adashift": (
        rmsprop_corrected, lambda x, g, t: (x - t * np.sign(g), 5.0 * t * g * g),
        "adashift", {"a": 5.0, "epsilon": EPS},
    ),
}  # fmt: skip


def test_every_smooth_flow_is_compared():
    declared = set()
    for name in core.optimizers():
        flows = core.OPTIMIZERS[name].flows
        for choice in ({}, {"schedule": "constant"}) if name == "nesterov" else ({},):
            offered = flows(core.resolved(name, choice)) if callable(flows) else flows
            declared |= {(name, flow.name) for flow in offered if flow.kind == "smooth"}
    compared = {(n, core.flow(n, "quartic", duration=1e-3, **p).variant) for _, _, n, p in FLOWS.values()}
    compared |= {("nesterov", "su_boyd_candes"), ("nesterov", "friction"), ("amsgrad", "amsgrad")}
    assert declared == compared


@pytest.mark.parametrize("objective", STARTS)
@pytest.mark.parametrize("case", FLOWS)
def test_the_flow_is_scipy_s(case, objective):
    by_hand, early, optimizer, parameters = FLOWS[case]
    x0, duration = STARTS[objective], 3.0
    flow = core.flow(optimizer, objective, start=x0, duration=duration, rtol=1e-9, **parameters)

    def right_hand_side(t, y):
        velocity, rates = by_hand(t, y[:2], y[2:], slope(objective, y[:2]))
        return np.concatenate([velocity, rates])

    begin = np.concatenate(early(x0, slope(objective, x0), EARLY))
    times = np.linspace(0.01, duration, 50)
    scipy = solve_ivp(
        right_hand_side, (EARLY, duration), begin, method="Radau", t_eval=times, rtol=1e-10, atol=1e-13,
        first_step=EARLY,
    )  # fmt: skip
    assert scipy.success
    assert flow.status == "completed"
    np.testing.assert_allclose(flow(times), scipy.y[:2].T, atol=1e-5)
    default = core.flow(optimizer, objective, start=x0, duration=duration, **parameters)
    np.testing.assert_allclose(default(times), scipy.y[:2].T, atol=1e-4)


@pytest.mark.parametrize("objective", STARTS)
def test_amsgrad_s_flow_keeps_the_supremum(objective):
    """Against RK4 on Adam's m and v with v's running maximum kept aside: SciPy's Radau sticks at the jump of w'."""
    x0, duration, dt = STARTS[objective], 2.0, 2e-4

    def right_hand_side(t, y, greatest):
        g, w = slope(objective, y[:2]), np.maximum(greatest, y[4:])
        below = np.sqrt(w / -np.expm1(-5.0 * t)) + EPS
        velocity = y[2:4] / (np.expm1(-20.0 * t) * below)
        return np.concatenate([velocity, 20.0 * (g - y[2:4]), 5.0 * (g * g - y[4:])])

    t, y = EARLY, np.concatenate(signed(x0, slope(objective, x0), EARLY))
    greatest, rows = y[4:], [x0]
    for _ in range(round(duration / dt)):
        one = right_hand_side(t, y, greatest)
        two = right_hand_side(t + dt / 2, y + dt / 2 * one, greatest)
        three = right_hand_side(t + dt / 2, y + dt / 2 * two, greatest)
        four = right_hand_side(t + dt, y + dt * three, greatest)
        t, y = t + dt, y + dt / 6 * (one + 2 * two + 2 * three + four)
        greatest = np.maximum(greatest, y[4:])
        rows.append(y[:2])
    flow = core.flow("amsgrad", objective, start=x0, duration=duration, rtol=1e-9, **BOTH)
    np.testing.assert_allclose(flow(np.arange(0, len(rows), 500) * dt), rows[::500], atol=1e-4)


def test_gradient_flow_on_a_quadratic_is_exponential():
    flow = core.flow("gd", "quadratic", start=(2.0, 1.0), duration=5.0, rtol=1e-10)
    t = np.linspace(0, 5, 101)
    np.testing.assert_allclose(flow(t), [2.0, 1.0] * np.exp(-np.outer(t, [1.0, 50.0])), atol=1e-9)
    np.testing.assert_allclose(flow.loss, flow.position[:, 0] ** 2 / 2 + 25 * flow.position[:, 1] ** 2)


def test_nesterov_on_a_quadratic_is_bessel_s():
    flow = core.flow("nesterov", "quadratic", start=(2.0, 1.0), duration=10.0, rtol=1e-10)
    t = np.linspace(0.1, 10, 101)
    for column, (x0, root) in enumerate([(2.0, 1.0), (1.0, np.sqrt(50.0))]):
        np.testing.assert_allclose(flow(t)[:, column], 2 * x0 * j1(t * root) / (t * root), atol=1e-7)


@pytest.mark.parametrize("objective", ["quartic", "rosenbrock", "himmelblau", "styblinski_tang"])
def test_adagrad_s_invariant(objective):
    flow = core.flow("adagrad", objective, duration=20.0, rtol=1e-9, epsilon=0)
    energy = flow.loss + 2 * np.sqrt(flow.state["sum_of_squares"]).sum(axis=1)
    np.testing.assert_allclose(energy, energy[0], rtol=1e-6)


@pytest.mark.parametrize("objective", ["quartic", "rosenbrock", "himmelblau"])
def test_the_invariants_of_adagrad_norm_and_g_adagrad(objective):
    flow = core.flow("adagrad_norm", objective, duration=5.0, rtol=1e-9, learning_rate=0.5, b0=0.2)
    energy = flow.loss + 2 * np.sqrt(0.01 + flow.state["sum_of_squares"])
    np.testing.assert_allclose(energy, energy[0], rtol=1e-6)
    flow = core.flow("g_adagrad", objective, duration=5.0, rtol=1e-9, exponent=0.3)
    energy = flow.loss + np.sum(flow.state["sum_of_squares"] ** 0.7, axis=1) / 0.7
    np.testing.assert_allclose(energy, energy[0], rtol=1e-6)


def test_adagrad_on_a_parabola_is_lambert_s():
    # f = x^2 - only x moves; from an empty accumulator u = sqrt X reaches f0/2
    flow = core.flow("adagrad", "x^2 + 0y", start=(1.5, 0.0), duration=4.0, rtol=1e-9, epsilon=0)
    t = np.linspace(0.01, 4, 50)
    f0, u = 1.5**2, 1.5**2 / 2
    f = -2 * u * lambertw(-(f0 / (2 * u)) * np.exp(-f0 / (2 * u) - 4 * t / u)).real
    np.testing.assert_allclose(flow(t)[:, 0], np.sqrt(f), atol=1e-5)


T = np.linspace(0.01, 5.0, 60)
ON_A_LINE = {
    "gd": ({}, T[:, None] * [3.0, -0.5]),
    "adagrad": ({"epsilon": 0}, 2 * np.sqrt(T)[:, None] * [1.0, -1.0]),
    "rmsprop": ({"a": 4.0, "epsilon": 0}, 0.5 * np.arccosh(np.exp(2 * T))[:, None] * [1.0, -1.0]),
    "adam": ({"a": 1.0, "b": 100.0, "epsilon": 0.5}, T[:, None] * [3 / 3.5, -0.5]),
}


@pytest.mark.parametrize("name", ON_A_LINE)
def test_flows_on_a_line(name):
    parameters, moved = ON_A_LINE[name]
    flow = core.flow(name, "3x - 0.5y", start=(1.0, -2.0), duration=5.0, rtol=1e-8, **parameters)
    np.testing.assert_allclose(flow(T), [1.0, -2.0] - moved, atol=2e-6)


def test_adam_s_energy_never_grows_where_it_is_proved():
    # E = f + sum m^2/(2 b sqrt v) without bias correction and epsilon, for a <= 4b
    a, b = 8.0, 4.0
    flow = core.flow("adam", "quartic", duration=10.0, a=a, b=b, epsilon=0, bias_correction=False, rtol=1e-9)
    m, v = flow.state["first_moment"][1:], flow.state["second_moment"][1:]
    energy = flow.loss[1:] + np.sum(m * m / np.sqrt(v), axis=1) / (2 * b)
    assert np.all(np.diff(energy) <= 1e-6 * energy[0])
    assert energy[-1] < 1e-2 * energy[0]
