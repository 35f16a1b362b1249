"""Misprints and slips in the sources: for each, which reading the mathematics bears, and that the core has it.

Sources: Ma, Wu & E 2021 (paper, and slides of MSML); J. Tanner, Theories of Deep Learning, lecture 8; Chakrabarti &
Chopra 2021; the AdamAL paper, "A new perspective in understanding of Adam-type algorithms and beyond".
"""

import numpy as np
import pytest

import core
from core import analyses

# Ma, Wu & E


def test_ma_wu_e_after_proposition_4_forgets_eps_in_the_loss():
    """f = eps x^2: they say T0 = x0/sqrt(eps), a loose bound; f(x0) is eps x0^2, so T0 = x0, when x arrives."""
    eps, x0 = 1e-4, 1.0
    assert analyses.sign_flow_bound(x0, eps * x0**2, 4 * eps) == pytest.approx(0, abs=1e-20)
    assert analyses.sign_flow_bound(0.99 * x0, eps * x0**2, 4 * eps) > 0
    flow = core.flow("sign_gd", f"{eps} x^2 + y^2", start=(x0, 0.0), duration=2.0)
    assert flow.status == "stationary"
    np.testing.assert_allclose(flow.loss, analyses.sign_flow_bound(flow.time, eps * x0**2, 4 * eps), atol=1e-16)


def test_ma_wu_e_slide_of_the_sign_flow_drops_the_least_value():
    """The slide bounds f by (sqrt f(x0) - sqrt(mu) t/2)^2; the paper's f - f* is an equality on x^2/2 - 1."""
    flow = core.flow("sign_gd", "x^2/2 + y^2 - 1", start=(2.0, 0.0), duration=1.9)
    np.testing.assert_allclose(flow.loss + 1, analyses.sign_flow_bound(flow.time, 2.0, 2.0), atol=1e-12)
    slide = analyses.sign_flow_bound(flow.time, 1.0, 2.0)
    assert np.abs(flow.loss - slide).max() > 0.5


@pytest.mark.parametrize("start", [(0.5, -2.5), (-1.0, 0.3)])
def test_ma_wu_e_page_676_has_a_spurious_sign(start):
    """Adam's flow starts with x' = -sign(grad f), as their proposition 3 has it; the display prints the other sign."""
    f = core.objective("quartic")
    flow = core.flow("adam", f, start=start, duration=1e-3, a=3.0, b=7.0, epsilon=1e-12)
    speed = (flow(1e-4)[0] - start) / 1e-4
    np.testing.assert_allclose(speed, -np.sign(f.gradient(*start)), atol=1e-2)


@pytest.mark.parametrize("name", ["rmsprop", "adam"])
def test_ma_wu_e_slides_and_tanner_print_epsilon_inside_the_root_the_paper_and_pytorch_outside(name):
    """On x^2/2 RMSprop's 2-cycle is eta/2 - eps outside, sqrt(eta^2/4 - eps) inside: the default is the paper's."""
    given = {"learning_rate": 0.01, "epsilon": 1e-5, "beta2": 0.9} | ({"beta1": 0.05} if name == "adam" else {})
    cycle = {"adam": lambda e, i: analyses.adam_cycle(0.01, 0.05, 0.9, 1.0, e, i),
             "rmsprop": lambda e, i: analyses.rmsprop_cycle(0.01, 0.9, 1.0, e, i)}[name]  # fmt: skip
    run = core.run(name, "x^2/2 + y^2/2", start=(0.5, 0.0), steps=5000, **given)
    assert abs(run.position[-1, 0]) == pytest.approx(cycle(1e-5, False).half_width, rel=1e-9)
    assert abs(run.position[-1, 0]) != pytest.approx(cycle(1e-5, True).half_width, rel=0.05)


# Tanner's lecture


def test_tanner_s_rate_of_nesterov_is_the_root_of_the_true_one():
    """Printed: sqrt((sqrt kappa - 1)/sqrt kappa), the bound on values; the iterates shrink by its square."""
    kappa = 50.0
    root = np.sqrt(kappa)
    run = core.run(
        "nesterov", core.objective("quadratic", kappa=kappa), start=(1.0, 1.0), steps=600,
        learning_rate=1 / kappa, momentum=(root - 1) / (root + 1),
    )  # fmt: skip
    sizes = np.hypot(*run.position.T)
    observed = (sizes[600] / sizes[300]) ** (1 / 300)
    printed = np.sqrt((root - 1) / root)
    assert observed == pytest.approx(printed**2, rel=5e-3)
    assert observed == pytest.approx(analyses.linear_rates(kappa)["nesterov"], rel=5e-3)
    assert observed < 0.95 * printed


def test_tanner_s_scalar_adagrad_takes_the_gradient_at_the_new_point():
    """Read literally, theta_k needs grad L(theta_k), and b_k a b_(b-1). Ward et al. and the slide before: explicit."""
    f, start, b0 = core.objective("quadratic", kappa=4.0), np.array([2.0, 1.0]), 0.5
    run = core.run("adagrad_norm", f, start=tuple(start), steps=1, learning_rate=1.0, b0=b0)
    g, after = f.gradient(*start), run.position[1]
    np.testing.assert_allclose(after, start - g / np.sqrt(b0**2 + g @ g), rtol=1e-13)
    literal = f.gradient(*after)
    assert np.abs(after - (start - literal / np.sqrt(b0**2 + literal @ literal))).max() > 0.1


def test_tanner_s_not_diverged_lemma_leaves_the_first_loss_out():
    """Printed: L(theta_(k0-1)) <= (Lip/2)(1 + 2 log(b_(k0-1)/b0)). With b0 just below Lip the left is L(theta_0),
    however large; with L(theta_0) added on the right it holds, and T = ... 4 (L(theta_0) + ...)^2 has it too."""
    f, lipschitz = core.objective("2 x^2 + y^2/2"), 4.0
    broken = []
    for b0 in (0.01, 0.5, 3.9):
        run = core.run("adagrad_norm", f, start=(3.0, -2.0), steps=1000, learning_rate=1.0, b0=b0)
        b = np.sqrt(b0**2 + run.state["sum_of_squares"])
        before = int(np.argmax(b >= lipschitz)) - 1
        printed = lipschitz / 2 * (1 + 2 * np.log(b[before] / b0))
        assert run.loss[before] <= run.loss[0] + printed
        broken.append(run.loss[before] > printed)
    assert any(broken)


# Chakrabarti & Chopra


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.5, 3.0])
def test_chakrabarti_and_chopra_s_loss_falls_for_exponents_above_1_too(exponent):
    """They say eq. (8) makes f increase for c > 1; f' = -sum g^2/X^c, and the discrete method falls as well."""
    run = core.run("g_adagrad", "x^2/2 + y^2/2", start=(0.5, -0.5), steps=2000, learning_rate=1e-2, exponent=exponent)
    assert np.all(np.diff(run.loss) <= 0)
    assert run.loss[-1] < 0.9 * run.loss[0]


# The AdamAL paper

ONE, TWO = 0.9, 0.7
SLOPES = np.array([2.0, 0.5, 0.4, 5.0, 3.0, 0.1, 7.0, 0.2])


def second_moments(name, eta=0.3):
    """v_0 ... v_8 on slopes that rise and fall, and x_0 ... x_8."""
    run = analyses.online_run(name, SLOPES, learning_rate=eta, beta1=ONE, beta2=TWO, epsilon=0.0, bias_correction=False)
    return run.state["second_moment"][:, 0], run


def test_adamal_s_line_7_means_beta2():
    """Printed with beta1; the text's v_t - v_(t-1) = (1 - beta2)(g^2 - v_(t-1)) where g^2 is greater."""
    v, _ = second_moments("adamal")
    rising = np.maximum(SLOPES**2 - v[:-1], 0)
    np.testing.assert_allclose(np.diff(v), (1 - TWO) * rising, atol=1e-14)
    assert np.abs(np.diff(v) - (1 - ONE) * rising).max() > 0.1


def test_adamal_s_equation_18_is_two_steps_with_the_maximum_in_both_and_no_square_of_a_square():
    v, _ = second_moments("adamal")
    held = np.maximum(SLOPES**2, v[:-1])  # g-hat, a square already
    two_steps = TWO**2 * v[:-2] + (1 - TWO) * TWO * held[:-1]
    np.testing.assert_allclose(v[2:], two_steps + (1 - TWO) * held[1:], rtol=1e-13)
    for last in (SLOPES[1:], SLOPES[1:] ** 2):  # as printed, and squared but without the maximum
        assert np.abs(v[2:] - two_steps - (1 - TWO) * last).max() > 0.1
    squared_again = TWO**2 * v[:-2] + (1 - TWO) * TWO * held[:-1] ** 2 + (1 - TWO) * held[1:]
    assert np.abs(v[2:] - squared_again).max() > 0.1


@pytest.mark.parametrize("name", ["adam", "amsgrad"])
def test_adamal_s_equation_17_lacks_a_square_and_holds_for_reddi_s_amsgrad_as_for_adam(name):
    """Reddi keeps the maximum beside the average, so that the average is never out of line, whatever was swapped."""
    v, _ = second_moments(name)
    two_steps = TWO**2 * v[:-2] + (1 - TWO) * TWO * SLOPES[:-1] ** 2
    np.testing.assert_allclose(v[2:], two_steps + (1 - TWO) * SLOPES[1:] ** 2, rtol=1e-13)
    assert np.abs(v[2:] - two_steps - (1 - TWO) * SLOPES[1:]).max() > 0.1


def test_adamal_s_equation_16_is_not_reddi_s_amsgrad_but_adamal_itself():
    """v_t = max(v_t, v_(t-1)) feeds the maximum back into the average."""
    fed_back = [0.0]
    for g in SLOPES:
        fed_back.append(max(fed_back[-1], TWO * fed_back[-1] + (1 - TWO) * g * g))
    v, run = second_moments("adamal")
    np.testing.assert_allclose(v, fed_back, rtol=1e-13)
    _, reddi = second_moments("amsgrad")
    assert np.abs(reddi.state["second_moment_maximum"][:, 0] - fed_back).max() > 0.1
    np.testing.assert_array_equal(run.state["first_moment"], reddi.state["first_moment"])


def test_adamal_s_line_8_projects_in_a_norm_not_in_minus_a_norm():
    """Printed: the projection weighted by -sqrt(v), whose minimum is the farthest point; with +sqrt(v) the nearest."""
    v, run = second_moments("adamal", eta=1.5)
    m, x = run.state["first_moment"][1:, 0], run.position[:, 0]
    aims = x[:-1] - 1.5 * m / np.sqrt(v[1:])
    points = np.linspace(-1, 1, 2001)
    for aim, weight, after in zip(aims, np.sqrt(v[1:]), x[1:], strict=True):
        assert after == pytest.approx(points[np.argmin(weight * (points - aim) ** 2)], abs=1e-3)
        assert abs(points[np.argmin(-weight * (points - aim) ** 2)] - after) > 0.5
    assert x.min() == -1  # the projection was needed


# AMSGrad, Reddi's and PyTorch's


def test_amsgrad_takes_its_maximum_before_the_bias_correction():
    """PyTorch's present order; its 1.13 page has the maximum of the corrected v. Uncorrected, both are Reddi's."""
    f, eta, one, two = core.objective("rosenbrock"), 1e-2, 0.9, 0.9

    def readings(correct):
        rows = {}
        for order in ("before", "after"):
            x, m, v, kept = np.array(f.start), np.zeros(2), np.zeros(2), np.zeros(2)
            rows[order] = [x]
            for k in range(1, 301):
                g = f.gradient(*x)
                m, v = one * m + (1 - one) * g, two * v + (1 - two) * g * g
                of_m, of_v = (1 - one**k, 1 - two**k) if correct else (1.0, 1.0)
                kept = np.maximum(kept, v if order == "before" else v / of_v)
                below = np.sqrt(kept / of_v if order == "before" else kept) + 1e-8
                x = x - eta * (m / of_m) / below
                rows[order].append(x)
        return np.array(rows["before"]), np.array(rows["after"])

    given = {"steps": 300, "learning_rate": eta, "beta1": one, "beta2": two}
    before, after = readings(True)
    np.testing.assert_allclose(core.run("amsgrad", f, **given).position, before, rtol=1e-8)
    assert np.abs(before - after).max() > 1e-2
    before, after = readings(False)
    np.testing.assert_array_equal(before, after)
    np.testing.assert_allclose(core.run("amsgrad", f, bias_correction=False, **given).position, before, rtol=1e-8)
