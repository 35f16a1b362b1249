"""What a regime map can be coloured by: core's layers, and how the page tells of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """title: as the chooser shows it;  unit: after a number;  log: whether decades are even on the bar;
    loss: whether it is a loss, told above the known minimum;  extra: whether core computes it only when asked."""

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
