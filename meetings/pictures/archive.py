"""All tracks that may be heard or seen in one ZIP, made while it is sent: nothing of it is on a disk or in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from asgiref.sync import sync_to_async

from meetings import storage
from meetings.models import Track
from meetings.recordings import manifest

EXTENSIONS = {Track.Kind.MICROPHONE.value: "opus"}
FORBIDDEN = '<>:"/\\|?*'
MANY_NAMES = 80


class _Sink:
    """What a ZIP is written to: it can't go back."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


def zip_of(tracks: Sequence[Track]) -> Iterator[bytes]:
    """Raises storage.StorageUnavailable, in the middle: the file is then not whole, and no program opens it."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for number, track in enumerate(tracks, start=1):
            with archive.open(_entry(track, number), "w", force_zip64=True) as entry:
                for chunk in storage.chunks(track.key):
                    entry.write(chunk)
                    yield sink.take()
        if tracks:
            archive.writestr("manifest.json", manifest.as_bytes(tracks[0].recording))
    yield sink.take()


async def stream(tracks: Sequence[Track]) -> AsyncIterator[bytes]:
    """Piece by piece: an iterator that is not asynchronous would be read to its end first."""
    pieces = zip_of(tracks)
    step = sync_to_async(lambda: next(pieces, None), thread_sensitive=False)
    while (piece := await step()) is not None:
        if piece:
            yield piece


def _entry(track: Track, number: int) -> ZipInfo:
    extension = EXTENSIONS.get(track.kind, "webm")
    minutes, seconds = divmod(int(track.start), 60)
    when = f"{minutes // 60:02}-{minutes % 60:02}-{seconds:02}"
    begun = track.recording.started_at
    name = f"{number:02} {_safe(track.participation.display_name)} {track.kind} {when}.{extension}"
    return ZipInfo(name, date_time=(begun.year, begun.month, begun.day, begun.hour, begun.minute, begun.second))


def _safe(name: str) -> str:
    kept = "".join(letter for letter in name if letter.isprintable() and letter not in FORBIDDEN)
    return kept.strip(" .")[:MANY_NAMES] or "-"
