"""Finished answers by key: Flask-Caching, bounded in bytes, one computation per key however many ask.

Only bytes are stored, ready to send, so that no backend ever unpickles anything: whoever can write to a
shared Redis could otherwise run code here. The backend comes from the environment:

ADAMOSCOPE_CACHE        Flask-Caching's CACHE_TYPE: by default the embedded one below; FileSystemCache; RedisCache
ADAMOSCOPE_CACHE_DIR    folder for FileSystemCache
ADAMOSCOPE_CACHE_URL    address for RedisCache
ADAMOSCOPE_CACHE_BYTES  bound of the embedded cache, 256 MiB by default
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache as once
from pathlib import Path

import contourpy
from cachelib.serializers import BaseSerializer
from flask_caching import Cache
from flask_caching.backends.base import BaseCache
from flask_caching.backends.filesystemcache import FileSystemCache

from core.compile.version import CORE, LIBRARIES, source_hash

EMBEDDED = "dashboard.serving.cache.ByteBoundedCache"
DASHBOARD = Path(__file__).parents[1]
FILES = "dashboard.serving.cache.BytesFileSystemCache"


class ByteBoundedCache(BaseCache):
    """The least recently used answers of one process, at most `limit` bytes in all."""

    def __init__(self, limit=256 << 20, default_timeout=0):
        super().__init__(default_timeout)
        self.limit, self.size = limit, 0
        self._entries: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def factory(cls, app, config, args, kwargs):
        return cls(limit=config.get("CACHE_BYTES", 256 << 20))

    def get(self, key):
        with self._lock:
            value = self._entries.get(key)
            if value is not None:
                self._entries.move_to_end(key)
            return value

    def set(self, key, value, timeout=None):
        with self._lock:
            self._drop(key)
            if len(value) > self.limit:
                return False
            self._entries[key] = value
            self.size += len(value)
            while self.size > self.limit:
                self._drop(next(iter(self._entries)))
            return True

    def add(self, key, value, timeout=None):
        return self.get(key) is None and self.set(key, value, timeout)

    def delete(self, key):
        with self._lock:
            return self._drop(key)

    def clear(self):
        with self._lock:
            self._entries.clear()
            self.size = 0
        return True

    def has(self, key):
        return self.get(key) is not None

    def _drop(self, key):
        value = self._entries.pop(key, None)
        self.size -= len(value or b"")
        return value is not None


class BytesSerializer(BaseSerializer):
    """For backends that serialise: bytes stay bytes; whole numbers are the backends' own counters; anything else
    counts as absent, and nothing is ever unpickled."""

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
    """Files of bytes: the backend writes its counter as it is made, before a serializer can be handed to it."""

    serializer = BytesSerializer()


def configured() -> dict:
    """Flask-Caching's configuration from the environment."""
    environment = os.environ.get
    backend = environment("ADAMOSCOPE_CACHE", EMBEDDED)
    return {
        "CACHE_TYPE": FILES if backend == "FileSystemCache" else backend,
        "CACHE_DIR": environment("ADAMOSCOPE_CACHE_DIR", ".cache"),
        "CACHE_REDIS_URL": environment("ADAMOSCOPE_CACHE_URL", "redis://127.0.0.1:6379/0"),
        "CACHE_BYTES": int(environment("ADAMOSCOPE_CACHE_BYTES", 256 << 20)),
        "CACHE_SERIALIZER": None if backend == EMBEDDED else BytesSerializer(),
        "CACHE_DEFAULT_TIMEOUT": 0,
        "CACHE_THRESHOLD": 20_000,
    }


@once
def version() -> str:
    """The version of all that makes answers: those of other code or other libraries are never served."""
    return source_hash(CORE, DASHBOARD, more=(*LIBRARIES, contourpy.__version__))


def key_of(kind: str, question) -> str:
    """A key from plain values: dicts, lists, str, bool, int and float (1 and 1.0 are the same)."""
    text = json.dumps(_normal(question), sort_keys=True, allow_nan=False)
    return f"{kind}-{hashlib.sha256(f'{version()} {text}'.encode()).hexdigest()}"


def _normal(value):
    if isinstance(value, dict):
        return {str(k): _normal(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(v) for v in value]
    if isinstance(value, bool | str) or value is None:
        return value
    return float(value).hex()


class Answers:
    """The cache with a lock per key: the first asker computes, the others wait for it."""

    def __init__(self):
        self.cache = Cache()
        self._locks: dict[str, list] = {}
        self._guard = threading.Lock()

    def init_app(self, server):
        self.cache.init_app(server, config=configured())

    def kept(self, kind: str, question) -> bytes | None:
        """The answer to the question if it is in the cache."""
        return self.cache.get(key_of(kind, question))

    def get(self, kind: str, question, compute: Callable[[], bytes]) -> bytes:
        """The answer to the question, from the cache or computed now. Exceptions are raised and not kept."""
        key = key_of(kind, question)
        found = self.cache.get(key)
        if found is not None:
            return found
        with self._guard:
            entry = self._locks.setdefault(key, [threading.Lock(), 0])
            entry[1] += 1
        try:
            with entry[0]:
                found = self.cache.get(key)
                if found is None:
                    found = compute()
                    self.cache.set(key, found)
                return found
        finally:
            with self._guard:
                entry[1] -= 1
                if not entry[1]:
                    self._locks.pop(key, None)
