"""The files that Janus writes: found, and waited for."""

from __future__ import annotations

import re
import time
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from meetings.models import Recording

# <recording>.<participation>.<connection>.<take>[.shared][.pictures]-audio-<m-line>.mjr, and .tmp while Janus writes it
FILE_NAME = re.compile(
    r"(?P<recording>[0-9a-f]{32})\.(?P<participation>[0-9a-f]{32})\.\d+\.\d+(?P<shared>\.shared)?(?P<pictures>\.pictures)?"
    r"-(?P<kind>audio|video)-\d+\.mjr(?P<open>\.tmp)?"
)
CLOSING_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Source:
    """One file of Janus'."""

    path: Path
    recording_id: UUID
    participation_id: UUID
    is_audio: bool
    is_shared_microphone: bool
    is_open: bool
    keeps_pictures: bool = False  # they were agreed to when it was begun

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".tmp")


def sources_of(recording: Recording, folder: Path) -> list[Source]:
    return [source for source in sources_in(folder) if source.recording_id == recording.pk]


def sources_in(folder: Path) -> Iterator[Source]:
    for path in sorted(folder.iterdir()):
        match = FILE_NAME.fullmatch(path.name)
        if match:
            yield Source(
                path,
                UUID(match["recording"]),
                UUID(match["participation"]),
                is_audio=match["kind"] == "audio",
                is_shared_microphone=match["shared"] is not None,
                is_open=match["open"] is not None,
                keeps_pictures=match["pictures"] is not None,
            )


def wait_until_closed(recording: Recording, folder: Path, whose: Container[UUID] | None = None) -> None:
    """Everybody's socket stops their own file when it hears of the end. What stays open was left by a dead node."""
    deadline = time.monotonic() + CLOSING_TIMEOUT_S
    while any(
        source.is_open and (whose is None or source.participation_id in whose)
        for source in sources_of(recording, folder)
    ):
        if time.monotonic() >= deadline:
            return
        time.sleep(0.2)


def delete(sources: Iterable[Source]) -> int:
    """How many."""
    count = 0
    for source in sources:
        source.path.unlink(missing_ok=True)
        count += 1
    return count
