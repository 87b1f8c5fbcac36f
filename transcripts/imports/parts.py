"""The parts of an upload, which go from the browser to the store: Visio signs, counts, and never holds them."""

from __future__ import annotations

import math

from meetings import storage_parts
from transcripts.imports.errors import PartsMissing
from transcripts.models import Import

PART_BYTES = 16 * 1024 * 1024  # of the store: 5 MiB at least, 10 000 parts at most
SIGNED_FOR_S = 3600


def count(upload: Import) -> int:
    return math.ceil(upload.size_bytes / PART_BYTES)


def size_of(upload: Import, number: int) -> int:
    """Of a part, from 1; 0 where there is no such part."""
    return max(0, min(PART_BYTES, upload.size_bytes - (number - 1) * PART_BYTES)) if number >= 1 else 0


def there(upload: Import) -> list[int]:
    """Numbers of the parts that the store holds whole. Raises StorageUnavailable."""
    if not upload.upload_id:
        return []
    found = storage_parts.listed(upload.key, upload.upload_id)
    return [part.number for part in found if part.size_bytes == size_of(upload, part.number)]


def address_of(upload: Import, number: int) -> str:
    """Takes exactly this part, with exactly this length, for a while."""
    return storage_parts.address_of(
        upload.key, upload.upload_id, number, size_bytes=size_of(upload, number), seconds=SIGNED_FOR_S
    )


def complete(upload: Import) -> None:
    """Raises PartsMissing, StorageUnavailable."""
    found = {part.number: part for part in storage_parts.listed(upload.key, upload.upload_id)}
    wanted = range(1, count(upload) + 1)
    if any(number not in found or found[number].size_bytes != size_of(upload, number) for number in wanted):
        raise PartsMissing
    storage_parts.complete(upload.key, upload.upload_id, [found[number] for number in wanted])
