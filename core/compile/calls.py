"""Calls, from compiled loops, of native functions known only by their address.

A formula is compiled once and handed around as the integer address of a C function, so that one generic
loop serves every objective and every right-hand side, and the loop's own cache entry on disk never
depends on the formula. Each helper is usable in nopython mode only, takes the address as a run-time
int64, and passes C-contiguous float64 arrays as bare data pointers: no length travels with them, so the
caller sizes its arrays by the contracts below.

========================  =======================================================  =======================
helper                    C prototype at ``address``                               what it fills
========================  =======================================================  =======================
``call_system``           ``void (double t, double *y, double *p, double *out)``   ``out``: (n,) for dy/dt,
                                                                                   (n*n + n,) for Jacobian
``call_objective``        ``void (double x, double y, double *out)``               ``out``: (6,) f, fx, fy,
                                                                                   fxx, fxy, fyy
``call_block``            ``void (double *state, double *p, double k,              ``state``, in place
                          int64 count, int64 n)``
========================  =======================================================  =======================

``objective_at`` calls what ``call_objective`` does and returns the six numbers, without an array.
"""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import intrinsic


def _require_address(address):
    if not isinstance(address, types.Integer):
        raise TypingError(f"the address of a native function must be an integer, not {address}")


def _require_buffer(name, array):
    """A bare pointer is only right for contiguous doubles; anything else would read the wrong memory."""
    if not (isinstance(array, types.Array) and array.dtype == types.float64 and array.layout == "C"):
        raise TypingError(f"{name} must be a C-contiguous float64 array, not {array}")


def _data(context, builder, array_type, array):
    return context.make_array(array_type)(context, builder, array).data


def _call(context, builder, address_type, address, arguments):
    # inttoptr wants a machine word; narrower literals are widened first.
    word = context.cast(builder, address, address_type, types.intp)
    prototype = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments])
    builder.call(builder.inttoptr(word, prototype.as_pointer()), arguments)


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
def call_objective(typingctx, address, x, y, out):
    """Call ``f(x, y, out)`` at ``address``: x, y scalars, out (6,) = f, fx, fy, fxx, fxy, fyy."""
    _require_address(address)
    _require_buffer("out", out)

    def codegen(context, builder, signature, values):
        buffer = _data(context, builder, signature.args[3], values[3])
        _call(context, builder, signature.args[0], values[0], [values[1], values[2], buffer])
        return context.get_dummy_value()

    return types.void(address, types.float64, types.float64, out), codegen


@intrinsic
def objective_at(typingctx, address, x, y):
    """f, fx, fy, fxx, fxy, fyy at (x, y), from the ``f(x, y, out)`` at ``address``."""
    _require_address(address)
    result = types.UniTuple(types.float64, 6)

    def codegen(context, builder, signature, values):
        out = cgutils.alloca_once(builder, ir.DoubleType(), 6)
        _call(context, builder, signature.args[0], values[0], [values[1], values[2], out])
        numbers = [builder.load(cgutils.gep_inbounds(builder, out, i)) for i in range(6)]
        return context.make_tuple(builder, result, numbers)

    return result(address, types.float64, types.float64), codegen


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
