"""The optimizers. To add one: write a file here that declares OPTIMIZER, and put its name in this list."""

from importlib import import_module

NAMES = (
    "gd", "sign_gd", "heavy_ball", "nesterov",
    "adagrad", "adagrad_norm", "g_adagrad", "rmsprop", "adadelta",
    "adam", "adamw", "amsgrad", "adamal", "adamax", "nadam", "radam", "adabelief", "adabound", "adashift", "lion",
)  # fmt: skip

OPTIMIZERS = {name: import_module(f"core.optimizers.{name}").OPTIMIZER for name in NAMES}
