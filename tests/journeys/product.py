"""Looking behind the product that a journey walks through: its database, its disk, its store, its processes."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import psycopg
from botocore.config import Config
from psycopg.rows import dict_row

Row = dict[str, Any]


def query(sql: str, *parameters: object) -> list[Row]:
    """Rows of the product's own database, which is not the one that pytest-django made."""
    with psycopg.connect(os.environ["DATABASE_URL"], row_factory=dict_row, autocommit=True) as connection:
        cursor = connection.execute(sql, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def lines_of(recording_id: str) -> list[Row]:
    return query(
        """
        SELECT s.start, s.end, s.speaker_name, s.assurance, s.text, s.words
        FROM transcripts_segment s JOIN transcripts_transcription t ON t.id = s.transcription_id
        WHERE t.recording_id = %s ORDER BY s.index
        """,
        recording_id,
    )


def stored_keys() -> list[str]:
    """Every object of the store, whatever it is called."""
    return [entry["Key"] for entry in _store().list_objects_v2(Bucket=os.environ["S3_BUCKET"]).get("Contents", [])]


def stored_object(key: str) -> bytes:
    content: bytes = _store().get_object(Bucket=os.environ["S3_BUCKET"], Key=key)["Body"].read()
    return content


def _store() -> Any:
    return boto3.client(
        "s3",
        endpoint_url=os.environ["S3_ENDPOINT_URL"],
        region_name=os.environ["S3_REGION"],
        aws_access_key_id=os.environ["S3_ACCESS_KEY"],
        aws_secret_access_key=Path(os.environ["S3_SECRET_KEY_FILE"]).read_text().strip(),
        config=Config(s3={"addressing_style": "path"}),
    )


@dataclass
class Disk:
    """The folder where Janus writes, looked at all the time."""

    seen: set[str] = field(default_factory=set)

    def look(self) -> None:
        self.seen |= {path.name for path in Path(os.environ["JANUS_RECORDINGS_DIR"]).iterdir()}

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[Disk]:
        watch = asyncio.create_task(self._watch())
        yield self
        watch.cancel()
        self.look()

    async def _watch(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(0.1)


def kill_process(name: str) -> int:
    """SIGKILL a process of the supervisor's, and the children that work for it; return its id."""
    pid = int((Path(os.environ["VISIO_VAR"]) / "run" / f"{name}.pid").read_text())
    os.killpg(pid, signal.SIGKILL)
    return pid


async def eventually(look: Callable[[], Any], *, within_s: float, every_s: float = 0.25) -> Any:
    """What `look` gives, awaited if need be, once it is true. Fails when it isn't in time."""
    deadline = time.monotonic() + within_s
    while True:
        found = look()
        result = await found if isinstance(found, Awaitable) else found
        if result:
            return result
        assert time.monotonic() < deadline, f"not within {within_s} s"
        await asyncio.sleep(every_s)


def names(rows: Sequence[Row]) -> set[str]:
    return {str(row["speaker_name"]) for row in rows}
