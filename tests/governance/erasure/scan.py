"""A search of everything that the service keeps, for bytes that should be nowhere: tables, objects with all their
versions, Redis, and folders.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from meetings import storage

OUT_OF_SCOPE = {"accounts_auditentry", "governance_tombstone", "django_migrations"}


def found(words: Iterable[str], folders: Iterable[Path] = ()) -> list[str]:
    """Where any of `words` is, in any spelling that storage gives it."""
    needles = {form for word in words for form in spellings(word)}
    places = [*tables(), *objects(), *caches(), *files(folders)]
    return sorted({place for place, content in places if any(needle in content.lower() for needle in needles)})


def spellings(word: str) -> set[bytes]:
    """As text, as JSON escapes, percent-encoded, and in base64 at each of its three offsets."""
    plain = word.lower().encode()
    forms = {plain, json.dumps(word)[1:-1].lower().encode(), quote(word).lower().encode()}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + word.encode())[(0, 2, 3)[shift] : len(word.encode()) // 3 * 4 - 4]
        forms.add(coded.lower())
    return forms


def tables() -> Iterator[tuple[str, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace"
        )
        names = [name for (name,) in cursor.fetchall() if name not in OUT_OF_SCOPE]
        for name in names:
            cursor.execute(f'SELECT row::text FROM "{name}" row')
            for (row,) in cursor.fetchall():
                yield f"table {name}", row.encode() + _bytes_in(row)
    for session in Session.objects.all():  # compressed
        yield "table django_session", repr(session.get_decoded()).encode()


def _bytes_in(row: str) -> bytes:
    """Columns of bytes are written in hexadecimal."""
    return b"".join(bytes.fromhex(part) for part in re.findall(r"\\\\x((?:[0-9a-f]{2})+)", row))


def objects() -> Iterator[tuple[str, bytes]]:
    for page in storage._pages("list_object_versions", "") or []:
        for row in page.get("Versions", []):
            version = {"VersionId": row["VersionId"]} if row.get("VersionId") else {}
            body = storage.call("get_object", Key=row["Key"], **version)["Body"].read()
            if not row["Key"].startswith("tombstones/"):
                yield f"object {row['Key']}", row["Key"].encode() + body


def caches() -> Iterator[tuple[str, bytes]]:
    for database in range(3):
        client = redis.Redis.from_url(f"{settings.REDIS_URL}?db={database}")
        for key in client.scan_iter():
            kind = client.type(key)
            content: Any = client.get(key) if kind == b"string" else client.dump(key)
            yield f"redis {key!r}", bytes(key) + (content or b"")


def files(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield f"file {path.name}", path.name.encode() + path.read_bytes()
