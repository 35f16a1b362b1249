"""The hyper-parameters that several methods have, under the field's names."""

from __future__ import annotations

from .declarations import Choice, Idle, Parameter


def learning_rate(default=1e-3):
    """
    The learning rate eta.

    Parameters
    ----------
    default : float, optional

    Returns
    -------
    Parameter
    """
    return Parameter(
        "learning_rate", r"\eta", "Learning rate", default, 0.0, open_low=True, slider=(1e-5, 1.0), scale="log",
        meaning="size of a step",
    )  # fmt: skip


def epsilon(default=1e-8):
    """
    The epsilon of the denominator.

    Parameters
    ----------
    default : float, optional

    Returns
    -------
    Parameter
    """
    return Parameter(
        "epsilon", r"\epsilon", "ε", default, 0.0, slider=(1e-12, 1.0), scale="log",
        meaning="keeps the denominator away from zero",
    )  # fmt: skip


def _decay(name, symbol, label, default, meaning, slider):
    return Parameter(
        name,
        symbol,
        label,
        default,
        0.0,
        1.0,
        open_high=True,
        slider=slider,
        scale="complement",
        meaning=meaning,
    )


def beta1(default=0.9):
    """
    The decay factor of the first moment.

    Parameters
    ----------
    default : float, optional

    Returns
    -------
    Parameter
    """
    return _decay("beta1", r"\beta_1", "β₁", default, "memory of the first moment", (0.0, 0.99999))


def beta2(default=0.999):
    """
    The decay factor of the second moment.

    Parameters
    ----------
    default : float, optional

    Returns
    -------
    Parameter
    """
    return _decay("beta2", r"\beta_2", "β₂", default, "memory of the second moment", (0.0, 0.999999))


def momentum(default=0.9):
    """
    The decay factor of past steps.

    Parameters
    ----------
    default : float, optional

    Returns
    -------
    Parameter
    """
    return _decay("momentum", r"\mu", "Momentum", default, "memory of past steps", (0.0, 0.9999))


def rho(default=0.9):
    """
    The decay factor of AdaDelta's two averages.

    Parameters
    ----------
    default : float, optional

    Returns
    -------
    Parameter
    """
    return _decay("rho", r"\rho", "ρ", default, "memory of squared gradients and squared steps", (0.0, 0.9999))


def weight_decay(default=1e-2):
    """
    The coefficient of decoupled weight decay.

    Parameters
    ----------
    default : float, optional

    Returns
    -------
    Parameter
    """
    return Parameter(
        "weight_decay", r"\lambda", "Weight decay", default, 0.0, slider=(0.0, 1.0),
        meaning="pull of x to 0, apart from the gradient",
    )  # fmt: skip


BIAS_CORRECTION = Choice(
    "bias_correction",
    "Bias correction",
    True,
    (True, False),
    "divide by 1 - beta^k",
    idle=(Idle((("beta1", (0.0,)), ("beta2", (0.0,))), "with β = 0 an average has no bias"),),
)
LEARNING_RATE_SCHEDULE = Choice(
    "learning_rate_schedule",
    "η over time",
    "constant",
    ("constant", "1/sqrt(t)", "1/t", "cosine"),
    "what the learning rate is multiplied by at step t",
)
EPSILON_INSIDE_ROOT = Choice(
    "epsilon_inside_root",
    "ε inside the root",
    False,
    (False, True),
    idle=(Idle((("epsilon", (0.0,)),), "ε is 0"),),
)
