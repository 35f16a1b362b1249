"""The version of source code by its content: what compiled code and stored answers are kept under."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

import llvmlite
import numba
import numpy as np

CORE = Path(__file__).parents[1]
LIBRARIES = (numba.__version__, llvmlite.__version__, np.__version__)  # what core's results are computed with
SUFFIXES = (".py", ".csv")  # code, and the data that it reads


def source_hash(*folders: str | os.PathLike, more: tuple[str, ...] = ()) -> str:
    """
    Hash of all source files in some folders.

    Times and sizes of files are not looked at: a checkout may set them back, and an edit may keep them.

    Parameters
    ----------
    folders : path
        Packages; every file below them with a suffix in `SUFFIXES` counts, by its path within the package and its
        bytes. Hidden folders and ``__pycache__`` do not.
    more : tuple of str
        Further text that the version depends on, such as the versions of libraries.

    Returns
    -------
    str
        16 hexadecimal digits.

    Raises
    ------
    ValueError
        If a folder holds no source file.
    """
    digest = hashlib.sha256("\0".join(more).encode())
    for folder in folders:
        paths = sorted(_sources(os.fspath(folder)))
        if not paths:
            raise ValueError(f"folders: {str(folder)!r} holds no source file ({', '.join(SUFFIXES)})")
        for path in paths:
            content = Path(folder, path).read_bytes()
            # Lengths, so that text moved from one file's end to the next one's start is a change too
            digest.update(f"\0{path}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()[:16]


@cache
def core_version() -> str:
    """Version of core and of the libraries that its results are computed with, as of the first call."""
    return source_hash(CORE, more=LIBRARIES)


def _sources(folder: str):
    """Paths of the source files within a folder, with / between their parts."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
        inside = os.path.relpath(parent, folder).replace(os.sep, "/")
        yield from (f"{inside}/{name}" for name in files if name.endswith(SUFFIXES) and not name.startswith("."))
