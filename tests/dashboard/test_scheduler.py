"""Slow work waits for quick questions and for a drag, is cancelled by newer work, and never starves.

How long is told by a clock that stands still unless somebody waits. That who waits is woken is tried with threads,
where nothing but a notification ends the wait.
"""

import threading

import pytest

from dashboard.serving import scheduler as module
from dashboard.serving.scheduler import HELD, MOVES, NEXT_MOVE, STREAM, Scheduler

NEVER = 600.0  # s: no test takes so long


class Clock:
    """Time that passes only in ``wait``, and in it from one planned act to the next."""

    def __init__(self):
        self.now, self.planned = 100.0, []

    def __call__(self):
        return self.now

    def plan(self, seconds, act):
        """Do something once that much time has passed."""
        self.planned.append((self.now + seconds, act))

    def wait(self, condition, seconds):
        until = self.now + seconds
        due = [plan for plan in self.planned if plan[0] < until]
        if not due:
            self.now = until
            return
        first = min(due, key=lambda plan: plan[0])
        self.planned.remove(first)
        self.now = first[0]
        condition.release()
        try:
            first[1]()
        finally:
            condition.acquire()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def scheduler(clock):
    return Scheduler(now=clock, wait=Clock.wait.__get__(clock))


def waited(should_stop, clock):
    """(what it says, the seconds until it does)"""
    began = clock()
    return should_stop(), clock() - began


def ask(scheduler, hand, times=MOVES):
    for _ in range(times):
        with scheduler.quick(hand):
            pass


def test_work_that_nobody_disturbs_does_not_wait(scheduler, clock):
    assert waited(scheduler.slow("page", 1), clock) == (False, 0)


def test_slow_work_waits_for_a_quick_question_under_way(scheduler, clock):
    should_stop, under_way = scheduler.slow("page", 1), scheduler.quick()
    under_way.__enter__()
    clock.plan(0.4 * STREAM, lambda: under_way.__exit__(None, None, None))
    assert waited(should_stop, clock) == (False, pytest.approx(0.4 * STREAM))


def test_a_stream_of_quick_questions_does_not_starve_it(scheduler, clock):
    should_stop = scheduler.slow("page", 1)
    with scheduler.quick():
        assert waited(should_stop, clock) == (False, pytest.approx(STREAM))
        assert waited(should_stop, clock) == (False, pytest.approx(STREAM))  # once for every block


def test_what_is_under_way_waits_until_the_hand_rests(scheduler, clock):
    should_stop = scheduler.slow("page", 1)
    clock.now += 1
    ask(scheduler, hand=True)
    clock.plan(0.5 * NEXT_MOVE, lambda: ask(scheduler, hand=True, times=1))
    assert waited(should_stop, clock) == (False, pytest.approx(1.5 * NEXT_MOVE))
    assert waited(should_stop, clock) == (False, 0)


def test_fewer_questions_are_no_hand(scheduler, clock):
    should_stop = scheduler.slow("page", 1)
    clock.now += 1
    ask(scheduler, hand=True, times=MOVES - 1)
    assert waited(should_stop, clock) == (False, 0)


def test_what_is_asked_when_the_hand_lets_go_does_not_wait(scheduler, clock):
    ask(scheduler, hand=True)
    clock.now += 0.1 * NEXT_MOVE
    should_stop = scheduler.slow("page", 1)
    ask(scheduler, hand=True, times=1)  # the drag's last, which had to wait for the one before
    assert waited(should_stop, clock) == (False, 0)


def test_hands_do_not_hold_it_up_for_ever(scheduler, clock):
    should_stop = scheduler.slow("page", 1)
    clock.now += 1

    def go_on():
        ask(scheduler, hand=True, times=1)
        clock.plan(0.5 * NEXT_MOVE, go_on)

    ask(scheduler, hand=True)
    go_on()
    assert waited(should_stop, clock) == (False, pytest.approx(HELD))
    assert waited(should_stop, clock) == (False, 0)  # the same hand, which has not rested: no second time
    clock.planned.clear()
    clock.now += 2 * NEXT_MOVE
    assert waited(should_stop, clock) == (False, 0)
    ask(scheduler, hand=True)
    assert waited(should_stop, clock) == (False, pytest.approx(NEXT_MOVE))  # another one


def test_only_the_newest_question_of_a_page_goes_on(scheduler):
    first, other = scheduler.slow("page", 1), scheduler.slow("other page", 1)
    second, late = scheduler.slow("page", 2), scheduler.slow("page", 1)
    assert [should_stop() for should_stop in (first, other, second, late)] == [True, False, False, True]


@pytest.fixture
def waiting(monkeypatch):
    """Set as soon as somebody waits, which by the real clock would never end."""
    for name in ("STREAM", "NEXT_MOVE", "HELD"):
        monkeypatch.setattr(module, name, NEVER)
    return threading.Event()


@pytest.fixture
def by_the_real_clock(waiting):
    def wait(condition, seconds):
        waiting.set()  # the condition's lock is held until the wait itself: nobody can notify before
        condition.wait(seconds)

    return Scheduler(wait=wait)


def in_a_thread(should_stop, waiting):
    """A thread that waits already, and what it is told in the end."""
    told = []
    thread = threading.Thread(target=lambda: told.append(should_stop()), daemon=True)
    thread.start()
    assert waiting.wait(NEVER / 10)
    return thread, told


def test_the_end_of_a_quick_question_wakes_who_waits_for_it(by_the_real_clock, waiting):
    should_stop, under_way = by_the_real_clock.slow("page", 1), by_the_real_clock.quick()
    under_way.__enter__()
    thread, told = in_a_thread(should_stop, waiting)
    under_way.__exit__(None, None, None)
    thread.join(NEVER / 10)
    assert told == [False]


@pytest.mark.parametrize("hand", [False, True])
def test_a_newer_question_of_the_page_ends_the_wait(by_the_real_clock, waiting, hand):
    should_stop, under_way = by_the_real_clock.slow("page", 1), by_the_real_clock.quick()
    if hand:
        ask(by_the_real_clock, hand=True)
    else:
        under_way.__enter__()
    thread, told = in_a_thread(should_stop, waiting)
    by_the_real_clock.slow("page", 2)
    thread.join(NEVER / 10)
    assert told == [True]
