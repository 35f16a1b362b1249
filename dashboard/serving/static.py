"""Static files: compressed once per file and encoding, and cached by the browser for a year where they are versioned.

Three kinds of addresses name a version: those of components' scripts, in the file's name as Dash writes it; those of
`assets/` that Dash writes, with the file's time of change in the query (`?m=`); and those of fonts, which the style
sheet names, with a hash of the content in the file's own name. What such an address gives never changes, so the browser
need not ask again. All others are revalidated by their entity tag.
"""

from __future__ import annotations

import importlib
import posixpath
import re
import threading
from pathlib import Path

from cachetools import LRUCache
from dash.fingerprint import build_fingerprint, check_fingerprint
from flask import Flask, Response, current_app, g, request
from flask_compress import Compress

YEAR = 31_536_000  # seconds
COMPRESSED_BYTES = 32 << 20  # bound of the compressed files; all of them together take 4 MB
ASSETS, COMPONENTS = "/assets/", "/_dash-component-suites/"
_HASHED = re.compile(r"\.[0-9a-f]{8}\.\w+$")  # the end of a name that holds its content's hash


def component_address(package: str, file: str) -> str:
    """
    The address of a package's script with its version in the name, as Dash writes those that it loads itself.

    Parameters
    ----------
    package : str
        An installed package that Dash serves files of.
    file : str
        Path within it.

    Returns
    -------
    str
        Below the application's root.
    """
    module = importlib.import_module(package)
    changed = (Path(str(module.__file__)).parent / file).stat().st_mtime
    return f"{COMPONENTS}{package}/{build_fingerprint(file, module.__version__, int(changed))}"


class CompressedFiles:
    """
    Compressed bodies of static files by file and encoding: an LRU cache bounded in bytes, for Flask-Compress.

    Flask-Compress asks it about every response; those that are no static file have no key and are not kept.

    Parameters
    ----------
    limit : int
        Bound of all bodies together, in bytes.
    """

    def __init__(self, limit: int = COMPRESSED_BYTES):
        self.bodies: LRUCache[str, bytes] = LRUCache(limit, getsizeof=len)
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """The body kept under a key, or None."""
        with self._lock:
            return self.bodies.get(key)

    def set(self, key: str, body: bytes) -> None:
        """Keep a body, unless it is of no static file or larger than the whole cache."""
        file = key.partition(";")[2]  # after the encoding
        if file and len(body) <= self.bodies.maxsize:
            with self._lock:
                self.bodies[key] = body


def compress(server: Flask) -> CompressedFiles:
    """
    Let a Flask application compress its texts.

    Parameters
    ----------
    server : Flask

    Returns
    -------
    CompressedFiles
        The compressed bodies of its static files, none so far.
    """
    server.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=6,  # as fast as its default of 4, and a tenth smaller
        # no packed arrays: they hardly compress, and trying costs milliseconds
        COMPRESS_MIMETYPES=["text/html", "text/css", "application/json", "text/javascript", "application/javascript"],
        COMPRESS_CACHE_BACKEND=CompressedFiles,
        COMPRESS_CACHE_KEY=lambda request: g.get("static_file", ""),
    )
    files = Compress(server).cache
    assert isinstance(files, CompressedFiles)
    server.after_request(_static_file)  # registered last, so called before Compress
    return files


def _static_file(response: Response) -> Response:
    """Name the file of a response for `CompressedFiles`, and set how long browsers keep it."""
    path = posixpath.normpath(request.path)
    if not path.startswith((ASSETS, COMPONENTS)) or response.status_code not in (200, 304):
        return response
    if path.startswith(COMPONENTS):
        path, versioned = check_fingerprint(path)
    else:
        versioned = _HASHED.search(path) is not None or _names_present_version(response)
    if versioned:
        response.cache_control.no_cache = None
        response.cache_control.max_age = YEAR
        response.cache_control.public = response.cache_control.immutable = True
    if response.status_code == 200 and response.mimetype in current_app.config["COMPRESS_MIMETYPES"]:
        file, response.direct_passthrough = response.response, False
        response.make_sequence()  # Flask-Compress would compress a stream anew for every request
        if hasattr(file, "close"):
            file.close()
        g.static_file = f"{path} {response.last_modified}"
    return response


def _names_present_version(response: Response) -> bool:
    """Whether the query names the file's time of change: an older page may ask a newer server, or the reverse."""
    changed, named = response.last_modified, request.args.get("m", "").partition(".")[0]  # whole seconds are sent
    return changed is not None and named == str(int(changed.timestamp()))
