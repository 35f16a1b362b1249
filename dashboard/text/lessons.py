"""Lessons: a title, a link, a sentence. To add one is to add a row."""

from __future__ import annotations

from typing import NamedTuple


class Lesson(NamedTuple):
    """One entry of the list under the sentence.

    Parameters
    ----------
    title : str
    link : str
        The query string that the page opens with.
    sentence : str
        What is seen there.
    """

    title: str
    link: str
    sentence: str


LESSONS = (
    Lesson(
        "Rosenbrock, spiking",
        "",
        "b far above a: v forgets slowly, the effective step grows while the gradient rests, and a burst follows.",
    ),
    Lesson("rippling", "run=adam,a:10,b:10", "a and b alike: a small, steady ripple."),
    Lesson(
        "stalling",
        "run=adam,a:100,b:1",
        "a far above b: the loss stays finite, but hangs high in a slow, wide swing.",
    ),
    Lesson(
        "the quartic, calm",
        "f=quartic",
        "No curvature at the minimum: the curvature fades together with v, and Adam does not spike here. "
        "With ε = 0 and a near 1.9 b it does.",
    ),
    Lesson(
        "Adam against descent",
        "run=adam&run=gd,learning_rate:0.001&run=heavy_ball",
        "Three methods from one start, each with its ODE limit.",
    ),
    Lesson(
        "one step, taken apart",
        "at=1500&overlays=gradient,momentum,step,rates,mirror",
        "Divided by √v the momentum turns: the step goes to the lowest point of a quadratic that v has stretched.",
    ),
)
