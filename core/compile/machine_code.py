"""Where numba keeps compiled functions on disk: in a folder named by the content of the whole package.

numba checks a cached function against its own file alone. A kernel has the code of the kernels it calls compiled into
it, and those are in other files: after an edit there, numba would go on with the old machine code. A locator in
front of numba's own gives every function of a registered package a folder whose name is a hash of all of the
package's source, so an edit anywhere in it compiles anew. Functions of other packages are left alone.

The folder is below the first of these that can be written to: NUMBA_CACHE_DIR, the package's ``__pycache__``, the
user's cache folder, a temporary folder of this process. Python's version, numba's version and the processor are told
apart by numba within the folder; the versions of NumPy and llvmlite are part of the hash.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import re
import shutil
import tempfile
import time
import uuid
from functools import cache
from pathlib import Path

from numba.core import caching, config
from numba.misc.appdirs import AppDirs

from .version import CORE, LIBRARIES, source_hash

PREFIX = "adamoscope-code-"
OURS = re.compile(PREFIX + "(removed-)?[0-9a-f]{16}")  # only such folders are ever removed
KEPT = 6  # folders of ours in one place: the present one and those of earlier versions
IN_USE = 3600.0  # seconds since a folder was last used or written to, within which it is not removed

_packages: dict[Path, tuple[Path, ...]] = {}


def register(package: str | os.PathLike, *imports: str | os.PathLike) -> None:
    """
    Keep the machine code of a package by its content; call it before the package's kernels are imported.

    Parameters
    ----------
    package : path
        The package's folder. Nothing happens if it is not one on disk (a package within a zip archive).
    imports : path
        Folders of the registered packages whose kernels it calls.
    """
    package = Path(package)
    if package.is_dir():
        _packages[package] = (package, *map(Path, imports))


class ContentLocator(caching._SourceFileBackedLocatorMixin, caching._CacheLocator):
    """numba's question for a function's cache folder, answered for the functions of registered packages."""

    def __init__(self, py_func, py_file, folder):
        self._py_file = py_file
        self._lineno = py_func.__code__.co_firstlineno
        self._folder = folder

    @classmethod
    def from_function(cls, py_func, py_file):
        file = Path(py_file)
        package = next((known for known in _packages if file.is_relative_to(known)), None)
        kept = folder(package) if package else None
        if package is None or kept is None:
            return None
        return cls(py_func, py_file, kept / ".".join((package.name, *file.relative_to(package).parts[:-1])))

    def get_cache_path(self):
        return str(self._folder)

    def ensure_cache_path(self):
        """Called before each function is saved."""
        self._folder.mkdir(parents=True, exist_ok=True)
        _touch(self._folder.parent)


@cache
def version(package: Path) -> str:
    """Hash of a registered package's content and of the libraries that its machine code is made with."""
    return source_hash(*_packages[package], more=LIBRARIES)


@cache
def folder(package: Path) -> Path | None:
    """The folder for a registered package's machine code, made where it can be; None if it can be nowhere."""
    name = f"{PREFIX}{version(package)}"
    for place in itertools.chain(_places(package), _temporary()):
        found = place / name
        new = not found.is_dir()
        try:
            found.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(
                dir=found
            ).close()  # tried by writing, as numba does: permission bits do not tell of a read-only file system
        except OSError:
            continue
        _touch(found)
        if new:
            prune(place)
        return found
    return None


def prune(place: Path) -> None:
    """
    Remove the oldest folders of machine code in a place, but for the newest `KEPT` and those lately in use.

    Safe beside other processes: a folder is renamed before it is emptied, so that nobody finds half of one, and a
    process whose folder is gone compiles once more.
    """
    ages = []
    for found in place.iterdir():
        with contextlib.suppress(OSError):  # another process was quicker
            if OURS.fullmatch(found.name):
                ages.append((found.stat().st_mtime, found))
    now = time.time()
    for used, found in sorted(ages, reverse=True)[KEPT:]:
        if now - used < IN_USE:
            continue
        doomed = found.with_name(f"{PREFIX}removed-{uuid.uuid4().hex[:16]}")
        try:
            os.rename(found, doomed)
        except OSError:
            continue
        shutil.rmtree(doomed, ignore_errors=True)


def _places(package: Path):
    if config.CACHE_DIR:  # set when numba reads the environment
        yield Path(config.CACHE_DIR)
    yield package / "__pycache__"
    yield Path(AppDirs(appname="numba", appauthor=False).user_cache_dir)


def _temporary():
    """A folder that no one else can write to: what is read from a cache is run."""
    try:
        made = tempfile.mkdtemp(prefix=PREFIX)
    except OSError:
        return
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    yield Path(made)


def _touch(folder: Path) -> None:
    with contextlib.suppress(OSError):  # another user's folder: its time stamp cannot be set
        os.utime(folder)


def _install() -> None:
    """Put the locator in front of numba's own, and of those that NUMBA_CACHE_LOCATOR_CLASSES names."""
    caching.CacheImpl._locator_classes.insert(0, ContentLocator)
    if others := config.CACHE_LOCATOR_CLASSES:
        ours = f"{__name__}.{ContentLocator.__name__}"
        config.CACHE_LOCATOR_CLASSES = f"{ours},{others}"


_install()
register(CORE)
