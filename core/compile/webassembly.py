"""The step that is compiled for a run, compiled for a browser: a WebAssembly module equal to it to the last bit.

The text is that of the native step with one lane (:func:`core.compile.llvm.recorded`), and LLVM makes WebAssembly of
it. IEEE 754 leaves nothing open there but a NaN's bits, and the elementary functions are our own. Two operations are no
instruction of WebAssembly: the remainder of a division, which is spelled out here, and the fused multiply-add of the
elementary functions. For that there are two modules: a portable one works it out, in some five times the time, and the
other uses the processor's own, by relaxed SIMD, and is right where that rounds once, which its export ``exact`` tells.

The calling convention: a module imports its memory as ``env.memory`` and exports

* ``begin(rows, parameters, x, y)``: sets the rows to the state before the first step from (x, y);
* ``run(rows, parameters, kept, stride, first, count) -> int32``: takes `count` steps, at least 1, from number
  `first` + 1 on, keeps the iterates before them, `first` to `first` + `count` - 1, and leaves the rows behind the last
  step, so that a further call goes on. It returns how many of these iterates are finite: fewer than `count` where the
  run diverged. Then it ended at the first that is not, which is the last one written;
* ``exact() -> int32``: 1 if its results are the server's on this machine, else 0. Portable ones always are.

x and y are doubles, all other arguments int32: `rows`, `parameters` and `kept` are the byte addresses of arrays of
doubles, multiples of 8, in the memory, which do not overlap. Of iterate `first` + c, ``kept[stride * r + c]`` is the
number in column r. A run of K steps has K + 1 iterates: ``begin``, then ``run`` with `first` 0 and `count` K + 1; where
the last step leads is not kept. :func:`core.run` has the same iterates up to the first that is not finite, and the
start in any case.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from functools import cache, lru_cache

import llvmlite.binding as native

from ..errors import InputError
from ..symbolic.expression import Expression, ordered, variable
from . import llvm
from .program import SMALLEST_SHARED_EPSILON, STATE_ROW, choices_of, traced

TRIPLE = "wasm32-unknown-unknown"
FEATURES = "+nontrapping-fptoint"  # in every browser since 2020
RELAXED_FEATURES = f"{FEATURES},+simd128,+relaxed-simd"
MEMORY = ("env", "memory")
_TYPE, _IMPORT, _FUNCTION, _EXPORT, _CODE, _LINKING = 1, 2, 3, 7, 10, 0  # sections
_SYMBOLS = 8  # the symbol table within the section for linkers
EXPORTS = ("begin", "run", "exact")
MODULES = 256  # in the cache, of some kilobytes each
FUSED_CALL = "@llvm.fmuladd.f64"

# a b + c is -2^-60 where it is rounded once, and 0 where it is rounded twice.
ROUNDED_ONCE_IF_NOT_0 = (1 + 2.0**-30, 1 - 2.0**-30, -1.0)

# fma(a, b, c) after Boldo & Melquiond (IEEE Trans. Computers 57, 2008): a b = p + e and p + c = s + t exactly (Dekker's
# product, by halves of 26 bits, and Knuth's sum), then s + v with v = t + e. Where v is not exact it is rounded to odd,
# so that the last rounding sees that something was lost; that seldom matters, and the sums of s with the neighbours of
# v tell whether it can. Where p + c cancels, t is 0, else s is at least |p|/2: so v is small beside s.
# For finite numbers, and a b whose last digits do not underflow; elementary functions keep to both.
FUSED = """
define internal double @fused(double %a, double %b, double %c) nounwind {
  %p = fmul double %a, %b
  %a.bits = bitcast double %a to i64
  %b.bits = bitcast double %b to i64
  %a.up = add i64 %a.bits, 67108864
  %b.up = add i64 %b.bits, 67108864
  %a.cut = and i64 %a.up, -134217728
  %b.cut = and i64 %b.up, -134217728
  %a.high = bitcast i64 %a.cut to double
  %b.high = bitcast i64 %b.cut to double
  %a.low = fsub double %a, %a.high
  %b.low = fsub double %b, %b.high
  %hh = fmul double %a.high, %b.high
  %hl = fmul double %a.high, %b.low
  %lh = fmul double %a.low, %b.high
  %ll = fmul double %a.low, %b.low
  %e1 = fsub double %hh, %p
  %e2 = fadd double %e1, %hl
  %e3 = fadd double %e2, %lh
  %e = fadd double %e3, %ll
  %s = fadd double %p, %c
  %s1 = fsub double %s, %p
  %s2 = fsub double %s, %s1
  %s3 = fsub double %p, %s2
  %s4 = fsub double %c, %s1
  %t = fadd double %s3, %s4
  %v = fadd double %t, %e
  %nothing = fcmp oeq double %v, 0.0
  br i1 %nothing, label %exact, label %some
exact:
  ret double %s
some:
  %below = fmul double %v, 0x3FEFFFFFFFFFFFFE
  %above = fmul double %v, 0x3FF0000000000001
  %least = fadd double %s, %below
  %most = fadd double %s, %above
  %clear = fcmp oeq double %least, %most
  br i1 %clear, label %rounded, label %close
rounded:
  ret double %most
close:
  %v1 = fsub double %v, %t
  %v2 = fsub double %v, %v1
  %v3 = fsub double %t, %v2
  %v4 = fsub double %e, %v1
  %lost = fadd double %v3, %v4
  %v.bits = bitcast double %v to i64
  %lost.bits = bitcast double %lost to i64
  %signs = xor i64 %v.bits, %lost.bits
  %inward = ashr i64 %signs, 63
  %aside = or i64 %inward, 1
  %last = and i64 %v.bits, 1
  %even = icmp eq i64 %last, 0
  %inexact = fcmp one double %lost, 0.0
  %move = and i1 %even, %inexact
  %moved = select i1 %move, i64 %aside, i64 0
  %odd.bits = add i64 %v.bits, %moved
  %odd = bitcast i64 %odd.bits to double
  %sum = fadd double %s, %odd
  ret double %sum
}"""
# The processor's own, through a vector: rounded once or twice, as the browser's machine has it.
RELAXED_DECLARATION = "declare <2 x double> @llvm.wasm.relaxed.madd.v2f64(<2 x double>, <2 x double>, <2 x double>)"
RELAXED = r"""  \1.a = insertelement <2 x double> poison, double \2, i32 0
  \1.b = insertelement <2 x double> poison, double \3, i32 0
  \1.c = insertelement <2 x double> poison, double \4, i32 0
  \1.r = call <2 x double> @llvm.wasm.relaxed.madd.v2f64(<2 x double> \1.a, <2 x double> \1.b, <2 x double> \1.c)
  \1 = extractelement <2 x double> \1.r, i32 0"""
# On a server without the instruction the native step rounds twice, and so does the module.
ROUNDED_TWICE = """
define internal double @fused(double %a, double %b, double %c) nounwind {
  %p = fmul double %a, %b
  %s = fadd double %p, %c
  ret double %s
}"""
# C's fmod by long division in doubles: y is doubled up to x and halved again, and each difference is exact.
REMAINDER = """
define internal double @remainder(double %x, double %y) nounwind {
entry:
  %left = call double @llvm.fabs.f64(double %x)
  %least = call double @llvm.fabs.f64(double %y)
  %finite = fcmp olt double %left, 0x7FF0000000000000
  %some = fcmp ogt double %least, 0.0
  %fine = and i1 %finite, %some
  br i1 %fine, label %up, label %none
none:
  ret double 0x7FF8000000000000
up:
  %part = phi double [ %least, %entry ], [ %twice, %double ]
  %half = fmul double %left, 0.5
  %below = fcmp ole double %part, %half
  br i1 %below, label %double, label %down
double:
  %twice = fmul double %part, 2.0
  br label %up
down:
  %taken = phi double [ %part, %up ], [ %halved, %down ]
  %rest = phi double [ %left, %up ], [ %after, %down ]
  %reaches = fcmp oge double %rest, %taken
  %difference = fsub double %rest, %taken
  %after = select i1 %reaches, double %difference, double %rest
  %halved = fmul double %taken, 0.5
  %last = fcmp ole double %taken, %least
  br i1 %last, label %done, label %down
done:
  %signed = call double @llvm.copysign.f64(double %after, double %x)
  ret double %signed
}"""


@dataclass(frozen=True)
class CompiledStep:
    """
    An optimizer's step on an objective as a WebAssembly module, for all values of numeric parameters.

    :mod:`core.compile.webassembly` has the calling convention.

    Attributes
    ----------
    module : bytes
        It imports a memory, ``env.memory``, and exports ``begin``, ``run`` and ``exact``.
    relaxed : bool
        Whether it is of WebAssembly's relaxed SIMD, which not every browser has, and right where ``exact`` says so.
    rows : int
        The number of doubles that the step works on.
    parameters : tuple of str
        The names of the numbers that it is given, in order: the optimizer's as :func:`core.resolved` has them, then the
        objective's. One of them is "steps", the number of steps of the run, where the learning rate's schedule depends
        on it.
    columns : tuple of str
        What is kept of each iterate, in order: "x", "y", "loss", then the state, of vectors "name.x" and "name.y".
    """

    module: bytes
    relaxed: bool
    rows: int
    parameters: tuple[str, ...]
    columns: tuple[str, ...]


def webassembly_step(optimizer, objective, values: dict, relaxed=False) -> CompiledStep:
    """Compile the step for these choices, or return it from the cache.

    Parameters
    ----------
    optimizer : Optimizer
    objective : Objective
    values : dict
        Complete values by name, of which choices count.
    relaxed : bool
        Whether relaxed SIMD may be used.

    Returns
    -------
    CompiledStep

    Raises
    ------
    InputError
        Where the step calls code that is no expression: a proximal point, or a function of the C library.
    """
    shape, shares = objective.shape, optimizer.epsilon_bounds_denominators
    return _step(optimizer.name, optimizer.step, shape, choices_of(values), tuple(values), shares, relaxed)


@lru_cache(maxsize=MODULES)
def _step(name, step, shape, choices, names, shares, relaxed):
    outputs, places, layout = traced(name, step, shape, choices, names)
    state = list(layout.rows)[STATE_ROW : STATE_ROW + layout.state_rows]
    columns = {"x": False, "y": False, "loss": True} | dict.fromkeys(state, False)
    functions = {"plain": outputs}
    if shares:  # program.may_share decides by epsilon, which is given at run time
        functions["shared"], _, other = traced(name, step, shape, choices, names, merge=True)
        assert layout.rows == other.rows
    declared: set[str] = set()
    texts = []
    for function, each in functions.items():
        if any(node.operation == "routine" for node in ordered(each.values())):
            raise InputError(
                f"optimizer = {name!r}: its step solves a problem of its own and has no WebAssembly module"
            )
        by_row = {layout.rows[n]: output for n, output in each.items() if n != "taint"}
        text, more = llvm.recorded(function, by_row, layout.rows, places, columns)
        texts.append(text)
        declared |= more
    _require_instructions(declared)
    relaxed = relaxed and fuses() and any(FUSED_CALL in text for text in texts)
    run = _run(places["p.epsilon"] if shares else None)
    text = "\n".join([*sorted(declared), _begin(layout), run, _exact(relaxed), *texts, "attributes #0 = { nounwind }"])
    return CompiledStep(
        module=_module(text, relaxed),
        relaxed=relaxed,
        rows=layout.size,
        parameters=(*(n for n in layout.parameters if n not in shape.variables), *shape.parameters),
        columns=tuple(columns),
    )


def _require_instructions(declared):
    """Refuse functions of a library: what else is declared is LLVM's own."""
    for declaration in declared:
        found = re.search(r"@([\w.]+)", declaration)
        if found and not found[1].startswith("llvm."):
            raise InputError(f"objective: {found[1]} is a function of the C library and has no WebAssembly module")


def _begin(layout):
    """The text of ``begin``."""
    values: dict = {**dict.fromkeys(range(layout.size), 0.0), 0: "%x", 1: "%y"} | layout.initial
    values |= dict.fromkeys(range(*layout.power_rows.indices(layout.size)), 1.0)
    body = llvm.Builder(vector=False)
    for row, value in values.items():
        if not isinstance(value, str):
            value = body.constant(value)
        elif not value.startswith("%"):  # the name of a parameter
            value = body.load("%parameters", layout.parameters.index(value))
        body.store(value, "%rows", row)
    signature = "define void @begin(ptr noalias %rows, ptr noalias %parameters, double %x, double %y) nounwind {"
    return "\n".join([signature, *body.lines, "  ret void", "}"])


def _run(epsilon):
    """The text of ``run``; epsilon: its place among the parameters, where by its value quotients share divisions."""
    body = llvm.Builder(vector=False)
    wide = {name: body.instruction(f"zext i32 %{name} to i64") for name in ("first", "count", "stride")}
    whole = body.instruction(f"uitofp i64 {wide['first']} to double")
    k = body.instruction(f"fadd double {whole}, 1.0")
    arguments = f"ptr %rows, ptr %parameters, double {k}, i64 {wide['count']}, ptr %kept, i64 {wide['stride']}"
    if epsilon is None:
        ways = {"plain": ""}
    else:
        least = body.constant(SMALLEST_SHARED_EPSILON)
        enough = body.compare("oge", body.load("%parameters", epsilon), least)
        body.lines.append(f"  br i1 {enough}, label %is.shared, label %is.plain")
        ways = {"shared": "is.shared:", "plain": "is.plain:"}
    for function, label in ways.items():
        body.lines.append(label)
        finite = body.instruction(f"call i64 @{function}({arguments})")
        body.lines.append(f"  ret i32 {body.instruction(f'trunc i64 {finite} to i32')}")
    pointers = ", ".join(f"ptr noalias %{name}" for name in ("rows", "parameters", "kept"))
    signature = f"define i32 @run({pointers}, i32 %stride, i32 %first, i32 %count) nounwind {{"
    return "\n".join([signature, *body.lines, "}"])


def _exact(relaxed):
    """The text of ``exact``."""
    body, result = llvm.Builder(vector=False), "1"
    if relaxed:
        lost = body.call("llvm.fmuladd", [body.constant(number) for number in ROUNDED_ONCE_IF_NOT_0], intrinsic=True)
        result = body.instruction(f"zext i1 {body.compare('one', lost, body.constant(0.0))} to i32")
    return "\n".join(["define i32 @exact() nounwind {", *body.lines, f"  ret i32 {result}", "}"])


def _module(text, relaxed):
    """The bytes of a module from the text of its functions."""
    needed = set()
    if FUSED_CALL in text:
        text = re.sub(rf"declare double {FUSED_CALL}.*", "", text).replace(FUSED_CALL, "@fused")
        if relaxed:
            text = re.sub(r"  (\S+) = call double @fused\(double (\S+), double (\S+), double (\S+)\)", RELAXED, text)
            needed.add(RELAXED_DECLARATION)
        else:
            needed.add(FUSED if fuses() else ROUNDED_TWICE)
    if "frem double" in text:
        text = re.sub(r"frem double (\S+), (\S+)", r"call double @remainder(double \1, double \2)", text)
        declarations = {"declare double @llvm.fabs.f64(double)", "declare double @llvm.copysign.f64(double, double)"}
        needed |= {REMAINDER, *(each for each in declarations if each not in text)}
    features = RELAXED_FEATURES if relaxed else FEATURES
    machine = _target().create_target_machine(opt=3, features=features, codemodel="default", reloc="static")
    module = native.parse_assembly("\n".join([text, *sorted(needed)]), context=native.create_context())
    module.triple = TRIPLE
    module.verify()
    # No passes: a native step has none, they gain nothing here, and llvmlite does not free all of their memory.
    return _linked(machine.emit_object(module))


@cache
def _target():
    native.initialize_all_targets()
    native.initialize_all_asmprinters()
    return native.Target.from_triple(TRIPLE)


@cache
def fuses() -> bool:
    """Whether this machine's native steps round a fused multiply-add once."""
    x, y, z = map(variable, "xyz")
    function = llvm.compile_block({3: Expression("fused", (x, y, z))}, {"x": 0, "y": 1, "z": 2}, {})
    rows = (ctypes.c_double * 4)(*ROUNDED_ONCE_IF_NOT_0)
    code = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 2, ctypes.c_double, *[ctypes.c_int64] * 2)(function.address)
    code(ctypes.addressof(rows), None, 1.0, 1, 1)
    return rows[3] != 0.0


def _linked(code):
    """The module of an object file without data: with one import, a memory, and its visible functions exported.

    An object file is a module but for its exports, and its functions call each other by their final numbers.
    """
    sections = dict(_sections(code))
    symbols = _functions(sections.pop(_LINKING))
    if set(sections) != {_TYPE, _IMPORT, _FUNCTION, _CODE} or _read_leb(sections[_IMPORT], 0)[0] > 1:
        raise RuntimeError(f"WebAssembly: sections {sorted(sections)} where a step needs types, functions and code")
    exports = b"".join(_name(name) + b"\0" + _leb(symbols[name]) for name in EXPORTS)
    memory = b"".join(map(_name, MEMORY)) + b"\2\0\0"  # a memory of any size
    sections |= {_IMPORT: _leb(1) + memory, _EXPORT: _leb(len(EXPORTS)) + exports}
    return code[:8] + b"".join(bytes([kind]) + _leb(len(body)) + body for kind, body in sorted(sections.items()))


def _sections(code):
    """The kind and the content of each section; of custom ones, that which linkers read."""
    place = 8
    while place < len(code):
        kind = code[place]
        size, place = _read_leb(code, place + 1)
        content = code[place : place + size]
        if kind:
            yield kind, content
        elif content.startswith(_name("linking")):
            yield _LINKING, content[len(_name("linking")) :]
        place += size


def _functions(linking):
    """The numbers of an object file's functions by name, from what linkers read."""
    place, found = 1, {}  # behind the version
    while place < len(linking):
        kind = linking[place]
        size, place = _read_leb(linking, place + 1)
        end = place + size
        if kind == _SYMBOLS:
            _, place = _read_leb(linking, place)
            while place < end and linking[place] == 0:  # a function, in front of other symbols
                _, place = _read_leb(linking, place + 1)  # flags
                index, place = _read_leb(linking, place)
                length, place = _read_leb(linking, place)
                found[linking[place : place + length].decode()] = index
                place += length
        place = end
    return found


def _name(text):
    return _leb(len(text)) + text.encode()


def _leb(number):
    """A number in WebAssembly's variable length."""
    found = bytearray()
    while number >= 128:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _read_leb(code, place):
    """A number of variable length, and where it ends."""
    number = shift = 0
    while True:
        number |= (code[place] & 127) << shift
        shift, place = shift + 7, place + 1
        if code[place - 1] < 128:
            return number, place
