"""Code generation: expression graphs to native code, as LLVM text that llvmlite (numba's back end) compiles in memory.

It takes milliseconds per formula; nothing is written to disk and no source text is executed. What code an operation has
stands in its row of the table (:mod:`core.symbolic.operations`).

* Steps (:func:`compile_block`) are compiled for one run (``lanes=1``) or for cells side by side in explicit vectors.
  Both use the branch-free functions of :mod:`core.symbolic.elementary`, since libm's sine, exponential and logarithm do
  not vectorise: so a run and the map's cell with the same parameters agree to the last bit.
* A loop that runs until it has converged cannot be straight-line code: it is a :class:`Routine`, called by address cell
  by cell, and so the same code for a run and for the map.
* Points and right-hand sides (:func:`compile_point`, :func:`compile_system`) use the system's libm.

No operations are reordered or fused unless the expression asks for it: with x y - 1 fused, an iterate that would come
to exact rest on xy = 1 never does, and a converged cell of the map turns into a spike.

A block of steps is ``void f(double *rows, const double *parameters, double k, int64 count, int64 n)``: steps k to
k + count - 1, count at least 1, of n cells, a multiple of the lanes; row r of cell i is ``rows[r * n + i]``.
"""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass, field

import llvmlite.binding as llvm

from ..symbolic import elementary
from ..symbolic.economy import economical
from ..symbolic.expression import OPERATIONS, Expression, independent, ordered, substitute

WIDTH = 8  # doubles in one vector operation; LLVM splits it where the machine's vectors are shorter

_lock = threading.Lock()
_target = None


@dataclass(frozen=True)
class Function:
    """Native code and the engine that owns its memory; `address` is valid while this object lives."""

    address: int
    _owners: object = field(repr=False, compare=False)


@dataclass(frozen=True)
class Routine:
    """A native function that expressions may call: ``void f(double, ..., void *context, double *out, double *more)``.

    It must not raise.

    Parameters
    ----------
    address : int
        Of its code.
    context : int
        An address passed to it on every call.
    results : int
        How many numbers it writes to ``out``.
    _owners : tuple
        References that keep alive what both addresses point at.
    scalars : int or None
        How many arguments it takes as doubles; the rest are in the array ``more``. None: all, and there is no
        ``more``.
    """

    address: int
    context: int
    results: int
    _owners: tuple = field(repr=False, compare=False)
    scalars: int | None = None


def compile_block(outputs, rows, parameters, lanes=1) -> Function:
    """Compile a block of steps.

    Parameters
    ----------
    outputs : dict
        Row -> the expression of its next value.
    rows, parameters : dict
        Name of a variable -> its row in the two tables. The variable named ``step`` is the argument k.
    lanes : int
        1, or a multiple of WIDTH: cells that are taken at once.

    Returns
    -------
    Function

    Raises
    ------
    KeyError
        For variables without a row.
    """
    routines = {n.value for n in ordered(outputs.values()) if n.operation == "routine"}
    return _link(_block_text(outputs, rows, parameters, lanes), routines)


def compile_system(outputs, arguments) -> Function:
    """Compile a list of outputs to ``void f(double t, double *y, double *p, double *out)``.

    `arguments` maps a variable's name to ``("t", 0)``, ``("y", index)`` or ``("p", index)``.
    """
    body = Builder(vector=False)
    for name, (where, index) in arguments.items():
        body.bind(name, "%t" if where == "t" else body.load(f"%{where}", index))
    for index, node in enumerate(body.emit(elementary.with_libm(economical(outputs)))):
        body.store(node, "%out", index)
    signature = "double %t, ptr %y, ptr %p, ptr noalias %out"
    return _link(_module(body, _function(body, f"void @compiled({signature})", [*body.lines, "  ret void"])))


def compile_point(outputs, parameters=()) -> Function:
    """Compile outputs in x, y and parameters to ``void f(double x, double y, double *out, double *parameters)``.

    Parameters
    ----------
    outputs : iterable of Expression
    parameters : sequence of str
        The names of the parameters' variables, in the order of the array that the code is given.
    """
    body = Builder(vector=False)
    body.bind("x", "%x")
    body.bind("y", "%y")
    for index, name in enumerate(parameters):
        body.bind(name, body.load("%parameters", index))
    for index, node in enumerate(body.emit(elementary.with_libm(economical(outputs)))):
        body.store(node, "%out", index)
    signature = "double %x, double %y, ptr noalias %out, ptr noalias %parameters"
    return _link(_module(body, _function(body, f"void @compiled({signature})", [*body.lines, "  ret void"])))


def _block_text(outputs, rows, parameters, lanes):
    """Three nested parts: cells by `lanes`, steps, and the step itself on `lanes`/WIDTH vectors in turn.

    The rows stay in registers over the steps, and what depends on parameters alone is computed before them. For every
    condition on parameters alone under which a part of the step has a cheaper form ("unswitched"), there is another
    loop over the steps, taken where all lanes fulfil it.
    """
    values = _lowered(outputs, rows, parameters)
    body = Builder(vector=lanes > 1)
    lines = [
        "  br label %cells",
        "cells:",
        "  %i = phi i64 [ 0, %entry ], [ %next, %stored ]",
        *_loops(body, outputs, values, rows, parameters, lanes),
        "stored:",
        f"  %next = add nuw nsw i64 %i, {lanes}",
        "  %more = icmp ult i64 %next, %n",
        "  br i1 %more, label %cells, label %end",
        "end:",
        "  ret void",
    ]
    signature = "ptr noalias %rows, ptr noalias %parameters, double %k, i64 %count, i64 %n"
    return _module(body, _function(body, f"void @compiled({signature})", lines))


def recorded(name, outputs, rows, parameters, columns) -> tuple[str, set[str]]:
    """The block of steps of one cell that keeps its iterates, as the text of a function and what it declares.

    It is ``i64 name(double *rows, double *parameters, double k, i64 count, double *kept, i64 stride)``: it keeps the
    iterates before steps k to k + count - 1, number c of column r as ``kept[r * stride + c]``, and ends early at the
    first with a number that is not finite. It returns how many are finite. The steps are those of the other blocks to
    the last bit, as their expressions and code are.

    Parameters
    ----------
    outputs, rows, parameters
        As for :func:`compile_block`.
    columns : dict
        Name of a row -> whether its value after the step is kept, as that of a loss, or the one before it.
    """
    body = Builder(vector=False)
    values = _lowered(outputs, rows, parameters)
    lines = ["  %i = add i64 0, 0", "  %n = add i64 0, 1", *_loops(body, outputs, values, rows, parameters, 1, columns)]
    signature = "ptr noalias %rows, ptr noalias %parameters, double %k, i64 %count, ptr noalias %kept, i64 %stride"
    return _function(body, f"internal i64 @{name}({signature})", lines), body.declarations


def _lowered(outputs, rows, parameters):
    """The outputs in operations that have an instruction; KeyError for variables without a row."""
    values = elementary.lowered(economical(outputs.values()), parameters)
    missing = {n.value for n in ordered(values) if n.operation == "variable"} - set(rows) - set(parameters) - {"step"}
    if missing:
        raise KeyError(f"variables without a row: {sorted(missing)}")
    return values


def _loops(body, outputs, values, rows, parameters, lanes, columns=None):
    """The loops over the steps, each with the conditions on parameters under which it is taken."""
    lines = []
    for number, condition in enumerate(_conditions(values, parameters)):
        label, other = f"chosen{number}", f"next{number}"
        lines += _branch(body, condition, parameters, lanes, label, other)
        chosen = dict(zip(outputs, _switched(values, condition), strict=True))
        lines += [*_steps(body, chosen, rows, parameters, lanes, label, columns), f"{other}:"]
    general = dict(zip(outputs, _switched(values), strict=True))
    return [*lines, "  br label %general", *_steps(body, general, rows, parameters, lanes, "general", columns)]


def _conditions(values, parameters):
    """The conditions of "unswitched" nodes that depend on parameters alone; an outer node's before those within it."""
    nodes = ordered(values)
    free = {id(node) for node in independent(nodes, parameters)}
    found = (node.arguments[0] for node in reversed(nodes) if node.operation == "unswitched")
    return list(dict.fromkeys(condition for condition in found if id(condition) in free))


def _switched(values, condition=None):
    """The values for lanes that fulfil the condition; without one, for all lanes."""

    def replace(node, arguments):
        return arguments[1 if node.arguments[0] is condition else 2] if node.operation == "unswitched" else None

    return substitute(values, replace)


def _branch(body, condition, parameters, lanes, label, other):
    """Branch on a condition on parameters alone: to one label if it holds in all lanes, else to the other."""
    body.lines, all_hold = [], "true"
    for part in range(0, lanes, WIDTH):
        _bind_parameters(body, ordered([condition]), parameters, part)
        holds = body.in_all_lanes(*body.emit([condition]))
        all_hold = body.instruction(f"and i1 {all_hold}, {holds}")
    return [*body.lines, f"  br i1 {all_hold}, label %{label}, label %{other}"]


def _bind_parameters(body, nodes, parameters, part):
    """Load those that the nodes use, for the cells from `part` on; return where these cells begin."""
    start = body.instruction(f"add i64 %i, {part}")
    used = {n.value for n in nodes if n.operation == "variable"}
    for name, row in parameters.items():
        if name in used:
            body.bind(name, body.load("%parameters", row, start))
    return start


def _steps(body, values, rows, parameters, lanes, label, columns=None):
    """The loop over the steps of one group of cells, from `label` to the label ``stored``; values: row -> its next.

    With columns (:func:`recorded`) it keeps every iterate, and returns.
    """
    nodes = ordered(values.values())
    used = {n.value for n in nodes if n.operation == "variable"}
    used |= {name for name, late in (columns or {}).items() if not late}
    constant = independent(nodes, parameters)
    before: list[str] = []
    per_step: list[str] = []
    after: list[str] = []
    phis: list[str] = []
    body.lines = per_step
    step = body.splat(f"%step.{label}")
    for part in range(0, lanes, WIDTH):
        body.lines = before
        start = _bind_parameters(body, nodes, parameters, part)
        invariant = body.emit_all(constant)
        carried = {}
        for name, row in rows.items():
            if name in used:
                first = body.load("%rows", row, start)
                carried[row] = first
                body.bind(name, f"%row{part}.{row}.{label}" if row in values else first)
        body.bind("step", step)
        body.lines = per_step
        registers = body.emit_all(nodes, invariant)
        if columns:
            kept = [registers[id(values[rows[n]])] if late else body.names[n] for n, late in columns.items()]
            finite = _keep(body, kept, label)
        body.lines = after
        for row, node in values.items():
            last = registers[id(node)]
            if row in carried:
                name = f"%row{part}.{row}.{label}"
                phis.append(f"  {name} = phi {body.type} [ {carried[row]}, %{label} ], [ {last}, %latch.{label} ]")
            body.store(last, "%rows", row, start)
    again = [f"  %again.{label} = icmp ult i64 %done.next.{label}, %count"]
    end = ["  br label %stored"]
    if columns:
        again = [
            f"  %more.{label} = {again[0].partition('= ')[2]}",
            f"  %again.{label} = and i1 %more.{label}, {finite}",
        ]
        end = [
            f"  %finite.{label} = select i1 {finite}, i64 %done.next.{label}, i64 %done.{label}",
            f"  ret i64 %finite.{label}",
        ]
    return [
        f"{label}:",
        *before,
        f"  br label %steps.{label}",
        f"steps.{label}:",
        f"  %done.{label} = phi i64 [ 0, %{label} ], [ %done.next.{label}, %latch.{label} ]",
        f"  %step.{label} = phi double [ %k, %{label} ], [ %step.next.{label}, %latch.{label} ]",
        *phis,
        *per_step,
        f"  br label %latch.{label}",
        f"latch.{label}:",
        f"  %done.next.{label} = add nuw nsw i64 %done.{label}, 1",
        f"  %step.next.{label} = fadd double %step.{label}, 1.0",
        *again,
        f"  br i1 %again.{label}, label %steps.{label}, label %after.{label}",
        f"after.{label}:",
        *after,
        *end,
    ]


def _keep(body, numbers, label):
    """Store one number in each column, and return whether all are finite."""
    total = None
    for column, number in enumerate(numbers):
        place = body.instruction(f"add i64 {body.instruction(f'mul i64 %stride, {column}')}, %done.{label}")
        pointer = body.instruction(f"getelementptr double, ptr %kept, i64 {place}")
        body.lines.append(f"  store double {number}, ptr {pointer}, align 8")
        taint = body.instruction(f"fmul double {number}, {body.constant(0.0)}")  # NaN unless finite
        total = taint if total is None else body.instruction(f"fadd double {total}, {taint}")
    return body.instruction(f"fcmp ord double {total}, {total}")


def _function(body, signature, lines):
    return "\n".join([f"define {signature} #0 {{", "entry:", *body.allocated, *lines, "}"])


def _module(body, function):
    attributes = 'attributes #0 = { nounwind "prefer-vector-width"="512" "min-legal-vector-width"="512" }'
    return "\n".join([*sorted(body.declarations), function, attributes])


class Builder:
    """Straight-line LLVM instructions of one function, on doubles or on vectors of `WIDTH` doubles.

    The table's rows (:mod:`core.symbolic.operations`, :mod:`core.symbolic.instructions`) append to it. ``type``,
    ``integer`` and ``condition`` are LLVM's types of a number, of its bits, and of a comparison.
    """

    def __init__(self, vector):
        self._of_width(vector)
        self.lines, self.allocated, self.declarations = [], [], set()
        self.names: dict[str, str] = {}
        self.count = 0

    def _of_width(self, vector):
        self.vector = vector
        self.type, self.integer, self.condition = (
            f"<{WIDTH} x {one}>" if vector else one for one in ("double", "i64", "i1")
        )

    def instruction(self, text):
        """Append an instruction and return the register of its result."""
        self.count += 1
        name = f"%v{self.count}"
        self.lines.append(f"  {name} = {text}")
        return name

    def bind(self, variable, register):
        """Let a variable stand for a register."""
        self.names[variable] = register

    def splat(self, scalar):
        """A vector of one number, in every lane."""
        if not self.vector:
            return scalar
        one = self.instruction(f"insertelement {self.type} poison, double {scalar}, i64 0")
        return self.instruction(f"shufflevector {self.type} {one}, {self.type} poison, <{WIDTH} x i32> zeroinitializer")

    def _pointer(self, base, row, cell):
        """Of one number, or of `row` at `cell` in a table that is %n wide."""
        if cell is None:
            return self.instruction(f"getelementptr double, ptr {base}, i64 {row}")
        place = self.instruction(f"add i64 {self.instruction(f'mul i64 %n, {row}')}, {cell}")
        return self.instruction(f"getelementptr double, ptr {base}, i64 {place}")

    def load(self, base, row, cell=None):
        """Load from a table: one number, or `row` at `cell`."""
        return self.instruction(f"load {self.type}, ptr {self._pointer(base, row, cell)}, align 8")

    def store(self, register, base, row, cell=None):
        """Store to a table; places as for :meth:`load`."""
        pointer = self._pointer(base, row, cell)
        self.lines.append(f"  store {self.type} {register}, ptr {pointer}, align 8")

    def constant(self, number):
        """A literal number, in every lane."""
        bits = struct.unpack("<Q", struct.pack("<d", number))[0]
        one = f"0x{bits:016X}"
        return f"<{', '.join([f'double {one}'] * WIDTH)}>" if self.vector else one

    def integers(self, number):
        """A literal integer, in every lane."""
        return f"<{', '.join([f'i64 {number}'] * WIDTH)}>" if self.vector else str(number)

    def emit(self, outputs):
        """Append the code of expressions and return their registers."""
        registers = self.emit_all(ordered(outputs))
        return [registers[id(o)] for o in outputs]

    def emit_all(self, nodes, known=()):
        """The registers of ordered nodes, by identity; those in `known` have theirs already."""
        registers = dict(known)
        for node in nodes:
            if id(node) not in registers:
                registers[id(node)] = self._value(node, [registers[id(a)] for a in node.arguments])
        return registers

    def _value(self, node, arguments):
        """The register of a node, by its row in the table."""
        row = OPERATIONS[node.operation]
        if row.llvm is None:
            return self._by_libm(row, node, arguments)
        if callable(row.llvm):
            return row.llvm(self, node, *arguments)
        if row.llvm.startswith("@"):
            return self.call(row.llvm[1:], arguments, intrinsic=True)
        return self.instruction(f"{row.llvm} {self.type} {', '.join(arguments)}")

    def _by_libm(self, row, node, arguments):
        """The C library's function, called for each number of a vector in turn."""
        if row.libm is None:
            raise TypeError(f"operation {row.name!r}: its row must have llvm, libm, lanes or an expansion")
        if self.vector:
            result = "poison"
            for cell in range(WIDTH):
                numbers = [self.instruction(f"extractelement {self.type} {a}, i64 {cell}") for a in arguments]
                self._of_width(False)
                found = self._by_libm(row, node, numbers)
                self._of_width(True)
                result = self.instruction(f"insertelement {self.type} {result}, double {found}, i64 {cell}")
            return result
        return row.libm(self, node, *arguments) if callable(row.libm) else self.call(row.libm, arguments)

    def declare(self, *declarations):
        """Add declarations, or whole internal functions, that the code calls; each is kept once."""
        self.declarations.update(declarations)

    def call(self, function, arguments, intrinsic=False):
        """Call a function of doubles, or an intrinsic of the builder's type."""
        t = self.type
        suffix = (f".v{WIDTH}f64" if self.vector else ".f64") if intrinsic else ""
        self.declarations.add(f"declare {t} @{function}{suffix}({', '.join([t] * len(arguments))})")
        return self.instruction(f"call {t} @{function}{suffix}({', '.join(f'{t} {a}' for a in arguments)})")

    def routine(self, routine, arguments):
        """Call it for every cell; one register for each of its results."""
        scalars = len(arguments) if routine.scalars is None else routine.scalars
        out, more = self._allocated(routine.results), None
        if routine.scalars is not None:
            more = self._allocated(max(1, len(arguments) - scalars))
        code, context = (f"inttoptr (i64 {address} to ptr)" for address in (routine.address, routine.context))
        registers = ["poison"] * routine.results
        for cell in range(WIDTH if self.vector else 1):
            numbers = arguments
            if self.vector:
                numbers = [self.instruction(f"extractelement {self.type} {a}, i64 {cell}") for a in arguments]
            for i, number in enumerate(numbers[scalars:]):
                pointer = self.instruction(f"getelementptr double, ptr {more}, i64 {i}")
                self.lines.append(f"  store double {number}, ptr {pointer}, align 8")
            passed = [f"double {number}" for number in numbers[:scalars]]
            passed += [f"ptr {context}", f"ptr {out}", *([f"ptr {more}"] if more else [])]
            self.lines.append(f"  call void {code}({', '.join(passed)})")
            for i in range(routine.results):
                pointer = self.instruction(f"getelementptr double, ptr {out}, i64 {i}")
                found = self.instruction(f"load double, ptr {pointer}, align 8")
                if self.vector:
                    found = self.instruction(f"insertelement {self.type} {registers[i]}, double {found}, i64 {cell}")
                registers[i] = found
        return registers

    def _allocated(self, count):
        """An array of doubles on the stack, made at the function's entry: within a loop it would grow the stack."""
        name = f"%array{len(self.allocated)}"
        self.allocated.append(f"  {name} = alloca [{count} x double], align 8")
        return name

    def compare(self, predicate, a, b):
        """Compare two numbers, lane by lane."""
        return self.instruction(f"fcmp {predicate} {self.type} {a}, {b}")

    def in_all_lanes(self, condition):
        """Whether a comparison holds for each number, as i1."""
        if not self.vector:
            return condition
        bits = self.instruction(f"bitcast {self.condition} {condition} to i{WIDTH}")
        return self.instruction(f"icmp eq i{WIDTH} {bits}, -1")

    def select(self, condition, a, b):
        """`a` where the condition holds, else `b`, lane by lane."""
        return self.instruction(f"select {self.condition} {condition}, {self.type} {a}, {self.type} {b}")


def _link(text, owners=()) -> Function:
    with _lock:
        machine = _target_machine()
        module = llvm.parse_assembly(text)
        module.verify()
        engine = llvm.create_mcjit_compiler(module, machine)
        engine.finalize_object()
        return Function(engine.get_function_address("compiled"), (engine, *owners))


def _target_machine():
    """A new machine each time: an execution engine takes ownership of the one it is given."""
    global _target
    if _target is None:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        _target = llvm.Target.from_default_triple()
    return _target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3
    )


__all__ = ["Expression", "Function", "Routine", "compile_block", "compile_point", "compile_system"]
