r"""AdamW, as torch.optim.AdamW: Adam with weight decay apart from the gradient.

.. math::

    x_{k+1} = x_k - \eta\, \frac{\hat m_{k+1}}{\sqrt{\hat v_{k+1}} + \epsilon} - \eta\, \lambda\, x_k

with Adam's corrected moments. ODE limit (derived): Adam's, with :math:`-\lambda x` added to the velocity.

References
----------
I. Loshchilov, F. Hutter: Decoupled weight decay regularization. ICLR 2019.
"""

from dataclasses import replace

from ..parameters import weight_decay
from . import adam, moments


def step(problem, x, state, p, k):
    moved, after = adam.step(problem, x, state, p, k)
    return moved - p.learning_rate * p.weight_decay * x, after


def right_hand_side(problem, t, x, state, p):
    velocity, rates = adam.right_hand_side(problem, t, x, state, p)
    return velocity - p.weight_decay * x, rates


def start(problem, x0, p, t0):
    x, state = moments.start(problem, x0, p, t0)
    return x - (p.weight_decay * t0) * x0, state


def coefficients(values):
    return moments.coefficients(values) | {"weight_decay": values["weight_decay"]}


ADAMW_FLOW = replace(
    adam.ADAM_FLOW,
    name="adamw",
    title="AdamW flow",
    source="derived as Ma, Wu & E's eq. (8) is",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=coefficients,
)


def threshold(p, k):
    """Where z^2 - (1 - w + beta1 - (1 - beta1) sigma) z + beta1 (1 - w) = 0, w = eta lambda, has the root -1."""
    return (1 + p.beta1) * (2 / p.learning_rate - p.weight_decay) / (1 - p.beta1)


OPTIMIZER = replace(
    adam.OPTIMIZER,
    name="adamw",
    title="AdamW",
    year=2019,
    source="Loshchilov & Hutter 2019; torch.optim.AdamW",
    parameters=(*moments.parameters(), weight_decay(1e-2)),
    step=step,
    limits=(ADAMW_FLOW,),
    sharpness=replace(moments.SHARPNESS, threshold=threshold),
    steps_as_adam=lambda values: values["weight_decay"] == 0,
    ends_as_adam=lambda values: values["weight_decay"] == 0,
)
