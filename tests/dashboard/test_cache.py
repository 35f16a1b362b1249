"""The cache of answers: bounded in bytes, with single flight, never pickled."""

import pickle
import threading
from dataclasses import dataclass

import numpy as np
import pytest
from flask import Flask

from dashboard.questions.question import Keyed
from dashboard.serving.cache import Answers, ByteBoundedCache, BytesSerializer

LONG = 60.0  # s: what is waited for comes at once, unless it never comes


@dataclass(frozen=True)
class One(Keyed):
    value: object


@dataclass(frozen=True)
class Other(Keyed):
    value: object


@pytest.fixture
def answers(monkeypatch):
    """Answers with the embedded cache, in an application's context."""
    for name in ("ADAMOSCOPE_CACHE", "ADAMOSCOPE_CACHE_DIR", "ADAMOSCOPE_CACHE_BYTES"):
        monkeypatch.delenv(name, raising=False)
    with Flask("test").app_context() as context:
        made = Answers()
        made.init_app(context.app)
        made.server = context.app
        yield made


def test_the_bound_holds_and_the_least_recently_used_goes_first():
    cache = ByteBoundedCache(limit=100)
    for name in "abc":
        assert cache.set(name, name.encode() * 30)
    assert cache.get("a") == b"a" * 30  # now b is the oldest
    assert cache.set("d", b"d" * 30)
    assert [cache.has(name) for name in "abcd"] == [True, False, True, True]
    assert cache.size == 90
    assert cache.set("a", b"A" * 60)  # replaces, then drops c
    assert (cache.get("a"), cache.get("c"), cache.size) == (b"A" * 60, None, 90)
    assert not cache.set("huge", bytes(101))
    assert cache.size == 90
    assert not cache.add("a", b"no")
    assert cache.add("e", b"e")
    assert cache.delete("a")
    assert not cache.delete("a")
    assert cache.size == 31
    cache.clear()
    assert (cache.size, cache.get("e")) == (0, None)


def test_a_random_history_never_passes_the_bound():
    random, cache = np.random.default_rng(1), ByteBoundedCache(limit=1000)
    for _ in range(2000):
        cache.set(str(random.integers(40)), bytes(random.integers(1, 400)))
        assert cache.size == sum(map(len, cache._entries.values())) <= 1000


def test_the_limit_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("ADAMOSCOPE_CACHE_BYTES", "50")
    monkeypatch.delenv("ADAMOSCOPE_CACHE", raising=False)
    with Flask("test").app_context() as context:
        answers, count = Answers(), []
        answers.init_app(context.app)
        for _ in range(2):
            answers.get(One(1), lambda: count.append(1) or bytes(60))
    assert len(count) == 2  # too large to keep


def test_one_computation_however_many_ask():
    computed, got, everyone_waits = [], [], threading.Event()

    class Counted(threading.Condition):
        """Tells when seven threads wait for the eighth."""

        waiting = 0

        def wait(self, timeout=None):
            self.waiting += 1
            if self.waiting == 7:
                everyone_waits.set()
            return super().wait(timeout)

    server, answers = Flask("test"), Answers(Counted())
    answers.init_app(server)

    def compute():
        computed.append(threading.get_ident())
        assert everyone_waits.wait(LONG)
        return b"answer"

    def ask():
        with server.app_context():
            got.append(answers.get(One(0.1), compute))

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert got == [b"answer"] * 8
    assert len(computed) == 1


def test_other_questions_do_not_wait(answers):
    begun, release, got = threading.Event(), threading.Event(), []

    def compute():
        begun.set()
        assert release.wait(LONG)
        return b"slow"

    def slow():
        with answers.server.app_context():
            got.append(answers.get(One(1), compute))

    def quick():
        with answers.server.app_context():
            got.append(answers.get(One(2), lambda: b"quick"))

    threads = [threading.Thread(target=ask, daemon=True) for ask in (slow, quick)]
    threads[0].start()
    assert begun.wait(LONG)
    threads[1].start()
    threads[1].join(LONG / 2)
    assert got == [b"quick"]
    release.set()
    threads[0].join(LONG)
    assert got == [b"quick", b"slow"]


def test_an_exception_is_raised_and_not_kept(answers):
    def fail():
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            answers.get(One(1), fail)
    assert answers.get(One(1), lambda: None) is None  # nor is no answer
    assert answers.get(One(1), lambda: b"yes") == b"yes"
    assert answers.get(One(1), fail) == b"yes"


@pytest.mark.parametrize("same", [1, 1.0, np.float64(1), np.int64(1), np.float32(1)])
def test_equal_numbers_are_one_key(same):
    assert One({"a": [same, "x"]}).key == One({"a": (1, "x")}).key


@pytest.mark.parametrize("other", [True, "1", 1 + 2**-52, [1], None, -1, {"1": 1}, ["0x1.0000000000000p+0"], (1, 1)])
def test_other_values_are_other_keys(other):
    assert One({"a": other}).key != One({"a": 1}).key


def test_class_and_names_are_in_the_key_and_order_is_not():
    assert One({"a": 1, "b": 2}).key == One({"b": 2, "a": 1}).key
    assert One(1).key != Other(1).key
    assert One({"a": 1}).key != One({"b": 1}).key
    assert One(Other(1)).key != One([1]).key


def test_what_is_no_plain_value_has_no_key():
    with pytest.raises(TypeError, match="must be plain values"):
        One(object()).key  # noqa: B018


def test_files_hold_the_answer_s_own_bytes(monkeypatch, tmp_path):
    monkeypatch.setenv("ADAMOSCOPE_CACHE", "FileSystemCache")
    monkeypatch.setenv("ADAMOSCOPE_CACHE_DIR", str(tmp_path))
    body, count = bytes(range(256)) * 10, []
    for _ in range(2):  # the second process finds the first one's answers
        with Flask("test").app_context() as context:
            answers = Answers()
            answers.init_app(context.app)
            assert answers.get(One(16), lambda: count.append(1) or body) == body
    assert len(count) == 1
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert any(text.endswith(b"b" + body) for text in files)
    assert not any(b"\x80\x04\x95" in text.replace(body, b"") for text in files)  # a pickle's first bytes


def test_nothing_is_ever_unpickled():
    serializer = BytesSerializer()
    assert serializer.loads(serializer.dumps(b"\x80\x04N.")) == b"\x80\x04N."
    assert serializer.loads(serializer.dumps(12)) == 12
    for foreign in (pickle.dumps({"a": 1}), b"", b"i", b"ix", b"x1", None):
        assert serializer.loads(foreign) is None
