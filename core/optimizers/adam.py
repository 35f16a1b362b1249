"""Adam (Kingma & Ba 2015), as torch.optim.Adam computes it: bias correction on, epsilon outside the root.

Flow: Ma, Wu & E's system (8) for beta2 = 1 - a eta, beta1 = 1 - b eta. Belotto da Silva & Gazeau's form, with
m and v already corrected, is the same system; there the coefficients have a pole at t = 0, here 0/0 stands at
it. Both limits are finite (m_hat -> g0, v_hat -> g0^2), and the integrator starts from the series at a small t.
"""

from core.formulas.expression import expm1
from core.optimizers.base import VECTOR, Flow, Optimizer, scaled, tempered
from core.parameters import BIAS_CORRECTION, EPSILON_INSIDE_ROOT, beta1, beta2, epsilon, learning_rate


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    m = p.beta1 * state.first_moment + (1 - p.beta1) * g
    v = p.beta2 * state.second_moment + (1 - p.beta2) * (g * g)
    if p.bias_correction:
        m_hat, v_hat = m / (1 - p.beta1**k), v / (1 - p.beta2**k)
    else:
        m_hat, v_hat = m, v
    return x - scaled(p.learning_rate * m_hat, v_hat, p), {"first_moment": m, "second_moment": v}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    m, v = state.first_moment, state.second_moment
    m_hat, v_hat = (m / -expm1(-p.b * t), v / -expm1(-p.a * t)) if p.bias_correction else (m, v)
    return -scaled(m_hat, v_hat, p), {"first_moment": p.b * (g - m), "second_moment": p.a * (g * g - v)}


def start(problem, x0, p, t0):
    """Series at t0: g(t) = g0 + t d with d = H x'(0), averaged over the memory of m and v."""
    g = problem.gradient(x0)
    memory_of_m, memory_of_v = -expm1(-p.b * t0), -expm1(-p.a * t0)
    if not p.bias_correction:
        m, v = memory_of_m * g, memory_of_v * g * g
        return x0 - scaled(m, v, p) * (t0 * (2 / 3)), {"first_moment": m, "second_moment": v}
    velocity = -scaled(g, g * g, p)
    d = problem.hessian_times(x0, velocity)
    m_hat = g + d * (t0 / 2)
    v_hat = g * g + g * d * t0 + d * d * (t0 * t0 / 3)
    # the mean of the velocity at both ends: the trapezoidal rule, exact to the same order as the series
    x = x0 + (velocity - scaled(m_hat, v_hat, p)) * (t0 / 2)
    return x, {"first_moment": memory_of_m * m_hat, "second_moment": memory_of_v * v_hat}


def coefficients(values):
    shared = {name: values[name] for name in ("a", "b", "bias_correction")}
    return shared | tempered(values["epsilon"], values["epsilon_inside_root"])


ADAM_FLOW = Flow(
    name="adam",
    title="Adam flow",
    equation=(
        r"\begin{aligned} \dot m &= b(\nabla f(x) - m) \qquad \dot v = a(\nabla f(x)^2 - v) \\ "
        r"\dot x &= -\frac{m/(1-e^{-bt})}{\sqrt{v/(1-e^{-at})}+\epsilon} \end{aligned}"
    ),
    source="Ma, Wu & E 2021, eq. (8); Belotto da Silva & Gazeau 2020 in corrected moments",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=coefficients,
    state={"first_moment": VECTOR, "second_moment": VECTOR},
    squared=("second_moment",),
    start_time=1e-6,
)

OPTIMIZER = Optimizer(
    name="adam",
    title="Adam",
    rule=(
        r"\begin{aligned} m_{k+1} &= \beta_1 m_k + (1-\beta_1)\nabla f(x_k) \qquad "
        r"v_{k+1} = \beta_2 v_k + (1-\beta_2)\nabla f(x_k)^2 \\ "
        r"x_{k+1} &= x_k - \eta\,\frac{m_{k+1}/(1-\beta_1^{k+1})}{\sqrt{v_{k+1}/(1-\beta_2^{k+1})}+\epsilon}"
        r"\end{aligned}"
    ),
    source="Kingma & Ba 2015; torch.optim.Adam",
    parameters=(
        learning_rate(1e-3),
        beta1(0.9),
        beta2(0.999),
        epsilon(1e-8),
        BIAS_CORRECTION,
        EPSILON_INSIDE_ROOT,
    ),
    step=step,
    clock=lambda v: v["learning_rate"],
    clock_rule=r"t_k = k\,\eta",
    state={"first_moment": VECTOR, "second_moment": VECTOR},
    flows=(ADAM_FLOW,),
    steps_of_size_eta=True,
    epsilon_bounds_denominators=True,
)
