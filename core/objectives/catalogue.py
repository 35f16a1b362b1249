"""The built-in objectives: one entry each. Value, gradient and Hessian follow from the formula's text.

`minimizers` lists the global ones where they are isolated points; an entry without a `minimum` is unbounded
below. Sources: the usual test-function literature, but for the quartic (Belotto da Silva & Gazeau, poster,
figure 2) and linear_network (two scalar layers, square loss).
"""

from dataclasses import dataclass, field

from ..parameters import Parameter


@dataclass(frozen=True)
class Entry:
    """A built-in objective.

    Attributes
    ----------
    name, title : str
        By which it is asked for, and as it is shown.
    formula : str
        Its text, in x, y and its parameters.
    start : (float, float)
    domain : ((float, float), (float, float))
        The ranges of x and y to draw.
    minimizers : tuple of (float, float)
        The global ones where they are isolated points.
    minimum : float or None
        None where it is unbounded below or not known.
    parameters : tuple of Parameter
    """

    name: str
    title: str
    formula: str
    start: tuple[float, float]
    domain: tuple[tuple[float, float], tuple[float, float]]
    minimizers: tuple = ()
    minimum: float | None = 0.0
    parameters: tuple[Parameter, ...] = field(default=())


def _square(half):
    return ((-half, half), (-half, half))


KAPPA = Parameter(
    "kappa", r"\kappa", "Condition number κ", 50.0, 0.0, open_low=True, slider=(1.0, 1000.0), scale="log",
    meaning="ratio of the curvatures",
)  # fmt: skip
ANGLE = Parameter(
    "angle",
    r"\varphi",
    "Angle",
    0.0,
    float("-1e6"),
    1e6,
    slider=(0.0, 3.14159),
    meaning="turn of the axes, in radians",
)
EXPONENT = Parameter(
    "n",
    "n",
    "Exponent n",
    4.0,
    1.0,
    64.0,
    open_low=True,
    slider=(1.1, 8.0),
    meaning="the power of |x| and |y|",
)

STYBLINSKI_TANG = -2.903534027771177  # the least root of 4 x^3 - 32 x + 5

_ENTRIES = (
    Entry("quartic", "Quartic", "(x+y)^4 + (x/2-y/2)^4", (0.5, -2.5), ((-3, 3), (-3, 3)), ((0.0, 0.0),)),
    Entry(
        "quadratic",
        "Quadratic",
        "((cos(angle) x + sin(angle) y)^2 + kappa (cos(angle) y - sin(angle) x)^2) / 2",
        (2.0, 1.0),
        ((-2.5, 2.5), (-1.8, 1.8)),
        ((0.0, 0.0),),
        parameters=(KAPPA, ANGLE),
    ),
    Entry("power", "Power", "(abs(x)^n + abs(y)^n) / n", (1.5, 1.0), _square(2), ((0.0, 0.0),), parameters=(EXPONENT,)),
    Entry("rosenbrock", "Rosenbrock", "(1-x)^2 + 100 (y-x^2)^2", (-1.5, 2.0), ((-2, 2), (-1, 3)), ((1.0, 1.0),)),
    Entry(
        "three_hump_camel",
        "Three-hump camel",
        "2x^2 - 1.05x^4 + x^6/6 + xy + y^2",
        (1.5, 1.5),
        ((-2.5, 2.5), (-2.5, 2.5)),
        ((0.0, 0.0),),
    ),
    Entry("linear_network", "Linear network", "(xy-1)^2 / 2", (2.0, -0.5), ((-2.5, 2.5), (-2.5, 2.5))),
    Entry("saddle", "Saddle", "(x^2-y^2) / 2", (1.0, 0.01), _square(2), minimum=None),
    Entry("monkey_saddle", "Monkey saddle", "x^3 - 3x y^2", (1.0, 0.05), _square(2), minimum=None),
    Entry(
        "styblinski_tang",
        "Styblinski-Tang",
        "(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y) / 2",
        (0.5, -0.5),
        _square(4.5),
        ((STYBLINSKI_TANG, STYBLINSKI_TANG),),
        minimum=STYBLINSKI_TANG**4 - 16 * STYBLINSKI_TANG**2 + 5 * STYBLINSKI_TANG,
    ),
    Entry(
        "beale",
        "Beale",
        "(1.5 - x + xy)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
        (-1.0, 1.5),
        _square(4.5),
        ((3.0, 0.5),),
    ),
    Entry(
        "himmelblau",
        "Himmelblau",
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        (0.0, 0.0),
        _square(5),
        (
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ),
    ),
    Entry("booth", "Booth", "(x + 2y - 7)^2 + (2x + y - 5)^2", (-3.0, -2.0), _square(6), ((1.0, 3.0),)),
    Entry("matyas", "Matyas", "0.26 (x^2 + y^2) - 0.48 x y", (3.0, -2.0), _square(4), ((0.0, 0.0),)),
    Entry(
        "rastrigin",
        "Rastrigin",
        "20 + x^2 - 10 cos(2 pi x) + y^2 - 10 cos(2 pi y)",
        (2.2, -1.3),
        _square(3.2),
        ((0.0, 0.0),),
    ),
    Entry(
        "ackley",
        "Ackley",
        "20 + e - 20 exp(-0.2 sqrt((x^2 + y^2)/2)) - exp((cos(2 pi x) + cos(2 pi y))/2)",
        (2.2, -1.3),
        _square(4),
        ((0.0, 0.0),),
    ),
)  # fmt: skip
BUILT_IN = {entry.name: entry for entry in _ENTRIES}
