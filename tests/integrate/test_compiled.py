"""Parts of the integrator are compiled into their callers only, under options that compilations share."""

import pytest
from numba import njit

from core.integrate.compiled import _EntryCompiler, part


def test_machine_code_is_made_of_the_entry_point_only():
    @part
    def inner(x):
        return 3.0 * x

    @part
    def outer(x):
        return inner(x) + 1.0

    @njit(pipeline_class=_EntryCompiler)
    def start(x):
        return outer(x) * inner(x)

    assert start(2.0) == 42.0
    (emitted,) = (result.library._compiled for result in start.overloads.values())
    assert emitted
    for function in (inner, outer):
        (result,) = function.overloads.values()
        assert not result.library._compiled


def test_compilations_with_equal_options_share_them():
    seen = []

    class Watching(_EntryCompiler):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            seen.append(self.state.flags)

    for shift, options in ((1.0, {}), (2.0, {}), (3.0, {"nogil": True})):
        function = njit(pipeline_class=Watching, **options)(lambda x, shift=shift: x + shift)
        assert function(1.0) == 1.0 + shift
    first, second, other = seen
    assert first is second
    assert first.copy() is first
    assert first != other
    with pytest.raises(TypeError):
        first.release_gil = True
