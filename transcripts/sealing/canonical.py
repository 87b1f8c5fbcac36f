"""One way to write a thing down, so that its digest is always the same."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(data: Any) -> bytes:
    """JSON with sorted keys, without spaces, in UTF-8, without fractions: times are whole milliseconds."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def link(previous: str, data: Any) -> str:
    """The digest of `data` and of all that came before it."""
    return digest(previous.encode() + b"\n" + canonical(data))


def ms(seconds: float) -> int:
    return round(seconds * 1000)
