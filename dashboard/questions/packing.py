"""Arrays on the wire: a JSON header, then raw little-endian arrays. The browser views them without parsing.

Layout: uint32 header length | header (UTF-8 JSON, padded with spaces to 8 bytes) | arrays, each padded to 8 bytes.
The header is the given dict with ``arrays``: name -> [dtype, offset from the first array, shape].

JSON knows no NaN and no infinity: here they are null, which the page shows as missing.
"""

from __future__ import annotations

import json
import math
import struct

import numpy as np

DTYPES = {"float32": "<f4", "float64": "<f8", "uint8": "|u1", "int8": "|i1", "uint16": "<u2", "uint32": "<u4"}
_NAMES = {np.dtype(form): name for name, form in DTYPES.items()}  # numpy builds a dtype's name on every access


def json_text(value) -> str:
    """JSON of nested dicts, lists and plain values; null for a number that is not finite."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _finite(value):
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def pack(header: dict, arrays: dict[str, np.ndarray]) -> bytes:
    """
    One body of bytes from a header and named arrays.

    Parameters
    ----------
    header : dict
        Plain values, lists and dicts.
    arrays : dict of str to ndarray
        Of the dtypes in DTYPES.

    Returns
    -------
    bytes
    """
    described: dict[str, list] = {}
    chunks: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        raw = array.tobytes()
        described[name] = [_NAMES[array.dtype], offset, array.shape]
        padding = -len(raw) % 8
        chunks += (raw, bytes(padding))
        offset += len(raw) + padding
    text = json_text(header | {"arrays": described}).encode()
    text += b" " * (-(4 + len(text)) % 8)
    return b"".join([struct.pack("<I", len(text)), text, *chunks])


def unpack(body: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """
    The inverse of :func:`pack` (the browser has its own).

    Parameters
    ----------
    body : bytes

    Returns
    -------
    header : dict
    arrays : dict of str to ndarray
        Views of the body.
    """
    (length,) = struct.unpack_from("<I", body)
    header = json.loads(body[4 : 4 + length])
    arrays = {}
    for name, (dtype, offset, shape) in header.pop("arrays").items():
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(body, DTYPES[dtype], count, 4 + length + offset).reshape(shape)
    return header, arrays
