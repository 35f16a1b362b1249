"""What the compiled parts of the integrator share: scratch buffers, the controller's state, calls by address.

The loop (:mod:`core.integrate.integrator`), the two Runge-Kutta methods and the search for events are compiled apart,
each once and only when it is needed, and call each other by address. Compiled into one function, numba would optimise
the code of every part again in each of its callers: that was most of a first start.

Both records are structured arrays of one element. Compiled code takes ``array[0]`` and reads and writes its fields by
name; shapes and offsets are constants there.
"""

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.extending import intrinsic

from .vectors import WIDTH

STAGES = 16  # of the explicit method
DENSE = 6  # rows of the dense output
_LINE = 64  # bytes of a cache line: each row of WIDTH numbers has its own

_VECTOR, _SQUARE, _THREE = (np.float64, (WIDTH,)), (np.float64, (WIDTH, WIDTH)), (np.float64, (3, WIDTH))

# Scratch buffers, reused from step to step. Rows hold WIDTH numbers, zeros beyond the n of the system.
WORKSPACE = np.dtype(
    [
        ("y", *_VECTOR),  # the state at the start of the step
        ("slope", *_VECTOR),  # its derivative there
        ("reached", *_VECTOR),  # the state at the end of the step
        ("argument", *_VECTOR),  # of a call of the right-hand side
        ("zeros", *_VECTOR),
        ("scales", *_VECTOR),  # tolerance of each component
        ("rtol", *_VECTOR),
        ("atol", *_VECTOR),
        ("squared", *_VECTOR),  # 1 where a component is the square of something, else 0
        ("differences", np.float64, (2, WIDTH)),  # estimates of the error
        ("dense", np.float64, (DENSE, WIDTH)),  # dense output: powers of s that multiply s (1 - s) beside the chord
        ("cut", np.float64, (DENSE, WIDTH)),  # values within a step that an event ends
        ("history", *_SQUARE),  # the previous step's chord, then its dense output
        ("derivatives", np.float64, ((WIDTH + 1) * WIDTH,)),  # the Jacobian (n * n), then the derivative by time (n)
        ("power", *_SQUARE),  # of the Jacobian, for its spectral radius
        ("square", *_SQUARE),
        # the explicit method
        ("stages", np.float64, (STAGES, WIDTH)),
        # the implicit method: simplified Newton iteration on transformed stages
        ("real", *_SQUARE),  # shift I - J, destroyed by its inversion
        ("imaginary", *_SQUARE),
        ("inverse", *_SQUARE),  # transposed inverses, for the real eigenvalue and for one of the pair
        ("inverse_real", *_SQUARE),
        ("inverse_imaginary", *_SQUARE),
        ("iterate", *_THREE),  # transformed stages
        ("slopes", *_THREE),
        ("residual", *_THREE),
        ("change", *_THREE),
        ("weights", *_THREE),
        ("rows", np.int64, (WIDTH,)),  # permutation of the elimination
    ]
)

# The state of the step-size controller and of the choice between the methods.
CONTROL = np.dtype(
    [
        ("t", np.float64),
        ("start", np.float64),
        ("end", np.float64),
        ("h", np.float64),  # the step to try next
        ("h_before", np.float64),  # the last accepted step, 0 before the first
        ("root_before", np.float64),  # its error, as a factor of length
        ("rate", np.float64),  # the fastest rate of the system, when last measured
        ("reach", np.float64),  # step times fastest rate that the explicit method attained when it was left
        ("still_x", np.float64),  # where and when the search for a standstill began
        ("still_y", np.float64),
        ("still_t", np.float64),
        ("until", np.float64),  # share of the last step at which the event took place
        ("n", np.int64),  # size of the system
        ("max_steps", np.int64),
        ("attempts", np.int64),
        ("accepted", np.int64),
        ("rejected", np.int64),
        ("method", np.int64),  # EITHER, EXPLICIT or STIFF
        ("looks", np.int64),  # measurements in a row at which stability held the step back
        ("patience", np.int64),  # how many of them start a trial of the implicit method
        ("stayed", np.int64),  # implicit steps since the switch
        ("worthless", np.int64),  # measurements in a row at which they were no longer than explicit ones
        ("unseen", np.int64),  # implicit steps before the next measurement
        ("look", np.int64),  # accepted steps between two tests for a standstill, 0 for none
        ("still_from", np.int64),
        ("event", np.int64),  # number of the watched function that reached 0, -1 for none
        ("first_sign", np.int64),  # where in p the sign of the first watched function is
        ("crossings", np.int64),  # so far
        ("explicit_step", np.int64),  # addresses; 0 while not compiled
        ("interpolant", np.int64),
        ("stiff_step", np.int64),
        ("locate", np.int64),
        ("implicit", np.bool_),  # whether the next step is
        ("fresh", np.bool_),  # whether no predecessor's error can be extrapolated
        ("after_rejection", np.bool_),
        ("finite", np.bool_),  # whether the last attempt was
        ("begun", np.bool_),
        ("crosses", np.bool_),  # whether the event is a crossing
    ],
    align=True,
)

_WORK, _CONTROL = from_dtype(WORKSPACE), from_dtype(CONTROL)
_NUMBERS, _EVENTS = types.float64[::1], types.float64[:, ::1]
_FLOAT, _INTEGER = types.float64, types.int64

# step(rhs, t, h, p, n, ratio, again, work) -> slowest contraction of the iteration, infinite if the step failed
STEP = _FLOAT(_INTEGER, _FLOAT, _FLOAT, _NUMBERS, _INTEGER, _FLOAT, types.boolean, _WORK)
# interpolant(rhs, t, h, p, work), fills work.dense
INTERPOLANT = types.void(_INTEGER, _FLOAT, _FLOAT, _NUMBERS, _WORK)
# locate(watch, t, h, p, n, events, control, work) -> number of the event or -1, sets control.until and crosses
LOCATE = _INTEGER(_INTEGER, _FLOAT, _FLOAT, _NUMBERS, _INTEGER, _EVENTS, _CONTROL, _WORK)


def workspace():
    """A record of WORKSPACE, all zeros, aligned to cache lines: (1,) array."""
    memory = np.zeros(WORKSPACE.itemsize + _LINE, dtype=np.uint8)
    skipped = -memory.ctypes.data % _LINE
    return np.ndarray(
        1, WORKSPACE, memory, skipped
    )  # ten times faster than a view, or than np.zeros of the record type


def control():
    """A record of CONTROL, all zeros: (1,) array."""
    return np.ndarray(1, CONTROL, np.zeros(CONTROL.itemsize, dtype=np.uint8))


def address_of(function, signature):
    """The address of an ``njit`` function compiled for a signature, from now on if it was not before.

    It takes its arguments as numba lays them out: call it by the intrinsics below only.
    """
    result = function.get_compile_result(signature)
    return result.library.get_pointer_to_function(result.fndesc.llvm_cfunc_wrapper_name)


def _call(context, builder, signature, values):
    address, *arguments = values
    kinds = [context.get_value_type(kind) for kind in signature.args[1:]]
    prototype = ir.FunctionType(context.get_value_type(signature.return_type), kinds)
    return builder.call(builder.inttoptr(address, prototype.as_pointer()), arguments)


@intrinsic
def call_step(typingctx, address, rhs, t, h, p, n, ratio, again, work):
    """Take one step by the method at the address."""
    return STEP.return_type(_INTEGER, *STEP.args), _call


@intrinsic
def call_interpolant(typingctx, address, rhs, t, h, p, work):
    """Fill the dense output of the step just taken."""

    def codegen(context, builder, signature, values):
        _call(context, builder, signature, values)
        return context.get_dummy_value()

    return INTERPOLANT.return_type(_INTEGER, *INTERPOLANT.args), codegen


@intrinsic
def call_locate(typingctx, address, watch, t, h, p, n, events, control, work):
    """Look for an event in the step just taken."""
    return LOCATE.return_type(_INTEGER, *LOCATE.args), _call
