"""Closed forms and invariants of the flows beyond those of test_flows: AdaGrad's from a full accumulator, oscillators,
the limits with the decay factors fixed, the speed at the start, second-order flows."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import gamma, jv, lambertw

import core


def g_adagrad(objective, exponent, x0, first, duration, **given):
    """The flow from a full accumulator, as Chakrabarti & Chopra start it; with a learning rate of 1, X(0) is G_0."""
    given = {"learning_rate": 1.0, "rtol": 1e-9} | given
    flow = core.flow(
        "g_adagrad", objective, start=x0, duration=duration, exponent=exponent, initial_accumulator_value=first, **given
    )
    assert flow.status == "completed"
    assert np.all(np.diff(flow.time) > 0)
    return flow, flow.time, flow.position, flow.state["sum_of_squares"]


EXPONENTS = [0.3, 0.5, 1.0, 1.5, 2.0]
PROVED = [0.05, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99]
PLACES = {"quadratic": None, "quartic": None, "rosenbrock": None, "himmelblau": None, "styblinski_tang": None,
          "x^2/2 + y^2": (1.0, 0.0), "(1.5 - x + x y)^2 + (x - 2)^2": (1.0, 1.0)}  # fmt: skip


def potential(total, c):
    return np.log(total) if c == 1 else total ** (1 - c) / (1 - c)


def drift(flow, c, rate=1.0):
    """How far f + rho sum X^(1-c)/(1-c), or f + rho sum ln X, is from its first value, relative to it."""
    energy = flow.loss + rate * potential(flow.state["sum_of_squares"], c).sum(axis=1)
    return np.abs(energy - energy[0]).max() / max(abs(energy[0]), 1.0)


@pytest.mark.parametrize("objective", PLACES)
@pytest.mark.parametrize("c", PROVED)
def test_g_adagrad_s_invariant_from_an_empty_accumulator(objective, c):
    """f + sum X^(1-c)/(1-c): Chakrabarti & Chopra, eq. 11; at the tolerance that the page draws with."""
    flow = core.flow("g_adagrad", objective, start=PLACES[objective], duration=5.0, exponent=c)
    assert flow.status == "completed"
    assert np.all(flow.state["sum_of_squares"] >= 0)
    assert drift(flow, c) < 1e-6


@pytest.mark.parametrize("objective", ["quartic", "rosenbrock", "himmelblau", "beale"])
@pytest.mark.parametrize("c", [*PROVED, 1.0, 1.2, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("first", [1e-6, 0.7, 1e5])
def test_g_adagrad_s_invariant_for_every_exponent(objective, c, first):
    flow, *_ = g_adagrad(objective, c, (0.5, 1.5), first, 3.0, rtol=1e-6)
    assert drift(flow, c) < 1e-6
    np.testing.assert_allclose(flow.state["sum_of_squares"][0], first, rtol=1e-12)


@pytest.mark.parametrize("rate", [0.01, 0.5, 20.0])
@pytest.mark.parametrize("c", [0.9999, 1.0, 1.0001])
def test_next_to_exponent_1_the_learning_rate_stays_in_the_flow(c, rate):
    # eta^(1/(1-c)) is no number: x' = -eta^c g/X^c by the clock k eta, and the invariant is f + eta^c sum ...
    flow = core.flow("g_adagrad", "himmelblau", start=(0.5, 1.5), duration=3.0, exponent=c, learning_rate=rate,
                     initial_accumulator_value=2.0)  # fmt: skip
    own = c != 1 and abs(np.log(rate)) <= 575 * abs(1 - c)
    assert not own
    np.testing.assert_allclose(flow.state["sum_of_squares"][0], 2.0 * rate)
    assert drift(flow, c, rate**c) < 1e-6
    run = core.run("g_adagrad", "himmelblau", steps=3, exponent=c, learning_rate=rate)
    assert run.time[1] == rate


@pytest.mark.parametrize("c", [0.05, 0.3, 0.6, 0.8, 0.9])
@pytest.mark.parametrize(("objective", "start"), [("quadratic", (2.0, 1.0)), ("x^4/4 + x y/2 + y^2", (2.0, -1.5))])
def test_g_adagrad_is_scipy_s_in_a_regular_variable(c, objective, start):
    """s = t^(1-c) and Z = X^(1-c): dx/ds = -g (s/Z)^(c/(1-c))/(1-c), dZ/ds = g^2 (s/Z)^(c/(1-c))."""
    f, power = core.objective(objective), c / (1 - c)

    def slope(s, y):
        g = f.gradient(*y[:2])
        ratio = (s / y[2:]) ** power
        return [*(-g * ratio / (1 - c)), *(g * g * ratio)]

    g0, early = f.gradient(*start), 1e-9
    begin = [*(start - g0 * np.abs(g0) ** (-2 * c) * early / (1 - c)), *(np.abs(g0) ** (2 - 2 * c) * early)]
    s = np.linspace(0.02, 2.0 ** (1 - c), 60)
    scipy = solve_ivp(slope, (early, s[-1]), begin, t_eval=s, method="Radau", rtol=1e-9, atol=1e-13, first_step=early)
    assert scipy.success
    flow = core.flow("g_adagrad", objective, start=start, duration=2.0, exponent=c)
    np.testing.assert_allclose(flow(np.minimum(s ** (1 / (1 - c)), 2.0)), scipy.y[:2].T, atol=2e-6)


@pytest.mark.parametrize("c", EXPONENTS)
def test_g_adagrad_on_a_line(c):
    g, first = np.array([3.0, -0.5]), 0.7
    flow, t, x, total = g_adagrad("3x - 0.5y", c, (1.0, -2.0), first, 5.0)
    np.testing.assert_allclose(total, first + np.outer(t, g * g), rtol=1e-9)
    np.testing.assert_allclose(x, [1.0, -2.0] - (potential(total, c) - potential(first, c)) / g, atol=1e-8)
    times = np.linspace(0, 5, 23)
    total = first + np.outer(times, g * g)
    moved = (potential(total, c) - potential(first, c)) / g
    np.testing.assert_allclose(flow(times), [1.0, -2.0] - moved, atol=1e-8)


@pytest.mark.parametrize("c", [0.3, 0.7, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("rate", [0.6, 2.0])
def test_g_adagrad_s_steps_approach_the_flow_from_a_full_accumulator(c, rate):
    # eta = delta^(1-c) and G_0 = X(0)/delta, delta -> 0: for c > 1 eta grows. At c = 1 eta is any, and G_0 alone grows.
    f, errors = core.objective("x^4/4 + x y/2 + y^2"), []
    for delta in (4e-3, 1e-3):
        if c == 1:
            given = {"learning_rate": rate, "initial_accumulator_value": 1 / delta}
            steps = round(2 / delta)
        else:
            given = {"learning_rate": delta ** (1 - c), "initial_accumulator_value": rate / delta}
            steps = round(2 / delta)
        run = core.run("g_adagrad", f, start=(1.5, -1.0), steps=steps, exponent=c, **given)
        flow = core.flow("g_adagrad", f, start=(1.5, -1.0), duration=run.time[-1], exponent=c, rtol=1e-9, **given)
        errors.append(np.abs(flow(run.time) - run.position).max())
    assert errors[1] < 1e-2
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)


@pytest.mark.parametrize("c", [1.0, 1.5])
def test_beyond_exponent_1_an_empty_accumulator_has_no_flow(c):
    with pytest.raises(ValueError, match="needs an initial_accumulator_value above 0"):
        core.flow("g_adagrad", "quadratic", exponent=c)
    assert core.run("g_adagrad", "quadratic", exponent=c, steps=5).status == "completed"


@pytest.mark.parametrize("first", [0.01, 1.0, 50.0])
@pytest.mark.parametrize("name", ["g_adagrad", "adagrad"])
def test_adagrad_on_a_parabola_from_a_full_accumulator(name, first):
    lam, x0 = 3.0, 1.2
    own = {"exponent": 0.5} if name == "g_adagrad" else {"epsilon": 0}
    flow = core.flow(name, f"{lam} x^2/2 + y^2", start=(x0, 0.0), duration=20.0, rtol=1e-9, learning_rate=1.0,
                     initial_accumulator_value=first, **own)  # fmt: skip
    t, x, total = flow.time, flow.position, flow.state["sum_of_squares"]
    f0 = lam * x0**2 / 2
    u = np.sqrt(first) + f0 / 2
    f = -2 * u * lambertw(-(f0 / (2 * u)) * np.exp(-f0 / (2 * u) - 2 * lam * t / u)).real
    np.testing.assert_allclose(lam * x[:, 0] ** 2 / 2, f, atol=1e-8)
    assert np.sqrt(total[-1, 0]) == pytest.approx(u - f[-1] / 2)  # the invariant; u in the limit
    late = (f < 1e-3 * f0) & (f > 1e-12 * f0)
    if late.sum() > 3:
        assert np.polyfit(t[late], np.log(f[late]), 1)[0] == pytest.approx(-2 * lam / u, rel=1e-2)


@pytest.mark.parametrize("c", [0.3, 0.5, 0.8])
def test_the_whole_accumulator_tells_the_whole_descent(c):
    # X_inf^(1-c) = X_0^(1-c) + (1-c)(f_0 - f_inf), in one dimension and for any f
    f = core.objective("x^4/4 - x^2 + y^2")
    _, _, x, total = g_adagrad("x^4/4 - x^2 + y^2", c, (2.5, 0.0), 0.3, 2000.0)
    fallen = f.value(2.5, 0.0) - f.value(np.sqrt(2), 0.0)
    assert x[-1, 0] == pytest.approx(np.sqrt(2), abs=1e-6)
    assert total[-1, 0] ** (1 - c) == pytest.approx(0.3 ** (1 - c) + (1 - c) * fallen, rel=1e-8)


def test_beyond_exponent_1_the_flow_stalls_before_the_minimum():
    # all of f that can go is X_0^(1-c)/(c-1) = 0.1 of 0.5
    _, _, x, _ = g_adagrad("x^2/2 + y^2", 2.0, (1.0, 0.0), 10.0, 1e6)
    f = x[:, 0] ** 2 / 2
    assert np.all(np.diff(f) <= 1e-12)  # and it never rises, as the paper has it for exponents above 1
    assert f[-1] > 0.4
    assert f[-1] == pytest.approx(0.4, abs=1e-5)


@pytest.mark.parametrize("epsilon", [0.0, 1e-10, 1e-3, 1.0])
@pytest.mark.parametrize("rate", [1e-4, 1e-2, 1.0])
@pytest.mark.parametrize("inside", [False, True])
def test_adagrad_on_a_line_for_every_epsilon_and_rate(epsilon, rate, inside):
    # x' = -g/(sqrt(X) + eta eps), or /sqrt(X + eta^2 eps), X = g^2 t: elementary integrals
    g, t = np.array([3.0, -0.5]), np.linspace(0, 5, 40)
    flow = core.flow("adagrad", "3x - 0.5y", start=(1.0, -2.0), duration=5.0, epsilon=epsilon, learning_rate=rate,
                     epsilon_inside_root=inside)  # fmt: skip
    root = np.sqrt(np.outer(t, g * g))
    if inside:
        e = rate**2 * epsilon
        moved = 2 / g * (np.sqrt(root**2 + e) - np.sqrt(e))
    else:
        e = rate * epsilon
        moved = 2 / g * (root - (e * np.log1p(root / e) if e else 0.0))
    np.testing.assert_allclose(flow(t), [1.0, -2.0] - moved, atol=2e-7)


@pytest.mark.parametrize("rate", [1e-5, 1e-2, 1.0])
@pytest.mark.parametrize("b0", [1e-4, 0.1, 1e4])
@pytest.mark.parametrize("objective", ["quartic", "rosenbrock", "himmelblau", "quadratic"])
def test_adagrad_norm_s_invariant_over_its_ranges(objective, rate, b0):
    flow = core.flow("adagrad_norm", objective, duration=5.0, learning_rate=rate, b0=b0)
    energy = flow.loss + 2 * np.sqrt((rate * b0) ** 2 + flow.state["sum_of_squares"])
    assert np.abs(energy - energy[0]).max() < 1e-6 * energy[0]


@pytest.mark.parametrize("rate", [1e-5, 1e-2, 1.0])
@pytest.mark.parametrize("first", [0.0, 1e-3, 1.0, 1e4])
@pytest.mark.parametrize("objective", ["quartic", "rosenbrock", "himmelblau", "quadratic"])
def test_adagrad_s_invariant_over_its_ranges(objective, rate, first):
    flow = core.flow("adagrad", objective, duration=5.0, learning_rate=rate, initial_accumulator_value=first, epsilon=0)
    energy = flow.loss + 2 * np.sqrt(flow.state["sum_of_squares"]).sum(axis=1)
    assert np.abs(energy - energy[0]).max() < 1e-6 * energy[0]


@pytest.mark.parametrize("schedule", ["1/sqrt(t)", "1/t", "cosine"])
@pytest.mark.parametrize(("c", "first"), [(0.3, 0.0), (0.8, 0.5), (1.5, 2.0)])
def test_a_schedule_is_read_by_the_flow_s_own_time(schedule, c, first):
    # against SciPy in t itself, from a start after which nothing is singular
    f, given = core.objective("matyas"), {"learning_rate": 0.5, "exponent": c, "initial_accumulator_value": first}
    step = 0.5 ** (1 / (1 - c))
    flow = core.flow("g_adagrad", f, start=(3.0, -2.0), duration=40 * step, rtol=1e-9,
                     learning_rate_schedule=schedule, **given)  # fmt: skip
    factor = {
        "1/sqrt(t)": lambda k: 1 / np.sqrt(k), "1/t": lambda k: 1 / k,
        "cosine": lambda k: (1 + np.cos(np.pi * (k - 1) / 40)) / 2,
    }[schedule]  # fmt: skip

    def slope(t, y):
        g = f.gradient(*y[:2])
        return [*(-factor(1 + t / step) * g / y[2:] ** c), *(g * g)]

    where = np.searchsorted(flow.time, step)
    begin = [*flow.position[where], *flow.state["sum_of_squares"][where]]
    times = np.linspace(flow.time[where], flow.duration, 30)
    scipy = solve_ivp(slope, (times[0], times[-1]), begin, t_eval=times, method="DOP853", rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(flow(times), scipy.y[:2].T, atol=1e-7)


# Momentum


@pytest.mark.parametrize("friction", [0.5, 3.0, 20.0])
def test_heavy_ball_s_flow_on_a_quadratic_is_the_damped_oscillator(friction):
    eta = 1e-4
    flow = core.flow(
        "heavy_ball", "quadratic", start=(2.0, 1.0), duration=6.0, rtol=1e-10,
        learning_rate=eta, momentum=1 - friction * np.sqrt(eta),
    )  # fmt: skip
    t = np.linspace(0, 6, 121)
    for column, (lam, x0) in enumerate([(1.0, 2.0), (50.0, 1.0)]):
        one, two = np.roots([1, friction, lam]).astype(complex)
        exact = x0 * (one * np.exp(two * t) - two * np.exp(one * t)) / (one - two)
        np.testing.assert_allclose(flow(t)[:, column], exact.real, atol=1e-7)


def test_heavy_ball_as_an_average_has_a_flow_of_its_own_clock():
    # m' = b (g - m), x' = -m in t = k eta: the friction flow with friction sqrt(b) in sqrt(b) t
    b, eta = 7.0, 1e-4
    flow = core.flow(
        "heavy_ball", "quartic", duration=2 * np.sqrt(b), rtol=1e-10,
        learning_rate=b * eta * eta, momentum=1 - b * eta,
    )  # fmt: skip
    f = core.objective("quartic")
    t = np.linspace(0, 2, 41)
    scipy = solve_ivp(
        lambda t, y: [*(-y[2:]), *(b * (f.gradient(*y[:2]) - y[2:]))],
        (0, 2), [*f.start, 0, 0], t_eval=t, method="DOP853", rtol=1e-11, atol=1e-12,
    )  # fmt: skip
    np.testing.assert_allclose(flow(np.sqrt(b) * t), scipy.y[:2].T, atol=1e-6)


@pytest.mark.parametrize("momentum", [0.3, 0.9])
def test_heavy_ball_with_its_momentum_fixed_has_the_gradient_flow(momentum):
    # the clock is k eta/(1 - momentum)
    f, errors = core.objective("matyas"), []
    for eta in (4e-4 * (1 - momentum), 1e-4 * (1 - momentum)):
        run = core.run(
            "heavy_ball", f, start=(3.0, -2.0), steps=round((1 - momentum) / eta), learning_rate=eta, momentum=momentum
        )
        t = np.arange(len(run.loss)) * eta / (1 - momentum)
        flow = core.flow("gd", f, start=(3.0, -2.0), duration=t[-1], rtol=1e-10)
        errors.append(np.abs(run.position - flow(t)).max())
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)


# Second-order flows


def test_gradient_descent_follows_the_gradient_flow_of_a_steeper_function_more_closely():
    # f + (eta/4) |grad f|^2 (Barrett & Dherin): an error of eta^2 in place of eta
    errors = {"plain": [], "modified": []}
    for eta in (0.02, 0.01):
        run = core.run("gd", "x^4/4 + x y + y^2", start=(1.5, -1.0), steps=round(2 / eta), learning_rate=eta)
        for name, share in (("plain", 0.0), ("modified", eta / 4)):
            f = f"x^4/4 + x y + y^2 + {share} * ((x^3 + y)^2 + (x + 2y)^2)"
            flow = core.flow("gd", f, start=(1.5, -1.0), duration=2.0, rtol=1e-11)
            errors[name].append(np.abs(run.position - flow(np.minimum(run.time, 2.0))).max())
    assert errors["plain"][0] / errors["plain"][1] == pytest.approx(2, rel=0.1)
    assert errors["modified"][0] / errors["modified"][1] == pytest.approx(4, rel=0.1)


def test_adam_with_fixed_decay_factors_follows_its_second_order_flow():
    # x' = -(g + h B)/sqrt(g^2 + eps), epsilon inside the root, after the start-up (Cattaneo et al. 2023)
    one, two, eps = 0.8, 0.9, 0.1
    f = core.objective("x^4/4 + x y/2 + y^2")

    def penalty(x):
        g, hessian = f.gradient(*x), f.hessian(*x)
        slopes = hessian @ (g / np.sqrt(g * g + eps))  # of the perturbed 1-norm of the gradient
        of_one, of_two = (1 + one) / (1 - one), (1 + two) / (1 - two)
        return (of_one - of_two + of_two * eps / (g * g + eps)) * slopes / 2

    def slope(t, x, h):
        g = f.gradient(*x)
        return -(g + h * penalty(x)) / np.sqrt(g * g + eps)

    errors = {"plain": [], "modified": []}
    for h in (2e-3, 1e-3):
        run = core.run(
            "adam", f, start=(2.0, -1.5), steps=300 + round(1 / h), learning_rate=h, beta1=one, beta2=two,
            epsilon=eps, epsilon_inside_root=True,
        )  # fmt: skip
        after = run.position[300:]
        for name, used in (("plain", 0.0), ("modified", h)):
            scipy = solve_ivp(
                slope, (0, 1), after[0], args=(used,), t_eval=np.linspace(0, 1, 51), rtol=1e-10, atol=1e-12,
                method="DOP853",
            )  # fmt: skip
            errors[name].append(np.abs(scipy.y.T - after[:: round(1 / h) // 50]).max())
    assert errors["plain"][1] > 20 * errors["modified"][1]
    assert errors["modified"][0] / errors["modified"][1] == pytest.approx(4, rel=0.15)


CURVATURES = np.array([1.0, 9.0])


def distance_to_high_resolution(name, step, resolved):
    """Of the iterates from Shi, Du, Jordan & Su's equation, or from its plain part, on (x^2 + 9 y^2)/2, mu = 1.

    Their start X'(0) = -2 sqrt(s) grad f/(1 + sqrt(mu s)) belongs to a larger first step. From x_1 = x_0 - s grad f it
    is -sqrt(s) grad f/2 [derived], and for NAG-C -sqrt(s) grad f at 3 sqrt(s)/2, the time of x_0.
    """
    h, x0 = np.sqrt(step), np.ones(2)
    steps, convex = round(3 / h), name == "convex"
    given = {} if convex else {"momentum": (1 - h) / (1 + h)}
    run = core.run(
        "heavy_ball" if name == "heavy_ball" else "nesterov", "(x^2 + 9 y^2)/2",
        start=tuple(x0), steps=steps, learning_rate=step, **given,
    )  # fmt: skip

    def slope(t, y):
        x, velocity = y[:2], y[2:]
        friction, push = (3 / t, 1 + 1.5 * h / t) if convex else (2.0, 1 + h)
        by_hessian = h * CURVATURES if resolved and name != "heavy_ball" else 0.0
        return [*velocity, *(-(friction + by_hessian) * velocity - (push if resolved else 1) * CURVATURES * x)]

    times = (np.arange(steps + 1) + (1.5 if convex else 0)) * h
    begin = -(h if convex else h / 2) * CURVATURES * x0 * resolved
    scipy = solve_ivp(slope, times[[0, -1]], [*x0, *begin], t_eval=times, rtol=1e-10, atol=1e-12, method="DOP853")
    return np.abs(run.position - scipy.y[:2].T).max()


@pytest.mark.parametrize("name", ["heavy_ball", "strongly convex", "convex"])
def test_momentum_s_high_resolution_equations_are_of_the_next_order(name):
    # in h = sqrt(s): the order is 2, that of the equations without the correction 1
    fine, coarse = 1e-4, 4e-4
    for resolved, order in ((True, 2), (False, 1)):
        ratio = np.divide(*(distance_to_high_resolution(name, step, resolved) for step in (coarse, fine)))
        assert ratio == pytest.approx(2**order, rel=0.05)


# Adam's and RMSprop's limits


@pytest.mark.parametrize(("name", "decays"), [("adam", {"beta1": 0.5, "beta2": 0.9}), ("rmsprop", {"beta2": 0.9})])
def test_with_fixed_decay_factors_the_limit_is_the_smoothed_sign_flow(name, decays):
    # Ma, Wu & E, proposition 1: x' = -g/(|g| + eps); on lam x^2/2 with w = lam x/eps, w + ln w falls by lam t/eps
    lam, eps, x0, errors = 2.0, 0.3, 1.5, []
    for eta in (4e-4, 1e-4):
        run = core.run(
            name, f"{lam} x^2/2 + y^2", start=(x0, 0.0), steps=round(3 / eta), learning_rate=eta, epsilon=eps, **decays
        )
        exact = eps / lam * lambertw(lam * x0 / eps * np.exp(lam * (x0 - run.time) / eps)).real
        errors.append(np.abs(run.position[:, 0] - exact).max())
    assert errors[0] < 0.01
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)


def velocity(flow, a, b, epsilon):
    """x' after the start, from the state."""
    t = flow.time[1:, None]
    m, v = flow.state["first_moment"][1:] / -np.expm1(-b * t), flow.state["second_moment"][1:] / -np.expm1(-a * t)
    return -m / (np.sqrt(v) + epsilon)


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (1.0, 100.0), (100.0, 1.0), (100.0, 100.0)])
def test_adam_starts_at_the_speed_of_the_sign_whatever_a_and_b(a, b):
    # Ma, Wu & E, proposition 3: |x' + sign g| < 54 M^3 L sqrt(d) t/c^4 for t < c^3/(32 M^2 L sqrt d)
    least, greatest, lipschitz, d = 1.0, 2.0 * np.sqrt(1.25), 1.0, 2
    until = least**3 / (32 * greatest**2 * lipschitz * np.sqrt(d))
    flow = core.flow("adam", "x^2/2 + y^2/2", start=(2.0, -1.0), duration=until, a=a, b=b, epsilon=1e-12, rtol=1e-10)
    t = flow.time[1:]
    distance = np.hypot(*(velocity(flow, a, b, 1e-12) + np.sign([2.0, -1.0])).T)
    assert np.all(distance < 54 * greatest**3 * lipschitz * np.sqrt(d) * t / least**4)
    assert distance[0] < 1e-5


@pytest.mark.parametrize("objective", ["quartic", "rosenbrock", "himmelblau"])
@pytest.mark.parametrize("ratio", [0.5, 2.0, 3.9])
def test_where_it_is_proved_adam_s_flow_comes_to_rest_at_a_critical_point(objective, ratio):
    # Belotto da Silva & Gazeau, theorem 1 (0) and (I): epsilon > 0, f coercive, a < 4b
    flow = core.flow("adam", objective, duration=400.0, a=5.0 * ratio, b=5.0, epsilon=0.3)
    assert flow.status == "completed"
    assert np.abs(core.objective(objective).gradient(*flow.position[-1])).max() < 1e-3
    assert np.abs(flow.state["first_moment"][-1]).max() < 1e-3
    assert flow.state["second_moment"][-1].max() < 1e-5


@pytest.mark.parametrize("r", [2.0, 3.0, 5.0])
def test_su_boyd_candes_with_any_friction_is_a_bessel_function(r):
    """X'' + (r/t) X' + lambda X = 0: X = x0 Gamma((r+1)/2) (2/(t sqrt lambda))^((r-1)/2) J_((r-1)/2)(t sqrt lambda)."""
    given = {"special_case": "custom", "h": 1.0, "p": 0.0, "epsilon": 1.0, "b": 1e-9, "vanishing_friction": r}
    flow = core.flow("general", "(4*x^2+y^2)/2", start=(1.0, -2.0), duration=8.0, rtol=1e-10, **given)
    t, order = np.linspace(0.1, 8, 60), (r - 1) / 2
    for i, curvature in enumerate([4.0, 1.0]):
        z = t * np.sqrt(curvature)
        exact = (1.0, -2.0)[i] * gamma((r + 1) / 2) * (2 / z) ** order * jv(order, z)
        np.testing.assert_allclose(flow(t)[:, i], exact, rtol=0, atol=2e-6)


def test_later_larger_rates_are_faster():
    """Ma, Wu & E, figure 3, on the quartic: at equal times, with a = b, the loss falls with both."""
    f, start, times = core.objective("quartic"), (0.5, -2.5), np.array([1.0, 2.0, 3.0])
    levels = []
    for rate in (0.5, 5.0, 50.0):
        flow = core.flow("adam", f, start=start, duration=3.0, a=rate, b=rate)
        levels.append(f.value(*flow(times).T))
    assert np.all(np.diff(levels, axis=0) < 0)
