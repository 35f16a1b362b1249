"""The optimizers. To add one: write a file here that declares OPTIMIZER. The file's name is the optimizer's."""

from ..parameters import known
from ..registry import declared
from .declarations import Optimizer, gradient_itself


def _by_family(optimizers: list[Optimizer]) -> dict[str, Optimizer]:
    """By name: families by their oldest member, members by year."""
    oldest: dict[str, int] = {}
    for optimizer in optimizers:
        oldest[optimizer.family] = min(optimizer.year, oldest.get(optimizer.family, optimizer.year))
    order = sorted(optimizers, key=lambda o: (oldest[o.family], o.family, o.year, o.name))
    return {optimizer.name: optimizer for optimizer in order}


OPTIMIZERS = _by_family(list(declared(__name__, __path__, "OPTIMIZER").values()))


def optimizer_named(name: str) -> Optimizer:
    """
    Find an optimizer by its name.

    Parameters
    ----------
    name : str

    Returns
    -------
    Optimizer

    Raises
    ------
    InputError
        For an unknown name; it lists them all.
    """
    return OPTIMIZERS[known("optimizer", name, OPTIMIZERS)]


__all__ = ["OPTIMIZERS", "Optimizer", "gradient_itself", "optimizer_named"]
