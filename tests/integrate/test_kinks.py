"""Flows of objectives with kinks: arrival, sliding, crossing; closed forms and small steps as oracles."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import core
from core.integrate.ode_limit import flow_values
from core.symbolic.kinks import pieces

NORM, ONE_NORM = "sqrt(x^2 + y^2)", "abs(x) + abs(y)"
METHODS = [
    "gd", "heavy_ball", "nesterov", "rmsprop", "adam", "adagrad", "adagrad_norm", "g_adagrad", "nadam", "sign_gd",
]  # fmt: skip
KINKED = [
    NORM, ONE_NORM, "sqrt(abs(x)) + y^2", "max(x^2, y)", "max(abs(x), abs(y))", "abs(x*y)", "abs(x) + y^2",
    "abs(x)^1.5 + abs(y)^1.2", "abs(x)^0.3 + abs(y)^0.7", "abs(x+y) + abs(x-2y)", "abs(y-x^2) + (1-x)^2",
    "sqrt(x^2) + y^2", "max(x, -x, y^2)", "abs(abs(x)-0.5) + y^2",
]  # fmt: skip


def loss_between(flow):
    """The loss at and between the times of output; where the flow has arrived, at rest."""
    points = flow(np.linspace(0, flow.duration, 400))
    assert np.all(np.isfinite(points))
    return flow.objective.value(*points.T)


@pytest.mark.parametrize("formula", KINKED)
@pytest.mark.parametrize("name", METHODS)
def test_no_flow_hangs_or_ends_in_nan_at_a_kink(name, formula):
    flow = core.flow(name, formula, start=(1.0, 0.7), duration=3.0, max_steps=60_000)
    assert flow.status in ("completed", "stationary")
    assert flow.steps["accepted"] + flow.steps["rejected"] < 50_000
    for array in (flow.time, flow.position, flow.loss, *flow.state.values()):
        assert np.all(np.isfinite(array))
    assert np.all(np.diff(flow.time) > 0)
    loss = loss_between(flow)
    if name in ("gd", "rmsprop", "adagrad", "adagrad_norm", "g_adagrad"):  # descent: f' = -g P^-1 g
        assert np.all(np.diff(flow.loss) <= 1e-6)
        assert np.all(np.diff(loss) <= 1e-6)
    if flow.status == "stationary":
        np.testing.assert_array_equal(flow([flow.duration]), flow.position[-1:])
        assert flow.time[-1] < flow.duration


@pytest.mark.parametrize("start", [(1.0, 0.7), (-0.2, 2.0), (3.0, 0.0)])
def test_gradient_flow_on_norms_arrives_when_it_must(start):
    t, x0 = np.linspace(0, 5, 301), np.array(start)
    radius = np.hypot(*start)
    flow = core.flow("gd", NORM, start=start, duration=5.0)
    assert flow.status == "stationary"
    assert flow.time[-1] == pytest.approx(radius, abs=1e-5)
    np.testing.assert_allclose(flow.position[-1], 0, atol=1e-9)
    np.testing.assert_allclose(flow(t), x0 * np.maximum(1 - t[:, None] / radius, 0), atol=1e-5)
    flow = core.flow("gd", ONE_NORM, start=start, duration=5.0)
    assert flow.status == "stationary"
    assert flow.time[-1] == pytest.approx(np.abs(x0).max(), abs=1e-9)
    np.testing.assert_allclose(flow(t), np.sign(x0) * np.maximum(np.abs(x0) - t[:, None], 0), atol=1e-9)
    flow = core.flow("gd", "max(abs(x), abs(y))", start=start, duration=9.0)
    assert flow.status == "stationary"
    assert flow.time[-1] == pytest.approx(np.abs(x0).sum(), abs=1e-7)  # at unit speed, then at half along a diagonal


@pytest.mark.parametrize("p", [0.3, 0.5, 0.7, 1.5])
def test_gradient_flow_on_powers_of_a_distance_arrives_in_finite_time(p):
    # |x|' = -p |x|^(p-1): |x|^(2-p) falls linearly, by p (2-p) t, and y goes on as e^(-2t)
    flow = core.flow("gd", f"abs(x)^{p} + y^2", start=(1.0, 0.7), duration=4.0)
    t = np.linspace(0, 4, 200)
    x = np.maximum(1 - p * (2 - p) * t, 0) ** (1 / (2 - p))
    assert flow.status == "completed"
    np.testing.assert_allclose(flow(t)[:, 1], 0.7 * np.exp(-2 * t), atol=1e-6)
    np.testing.assert_allclose(flow(t)[:, 0], x, atol=1e-5)
    alone = core.flow("gd", f"abs(x)^{p} + 0y", start=(1.0, 0.7), duration=4.0)
    assert alone.status == "stationary"
    assert alone.time[-1] == pytest.approx(1 / (p * (2 - p)), abs=1e-4)


def test_adagrad_slides_on_along_a_kink():
    # each coordinate alone: on |x|, x' = -1/sqrt(t) until it is 0; on y^2 Lambert's function, as without the kink
    t = np.linspace(0, 4, 200)
    flow = core.flow("adagrad", "abs(x) + y^2", start=(1.0, 0.7), duration=4.0, epsilon=0)
    smooth = core.flow("adagrad", "x^2 + y^2", start=(1.0, 0.7), duration=4.0, epsilon=0)
    np.testing.assert_allclose(flow(t)[:, 0], np.maximum(1 - 2 * np.sqrt(t), 0), atol=1e-6)
    np.testing.assert_allclose(flow(t)[:, 1], smooth(t)[:, 1], atol=1e-6)
    late = flow.time > 0.3
    np.testing.assert_allclose(
        flow.state["sum_of_squares"][late, 0], flow.time[late], rtol=1e-6
    )  # both sides have g^2 = 1


def test_heavy_ball_bounces_on_a_kink_until_it_rests():
    # X'' + c X' + sign(X) = 0 in pieces, by SciPy's events
    c, eta = 2.0, 1e-4
    flow = core.flow("heavy_ball", "abs(x) + 0y", start=(1.0, 0.0), duration=40.0, learning_rate=eta,
                     momentum=1 - c * np.sqrt(eta))  # fmt: skip
    assert flow.status == "stationary"
    np.testing.assert_allclose(flow.position[-1, 0], 0, atol=1e-6)

    def at_zero(t, y, sign):
        return y[0]

    at_zero.terminal = True
    t, y, sign = 0.0, [1.0, 0.0], 1.0
    while t < 6.0:
        at_zero.direction = -sign
        piece = solve_ivp(lambda t, y, sign: [y[1], -c * y[1] - sign], (t, 6.0), y, args=(sign,), events=at_zero,
                          rtol=1e-10, atol=1e-13, dense_output=True)  # fmt: skip
        times = np.linspace(t, piece.t[-1], 20)
        np.testing.assert_allclose(flow(times)[:, 0], piece.sol(times)[0], atol=1e-5)
        t, y, sign = piece.t[-1], [0.0, piece.y[1, -1]], -sign


def test_nesterov_bounces_on_a_kink_ever_lower():
    # X'' + 3 X'/t = -s has X = -s t^2/8 + A + B/t^2 between two zeros: a quadratic in t^2, one of whose roots is known
    t, velocity, s = np.sqrt(8.0), -np.sqrt(8.0) / 4, -1.0
    times, positions = [], []
    while t < 100.0:
        b = -(velocity + s * t / 4) * t**3 / 2
        a = s * t * t / 8 - b / (t * t)
        after = np.sqrt(-8 * b / s) / t
        middle = 0.5 * (t + after)
        times.append(middle)
        positions.append(-s * middle**2 / 8 + a + b / middle**2)
        t, velocity, s = after, -s * after / 4 - 2 * b / after**3, -s
    assert len(times) > 800
    flow = core.flow("nesterov", "abs(x) + 0y", start=(1.0, 0.0), duration=100.0, max_steps=60_000)
    assert flow.status == "completed"
    kept = np.array(times) < 100
    np.testing.assert_allclose(flow(np.array(times)[kept])[:, 0], np.array(positions)[kept], atol=1e-5)


@pytest.mark.parametrize(
    ("name", "formula"),
    [("amsgrad", NORM), ("amsgrad", ONE_NORM), ("amsgrad", "abs(x)^1.5 + abs(y)^1.2"),
     ("nadam", "abs(x)^1.5 + abs(y)^1.2")],
)  # fmt: skip
def test_momentum_beside_a_second_moment_comes_to_rest_on_a_kink(name, formula):
    flow = core.flow(name, formula, start=(1.0, 0.7), duration=10.0, max_steps=60_000)
    assert flow.status == "stationary"
    assert flow.loss[-1] < 1e-7


SIGN_ARRIVALS = [  # formula, time and place of arrival from (1, 0.7), by hand
    (ONE_NORM, 1.0, (0, 0)),
    ("abs(x)^0.3 + abs(y)^0.7", 1.0, (0, 0)),
    ("max(abs(x), abs(y))", 1.7, (0, 0)),  # along an axis to the diagonal, then half as fast on it
    ("max(x, -x, y^2)", 1.7, (0, 0)),
    ("max(x^2, y)", 1.7, (0, 0)),  # on y = x^2 dt = (1 + 2x) dx
    ("abs(x+y) + abs(x-2y)", 2.7, (0, 0)),  # down to x = 2y, then by 2/5 (-1, 1) + 3/5 (0, -1)
    ("abs(y-x^2) + (1-x)^2", 1.5 - np.sqrt(1.95), (np.sqrt(1.95) - 0.5, 2.2 - np.sqrt(1.95))),  # the fields oppose
]


@pytest.mark.parametrize(("formula", "time", "place"), SIGN_ARRIVALS)
def test_the_sign_flow_slides_along_kinks_and_arrives(formula, time, place):
    flow = core.flow("sign_gd", formula, start=(1.0, 0.7), duration=300.0, max_steps=60_000)
    assert flow.status == "stationary"
    assert flow.time[-1] == pytest.approx(time, abs=1e-4)
    np.testing.assert_allclose(flow.position[-1], place, atol=1e-5)


@pytest.mark.parametrize(
    ("formula", "gradient"),
    [
        ("max(x^2, y)", lambda x, y: (2 * x, 0) if x * x > y else (0, 1)),
        ("abs(x-y) + y", lambda x, y: (np.sign(x - y), 1 - np.sign(x - y))),
        ("abs(x) + y", lambda x, y: (np.sign(x), 1)),
        ("abs(x+y) + abs(x-2y)",
         lambda x, y: (np.sign(x + y) + np.sign(x - 2 * y), np.sign(x + y) - 2 * np.sign(x - 2 * y))),
    ],
)  # fmt: skip
def test_the_sign_flow_is_the_limit_of_small_sign_steps(formula, gradient):
    eta, steps = 5e-4, 4000
    path = np.empty((steps + 1, 2))
    path[0] = -0.6, 1.9
    for k in range(steps):
        path[k + 1] = path[k] - eta * np.sign(gradient(*path[k]))
    flow = core.flow("sign_gd", formula, start=(-0.6, 1.9), duration=eta * steps)
    np.testing.assert_allclose(flow(np.minimum(eta * np.arange(steps + 1), flow.duration)), path, atol=10 * eta)


@pytest.mark.parametrize("name", ["heavy_ball", "nesterov", "adam", "rmsprop", "adagrad"])
@pytest.mark.parametrize("formula", [NORM, ONE_NORM, "abs(x) + y^2", "max(abs(x), abs(y))"])
def test_a_long_flow_takes_bounded_work(name, formula):
    # friction 3/t lets a solution bounce for long, and each passage through the centre of a norm takes many steps
    duration = 60.0 if (name, formula) == ("nesterov", NORM) else 300.0
    flow = core.flow(name, formula, start=(1.0, 0.7), duration=duration, max_steps=60_000)
    assert flow.status in ("completed", "stationary")
    assert flow.loss[-1] < 1e-2
    assert np.all(np.isfinite(flow.position))


@pytest.mark.parametrize("name", ["gd", "rmsprop", "adagrad", "adagrad_norm"])
@pytest.mark.parametrize("formula", ["abs(x+y) + abs(x-2y)", "max(x^2, y)", "abs(y-x^2) + (1-x)^2", "abs(x) + y^2"])
def test_small_steps_follow_the_sliding_flow(name, formula):
    # the methods' own steps jump to and fro across the kink; their mean path is Filippov's solution
    eta, duration = (1e-4, 1.0) if name in ("gd", "rmsprop") else (2e-3, 0.4)
    given = {"learning_rate": eta} | ({"a": 5.0} if name == "rmsprop" else {})
    clock = core.OPTIMIZERS[name].clock(core.resolved(name, given))
    steps = round(duration / clock)
    run = core.run(name, formula, start=(1.0, 0.7), steps=steps, **given)
    flow = core.flow(name, formula, start=(1.0, 0.7), duration=duration, **given)
    times = np.minimum(run.time, duration)
    gap = np.abs(flow(times) - run.position).max()
    assert gap < 0.03


def test_a_start_on_a_kink():
    assert core.flow("gd", ONE_NORM, start=(0.0, 0.0), duration=1.0).status == "stationary"
    flow = core.flow("gd", "abs(x) + y^2", start=(0.0, 1.0), duration=1.0)
    np.testing.assert_allclose(flow([1.0]), [[0.0, np.exp(-2)]], atol=1e-6)
    flow = core.flow("gd", "-abs(x) + y^2", start=(0.0, 1.0), duration=1.0)  # repels; the steps' sign(0) = 0 stays
    np.testing.assert_allclose(flow([1.0]), [[0.0, np.exp(-2)]], atol=1e-6)
    flow = core.flow("gd", "max(x, 2x) + 0y", start=(0.0, 1.0), duration=1.0)  # crosses at once
    np.testing.assert_allclose(flow([1.0]), [[-1.0, 1.0]], atol=1e-9)


def test_only_what_has_kinks_is_cut_into_pieces():
    for name in core.objectives():
        assert pieces(core.objective(name)) is None  # |x|^4 is smooth; the centre of ackley's norm has no side
    assert pieces(core.objective("x^2 + sqrt(x^4) + y^2")) is None
    assert len(pieces(core.objective("power", n=1.5)).signs) == 2
    assert len(pieces(core.objective("abs(y-x) + max(x, y)")).signs) == 1


SQUARED = {"adam": "second_moment", "rmsprop": "second_moment", "adagrad": "sum_of_squares", "adamal": "second_moment",
           "g_adagrad": "sum_of_squares", "adagrad_norm": "sum_of_squares", "amsgrad": "second_moment",
           "nadam": "second_moment", "radam": "second_moment", "adabelief": "deviation_moment"}  # fmt: skip


@pytest.mark.parametrize("name", SQUARED)
@pytest.mark.parametrize(("objective", "start"), [("quadratic", (2.0, 0.0)), ("booth", None), ("rosenbrock", None)])
def test_squares_are_never_negative_between_the_steps(name, objective, start):
    rates = {"a": 100.0, "b": 100.0, "epsilon": 1e-3} if core.OPTIMIZERS[name].has_rates else {}
    flow = core.flow(name, objective, start=start, duration=20.0, **rates)
    assert flow.state[SQUARED[name]].min() >= 0


@pytest.mark.parametrize("formula", ["1/x", "-x", "exp(-x)", "-abs(x)"])
def test_the_search_for_a_resting_point_ends_where_the_loss_falls_for_ever(formula):
    flow = core.flow("adamal", formula, start=(1.0, 1.0), duration=5e301, learning_rate=1e-3)
    assert flow.status != "stationary"  # and it ends


@pytest.mark.parametrize("start", [(1.0, 0.7), (-0.6, 1.9), (2.0, -1.0)])
def test_momentum_through_an_isolated_kink_is_neither_rest_nor_divergence(start):
    """The damping by the Hessian is infinite there, and what lies behind is not defined; the velocity is not 0."""
    flow = core.flow("nesterov", NORM, start=start, duration=300.0, variant="high_resolution", max_steps=60_000)
    assert flow.status == "step_limit"
    assert np.hypot(*flow.state["velocity"][-1]) > 1e-3
    assert flow.loss.max() <= 2 * flow.loss[0]


LIMITS = [
    (name, given, limit.name)
    for name, method in core.OPTIMIZERS.items()
    for given in ([{}, {"schedule": "constant"}] if name == "nesterov" else [{}])
    for limit in method.limits_at(flow_values(method, given))
]


@pytest.mark.parametrize(("name", "given", "variant"), LIMITS)
def test_every_limit_on_a_corner_of_three_pieces_and_from_its_minimizer(name, given, variant):
    """A corner is gone through along a kink that is none behind it; from the minimizer nothing moves."""
    arguments = dict(duration=40.0, variant=variant, max_steps=60_000, **given)
    through = core.flow(name, "max(x, y, 0-x)", start=(0.5, 0.5), **arguments)
    assert through.status in ("completed", "stationary")
    assert through.steps["rejected"] < 5_000
    assert through.loss[-1] < 0.02
    for formula in (ONE_NORM, NORM, "abs(x)^0.3 + abs(y)^0.3"):
        rest = core.flow(name, formula, start=(0.0, 0.0), **arguments)
        assert rest.status == "stationary"
        np.testing.assert_array_equal(rest.position, 0.0)
        np.testing.assert_array_equal(rest([0.0, 20.0, 40.0]), 0.0)
        assert all(np.all(np.isfinite(values)) for values in (rest.time, rest.loss, *rest.state.values()))


@pytest.mark.parametrize("name", ["adagrad", "g_adagrad"])
@pytest.mark.parametrize(("formula", "loss"), [("x^2 + y^2", 0.0), ("abs(x^2 + y^2 - 1)", 1.0)])
def test_an_accumulator_that_stays_empty_is_no_divergence(name, formula, loss):
    flow = core.flow(name, formula, start=(0.0, 0.0), duration=10.0)
    assert flow.status == "stationary"
    assert flow.loss[-1] == loss
    np.testing.assert_array_equal(flow([0.0, 10.0]), 0.0)


def test_adagrad_from_a_start_on_a_kink_slides():
    # the diagonal's average is g = (1/2, 1/2) and g^2 = (1/2, 1/2): x' = -1/2/sqrt(t/2), so that x = 1/2 - sqrt(2 t)
    flow = core.flow("adagrad", "max(abs(x), abs(y))", start=(0.5, 0.5), duration=1.0, epsilon=0)
    t = np.linspace(0, 1, 200)
    assert flow.status == "stationary"
    assert flow.time[-1] == pytest.approx(1 / 8, rel=1e-6)
    np.testing.assert_allclose(flow(t), np.maximum(0.5 - np.sqrt(2 * t), 0)[:, None] * [1, 1], atol=1e-6)


def steps_of(name, gradient, start, eta, steps, a, b):
    """AdamAL's or AMSGrad's own steps in plain NumPy, without bias correction."""
    x, m, v, w = np.array(start), np.zeros(2), np.zeros(2), np.zeros(2)
    path = [x.copy()]
    for _ in range(steps):
        g = np.array(gradient(*x), dtype=float)
        m = m + b * eta * (g - m)
        v = v + a * eta * ((np.maximum(g * g, v) if name == "adamal" else g * g) - v)
        w = np.maximum(w, v)
        x = x - eta * np.divide(m, np.sqrt(w), out=np.zeros(2), where=w > 0)
        path.append(x.copy())
    return np.array(path)


@pytest.mark.parametrize("name", ["amsgrad", "adamal"])
@pytest.mark.parametrize(
    ("formula", "gradient"),
    [
        ("max(abs(x), abs(y))", lambda x, y: (np.sign(x), 0) if abs(x) > abs(y) else (0, np.sign(y))),
        ("max(x^2, y)", lambda x, y: (2 * x, 0) if x * x > y else (0, 1)),
        ("max(x, y, 0-x)", lambda x, y: (0, 1) if y > abs(x) else (np.sign(x), 0)),
    ],
)  # fmt: skip
def test_a_second_moment_that_never_falls_slides_along_a_maximum(name, formula, gradient):
    eta, a, b, duration = 2e-5, 2.0, 10.0, 1.0
    path = steps_of(name, gradient, (1.0, 0.7), eta, round(duration / eta), a, b)
    given = {"a": a, "b": b, "epsilon": 0.0, "bias_correction": False}
    flow = core.flow(name, formula, start=(1.0, 0.7), duration=duration, max_steps=60_000, **given)
    assert flow.status in ("completed", "stationary")
    np.testing.assert_allclose(flow(eta * np.arange(len(path))), path, atol=0.01)


@pytest.mark.parametrize(
    ("formula", "start", "duration"), [("abs(x-y) + 0.1*x^2", (-0.6, 1.9), 300.0), ("abs(x*y)", (0.5, 0.5), 10.0)]
)
def test_bounces_of_a_velocity_that_hardly_jumps_end(formula, start, duration):
    """Late in NAdam's flow the gradient itself has all but left the velocity, which then has inertia."""
    flow = core.flow("nadam", formula, start=start, duration=duration, max_steps=60_000)
    assert flow.status in ("completed", "stationary")
    assert flow.steps["accepted"] < 2_000
    assert flow.loss[-1] < 1e-12
