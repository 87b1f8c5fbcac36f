"""Which lines answer a question: newest meetings first, and no further back than it takes.

Only what somebody may read is looked through, in parts that grow: a common word is found in the newest meetings, a
rare one costs as many looks as there are parts. Measured in docs/decisions/0020-search.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from accounts.models import User
from transcripts.models import Item, ItemLine, Segment, Transcription

FIRST = 100  # meetings in the first part
GROWTH = 6  # each part after it is as many times larger


@dataclass(frozen=True, slots=True)
class Filters:
    """None and "" ask for nothing. `person`: the beginning of any of their names. Days are whole, here."""

    person: str = ""
    since: date | None = None
    until: date | None = None
    room: UUID | None = None
    institution: int | None = None
    kind: str = ""  # of the items that lines support
    is_imported: bool | None = None


def find(
    user: User | AnonymousUser, words: SearchQuery, unwanted: list[SearchQuery], filters: Filters, *, most: int
) -> list[Segment]:
    """At most `most` lines, with their recording and meeting. What `user` may read is asked twice: the second time in
    the statement that reads the words, so that nothing is shown that was taken back in between."""
    found: list[int] = []
    places = _places(user, filters)
    begin, size = 0, FIRST
    while begin < len(places) and len(found) < most:
        part = _matching(places[begin : begin + size], words, unwanted, filters)
        found += part[: most - len(found)]
        begin, size = begin + size, size * GROWTH
    readable = Segment.objects.visible_to(user).filter(pk__in=found)
    return list(_in_order(readable.select_related("transcription__recording__meeting__room__institution")))


def _places(user: User | AnonymousUser, filters: Filters) -> list[UUID]:
    """Minutes that `user` may read, the newest first."""
    asked = Q()
    if filters.since:
        asked &= Q(recording__started_at__gte=midnight(filters.since))
    if filters.until:
        asked &= Q(recording__started_at__lt=midnight(filters.until + timedelta(days=1)))
    if filters.room:
        asked &= Q(recording__meeting__room=filters.room)
    if filters.institution:
        asked &= Q(recording__meeting__room__institution=filters.institution)
    if filters.is_imported is not None:
        asked &= Q(recording__source__isnull=not filters.is_imported)
    rows = Transcription.objects.visible_to(user).filter(asked).order_by("-recording__started_at", "pk")
    return list(rows.values_list("pk", flat=True))


def midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))


def _matching(places: list[UUID], words: SearchQuery, unwanted: list[SearchQuery], filters: Filters) -> list[int]:
    """In order, the first of them."""
    lines = Segment.objects.filter(transcription__in=places, lexemes=words)
    for each in unwanted:
        lines = lines.exclude(lexemes=each)
    if filters.person:
        lines = lines.filter(speaker_name__unaccent__iregex=rf"\m{re.escape(filters.person)}")
    if filters.kind:
        kept = Item.objects.filter(transcription__in=places, kind=filters.kind, state=Item.State.ACCEPTED)
        lines = lines.filter(pk__in=ItemLine.objects.filter(item__in=kept).values("line"))
    return list(_in_order(lines).values_list("pk", flat=True)[:200])


def _in_order(lines: QuerySet[Segment]) -> QuerySet[Segment]:
    return lines.defer("lexemes", "words").order_by(
        "-transcription__recording__started_at", "transcription", "index", "part"
    )
