"""The ZIP, streamed to the store: nothing of it is on a disk, and no sound is in memory whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from governance.requests.export import data as person_data
from governance.requests.export.page import pages
from governance.requests.holdings import Holdings
from meetings import storage, storage_uploads
from meetings.models import Track

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can tell: the same content gives the same bytes
Progress = Callable[[float], None]


class _Sink:
    """What a ZIP is written to: an upload that can't go back."""

    def __init__(self, upload: storage_uploads.Upload) -> None:
        self._upload = upload

    def write(self, data: bytes) -> int:
        self._upload.write(data)
        return len(data)

    def flush(self) -> None:
        pass


def write(upload: storage_uploads.Upload, holdings: Holdings, data: dict[str, Any], told: Progress) -> None:
    """Raises storage.StorageUnavailable; and what `told` raises, at each piece, to give up."""
    tracks = [*holdings.sounds, *holdings.pictures]
    total, done = sum(track.size_bytes for track in tracks) or 1, 0
    with ZipFile(cast("IO[bytes]", _Sink(upload)), "w") as archive:
        for name, content in {"data.json": person_data.as_bytes(data), **pages(data)}.items():
            archive.writestr(_entry(name, ZIP_DEFLATED), content)
        for track in tracks:
            entry = _entry(person_data.file_of(track), ZIP_STORED)
            with archive.open(entry, "w", force_zip64=True) as file:
                for chunk in _pieces(track):
                    file.write(chunk)
                    done += len(chunk)
                    told(min(done / total, 1.0))


def _pieces(track: Track) -> Iterator[bytes]:
    yield from storage.chunks(track.key)


def _entry(name: str, kind: int) -> ZipInfo:
    entry = ZipInfo(name, EPOCH)
    entry.compress_type, entry.external_attr, entry.create_system = kind, 0o600 << 16, 3
    return entry
