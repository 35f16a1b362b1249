"""The native calling convention: calls, from compiled loops, of functions that are known by their address.

A formula is compiled once and handed around as the integer address of a C function. One generic loop therefore serves
every objective and every right-hand side, and the loop's own entry in numba's cache on disk never depends on a
formula. All helpers are for nopython mode only. Arrays are C-contiguous float64 and are passed as bare data pointers:
no length travels with them, so the caller sizes its arrays by the table.

==================  ==================================================================  ==============================
helper              C prototype at the address                                          what it fills
==================  ==================================================================  ==============================
``call_system``     ``void (double t, double *y, double *p, double *out)``              ``out``: (n,) for dy/dt,
                                                                                        (n*n + n,) for a Jacobian
``call_objective``  ``void (double x, double y, double *out, double *parameters)``      ``out``: (6,) f, fx, fy,
                                                                                        fxx, fxy, fyy
``call_block``      ``void (double *state, double *p, double k, int64 count, int64 n)`` ``state``, in place
==================  ==================================================================  ==============================

An objective's code does not contain the values of its parameters. A loop is handed the pair (address, parameters), as
:attr:`core.objectives.Objective.native` has it, and passes it on; ``parameters`` is an array or a pointer. The address
alone stands for code that takes none.
``objective_at`` makes the call of ``call_objective`` and returns the six numbers without an array.
"""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import intrinsic

POINT_SIZE = 6  # f, fx, fy, fxx, fxy, fyy


def _require_address(address):
    if not isinstance(address, types.Integer):
        raise TypingError(f"the address of a native function must be an integer, not {address}")


def _is_buffer(array):
    return isinstance(array, types.Array) and array.dtype == types.float64 and array.layout == "C"


def _require_buffer(name, array):
    """A bare pointer is only right for contiguous doubles; anything else would read the wrong memory."""
    if not _is_buffer(array):
        raise TypingError(f"{name} must be a C-contiguous float64 array, not {array}")


def _require_objective(objective):
    if isinstance(objective, types.Integer):
        return
    pair = isinstance(objective, types.BaseTuple) and len(objective) == 2
    if not pair or not (_is_buffer(objective[1]) or objective[1] == types.CPointer(types.float64)):
        raise TypingError(f"an objective must be an address or a pair (address, parameters), not {objective}")
    _require_address(objective[0])


def _data(context, builder, array_type, array):
    return context.make_array(array_type)(context, builder, array).data


def _call(context, builder, address_type, address, arguments):
    # inttoptr needs a machine word; narrower literals are widened first.
    word = context.cast(builder, address, address_type, types.intp)
    prototype = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments])
    builder.call(builder.inttoptr(word, prototype.as_pointer()), arguments)


def _call_objective(context, builder, kind, objective, x, y, out):
    """Call the objective, an address or a pair of type `kind`, with the data pointer `out`."""
    if isinstance(kind, types.Integer):
        _call(context, builder, kind, objective, [x, y, out])
        return
    address, parameters = (builder.extract_value(objective, i) for i in range(2))
    if isinstance(kind[1], types.Array):
        parameters = _data(context, builder, kind[1], parameters)
    _call(context, builder, kind[0], address, [x, y, out, parameters])


@intrinsic
def call_system(typingctx, address, t, y, p, out):
    """Call ``f(t, y, p, out)`` at ``address``: t scalar, y (n,), p (any,), out (n,) or (n*n + n,)."""
    _require_address(address)
    for name, array in (("y", y), ("p", p), ("out", out)):
        _require_buffer(name, array)

    def codegen(context, builder, signature, values):
        buffers = [
            _data(context, builder, kind, value) for kind, value in zip(signature.args[2:], values[2:], strict=True)
        ]
        _call(context, builder, signature.args[0], values[0], [values[1], *buffers])
        return context.get_dummy_value()

    return types.void(address, types.float64, y, p, out), codegen


@intrinsic
def call_objective(typingctx, objective, x, y, out):
    """Fill out (6,) with f, fx, fy, fxx, fxy, fyy at (x, y); objective: (address, parameters)."""
    _require_objective(objective)
    _require_buffer("out", out)

    def codegen(context, builder, signature, values):
        buffer = _data(context, builder, signature.args[3], values[3])
        objective, x, y, _ = values
        _call_objective(context, builder, signature.args[0], objective, x, y, buffer)
        return context.get_dummy_value()

    return types.void(objective, types.float64, types.float64, out), codegen


@intrinsic
def objective_at(typingctx, objective, x, y):
    """Return f, fx, fy, fxx, fxy, fyy at (x, y); objective: (address, parameters)."""
    _require_objective(objective)
    result = types.UniTuple(types.float64, POINT_SIZE)

    def codegen(context, builder, signature, values):
        out = cgutils.alloca_once(builder, ir.DoubleType(), POINT_SIZE)
        objective, x, y = values
        _call_objective(context, builder, signature.args[0], objective, x, y, out)
        numbers = [builder.load(cgutils.gep_inbounds(builder, out, i)) for i in range(POINT_SIZE)]
        return context.make_tuple(builder, result, numbers)

    return result(objective, types.float64, types.float64), codegen


@intrinsic
def call_block(typingctx, address, state, p, k, count, n):
    """Call ``f(state, p, k, count, n)`` at ``address``: count steps from number k of n cells; state (r, n) in place."""
    _require_address(address)
    for name, array in (("state", state), ("p", p)):
        _require_buffer(name, array)

    def codegen(context, builder, signature, values):
        buffers = [
            _data(context, builder, kind, value) for kind, value in zip(signature.args[1:3], values[1:3], strict=True)
        ]
        _call(context, builder, signature.args[0], values[0], [*buffers, *values[3:]])
        return context.get_dummy_value()

    return types.void(address, state, p, types.float64, types.int64, types.int64), codegen
