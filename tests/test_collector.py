"""Python's garbage collector rests while numba compiles, and at no other time."""

import gc

import pytest
from numba import njit
from numba.core import event
from numba.core.errors import TypingError

from core.compile.collector import CollectorPause


class Passes(event.Listener):
    """Whether the collector was enabled in each pass of the compiler."""

    def __init__(self):
        self.enabled = []

    def on_start(self, event):
        self.enabled.append(gc.isenabled())

    def on_end(self, event):
        pass


@pytest.fixture
def passes():
    with event.install_listener("numba:run_pass", Passes()) as listener:
        yield listener
    gc.enable()


def inner(x):
    return x + 1


def test_it_rests_through_a_compilation_and_those_within_it(passes):
    called = njit(inner)
    outer = njit(lambda x: called(x) * 2)
    assert gc.isenabled()
    assert outer(3) == 8
    assert passes.enabled
    assert not any(passes.enabled)
    assert gc.isenabled()


def test_it_goes_on_after_a_compilation_that_fails(passes):
    with pytest.raises(TypingError):
        njit(lambda x: x.no_such_attribute)(1)
    assert passes.enabled
    assert not any(passes.enabled)
    assert gc.isenabled()


def test_one_that_was_disabled_stays_so(passes):
    gc.disable()
    assert njit(inner)(1) == 2
    assert not gc.isenabled()


def test_it_goes_on_after_the_last_of_several_compilations():
    pause = CollectorPause()
    pause.on_start(None)
    pause.on_start(None)
    pause.on_end(None)
    assert not gc.isenabled()
    pause.on_end(None)
    assert gc.isenabled()
