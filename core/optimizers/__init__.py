"""The optimizers. To add one: write a file here that declares OPTIMIZER. The file's name is the optimizer's."""

from importlib import import_module
from pkgutil import iter_modules


def _found():
    """Every OPTIMIZER in this folder: families by their oldest member, members by year."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    declared = [module.OPTIMIZER for module in modules if hasattr(module, "OPTIMIZER")]
    oldest = {}
    for optimizer in declared:
        oldest[optimizer.family] = min(optimizer.year, oldest.get(optimizer.family, optimizer.year))
    order = sorted(declared, key=lambda o: (oldest[o.family], o.family, o.year, o.name))
    return {optimizer.name: optimizer for optimizer in order}


OPTIMIZERS = _found()
NAMES = tuple(OPTIMIZERS)
