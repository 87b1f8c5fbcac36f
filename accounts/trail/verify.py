"""Is the trail as it was written? Each finding names the row: altered, removed, or put in past the chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, AuditLink, UnchainedEntry
from accounts.trail.content import BEFORE_THE_FIRST, COLUMNS, content_of, link

PAGE = 5000  # rows in memory
LONGEST_TRANSACTION = timedelta(hours=1)  # an entry may be linked after younger ones, if its transaction lasted
CHAINED_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable. `holds` is None for what is neither proof nor fault."""

    code: str
    holds: bool | None
    words: str
    entry: int | None = None
    position: int | None = None


@dataclass(slots=True)
class Walk:
    """How far the chain was followed."""

    position: int = 0
    digest: bytes = BEFORE_THE_FIRST
    youngest: datetime | None = None


def check() -> Iterator[Finding]:
    """In the order of the chain, then what is not in it. Memory does not grow with the trail."""
    walk, faults = Walk(), 0
    for finding in chain(_follow(walk), _removed_before(), _put_in(), _late()):
        faults += finding.holds is False
        yield finding
    if not faults:
        words = _("Each of %(count)d entries is as it was written, in its place.") % {"count": walk.position}
        yield Finding("whole", True, words, position=walk.position)


def _follow(walk: Walk) -> Iterator[Finding]:
    while links := list(AuditLink.objects.filter(position__gt=walk.position).order_by("position")[:PAGE]):
        entries = AuditEntry.objects.filter(pk__in=[one.entry_id for one in links]).values(*COLUMNS)
        by_number = {entry["id"]: entry for entry in entries}
        for one in links:
            yield from _place(one, walk)
            yield from _entry(one, by_number.get(one.entry_id), walk)


def _place(one: AuditLink, walk: Walk) -> Iterator[Finding]:
    expected = walk.position + 1
    if one.position != expected:
        words = _("Links removed: from place %(first)d to place %(last)d of the chain.")
        numbers = {"first": expected, "last": one.position - 1}
        yield Finding("links-removed", False, words % numbers, position=expected)
    elif bytes(one.digest) != link(walk.digest, bytes(one.content)):
        words = _("Changed link: place %(place)d of the chain does not follow from the one before it.")
        yield Finding("link-changed", False, words % {"place": one.position}, one.entry_id, one.position)
    walk.position, walk.digest = one.position, bytes(one.digest)


def _entry(one: AuditLink, entry: Mapping[str, Any] | None, walk: Walk) -> Iterator[Finding]:
    numbers = {"entry": one.entry_id, "place": one.position}
    if entry is None:
        words = _("Removed entry: number %(entry)d, place %(place)d of the chain.") % numbers
        yield Finding("entry-removed", False, words, one.entry_id, one.position)
        return
    if content_of(entry) != bytes(one.content):
        words = _("Altered entry: number %(entry)d, place %(place)d of the chain, is not what was written.") % numbers
        yield Finding("entry-altered", False, words, one.entry_id, one.position)
    elif walk.youngest and entry["at"] < walk.youngest - LONGEST_TRANSACTION:
        words = _("Entry out of its time: number %(entry)d, place %(place)d of the chain, follows younger ones.")
        yield Finding("entry-backdated", False, words % numbers, one.entry_id, one.position)
    walk.youngest = max(walk.youngest or entry["at"], entry["at"])


def _removed_before() -> Iterator[Finding]:
    """Noted by the database as they were written, and gone before they were linked."""
    gone = UnchainedEntry.objects.exclude(pk__in=AuditEntry.objects.values("pk")).order_by("pk")
    for number in gone.values_list("pk", flat=True).iterator(chunk_size=PAGE):
        words = _("Removed entry: number %(entry)d, before it was in the chain.") % {"entry": number}
        yield Finding("entry-removed", False, words, number)


_PAST_THE_CHAIN = """
SELECT entry.id FROM accounts_auditentry entry
WHERE entry.id > %s
  AND NOT EXISTS (SELECT 1 FROM accounts_auditlink link WHERE link.entry_id = entry.id)
  AND NOT EXISTS (SELECT 1 FROM accounts_unchainedentry waiting WHERE waiting.entry_id = entry.id)
ORDER BY entry.id LIMIT %s
"""


def _put_in() -> Iterator[Finding]:
    """One statement sees an entry either waiting or linked: both change in one transaction."""
    after: int | None = -(2**63)
    while after is not None:
        with connection.cursor() as cursor:
            cursor.execute(_PAST_THE_CHAIN, [after, PAGE])
            numbers = [number for (number,) in cursor.fetchall()]
        for number in numbers:
            words = _("Entry put in past the chain, or whose link was removed: number %(entry)d.") % {"entry": number}
            yield Finding("entry-inserted", False, words, number)
        after = numbers[-1] if numbers else None


def _late() -> Iterator[Finding]:
    """Neither proof nor fault, unless it lasts."""
    waiting = AuditEntry.objects.filter(pk__in=UnchainedEntry.objects.values("pk"))
    late = waiting.filter(at__lt=timezone.now() - CHAINED_WITHIN).count()
    if late:
        words = _("Entries that wait to be chained for more than a quarter of an hour: %(count)d.") % {"count": late}
        yield Finding("late", None, words)
