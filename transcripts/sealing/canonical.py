"""One way to write a thing down, so that its digest is always the same."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Content:
    """What a seal holds by its digest alone, so that it can be erased and the seal hold."""

    content: bytes

    @property
    def digest(self) -> str:
        return digest(self.content)


def canonical(data: Any) -> bytes:
    """JSON with sorted keys, without spaces, in UTF-8, without fractions: times are whole milliseconds."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def salted(data: dict[str, Any]) -> bytes:
    """With it, nobody finds out what was erased by trying."""
    return canonical({"salt": secrets.token_hex(16), **data})


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def link(previous: str, data: Any) -> str:
    """The digest of `data` and of all that came before it."""
    return digest(previous.encode() + b"\n" + canonical(data))


def ms(seconds: float) -> int:
    return round(seconds * 1000)
