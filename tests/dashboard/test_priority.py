"""Who waits for whom: slow work for quick questions, and for a hand that is on a control."""

import threading
import time

import pytest

from dashboard.services import priority as module
from dashboard.services.priority import Priority

LONG = 60.0  # s: what would never end within a test


@pytest.fixture
def priority(monkeypatch):
    monkeypatch.setattr(module, "NEXT_MOVE", 0.2)
    return Priority()


def waited(should_stop):
    """(what it says, the seconds until it does)"""
    began = time.monotonic()
    return should_stop(), time.monotonic() - began


def ask(priority, hand, times=module.MOVES):
    for _ in range(times):
        with priority.quick(hand):
            pass


def test_slow_work_waits_for_a_quick_question_under_way(priority, monkeypatch):
    monkeypatch.setattr(module, "STREAM", LONG)
    should_stop = priority.slow("page", 1)
    under_way = priority.quick()
    under_way.__enter__()
    timer = threading.Timer(0.1, under_way.__exit__, (None, None, None))
    timer.start()
    said, seconds = waited(should_stop)
    assert not said
    assert 0.1 - 0.01 <= seconds < LONG / 2


def test_a_stream_of_quick_questions_does_not_starve_it(priority, monkeypatch):
    monkeypatch.setattr(module, "STREAM", 0.05)
    should_stop = priority.slow("page", 1)
    with priority.quick():
        said, seconds = waited(should_stop)
    assert not said
    assert seconds >= 0.05


def test_what_is_under_way_waits_until_the_hand_rests(priority):
    should_stop = priority.slow("page", 1)
    ask(priority, hand=True)
    began = time.monotonic()
    waiting = threading.Thread(target=should_stop)
    waiting.start()
    time.sleep(0.1)
    ask(priority, hand=True)
    waiting.join()
    assert time.monotonic() - began >= 0.3 - 0.01  # the second question's 0.2 s, a tenth later


def test_what_is_asked_when_the_hand_lets_go_does_not_wait(priority, monkeypatch):
    monkeypatch.setattr(module, "NEXT_MOVE", LONG)
    ask(priority, hand=True)
    should_stop = priority.slow("page", 1)
    ask(priority, hand=True, times=1)  # the drag's last, which had to wait for the one before
    said, seconds = waited(should_stop)
    assert not said
    assert seconds < LONG / 2


def test_hands_do_not_hold_it_up_for_ever(priority, monkeypatch):
    monkeypatch.setattr(module, "NEXT_MOVE", LONG)
    monkeypatch.setattr(module, "HELD", 0.1)
    should_stop = priority.slow("page", 1)
    ask(priority, hand=True)
    assert waited(should_stop)[1] >= 0.1
    ask(priority, hand=True)
    assert waited(should_stop)[1] < LONG / 2  # the same hand, which has not rested: no second time


def test_a_newer_question_of_the_page_ends_the_wait(priority, monkeypatch):
    monkeypatch.setattr(module, "NEXT_MOVE", LONG)
    monkeypatch.setattr(module, "HELD", LONG)
    should_stop = priority.slow("page", 1)
    ask(priority, hand=True)
    found = []
    waiting = threading.Thread(target=lambda: found.append(waited(should_stop)))
    waiting.start()
    time.sleep(0.05)
    priority.slow("page", 2)
    waiting.join(LONG / 2)
    assert found
    assert found[0][0]
