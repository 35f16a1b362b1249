"""Write torch_trajectories.npz: float64 trajectories of PyTorch's own optimizers, to hold ours against.

Run by hand, with torch 2.13.0 installed:  python -m tests.reference.make_torch_trajectories

What the file holds is said in trajectories.py. Our defaults are PyTorch's.

Nesterov: torch's parameter is not the textbook's iterate x_k but its look-ahead point y_k. The textbook has
    y_k = x_k + mu (x_k - x_{k-1}),   x_{k+1} = y_k - lr g(y_k),   x_{-1} = x_0,
and torch, with buffer u_0 = 0,
    u_{k+1} = mu u_k + g(theta_k),    theta_{k+1} = theta_k - lr (g(theta_k) + mu u_{k+1}).
Suppose theta_k = y_k and x_k - x_{k-1} = -lr u_k, both true for k = 0. Then
    x_{k+1} - x_k = mu (x_k - x_{k-1}) - lr g(y_k) = -lr u_{k+1}   and
    y_{k+1} = x_{k+1} + mu (x_{k+1} - x_k) = y_k - lr g(y_k) - lr mu u_{k+1} = theta_{k+1}.
So theta_k = x_k + mu (x_k - x_{k-1}) for all k, with theta_0 = x_0. Stored is theta_k, as torch has it.
"""

import numpy as np
import torch

from tests.reference.trajectories import STEPS, write

VERSION = "2.13.0"

# The adaptive methods take steps of the learning rate's own size, whatever the objective's scale.
ADAPTIVE = [
    ("adagrad", {}),
    ("adagrad", {"learning_rate": 0.1}),
    ("adagrad", {"learning_rate": 0.5, "epsilon": 1e-3}),
    ("rmsprop", {}),
    ("rmsprop", {"learning_rate": 1e-3, "beta2": 0.9}),
    ("rmsprop", {"learning_rate": 0.05, "beta2": 0.999}),
    ("rmsprop", {"learning_rate": 3e-3, "beta2": 0.5, "epsilon": 1e-3}),
    ("adam", {}),
    ("adam", {"learning_rate": 0.1}),
    ("adam", {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.9}),
    ("adam", {"learning_rate": 0.01, "beta1": 0.99, "beta2": 0.95, "epsilon": 1e-4}),
    ("adam", {"learning_rate": 0.05, "beta1": 0.5, "beta2": 0.99, "epsilon": 1e-3}),
    ("adam", {"learning_rate": 0.01, "beta1": 0.0, "beta2": 0.999, "epsilon": 0.0}),
    ("adamw", {}),
    ("adamw", {"learning_rate": 0.05, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-4, "weight_decay": 0.3}),
    ("amsgrad", {}),
    ("amsgrad", {"learning_rate": 0.05, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-4}),
    ("adamax", {}),
    ("adamax", {"learning_rate": 0.02, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3}),
    ("nadam", {}),
    ("nadam", {"learning_rate": 0.02, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3, "momentum_decay": 0.3}),
    ("radam", {}),
    ("radam", {"learning_rate": 0.01, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
    ("radam", {"learning_rate": 1e-4, "beta1": 0.5, "beta2": 0.5}),  # rho_k never exceeds 5
    ("adadelta", {}),
    ("adadelta", {"learning_rate": 0.5, "rho": 0.95, "epsilon": 1e-4}),
]

# Rates at which gradient descent leaves: the quadratic slowly, rosenbrock to infinity in a few steps.
UNSTABLE = {"quadratic": 5e-2, "rosenbrock": 3e-3}

KINDS = {
    "adadelta": torch.optim.Adadelta,
    "adagrad": torch.optim.Adagrad,
    "adam": torch.optim.Adam,
    "adamax": torch.optim.Adamax,
    "adamw": torch.optim.AdamW,
    "amsgrad": torch.optim.Adam,
    "nadam": torch.optim.NAdam,
    "radam": torch.optim.RAdam,
    "rmsprop": torch.optim.RMSprop,
}


def settings(objective, stable_rate):
    """(optimizer, our parameters) for an objective on which gradient descent is stable at this rate."""
    unstable = [("gd", {"learning_rate": UNSTABLE[objective]})] if objective in UNSTABLE else []
    return [
        ("gd", {"learning_rate": stable_rate}),
        ("gd", {"learning_rate": 3 * stable_rate}),
        ("heavy_ball", {"learning_rate": stable_rate, "momentum": 0.9}),
        ("heavy_ball", {"learning_rate": 2 * stable_rate, "momentum": 0.5}),
        ("nesterov", {"learning_rate": stable_rate / 2, "momentum": 0.9}),
        ("nesterov", {"learning_rate": stable_rate, "momentum": 0.5}),
        *ADAPTIVE,
        *unstable,
    ]


def torch_optimizer(name, point, parameters):
    """PyTorch's optimizer for our name and parameters; what is not given is left to PyTorch's default."""
    given = dict(parameters)
    options = {"foreach": False}
    renamed = {"learning_rate": "lr", "epsilon": "eps"}
    for ours in (*renamed, "momentum", "momentum_decay", "weight_decay", "rho"):
        if ours in given:
            options[renamed.get(ours, ours)] = given.pop(ours)
    if name == "rmsprop" and "beta2" in given:
        options["alpha"] = given.pop("beta2")
    if "beta1" in given:
        options["betas"] = (given.pop("beta1"), given.pop("beta2"))
    if name == "nesterov":
        options["nesterov"] = True
    assert not given, given
    if name == "amsgrad":
        options["amsgrad"] = True
    return KINDS.get(name, torch.optim.SGD)([point], **options)


def trajectory(name, objective, start, parameters):
    """Torch's parameter and the loss at each step, as arrays."""
    point = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch_optimizer(name, point, parameters)
    positions, losses = [], []
    for _ in range(STEPS + 1):
        optimizer.zero_grad()
        loss = objective(point[0], point[1])
        loss.backward()
        positions.append(point.detach().numpy().copy())
        losses.append(loss.item())
        optimizer.step()
    return np.array(positions), np.array(losses)


if __name__ == "__main__":
    assert torch.__version__.split("+")[0] == VERSION, torch.__version__
    torch.set_default_dtype(torch.float64)  # NAdam keeps its running product in the default type
    write("torch", VERSION, torch.cos, settings, trajectory)
