"""What one may count on, by the version of Janus."""

from __future__ import annotations

import re

Version = tuple[int, ...]

UNKNOWN: Version = ()  # older than any: nothing may be counted on
CONSENT_FRESHNESS_SINCE: Version = (1, 2, 0)
MEMORY_SAFE_SINCE: Version = (1, 4, 1)  # upstream's PR 3636 and 3637


def parse_version(text: str) -> Version:
    """The numbers of Janus' `1.4.1`, of Debian's `1.4.1+ds-4`; UNKNOWN for anything else."""
    found = re.match(r"\d+\.\d+\.\d+", text)
    return tuple(map(int, found[0].split("."))) if found else UNKNOWN


def show(version: Version) -> str:
    return ".".join(map(str, version)) or "?"


def has_consent_freshness(version: Version) -> bool:
    """Whether it can ask peers again and again if they still want media (RFC 7675), and so see a dead one."""
    return version >= CONSENT_FRESHNESS_SINCE


def is_memory_safe(version: Version) -> bool:
    """Without the faults that a participant's packets reach in 1.1.2."""
    return version >= MEMORY_SAFE_SINCE


def may_simulcast(version: Version) -> bool:
    """Before, a VP8 packet of simulcast shorter than its header is read beyond its end."""
    return is_memory_safe(version)
