"""The table of operations: all that the project knows of a function stands in one row.

To add a function is to add a row (:func:`define`): it can then be typed in a formula, is differentiated, compiled for
single points and for lanes, printed as LaTeX and as Python, and called through NumPy's own functions on symbols. What
a row leaves out follows: without `number` constants are folded by `value`, without `build` a node of the operation is
made, and a function without code of its own is written in others by `expansion`. One whose `build` makes nodes of other
operations alone needs neither derivative nor code.
"""

from __future__ import annotations

import math
import operator

import numpy as np

from . import elementary, expansions, instructions, notation
from . import expression as e
from .expansions import COPYSIGN, COSH, ERFC, HYPOT, LN2, LN10, LOG2, LOG10, RINT, SIGMOID, SINH
from .expression import BUILDERS, OPERATIONS, ZERO, Expression, constant, less, where
from .operation import MANY, Operation


def _row(name, *names, **more):
    return Operation(name=name, names=names, **more)


def _many(build):
    """A function of two as one of several: f(f(a, b), c)."""

    def several(first, *others):
        for other in others:
            first = build(first, other)
        return first

    return several


def _logarithm(u, base=None):
    """log u, or log u / log base."""
    if base is None:
        return e.log(u)
    number = e.number(e.as_expression(base))
    special = None if number is None else {2.0: LOG2, 10.0: LOG10}.get(number)
    return special(u) if special else e.log(u) / e.log(base)


def _abs_power(u, v):
    return Expression("power", (e.absolute(u), v))


def _signed_power(u, v):
    size = e.absolute(u)
    return COPYSIGN(where(expansions.equal(size, ZERO), ZERO, Expression("power", (size, v))), u)


def _without_factor(u, v):
    """u / v, where u is v w the w itself."""
    if u.operation == "mul" and v in u.arguments and e.number(v) is None:
        return u.arguments[u.arguments[0] is v]
    return u / v


def _half_normal(u):
    """exp(-u^2) 2 / sqrt(pi)."""
    return 2 / math.sqrt(math.pi) * e.exp(-(u * u))


def _zero_over_zero_is_zero(u, v, floor=None):
    """u / v of arrays, with 0/0 = 0."""
    u, v = np.asarray(u), np.asarray(v)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((u == 0) & (v == 0), 0.0, u / v)


# fmt: off
LEAVES = (
    _row("constant", llvm=lambda code, node: code.constant(node.value), typeset=notation.decimal),
    _row("variable", llvm=lambda code, node: code.names[node.value], typeset=notation.symbol),
)

ARITHMETIC = (
    _row("add", value=np.add, number=operator.add, llvm="fadd", build=e.add,
         slope=lambda n, u, v, du, dv: du + dv,
         scaled=operator.add, fraction=operator.add, typeset=notation.added),
    _row("sub", value=np.subtract, number=operator.sub, llvm="fsub", build=e.subtract,
         slope=lambda n, u, v, du, dv: du - dv,
         scaled=operator.sub, fraction=operator.sub, typeset=notation.subtracted),
    _row("mul", value=np.multiply, number=operator.mul, llvm="fmul", build=e.multiply,
         slope=lambda n, u, v, du, dv: du * v + u * dv,
         scaled=operator.mul, fraction=operator.mul, typeset=notation.multiplied),
    _row("div", value=np.divide, number=operator.truediv, llvm="fdiv", build=e.divide, lanes=elementary.divide,
         slope=lambda n, u, v, du, dv: _without_factor(du, v) - n * (dv / v),
         scaled=operator.truediv, fraction=operator.truediv, typeset=notation.divided),
    _row("neg", value=np.negative, number=operator.neg, llvm="fneg", build=e.negate,
         slope=lambda n, u, du: -du,
         scaled=operator.neg, fraction=operator.neg, typeset=notation.negated),
    _row("power", "pow", "power", arguments=(2, 2), value=np.power, number=operator.pow, build=e.power,
         slope=lambda n, u, v, du, dv: v * e.power(u, v - 1) * du + n * e.log(u) * dv,
         libm="pow", lanes=elementary.power, pieces=lambda s, u, v: s.power(u, v),
         latex="{#1}^{#2}", typeset=notation.raised, python="np.power({0}, {1})"),
    _row("abs_power", value=lambda u, v: np.power(np.abs(u), v), number=False, build=e.abs_power,
         lanes=elementary.abs_power, expansion=_abs_power,
         slope=lambda n, u, v, du, dv: v * e.signed_power(u, v - 1) * du + n * e.log(e.absolute(u)) * dv,
         pieces=lambda s, u, v: s.abs_power(u, v)),
    _row("signed_power", value=lambda u, v: np.sign(u) * np.where(u == 0, 0.0, np.power(np.abs(u), v)), number=False,
         build=e.signed_power, lanes=elementary.signed_power, expansion=_signed_power,
         slope=lambda n, u, v, du, dv: v * e.abs_power(u, v - 1) * du + n * e.log(e.absolute(u)) * dv),
    _row("ratio", value=_zero_over_zero_is_zero, number=False, build=e.ratio, llvm=instructions.ratio,
         slope=lambda n, u, v, du, dv: e.ratio(du - n * dv, v),
         fraction=operator.truediv, typeset=notation.divided),
    _row("tempered_ratio", value=_zero_over_zero_is_zero, number=False, llvm=instructions.ratio,
         slope=lambda n, u, v, w, du, dv, dw: (du - n * dv) / e.maximum(v, w), typeset=notation.divided),
    _row("root", value=lambda v, floor: np.sqrt(np.maximum(v, 0.0)), number=False, llvm=instructions.root,
         slope=lambda n, u, v, du, dv: du / (2 * e.maximum(n, v)), typeset=notation.rooted),
    _row("less", value=np.less, number=False, llvm=instructions.less,
         slope=lambda n, u, v, du, dv: ZERO, pieces=lambda s, u, v: s.positive(e.subtract(v, u)),
         typeset=notation.compared("<"), abbreviated=False),
    _row("less_equal", value=np.less_equal, number=False, llvm=instructions.less_equal,
         slope=lambda n, u, v, du, dv: ZERO, pieces=lambda s, u, v: s.positive(e.subtract(v, u)),
         typeset=notation.compared(r"\le"), abbreviated=False),
    _row("greater", value=np.greater, build=lambda u, v: less(v, u)),
    _row("greater_equal", value=np.greater_equal, build=lambda u, v: e.less_equal(v, u)),
    _row("where", value=np.where, number=False, build=e.where, llvm=instructions.where,
         slope=lambda n, c, u, v, dc, du, dv: e.where(c, du, dv), typeset=notation.cases),
)

FUNCTIONS = (
    # powers and roots
    _row("sqrt", "sqrt", value=np.sqrt, number=math.sqrt, llvm="@llvm.sqrt",
         slope=lambda n, u, du: e.ratio(du, 2 * n), fraction=lambda u: u.root(),
         pieces=lambda s, u: s.power(u, constant(0.5)), latex=r"\sqrt{#1}", python="np.sqrt({0})"),
    _row("cbrt", "cbrt", value=np.cbrt, number=math.cbrt, libm="cbrt", lanes=elementary.cbrt,
         slope=lambda n, u, du: e.ratio(du, 3 * (n * n)),
         latex=r"\sqrt[3]{#1}", python="np.cbrt({0})"),
    _row("square", "square", build=lambda u: e.power(u, 2), value=np.square,
         latex=r"\operatorname{square}", python="np.square({0})"),
    _row("hypot", "hypot", arguments=(2, MANY), build=_many(HYPOT), value=np.hypot, number=math.hypot, libm="hypot",
         expansion=expansions.hypot, slope=lambda n, u, v, du, dv: e.ratio(u, n) * du + e.ratio(v, n) * dv,
         latex=r"\operatorname{hypot}", python="np.hypot({0}, {1})"),
    # exponentials and logarithms
    _row("exp", "exp", value=np.exp, number=math.exp, libm="exp", lanes=elementary.exp,
         slope=lambda n, u, du: n * du,
         latex=r"\exp", typeset=notation.exponential, python="np.exp({0})"),
    _row("exp2", "exp2", build=lambda u: e.power(2, u), value=np.exp2,
         latex="2^{#1}", python="np.exp2({0})"),
    _row("expm1", "expm1", value=np.expm1, number=math.expm1, libm=instructions.expm1, lanes=elementary.expm1,
         slope=lambda n, u, du: e.exp(u) * du,
         latex=r"\operatorname{expm1}", typeset=notation.exponential_less_one, python="np.expm1({0})"),
    _row("log", "ln", "log", arguments=(1, 2), build=_logarithm, value=np.log, number=math.log, libm="log",
         lanes=elementary.log, slope=lambda n, u, du: du / u,
         latex=r"\ln", python="np.log({0})", longer=((r"\log_{#2}", "(np.log({0}) / np.log({1}))"),)),
    _row("log1p", "log1p", value=np.log1p, number=math.log1p, libm="log1p", expansion=expansions.log1p,
         slope=lambda n, u, du: du / (1 + u),
         latex=r"\operatorname{log1p}", python="np.log1p({0})"),
    _row("log2", "log2", "lb", value=np.log2, number=math.log2, libm="log2", lanes=elementary.log2,
         slope=lambda n, u, du: du / (LN2 * u),
         latex=r"\log_{2}", python="np.log2({0})"),
    _row("log10", "log10", "lg", value=np.log10, number=math.log10, libm="log10", lanes=elementary.log10,
         slope=lambda n, u, du: du / (LN10 * u),
         latex=r"\log_{10}", python="np.log10({0})"),
    _row("logaddexp", "logaddexp", arguments=(2, 2), value=np.logaddexp, expansion=expansions.logaddexp,
         slope=lambda n, u, v, du, dv: SIGMOID(u - v) * du + SIGMOID(v - u) * dv,
         latex=r"\operatorname{logaddexp}", python="np.logaddexp({0}, {1})"),
    # circular
    _row("sin", "sin", "sen", value=np.sin, number=math.sin, libm="sin", lanes=elementary.sin,
         slope=lambda n, u, du: e.cos(u) * du,
         latex=r"\sin", python="np.sin({0})"),
    _row("cos", "cos", value=np.cos, number=math.cos, libm="cos", lanes=elementary.cos,
         slope=lambda n, u, du: -(e.sin(u) * du),
         latex=r"\cos", python="np.cos({0})"),
    _row("tan", "tan", "tg", build=lambda u: e.sin(u) / e.cos(u), value=np.tan,
         latex=r"\tan", python="np.tan({0})"),
    _row("sec", "sec", build=lambda u: 1 / e.cos(u), value=lambda u: 1 / np.cos(u),
         latex=r"\sec", python="(1 / np.cos({0}))"),
    _row("csc", "csc", "cosec", build=lambda u: 1 / e.sin(u), value=lambda u: 1 / np.sin(u),
         latex=r"\csc", python="(1 / np.sin({0}))"),
    _row("cot", "cot", "ctg", "cotg", build=lambda u: e.cos(u) / e.sin(u), value=lambda u: 1 / np.tan(u),
         latex=r"\cot", python="(1 / np.tan({0}))"),
    _row("asin", "asin", "arcsin", value=np.arcsin, number=math.asin, libm="asin", expansion=expansions.asin,
         slope=lambda n, u, du: du / e.sqrt((1 - u) * (1 + u)),
         latex=r"\arcsin", python="np.arcsin({0})"),
    _row("acos", "acos", "arccos", value=np.arccos, number=math.acos, libm="acos", expansion=expansions.acos,
         slope=lambda n, u, du: -(du / e.sqrt((1 - u) * (1 + u))),
         latex=r"\arccos", python="np.arccos({0})"),
    _row("atan", "atan", "arctan", "arctg", value=np.arctan, number=math.atan, libm="atan", lanes=elementary.atan,
         slope=lambda n, u, du: du / (1 + u * u),
         latex=r"\arctan", python="np.arctan({0})"),
    _row("atan2", "atan2", "arctan2", arguments=(2, 2), value=np.arctan2, number=math.atan2, libm="atan2",
         expansion=expansions.atan2,
         slope=lambda n, u, v, du, dv: e.ratio(e.ratio(v, h := HYPOT(u, v)) * du - e.ratio(u, h) * dv, h),
         latex=r"\operatorname{atan2}", python="np.arctan2({0}, {1})"),
    # hyperbolic
    _row("sinh", "sinh", value=np.sinh, number=math.sinh, libm="sinh", expansion=expansions.sinh,
         slope=lambda n, u, du: COSH(u) * du,
         latex=r"\sinh", python="np.sinh({0})"),
    _row("cosh", "cosh", value=np.cosh, number=math.cosh, libm="cosh", expansion=expansions.cosh,
         slope=lambda n, u, du: SINH(u) * du,
         latex=r"\cosh", python="np.cosh({0})"),
    _row("tanh", "tanh", value=np.tanh, number=math.tanh, libm="tanh", lanes=elementary.tanh,
         slope=lambda n, u, du: (1 / COSH(u)) ** 2 * du,
         latex=r"\tanh", python="np.tanh({0})"),
    _row("sech", "sech", build=lambda u: 1 / COSH(u), value=lambda u: 1 / np.cosh(u),
         latex=r"\operatorname{sech}", python="(1 / np.cosh({0}))"),
    _row("csch", "csch", build=lambda u: 1 / SINH(u), value=lambda u: 1 / np.sinh(u),
         latex=r"\operatorname{csch}", python="(1 / np.sinh({0}))"),
    _row("coth", "coth", build=lambda u: 1 / e.tanh(u), value=lambda u: 1 / np.tanh(u),
         latex=r"\coth", python="(1 / np.tanh({0}))"),
    _row("asinh", "asinh", "arcsinh", "arsinh", value=np.arcsinh, number=math.asinh, libm="asinh",
         expansion=expansions.asinh, slope=lambda n, u, du: du / HYPOT(1, u),
         latex=r"\operatorname{arsinh}", python="np.arcsinh({0})"),
    _row("acosh", "acosh", "arccosh", "arcosh", value=np.arccosh, number=math.acosh, libm="acosh",
         expansion=expansions.acosh, slope=lambda n, u, du: du / (e.sqrt(u - 1) * e.sqrt(u + 1)),
         latex=r"\operatorname{arcosh}", python="np.arccosh({0})"),
    _row("atanh", "atanh", "arctanh", "artanh", value=np.arctanh, number=math.atanh, libm="atanh",
         expansion=expansions.atanh, slope=lambda n, u, du: du / ((1 - u) * (1 + u)),
         latex=r"\operatorname{artanh}", python="np.arctanh({0})"),
    # pieces
    _row("abs", "abs", "absolute", "fabs", value=np.abs, number=abs, llvm="@llvm.fabs",
         slope=lambda n, u, du: e.sign(u) * du, pieces=lambda s, u: s.magnitude(u),
         latex=r"\left|#1\right|", python="np.abs({0})"),
    _row("sign", "sign", "sgn", "signum", value=np.sign, number=lambda p: float((p > 0) - (p < 0)),
         llvm=instructions.sign, slope=lambda n, u, du: ZERO, pieces=lambda s, u: s.sign(u),
         latex=r"\operatorname{sign}", python="np.sign({0})"),
    _row("max", "max", "maximum", "fmax", arguments=(2, MANY), build=_many(e.maximum), value=np.maximum, number=max,
         llvm="@llvm.maximum", slope=lambda n, u, v, du, dv: e.where(e.less(u, v), dv, du),
         pieces=lambda s, u, v: e.where(s.positive(e.subtract(u, v)), u, v),
         latex=r"\max", python="np.maximum({0}, {1})"),
    _row("min", "min", "minimum", "fmin", arguments=(2, MANY), build=_many(e.minimum), value=np.minimum, number=min,
         llvm="@llvm.minimum", slope=lambda n, u, v, du, dv: e.where(e.less(v, u), dv, du),
         pieces=lambda s, u, v: e.where(s.positive(e.subtract(u, v)), v, u),
         latex=r"\min", python="np.minimum({0}, {1})"),
    _row("clip", "clip", "clamp", arguments=(3, 3), build=lambda u, low, high: e.minimum(e.maximum(u, low), high),
         value=np.clip, latex=r"\operatorname{clip}", python="np.clip({0}, {1}, {2})"),
    _row("floor", "floor", value=np.floor, llvm="@llvm.floor", slope=lambda n, u, du: ZERO,
         latex=r"\left\lfloor #1\right\rfloor", python="np.floor({0})"),
    _row("ceil", "ceil", "ceiling", value=np.ceil, llvm="@llvm.ceil", slope=lambda n, u, du: ZERO,
         latex=r"\left\lceil #1\right\rceil", python="np.ceil({0})"),
    _row("rint", "round", "rint", value=np.rint, llvm="@llvm.rint", slope=lambda n, u, du: ZERO,
         latex=r"\operatorname{round}", python="np.rint({0})"),
    _row("trunc", "trunc", value=np.trunc, llvm="@llvm.trunc", slope=lambda n, u, du: ZERO,
         latex=r"\operatorname{trunc}", python="np.trunc({0})"),
    _row("mod", "mod", "remainder", arguments=(2, 2), value=np.mod, expansion=expansions.mod,
         slope=lambda n, u, v, du, dv: du - RINT((u - n) / v) * dv,
         latex=r"\operatorname{mod}", python="np.mod({0}, {1})"),
    # of statistics and learning
    _row("erf", "erf", value=np.vectorize(math.erf, otypes=[float]), number=math.erf, libm="erf",
         lanes=elementary.erf, slope=lambda n, u, du: _half_normal(u) * du,
         latex=r"\operatorname{erf}", python="np.vectorize(math.erf)({0})"),
    _row("erfc", "erfc", value=np.vectorize(math.erfc, otypes=[float]), number=math.erfc, libm="erfc",
         lanes=elementary.erfc, slope=lambda n, u, du: -(_half_normal(u) * du),
         latex=r"\operatorname{erfc}", python="np.vectorize(math.erfc)({0})"),
    _row("sigmoid", "sigmoid", "logistic", "expit", value=lambda u: np.exp(-np.logaddexp(0, -u)),
         expansion=expansions.sigmoid, slope=lambda n, u, du: n * SIGMOID(-u) * du,
         latex=r"\operatorname{sigmoid}", python="np.exp(-np.logaddexp(0, -({0})))"),
    _row("softplus", "softplus", value=lambda u: np.logaddexp(0, u), expansion=expansions.softplus,
         slope=lambda n, u, du: SIGMOID(u) * du,
         latex=r"\operatorname{softplus}", python="np.logaddexp(0, {0})"),
    _row("relu", "relu", build=lambda u: e.maximum(ZERO, u), value=lambda u: np.maximum(0, u),
         latex=r"\operatorname{relu}", python="np.maximum(0, {0})"),
    _row("silu", "silu", "swish", build=lambda u: u * SIGMOID(u), value=lambda u: u * np.exp(-np.logaddexp(0, -u)),
         latex=r"\operatorname{silu}", python="(({0}) * np.exp(-np.logaddexp(0, -({0}))))"),
    _row("gelu", "gelu", build=lambda u: u * ERFC(u * -math.sqrt(0.5)) / 2,
         value=lambda u: u * np.vectorize(math.erfc, otypes=[float])(-u / math.sqrt(2)) / 2,
         latex=r"\operatorname{gelu}", python="(({0}) * np.vectorize(math.erfc)(-({0}) / math.sqrt(2)) / 2)"),
)

# What lanes are written in, and what the engine adds to a step: no functions of a formula, never differentiated
INTERNAL = (
    _row("fused", number=False, llvm="@llvm.fmuladd"),
    _row("copysign", value=np.copysign, llvm="@llvm.copysign"),
    _row("frem", value=np.fmod, llvm="frem"),
    _row("scaled", number=False, llvm=instructions.scaled),
    # (condition, a, b): b, or a, which is the same to the last bit where the condition holds and costs less
    _row("unswitched", number=False, llvm=lambda code, node, condition, a, b: b),
    _row("exp2_whole", llvm=instructions.exp2_whole),
    _row("exponent", llvm=instructions.exponent),
    _row("mantissa", llvm=instructions.mantissa),
    _row("taint", llvm=instructions.taint),
    _row("routine", llvm=lambda code, node, *arguments: code.routine(node.value, arguments)),
    _row("result", llvm=lambda code, node, call: call[node.value]),
)

# Placeholders in a traced step, replaced before it is compiled: the objective's value, derivatives and proximal point
# (compile.problem), powers of the step's number (compile.program), quotients that may share a division (fractions)
PLACEHOLDERS = (
    _row("value", typeset=notation.objective_value),
    _row("gradient", typeset=notation.gradient, abbreviated=False),
    _row("hessian", typeset=notation.hessian, abbreviated=False),
    _row("proximal", typeset=notation.proximal),
    _row("running_power", typeset=notation.raised_to_the_step),
    _row("quotient", typeset=notation.divided),
)
# fmt: on

NAMED: dict[str, Operation] = {}  # by the names in a typed formula


def define(row: Operation) -> None:
    """Add an operation to the table."""
    OPERATIONS[row.name] = row
    NAMED.update(dict.fromkeys(row.names, row))
    if row.value is not None:
        BUILDERS.setdefault(row.value, row.build)


for _each in (*LEAVES, *ARITHMETIC, *FUNCTIONS, *INTERNAL, *PLACEHOLDERS):
    define(_each)
