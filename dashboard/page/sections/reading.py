"""How to read the page: what each part shows, in the order in which the eye meets it."""

from dash import html

from dashboard.page.sections import Section

PARTS = (
    (
        "The sentence",
        "Says what the run in hand does, in its own numbers. Each clause is said only where a fact measured on this "
        "run holds.",
    ),
    (
        "Landscape",
        "Contours of log f. A thin line with dots is the steps; the broad pale line behind it is the ODE limit of the "
        "same method, integrated more coarsely while your hand moves. A cross marks a minimizer. Click, or drag the "
        "ring, to start elsewhere. By its heading the slot shows a surface, its height proportional to f − f* in the "
        "valley and to its logarithm on the walls, or the phase of one coordinate as Ma, Wu & E draw it: distance to "
        "the minimizer, averaged gradient, √v.",
    ),
    (
        "Loss",
        "No spike is lost: every pixel column has its least and greatest value, taken anew after a zoom. The axis says "
        "what the loss is measured from. By its heading the slot shows other curves: gradient norm, effective steps, "
        "preconditioned sharpness with its threshold, energy, step lengths, distance to the limit, Γ, and rates and "
        "bounds where their hypotheses hold.",
    ),
    (
        "One step",
        "Play, scrub, or click on the loss. −∇f, the momentum and the step stand as arrows (the step magnified, by how "
        "much is written there), the effective rates as an ellipse, and Adam as mirror descent: level ellipses of "
        "⟨m, x⟩ + Σ √v (x − xₖ)²/2η, whose lowest point is the next iterate. Every number is that of an iterate, none "
        "is interpolated.",
    ),
    (
        "Regimes",
        "One run per cell. Hatched cells have no valid β. Dots veil cells whose horizon T has T min(a, b) < 10: too "
        "short to tell. The map is drawn over any plane that the method has; “by” colours it by what a regime is told "
        "from; “of” shows the steps, the ODE limit, or where the two differ. A pointer at rest shows the cell's own "
        "run.",
    ),
    (
        "ODE limit",
        "What is held fixed as the steps shrink decides which limit they have, and each limit runs by its own clock. "
        "The rule below the pictures shows the chosen one with its start, clock and source.",
    ),
    (
        "Hold",
        "Which pair stays while the learning rate moves: a and b, or β₁ and β₂. The default ODE limit of Adam depends "
        "on a and b alone.",
    ),
    (
        "A big map",
        "The present plane and box at up to 2048 × 2048 cells, as a job of the server. It can be cancelled, and goes "
        "on with the tiles it has.",
    ),
    (
        "Links",
        "Every state is a link. One with nonsense in it opens with the nearest valid state and says what it changed.",
    ),
)


def build():
    """Paragraphs on how to read the page."""
    return [html.Dl([part for term, text in PARTS for part in (html.Dt(term), html.Dd(text))], className="reading")]


SECTION = Section("How to read this page", 19, build)
