"""Energy, local rates, bounds, linearisation and distance, each against a flow or a closed form."""

import numpy as np
import pytest

import core
from core import analyses


def plain_adam(objective, a, b, duration, **more):
    """Adam's flow without bias correction, epsilon 0."""
    return core.flow(
        "adam", objective, duration=duration, a=a, b=b, epsilon=0.0, bias_correction=False, rtol=1e-9, **more
    )


@pytest.mark.parametrize(("a", "b"), [(1.0, 5.0), (10.0, 5.0), (19.0, 5.0)])
def test_energy_never_grows_for_a_up_to_4b_and_its_slope_is_the_identity(a, b):
    f = core.objective("quartic")
    flow = plain_adam(f, a, b, 1.5)
    energy = analyses.energy(flow, f, b)
    assert np.diff(energy).max() <= 1e-9 * energy[0]
    # the identity, integrated by the trapezoidal rule, gives back the fall
    slope, late = analyses.energy_slope(flow, f, a, b), flow.time > 1e-3
    fall = np.trapezoid(slope[late], flow.time[late])
    assert fall == pytest.approx(energy[-1] - energy[late][0], rel=1e-3)


def test_energy_grows_somewhere_beyond_4b():
    f = core.objective("quadratic", kappa=1.0)
    energy = analyses.energy(plain_adam(f, 100.0, 5.0, 6.0), f, 5.0)
    assert np.diff(energy).max() > 1e-6 * energy[0]


@pytest.mark.parametrize("ratio", [0.1, 0.4, 1.0, 2.0, 4.0])
def test_the_loss_falls_at_twice_the_local_rate(ratio):
    b = 20.0
    flow = core.flow(
        "adam", "x^2/2 + y^2/2", start=(1e-3, 0.0), duration=1.0, a=ratio * b, b=b, epsilon=0.0, rtol=1e-10
    )
    # envelope of the loss: its maximum over windows that hold many oscillations
    t = np.linspace(0.2, 1.0, 200_001)
    loss = np.sum(flow(t) ** 2, axis=1) / 2
    peaks = loss.reshape(-1)[:-1].reshape(20, -1).argmax(axis=1) + 10_000 * np.arange(20)
    slope = np.polyfit(t[peaks], np.log(loss[peaks]), 1)[0]
    assert slope == pytest.approx(2 * analyses.local_rate(ratio * b, b), rel=0.02)


def test_the_two_rates_meet_and_vanish_at_8b():
    assert analyses.local_rate(0.8, 1.0) == pytest.approx(-0.4)
    assert analyses.local_rate(0.8 - 1e-12, 1.0) == pytest.approx(-0.4)
    assert analyses.local_rate(8.0, 1.0) == pytest.approx(0)


@pytest.mark.parametrize(("a", "step"), [(1.0, 20_567), (10.0, 2862)])
def test_the_first_spike_comes_when_the_decay_of_v_says(a, step):
    # theory: x0 = 1, lambda = 1, eta = 1e-3, b = 100; at the end of the descent v_hat is about that of a unit ramp
    run = core.run("adam", "x^2/2 + y^2/2", start=(1.0, 1.0), steps=30_000, learning_rate=1e-3, a=a, b=100.0)
    k = int(np.argmax(run.loss < 1e-6))
    v_hat = run.state["second_moment"][k, 0] / (1 - run.parameters["beta2"] ** k)
    said = analyses.first_spike(run.time[k], v_hat, 1.0, a, 100.0, 1e-3)
    gauge = analyses.preconditioned_sharpness(run)
    crossing = k + int(np.argmax((gauge > analyses.sharpness_threshold(run))[k:]))
    assert said.step == pytest.approx(crossing, rel=0.05)
    assert said.step == pytest.approx(step, rel=0.05)


def test_the_sign_flows_bound_is_an_equality_on_one_dimensional_quadratics():
    lam, x0 = 3.0, 0.8
    flow = core.flow("sign_gd", f"{lam} x^2/2 + y^2/2", start=(x0, 0.0), duration=1.0)
    bound = analyses.sign_flow_bound(flow.time, lam * x0**2 / 2, 2 * lam)
    assert flow.loss == pytest.approx(bound, abs=1e-12)


@pytest.mark.parametrize("objective", ["quadratic", "x^2/2 + x y/2 + 2 y^2", "matyas"])
def test_the_sign_flows_bound_holds_in_the_plane_and_so_does_its_time_of_arrival(objective):
    # |grad f|^2 >= mu f on a quadratic with mu twice the least curvature; at rest by 2 sqrt(f0/mu)
    f = core.objective(objective)
    mu = 2 * np.linalg.eigvalsh(f.hessian(0.0, 0.0)).min()
    start = (1.0, -0.7)
    latest = 2 * np.sqrt(f.value(*start) / mu)
    flow = core.flow("sign_gd", f, start=start, duration=2 * latest)
    assert np.all(flow.loss <= analyses.sign_flow_bound(flow.time, float(f.value(*start)), mu) + 1e-12)
    assert flow.status == "stationary"
    assert flow.time[-1] <= latest


def test_rmsprops_linearisation_is_the_papers():
    matrix, eigenvalues = analyses.linearisation("rmsprop", "quadratic", (0.0, 0.0), a=2.0, epsilon=1e-3)
    assert matrix == pytest.approx(np.diag([-1e3, -5e4, -2.0, -2.0]))
    assert eigenvalues.real.max() < 0


def test_linearisation_refuses_what_has_none():
    with pytest.raises(ValueError, match="epsilon = 0"):
        analyses.linearisation("adam", "quadratic", (0, 0), epsilon=0.0)
    with pytest.raises(ValueError, match="not smooth"):
        analyses.linearisation("sign_gd", "quadratic", (0, 0))


@pytest.mark.parametrize("kappa", [4.0, 50.0])
def test_linear_rates_are_those_of_runs(kappa):
    rates, root = analyses.linear_rates(kappa), np.sqrt(kappa)
    f = core.objective("quadratic", kappa=kappa)
    momentum = ((root - 1) / (root + 1)) ** 2
    cases = {
        "gd": ("gd", {"learning_rate": 2 / (1 + kappa)}),
        "heavy_ball": ("heavy_ball", {"learning_rate": 4 / (root + 1) ** 2, "momentum": momentum}),
        "nesterov": ("nesterov", {"learning_rate": 1 / kappa, "momentum": (root - 1) / (root + 1)}),
    }
    for name, (method, given) in cases.items():
        run = core.run(method, f, start=(1.0, 1.0), steps=400, **given)
        sizes = np.hypot(*run.position.T)
        used = sizes > 1e-130
        k = np.flatnonzero(used)[-1]
        # double roots bring a factor k, so the rate shows late: compare over the second half
        observed = (sizes[k] / sizes[k // 2]) ** (1 / (k - k // 2))
        assert observed == pytest.approx(rates[name], rel=0.02), name


def test_adagrad_norms_bound_holds_and_depends_on_the_side_of_b0():
    lipschitz, loss = 2.0, 1.0
    above, below = (analyses.adagrad_norm_iterations(1e-2, loss, lipschitz, b0) for b0 in (2.0, 0.5))
    assert above == 1 + 800
    assert below == 1 + int(np.ceil((4 - 0.25 + 4 * (1 + (0.75 + np.log(4)) * 2) ** 2) / 1e-2))


def test_distance_to_the_flow_halves_with_the_learning_rate():
    found = analyses.distance_to_flow("adam", "quartic", learning_rate=1e-2, duration=1.0, a=1.0, b=5.0)
    assert found.orders == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    ("optimizer", "variant", "order", "given"),
    [("gd", "modified", 2, {}), ("heavy_ball", "gradient_flow", 1, {"momentum": 0.5})],
)
def test_distance_to_a_variant_is_taken_in_its_own_time(optimizer, variant, order, given):
    found = analyses.distance_to_flow(
        optimizer, "matyas", start=(3.0, -2.0), learning_rate=1e-3, duration=1.0, variant=variant, **given
    )
    assert found.orders == pytest.approx(order, abs=0.05)


def test_distance_needs_a_flow():
    with pytest.raises(ValueError, match="no ODE limit is known"):
        analyses.distance_to_flow("lion", "matyas", learning_rate=1e-2, duration=1.0)


@pytest.mark.parametrize("eta", [1e-2, 1e-3])
def test_the_proofs_condition_is_the_line_a_4b(eta):
    for a, b in ((1.0, 1.0), (4.0, 1.0), (9.0, 2.0)):
        assert analyses.proof_condition(1 - b * eta, 1 - a * eta) == pytest.approx(eta * (4 * b - a), abs=1e-14)
    # as eta -> 0 the neighbourhood is proportional to a
    assert analyses.proof_neighbourhood(1 - eta, 1 - 2 * eta, eta) == pytest.approx(2.0, rel=eta)


def test_sharpness_crosses_its_threshold_where_spikes_start():
    run = core.run("adam", "rosenbrock", start=(-1.5, 2.0), steps=40_000, learning_rate=1e-3, a=1.0, b=100.0)
    gauge, line = analyses.preconditioned_sharpness(run), analyses.sharpness_threshold(run)
    assert line == pytest.approx(38_000)
    tail = np.arange(20_000, 40_001)
    jumps = tail[1:][run.loss[tail[1:]] > 1e-6]
    assert len(jumps)
    assert np.any((gauge > line)[20_000:])
    # before every burst the gauge has been above the line
    for k in jumps[::50]:
        assert (gauge / line)[max(0, k - 600) : k].max() > 0.95
    # numpy's eigenvalues of P^-1 H agree
    k = 20_000
    v_hat = run.state["second_moment"][k] / (1 - run.parameters["beta2"] ** k)
    matrix = run.objective.hessian(*run.position[k]) / (np.sqrt(v_hat) + 1e-8)[:, None]
    assert gauge[k] == pytest.approx(np.linalg.eigvals(matrix).real.max(), rel=1e-10)
