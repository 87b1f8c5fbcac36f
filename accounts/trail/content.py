"""An entry as the chain sees it: always the same bytes. In docs/operator.md too, for whoever checks without us."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

FORM = 1  # of what is written below: a second one keeps the links of the first
COLUMNS = (
    "id", "at", "verb", "actor_id", "actor_kind", "assurance", "institution_id", "target_type", "target_id", "reason",
    "request_id", "details",
)  # fmt: skip
BEFORE_THE_FIRST = bytes(32)


def content_of(entry: Mapping[str, Any]) -> bytes:
    """SHA-256 of JSON with sorted keys and without spaces, in UTF-8. `entry` has the COLUMNS."""
    written = {"form": FORM} | {name: _written(entry[name]) for name in COLUMNS}
    text = json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).digest()


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value) if isinstance(value, UUID) else value


def link(previous: bytes, content: bytes) -> bytes:
    return hashlib.sha256(previous + content).digest()
