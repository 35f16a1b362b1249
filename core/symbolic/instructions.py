"""LLVM code of the operations that are more than one instruction.

Each function is the ``llvm`` or ``libm`` entry of a row in :mod:`.operations`. It is called with a builder
(:class:`core.compile.llvm.Builder`), the node, and the registers of the node's arguments; it appends instructions and
returns the register of the result. All but :func:`expm1` work on doubles and on vectors alike.
"""

from __future__ import annotations

import struct

MANTISSA_BITS, BIAS, ONE_BITS = 52, 1023, 0x3FF0000000000000
SQRT_HALF_BITS = struct.unpack("<Q", struct.pack("<d", 0.5**0.5))[0]

# expm1(a) is exp(a) - 1 where that keeps the digits, in a third of the time that libm's own takes there.
_EXPM1 = (
    "declare double @llvm.fabs.f64(double)",
    "declare double @exp(double)",
    "declare double @expm1(double)",
    """define internal double @expm1_or_exp(double %a) {
  %size = call double @llvm.fabs.f64(double %a)
  %near = fcmp olt double %size, 0.5
  br i1 %near, label %itself, label %difference
itself:
  %small = call double @expm1(double %a)
  ret double %small
difference:
  %power = call double @exp(double %a)
  %less = fsub double %power, 1.0
  ret double %less
}""",
)


def less(code, node, a, b):
    return code.compare("olt", a, b)


def less_equal(code, node, a, b):
    return code.compare("ole", a, b)


def where(code, node, condition, a, b):
    return code.select(condition, a, b)


def sign(code, node, a):
    """-1, 1, or a itself: a zero of either sign, or NaN."""
    zero = code.constant(0.0)
    below = code.select(code.compare("olt", a, zero), code.constant(-1.0), a)
    return code.select(code.compare("ogt", a, zero), code.constant(1.0), below)


def ratio(code, node, a, b, *_):
    """a / b, and 0 for 0/0."""
    zero = code.constant(0.0)
    both = f"{code.compare('oeq', a, zero)}, {code.compare('oeq', b, zero)}"
    both_zero = code.instruction(f"and {code.condition} {both}")
    return code.select(both_zero, zero, code.instruction(f"fdiv {code.type} {a}, {b}"))


def root(code, node, v, floor):
    """sqrt(max(v, 0)); the floor acts in the derivative alone."""
    return code.call("llvm.sqrt", [code.call("llvm.maximum", [v, code.constant(0.0)], True)], True)


def taint(code, node, a):
    """0 for finite a, NaN otherwise: no fast-math flag lets LLVM fold the difference."""
    return code.instruction(f"fsub {code.type} {a}, {a}")


def expm1(code, node, a):
    """On one double."""
    code.declare(*_EXPM1)
    return code.instruction(f"call double @expm1_or_exp(double {a})")


def exp2_whole(code, node, n):
    """2**n for whole n in [-1022, 1023], by writing the exponent's bits."""
    bits = code.instruction(f"fptosi {code.type} {n} to {code.integer}")
    biased = code.instruction(f"add {code.integer} {bits}, {code.integers(BIAS)}")
    shifted = code.instruction(f"shl {code.integer} {biased}, {code.integers(MANTISSA_BITS)}")
    return code.instruction(f"bitcast {code.integer} {shifted} to {code.type}")


def scaled(code, node, a, n):
    """a 2**n for whole n in [-2044, 2046], by two factors: rounded once, where the result has fewer digits."""
    t, bits = code.type, code.integer
    # n plus twice the bias, in the low bits of a number's mantissa
    both = code.instruction(f"fadd {t} {n}, {code.constant(2.0**MANTISSA_BITS + 2 * BIAS)}")
    both = code.instruction(f"bitcast {t} {both} to {bits}")
    half = code.instruction(f"lshr {bits} {both}, {code.integers(1)}")
    for biased in (half, code.instruction(f"sub {bits} {both}, {half}")):
        factor = code.instruction(f"shl {bits} {biased}, {code.integers(MANTISSA_BITS)}")
        a = code.instruction(f"fmul {t} {a}, {code.instruction(f'bitcast {bits} {factor} to {t}')}")
    return a


def exponent(code, node, a):
    """Whole e with a = m 2**e, m in [sqrt(1/2), sqrt(2)), for normal positive a."""
    shifted = code.instruction(f"lshr {code.integer} {_centred(code, a)}, {code.integers(MANTISSA_BITS)}")
    whole = code.instruction(f"sub {code.integer} {shifted}, {code.integers(BIAS)}")
    return code.instruction(f"sitofp {code.integer} {whole} to {code.type}")


def mantissa(code, node, a):
    """m of the same factorisation."""
    low = code.instruction(f"and {code.integer} {_centred(code, a)}, {code.integers((1 << MANTISSA_BITS) - 1)}")
    bits = code.instruction(f"add {code.integer} {low}, {code.integers(SQRT_HALF_BITS)}")
    return code.instruction(f"bitcast {code.integer} {bits} to {code.type}")


def _centred(code, a):
    """The bits of a, shifted so that the mantissa's field counts from sqrt(1/2)."""
    bits = code.instruction(f"bitcast {code.type} {a} to {code.integer}")
    return code.instruction(f"add {code.integer} {bits}, {code.integers(ONE_BITS - SQRT_HALF_BITS)}")
