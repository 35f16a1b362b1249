"""The cache of answers: Flask-Caching, bounded in bytes, with single flight.

Only bytes are stored, ready to send, and nothing is ever unpickled: otherwise anyone who can write to a shared Redis
could run code here. The backend comes from the environment:

ADAMOSCOPE_CACHE        Flask-Caching's CACHE_TYPE: by default the embedded one below; FileSystemCache; RedisCache
ADAMOSCOPE_CACHE_DIR    folder for FileSystemCache
ADAMOSCOPE_CACHE_URL    address for RedisCache
ADAMOSCOPE_CACHE_BYTES  bound of the embedded cache, 256 MiB by default
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, MutableMapping
from functools import cache as once
from pathlib import Path

import contourpy
from cachelib.serializers import BaseSerializer
from cachetools import LRUCache, cached
from flask_caching import Cache
from flask_caching.backends.base import BaseCache
from flask_caching.backends.filesystemcache import FileSystemCache

from core.compile import CORE, LIBRARIES, source_hash
from dashboard.questions.question import Keyed

DEFAULT_BYTES = 256 << 20
EMBEDDED = "dashboard.serving.cache.ByteBoundedCache"
DASHBOARD = Path(__file__).parents[1]
FILES = "dashboard.serving.cache.BytesFileSystemCache"


class ByteBoundedCache(BaseCache):
    """
    A Flask-Caching backend in this process: an LRU cache bounded in bytes.

    Its methods are those of `flask_caching.backends.base.BaseCache`.

    Parameters
    ----------
    limit : int
        Bound of all values together, in bytes.
    default_timeout : float
        Flask-Caching's; entries do not expire.
    """

    def __init__(self, limit=DEFAULT_BYTES, default_timeout=0):
        super().__init__(default_timeout)
        self._entries: LRUCache[str, bytes] = LRUCache(limit, getsizeof=len)
        self._lock = threading.Lock()

    @classmethod
    def factory(cls, app, config, args, kwargs):
        return cls(limit=config.get("CACHE_BYTES", DEFAULT_BYTES))

    @property
    def size(self) -> int:
        """Bytes of all values."""
        return int(self._entries.currsize)

    def get(self, key):
        with self._lock:
            return self._entries.get(key)

    def set(self, key, value, timeout=None):
        with self._lock:
            self._entries.pop(key, None)
            try:
                self._entries[key] = value
            except ValueError:  # larger than the whole cache
                return False
            return True

    def add(self, key, value, timeout=None):
        return self.get(key) is None and self.set(key, value, timeout)

    def delete(self, key):
        with self._lock:
            return self._entries.pop(key, None) is not None

    def clear(self):
        with self._lock:
            self._entries.clear()
        return True

    def has(self, key):
        return self.get(key) is not None


class BytesSerializer(BaseSerializer):
    """
    For backends that serialise: nothing is ever pickled or unpickled.

    Bytes stay bytes, whole numbers are the backends' own counters, and anything else counts as absent. Its methods are
    those of `cachelib.serializers.BaseSerializer`.
    """

    def dumps(self, value, protocol=None):
        return b"b" + value if isinstance(value, bytes) else b"i%d" % int(value)

    def loads(self, bvalue):
        if bvalue and bvalue[:1] == b"b":
            return bvalue[1:]
        counter = bvalue and bvalue[:1] == b"i" and bvalue[1:].isdigit()
        return int(bvalue[1:]) if counter else None

    def dump(self, value, f, protocol=None):
        f.write(self.dumps(value))

    def load(self, f):
        return self.loads(f.read())


class BytesFileSystemCache(FileSystemCache):
    """Files of bytes: the backend writes its counter in its constructor, before a serializer can be set."""

    serializer = BytesSerializer()  # type: ignore[assignment]  # cachelib asks for its own class here alone


def configured() -> dict:
    """Flask-Caching's configuration from the environment."""
    environment = os.environ.get
    backend = environment("ADAMOSCOPE_CACHE", EMBEDDED)
    return {
        "CACHE_TYPE": FILES if backend == "FileSystemCache" else backend,
        "CACHE_DIR": environment("ADAMOSCOPE_CACHE_DIR", ".cache"),
        "CACHE_REDIS_URL": environment("ADAMOSCOPE_CACHE_URL", "redis://127.0.0.1:6379/0"),
        "CACHE_BYTES": int(environment("ADAMOSCOPE_CACHE_BYTES", DEFAULT_BYTES)),
        "CACHE_SERIALIZER": None if backend == EMBEDDED else BytesSerializer(),
        "CACHE_DEFAULT_TIMEOUT": 0,
        "CACHE_THRESHOLD": 20_000,
    }


@once
def version() -> str:
    """The version of all code that computes answers: those of other code or libraries are never served."""
    return source_hash(CORE, DASHBOARD, more=(*LIBRARIES, contourpy.__version__))


def stored_key(question: Keyed) -> str:
    """The question's key and the version of the code, in a form that any backend takes."""
    return hashlib.sha256(f"{version()} {question.key}".encode()).hexdigest()


class _Stored(MutableMapping[str, bytes | None]):
    """A Flask-Caching cache as the mapping that `cachetools.cached` works on."""

    def __init__(self, cache: Cache):
        self.cache = cache

    def __getitem__(self, key):
        value = self.cache.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key, value):
        if value is not None:
            self.cache.set(key, value)

    def __delitem__(self, key):
        self.cache.delete(key)

    def __iter__(self):
        raise TypeError("a cache may be on another machine: it cannot list its keys")

    __len__ = __iter__


class Answers:
    """
    Cached answers with single flight: of several threads that ask for one key, one computes and the others wait.

    Parameters
    ----------
    finished : threading.Condition, optional
        Notified at the end of each computation.
    """

    def __init__(self, finished: threading.Condition | None = None):
        self.cache = Cache()
        single_flight = cached(
            _Stored(self.cache), key=lambda key, compute: key, condition=finished or threading.Condition()
        )
        self._computed_once = single_flight(lambda key, compute: compute())

    def init_app(self, server):
        """Connect the cache to a Flask application, by the environment's configuration."""
        self.cache.init_app(server, config=configured())

    def kept(self, question: Keyed) -> bytes | None:
        """The answer to a question if it is in the cache, else None."""
        return self.cache.get(stored_key(question))

    def get(self, question: Keyed, compute: Callable[[], bytes | None]) -> bytes | None:
        """
        The answer to a question, from the cache or computed now.

        Parameters
        ----------
        question : Keyed
        compute : callable
            ``compute() -> bytes or None``. Its exceptions are raised to all who wait; None is not cached.

        Returns
        -------
        bytes or None
        """
        key = stored_key(question)
        found = self.cache.get(key)  # without the lock: a hit does not wait for another thread's slow backend
        return found if found is not None else self._computed_once(key, compute)
