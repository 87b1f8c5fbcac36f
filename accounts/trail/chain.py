"""Entries become links of the chain: by one process at a time, after their transactions. Nobody who acts waits for it.

Entries get their numbers before they are committed, so that a later number may be seen first. The database therefore
notes each new one as unchained, in its transaction: it is taken from there whenever it becomes visible.
See docs/decisions/0026-audit-chain.md.
"""

from __future__ import annotations

from django.db import connection, transaction

from accounts.models import AuditEntry, AuditLink, UnchainedEntry
from accounts.trail.content import BEFORE_THE_FIRST, COLUMNS, content_of, link

BATCH = 2000  # entries of one transaction
MOST = 200_000  # of one call: the next one goes on
_LOCK = 0x7669_7369_6F26  # of the database: whoever holds it makes links


def extend(most: int = MOST) -> int:
    """How many entries were chained: none while another process is at it."""
    done, after = 0, 0
    while done < most:
        added, after = _extend_by_a_batch(after)
        done += added
        if not after:
            break
    return done


@transaction.atomic
def _extend_by_a_batch(after: int) -> tuple[int, int]:
    """How many, and the last that was looked at: 0 when there is nothing more. A note whose entry is gone stays."""
    if not _is_ours():
        return 0, 0
    waiting = UnchainedEntry.objects.filter(pk__gt=after).order_by("pk")
    numbers = list(waiting.values_list("pk", flat=True)[:BATCH])
    entries = list(AuditEntry.objects.filter(pk__in=numbers).order_by("pk").values(*COLUMNS))
    last = AuditLink.objects.order_by("-position").first()
    position, digest = (last.position, bytes(last.digest)) if last else (0, BEFORE_THE_FIRST)
    links = []
    for place, entry in enumerate(entries, position + 1):
        content = content_of(entry)
        digest = link(digest, content)
        links.append(AuditLink(position=place, entry_id=entry["id"], content=content, digest=digest))
    AuditLink.objects.bulk_create(links)
    UnchainedEntry.objects.filter(pk__in=[entry["id"] for entry in entries]).delete()
    return len(links), numbers[-1] if len(numbers) == BATCH else 0


def _is_ours() -> bool:
    """Until the end of the transaction: whoever takes it next sees what we linked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
