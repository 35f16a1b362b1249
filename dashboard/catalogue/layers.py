"""What a regime map can be coloured by: core's layers, and how the page shows each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """
    How the page shows one of core's layers.

    Attributes
    ----------
    title : str
        In the chooser.
    unit : str
        Behind a number.
    log : bool
        Whether the colour bar is logarithmic.
    loss : bool
        Whether it is a loss, which is shown above the known minimum.
    extra : bool
        Whether core computes it only when asked.
    """

    title: str
    unit: str = ""
    log: bool = True
    loss: bool = False
    extra: bool = False


# core's layers by name; "regime" is the map itself
LAYERS = {
    "regime": Layer("regime"),
    "tail_loss": Layer("tail loss", loss=True),
    "crest_factor": Layer("crest factor"),
    "swing": Layer("swing", "steps"),
    "distance": Layer("final distance"),
    "spikes": Layer("spikes", extra=True),
    "spike_height": Layer("spike height", "decades", log=False, extra=True),
    "steps_to_tolerance": Layer("steps to tolerance", extra=True),
    "sharpness_ratio": Layer("sharpness over threshold", extra=True),
}
