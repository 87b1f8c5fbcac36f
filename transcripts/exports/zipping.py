"""ZIP files without a trace of when they were written: the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can tell


def zip_of(files: Iterable[tuple[str, bytes]], *, stored: frozenset[str] = frozenset()) -> bytes:
    """In the order of `files`; those named in `stored` are not compressed."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as target:
        for name, content in files:
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = kind, 0o644 << 16, 3
            target.writestr(entry, content)
    return written.getvalue()


def without_clock(content: bytes, *, stored: frozenset[str] = frozenset()) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return zip_of([(name, source.read(name)) for name in source.namelist()], stored=stored)
