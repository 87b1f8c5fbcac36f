"""Text that other products export, in the encodings that they use; and what may be a name in it."""

from __future__ import annotations

LARGEST_BYTES = 8 << 20
LONGEST_NAME = 120


class Unreadable(ValueError):
    """Not such a file, or larger than any such file."""


def decode(data: bytes) -> str:
    """UTF-8 or, with its mark, UTF-16; Windows' western letters where it is neither. Raises Unreadable."""
    if len(data) > LARGEST_BYTES:
        raise Unreadable("too large")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def clean_name(text: str) -> str:
    """On one line, bounded; empty if nothing of it can be a name."""
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST_NAME].strip()
    return name if any(letter.isalpha() for letter in name) else ""
