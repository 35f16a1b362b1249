"""Write optax_trajectories.npz: float64 trajectories of optax's optimizers, to hold ours against.

Run by hand, with optax 0.2.8 and jax installed:  python -m tests.reference.make_optax_trajectories

What the file holds is said in trajectories.py; what optax reads otherwise than we do, at each method below. Only
settings that both readings have are run, so AMSGrad without its correction (optax corrects v before the maximum,
PyTorch and we the maximum) and RAdam without epsilon (optax adds it to the root of the corrected v, PyTorch and we
to the uncorrected).
"""

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tests.reference.trajectories import STEPS, write

VERSION = "0.2.8"


def sgd(p):
    return optax.sgd(p["learning_rate"], momentum=p.get("momentum"))


def nesterov(p):
    """The look-ahead point, as torch stores it: see make_torch_trajectories.py."""
    return optax.sgd(p["learning_rate"], momentum=p["momentum"], nesterov=True)


def adagrad(p):
    """Its epsilon is inside the root; its sum of squares starts at 0.1 unless told to be empty."""
    assert p["epsilon_inside_root"]
    return optax.adagrad(p["learning_rate"], initial_accumulator_value=0.0, eps=p["epsilon"])


def rmsprop(p):
    return optax.rmsprop(
        p["learning_rate"],
        decay=p["beta2"],
        eps=p["epsilon"],
        eps_in_sqrt=p.get("epsilon_inside_root", False),
        bias_correction=p.get("bias_correction", False),
    )


def moments(p):
    """Names that all of Adam's kin share; epsilon inside the root is a parameter of its own."""
    inside = p.get("epsilon_inside_root", False)
    small = {"eps": 0.0, "eps_root": p["epsilon"]} if inside else {"eps": p["epsilon"]}
    return {"learning_rate": p["learning_rate"], "b1": p["beta1"], "b2": p["beta2"]} | small


def amsgrad(p):
    assert not p["bias_correction"]
    return optax.amsgrad(**moments(p), bias_correction_mu=False, bias_correction_nu=False)


def nadam(p):
    """Dozat's with a momentum that is beta1 from the first step: a warm-up that is over before it begins."""
    assert 0.96 ** p["momentum_decay"] == 0
    return optax.nadam(**moments(p))


def radam(p):
    assert p["epsilon"] == 0
    return optax.radam(**moments(p))


def adabelief(p):
    """The paper's one epsilon, added to s at every step and again to the root, has two names here."""
    return optax.adabelief(**moments(p), eps_root=p["epsilon"])


def adadelta(p):
    return optax.adadelta(p["learning_rate"], rho=p["rho"], eps=p["epsilon"])


def lion(p):
    """As in the paper, weight decay is multiplied by the learning rate; optax's default is 1e-3, ours 0."""
    return optax.lion(p["learning_rate"], b1=p["beta1"], b2=p["beta2"], weight_decay=p["weight_decay"])


METHODS = {
    "gd": sgd,
    "sign_gd": lambda p: optax.sign_sgd(p["learning_rate"]),
    "heavy_ball": sgd,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adadelta": adadelta,
    "adam": lambda p: optax.adam(**moments(p)),
    "adamw": lambda p: optax.adamw(**moments(p), weight_decay=p["weight_decay"]),
    "amsgrad": amsgrad,
    "adamax": lambda p: optax.adamax(**moments(p)),
    "nadam": nadam,
    "radam": radam,
    "adabelief": adabelief,
    "lion": lion,
}


def betas(rate, one, two, epsilon, **more):
    return {"learning_rate": rate, "beta1": one, "beta2": two, "epsilon": epsilon} | more


INSIDE = {"epsilon_inside_root": True}

# PyTorch has the methods of the first group too; here they have the choices that it lacks.
ADAPTIVE = [
    ("adagrad", {"learning_rate": 0.3, "epsilon": 1e-4} | INSIDE),
    ("rmsprop", {"learning_rate": 1e-3, "beta2": 0.9, "epsilon": 1e-4} | INSIDE),
    ("rmsprop", {"learning_rate": 0.01, "beta2": 0.99, "epsilon": 1e-3, "bias_correction": True}),
    ("adadelta", {"learning_rate": 0.7, "rho": 0.9, "epsilon": 1e-5}),
    ("adam", betas(0.02, 0.9, 0.99, 1e-4, **INSIDE)),
    ("adamw", betas(0.02, 0.9, 0.999, 1e-8, weight_decay=0.5)),
    ("amsgrad", betas(0.01, 0.9, 0.95, 1e-4, bias_correction=False)),
    ("amsgrad", betas(0.01, 0.5, 0.9, 1e-4, bias_correction=False, **INSIDE)),
    ("adamax", betas(0.02, 0.9, 0.95, 1e-4)),
    ("nadam", betas(0.01, 0.9, 0.999, 1e-8, momentum_decay=1e5)),
    ("nadam", betas(0.02, 0.7, 0.95, 1e-3, momentum_decay=1e5)),
    ("radam", betas(0.01, 0.9, 0.99, 0.0)),
    ("radam", betas(0.003, 0.5, 0.999, 0.0)),
    # What it lacks.
    ("sign_gd", {"learning_rate": 1e-3}),
    ("sign_gd", {"learning_rate": 0.03}),
    ("adabelief", betas(1e-3, 0.9, 0.999, 1e-16)),
    ("adabelief", betas(0.02, 0.9, 0.99, 1e-6)),
    ("adabelief", betas(0.01, 0.5, 0.9, 1e-3)),
    ("lion", {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0}),
    ("lion", {"learning_rate": 0.01, "beta1": 0.95, "beta2": 0.98, "weight_decay": 0.3}),
    ("lion", {"learning_rate": 0.03, "beta1": 0.5, "beta2": 0.9, "weight_decay": 1.0}),
]


def settings(objective, stable_rate):
    """(optimizer, our parameters) for an objective on which gradient descent is stable at this rate."""
    return [
        ("gd", {"learning_rate": stable_rate}),
        ("heavy_ball", {"learning_rate": stable_rate, "momentum": 0.8}),
        ("nesterov", {"learning_rate": stable_rate / 2, "momentum": 0.8}),
        *ADAPTIVE,
    ]


def trajectory(name, objective, start, parameters):
    """Optax's parameter and the loss at each step, as arrays."""
    optimizer = METHODS[name](parameters)
    value_and_gradient = jax.value_and_grad(lambda point: objective(point[0], point[1]))

    def step(carry, _):
        point, state = carry
        loss, gradient = value_and_gradient(point)
        updates, state = optimizer.update(gradient, state, point)
        return (optax.apply_updates(point, updates), state), (point, loss)

    point = jnp.array(start)
    _, (positions, losses) = jax.lax.scan(step, (point, optimizer.init(point)), length=STEPS + 1)
    return np.array(positions), np.array(losses)


if __name__ == "__main__":
    assert optax.__version__ == VERSION, optax.__version__
    jax.config.update("jax_enable_x64", True)
    write("optax", VERSION, jnp.cos, settings, trajectory)
