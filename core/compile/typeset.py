"""LaTeX of the rule and the ODE that run: printed from the traced step and right-hand side themselves.

The declarations are called with symbols, as the compiler calls them, and with the choices that are in force; what comes
back is printed. So the text shows where epsilon stands, whether there is a bias correction, which schedule and which
special case, and cannot drift from the code.
"""

from __future__ import annotations

from types import SimpleNamespace

from ..parameters import Choice
from ..schedules import NAME as SCHEDULE
from ..schedules import factor
from ..symbolic import expression
from ..symbolic.expression import OPERATIONS, STEP, Vector, number, ordered, variable
from ..symbolic.notation import ATOM, POWER, PRODUCT, SUM, TIMES, by_template, point
from .problem import POSITION, Problem, scaled_problem, state_symbols

# States by the letters of the literature; any other is printed by its name
LETTERS = {
    "first_moment": "m", "second_moment": "v", "second_moment_maximum": "w", "deviation_moment": "s",
    "infinity_norm": "u", "momentum_buffer": "u", "velocity": "d", "sum_of_squares": "G", "squared_gradients": "v",
    "squared_steps": "u", "momentum_product": r"\Pi", "second_moment_weight": "V", "log_mean_square": r"\ell",
    "friction": r"\gamma", "root_of_rate": r"\sqrt{\eta}",
}  # fmt: skip
# Numbers of a flow that are no parameter of its method: what they stand for
COEFFICIENTS = {
    "a": "a", "b": "b", "friction": r"\frac{1-\mu}{\sqrt{\eta}}", "root_of_rate": r"\sqrt{\eta}", "exponent": "c",
    "epsilon": r"\epsilon",
}  # fmt: skip
# Variables of a trace that are no parameter and no state
SYMBOLS = {"t": "t", "scheduled rate": r"\eta_{k+1}", "schedule": "s", "number of steps": "K"}
LONG = 24  # characters from which a piece that is used more than once gets a letter of its own
AUXILIARY = ("y", "z", "q", r"\rho", r"\zeta", r"\xi", r"\sigma", r"\tau")


def rule(optimizer, values: dict) -> str:
    """The update that `core.run` takes with these values, as LaTeX.

    Parameters
    ----------
    optimizer : Optimizer
    values : dict
        Complete values by name. Choices are in force; of the numbers only epsilon and weight decay matter, whether they
        are 0.

    Returns
    -------
    str
        Lines of an ``aligned`` environment; steps k count from 0, so that the first has bias correction 1 - beta^1.
    """
    p, definitions = _symbols(optimizer, values)
    before = state_symbols(optimizer.state)
    position, state = optimizer.step(Problem, POSITION, before, p, STEP)
    if optimizer.rule is not None:
        rate = r"\eta_{k+1}" if definitions else r"\eta"
        return _aligned([*definitions, *optimizer.rule(values, rate)])
    printer = _Printer(optimizer, step=True)
    outputs = {printer.after(name): after for name, after in state.items()}
    outputs = {"x_{k+1}": position} | outputs if _uses(outputs.values(), position) else outputs | {"x_{k+1}": position}
    lines = []
    for symbol, value in outputs.items():
        lines += printer.shared(value, outputs.values())
        lines.append((symbol, printer.component(value)))
        printer.name(value, symbol)
    return _aligned([*definitions, *(line for line in lines if not _idle(*line))])


def _first(value):
    """The x component of a traced value, or a scalar itself."""
    return value.x if isinstance(value, Vector) else expression.as_expression(value)


def _uses(values, position):
    """Whether some value is made from the next position."""
    return any(_first(position) is node for value in values for node in ordered([_first(value)]))


def equation(optimizer, flow, values: dict, coefficients: dict) -> str:
    """The ODE limit that `core.flow` integrates with these values, as LaTeX.

    Parameters
    ----------
    optimizer : Optimizer
    flow : ODELimit
    values, coefficients : dict
        Complete values, and what the flow makes of them (ODELimit.coefficients).

    Returns
    -------
    str
    """
    if flow.right_hand_side is None:
        if values[SCHEDULE] == "constant":
            return flow.equation
        return rf"{flow.equation}{TIMES}s,\quad s = {_schedule_of_time(values[SCHEDULE])}"
    p = SimpleNamespace(**{name: _coefficient(values, name, value) for name, value in coefficients.items()})
    problem, rate, definitions = Problem, None, []
    if values[SCHEDULE] != "constant":
        rate, definitions = variable("schedule"), [("s", _schedule_of_time(values[SCHEDULE]))]
    if rate is not None and flow.rate_scales == "gradient":
        problem, rate = scaled_problem(rate), None
    state = state_symbols(flow.state)
    _, rates = flow.right_hand_side(problem, variable("t"), POSITION, state, p)
    for name, slope in rates.items():
        if number(_first(slope)) == 0:  # a state that never leaves 0 in this case
            setattr(state, name, Vector(0, 0) if isinstance(slope, Vector) else expression.ZERO)
    velocity, rates = flow.right_hand_side(problem, variable("t"), POSITION, state, p)
    velocity = velocity if rate is None else rate * velocity
    printer = _Printer(optimizer, step=False)
    lines = [(rf"\dot {printer.letter(name)}", printer.component(after)) for name, after in rates.items()]
    lines = [line for line in lines if line[1] != "0"]
    return _aligned([*lines, (r"\dot x", printer.component(velocity)), *definitions])


def _symbols(optimizer, values):
    """p for a trace: choices and zeros as they are, other numbers as symbols; and the schedule's line, if any."""
    p, definitions = {}, []
    for parameter in optimizer.parameters:
        value = values[parameter.name]
        symbolic = not isinstance(parameter, Choice) and not (
            value == 0 and parameter.name in ("epsilon", "weight_decay")
        )
        p[parameter.name] = variable(f"p.{parameter.name}") if symbolic else value
    if values[SCHEDULE] != "constant":
        p["learning_rate"] = variable("scheduled rate")
        definitions = [(r"\eta_{k+1}", _schedule_of_step(values[SCHEDULE]))]
    return SimpleNamespace(**p), definitions


def _schedule_of_step(schedule):
    p = {"K": variable("number of steps")}
    shown = factor(schedule, STEP, p["K"])
    return rf"\eta{TIMES}{_Printer(None, step=True).print(shown, PRODUCT)}"


def _schedule_of_time(schedule):
    return {
        "1/sqrt(t)": r"\left(1+t/c\right)^{-1/2}",
        "1/t": r"\left(1+t/c\right)^{-1}",
        "cosine": r"\tfrac12\left(1+\cos(\pi t/(c K))\right)",
    }[schedule] + r",\quad c\ \text{one step's time}"


def _coefficient(values, name, value):
    """A coefficient of an ODE limit: a parameter's symbol where it equals that, else its value."""
    if isinstance(value, bool | str):
        return value
    if name == "floor" or (name in COEFFICIENTS and name not in values):
        return variable(f"p.{name}")
    if name in values and value == values[name]:
        return 0.0 if value == 0 else variable(f"p.{name}")
    if name == "epsilon" and value == values["learning_rate"] * values["epsilon"]:
        return variable("p.learning_rate") * variable("p.epsilon") if value else 0.0
    return float(f"{value:.4g}")


def _idle(after, printed):
    """Whether a line only says that a state is unchanged, or stores an older gradient."""
    return printed == after.replace("{k+1}", "k") or after.startswith(r"\mathrm{gradient")


def _aligned(lines):
    if len(lines) == 1:
        return f"{lines[0][0]} = {lines[0][1]}"
    body = r" \\ ".join(f"{left} &= {right}" for left, right in lines)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"


class _Printer:
    """Prints the x component of traced vectors without the index x: both components obey the same formula."""

    def __init__(self, optimizer, step):
        self.step, self.names, self.letters = step, {}, list(AUXILIARY)
        self.symbols = {p.name: p.symbol for p in optimizer.parameters if hasattr(p, "symbol")} if optimizer else {}

    def letter(self, state):
        if state.startswith("gradient_"):
            return rf"\nabla f(x_{{k-{state.removeprefix('gradient_')}}})"
        return LETTERS.get(state, rf"\mathrm{{{state.replace('_', ' ')}}}")

    def after(self, state):
        return rf"\mathrm{{gradient}}_{{{state}}}" if state.startswith("gradient_") else f"{self.letter(state)}_{{k+1}}"

    def before(self, state):
        letter = self.letter(state)
        return letter if not self.step or state.startswith("gradient_") else f"{letter}_k"

    def name(self, value, symbol):
        """Print a value by a symbol from here on."""
        first = _first(value)
        if first.arguments:
            self.names[id(first)] = symbol
            if isinstance(value, Vector):
                self.names[id(value.y)] = symbol
            self.names[symbol] = value  # keeps the node, and so its identity

    def component(self, value):
        return self.print(_first(value), SUM)

    def shared(self, value, outputs):
        """Lines for the long pieces of a value that stand in it, or in the other outputs, more than once."""
        uses: dict[int, int] = {}
        lines, named = [], {id(_first(output)) for output in outputs}
        for node in ordered([_first(output) for output in outputs]):
            for argument in node.arguments:
                uses[id(argument)] = uses.get(id(argument), 0) + 1
        for node in ordered([_first(value)]):
            if not node.arguments or id(node) in self.names or uses.get(id(node), 0) < 2:
                continue
            if not OPERATIONS[node.operation].abbreviated or id(node) in named:
                continue
            if len(self.print(node, SUM)) >= LONG and self.letters:
                symbol = f"{self.letters.pop(0)}_k"
                lines.append((symbol, self.print(node, SUM)))
                self.name(node, symbol)
        return lines

    def print(self, node, tightness, inline=False):
        """A node as LaTeX that holds together at least so tightly."""
        text, holds = self.typeset(node, inline)
        return text if holds >= tightness else rf"\left({text}\right)"

    def typeset(self, node, inline):
        if id(node) in self.names:
            return self.names[id(node)], ATOM
        special = self._of_vectors(node) or self._count(node)
        if special:
            return special
        row = OPERATIONS[node.operation]
        if row.typeset is not None:
            return row.typeset(self, node, inline)
        return by_template(self, node, inline, row)

    def symbol(self, name):
        """A variable's symbol."""
        if name in ("x", "y"):
            return "x_k" if self.step else "x"
        if name in SYMBOLS:
            return SYMBOLS[name]
        if name.startswith("p."):
            short = name.removeprefix("p.")
            return self.symbols.get(short) or COEFFICIENTS.get(short, rf"\mathrm{{{short}}}")
        return self.before(name.partition(".")[0])

    def _count(self, node):
        """The number of the step, k + 1 here, and that number with a constant beside it."""
        if node is STEP:
            return "k+1", SUM
        if node.operation in ("add", "sub") and node.arguments[0] is STEP:
            offset = number(node.arguments[1])
            if offset is not None and offset == int(offset):
                total = 1 + int(offset if node.operation == "add" else -offset)
                return (f"k{total:+d}", SUM) if total else ("k", ATOM)
        return None

    def _of_vectors(self, node):
        """Patterns of vectors that components take apart: a squared norm, the Hessian times a vector."""
        if node.operation != "add":
            return None
        left, right = node.arguments
        if left.operation == right.operation == "mul":
            if left.arguments[0].operation == "hessian":
                return (
                    rf"\nabla^2 f({point(self, left.arguments[0])}){TIMES}{self.print(left.arguments[1], POWER)}",
                    PRODUCT,
                )
            squares = [one.arguments[0] for one in (left, right) if one.arguments[0] is one.arguments[1]]
            if (
                len(squares) == 2
                and squares[0] is not squares[1]
                and self.print(squares[0], 0) == self.print(squares[1], 0)
            ):
                return rf"\|{self.print(squares[0], SUM)}\|^2", ATOM
        return None


__all__ = ["equation", "rule"]
