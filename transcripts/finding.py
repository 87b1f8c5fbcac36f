"""Which lines answer a question: newest meetings first, and no further back than it takes.

Only what somebody may read is looked through, in parts: a common word is found in the newest meetings, and how often
a word was found there says how many meetings come next. Measured in docs/decisions/0020-search.md.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, F, Func, IntegerField, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast
from django.utils.timezone import make_aware

from accounts.models import User
from meetings.models import Recording
from transcripts.models import Item, ItemLine, Segment

FIRST = 100  # meetings in the first part
GROWTH = 50  # a part has as many times those before it, at most: where nothing was found yet
SPARE = 1.5  # as many times the meetings in which the rest is expected

Place = tuple[str, int]  # minutes, by their identifier as it is written (most are not looked at), and their month


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
    found: list[tuple[int, UUID]] = []
    places = _places(user, filters)
    looked, size = 0, FIRST
    while looked < len(places) and len(found) < most:
        part = places[looked : looked + size]
        found += _matching(part, words, unwanted, filters, most=most - len(found))
        looked += len(part)
        size = _next(looked, len(found), most)
    still = Recording.objects.visible_to(user, among={recording for _, recording in found})
    lines = Segment.objects.filter(pk__in=[line for line, _ in found], transcription__recording__in=still)
    return list(_in_order(lines.select_related("transcription__recording__meeting__room__institution")))


def _next(looked: int, found: int, most: int) -> int:
    """How many meetings to look through, after so many in which so many lines were found."""
    longest = GROWTH * looked
    expected = math.ceil(SPARE * looked * (most - found) / found) if found else longest
    return max(FIRST, min(expected, longest))


def _places(user: User | AnonymousUser, filters: Filters) -> list[Place]:
    """That `user` may read, the newest first."""
    asked = Q(transcription__isnull=False)
    if filters.since:
        asked &= Q(started_at__gte=midnight(filters.since))
    if filters.until:
        asked &= Q(started_at__lt=midnight(filters.until + timedelta(days=1)))
    if filters.room:
        asked &= Q(meeting__room=filters.room)
    if filters.institution:
        asked &= Q(meeting__room__institution=filters.institution)
    if filters.is_imported is not None:
        asked &= Q(source__isnull=not filters.is_imported)
    rows = Recording.objects.visible_to(user).filter(asked).order_by("-started_at", "transcription__pk")
    month = Func(F("started_at"), function="month_number", output_field=IntegerField())
    return list(rows.values_list(Cast("transcription__pk", TextField()), month))


def midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))


def _matching(
    places: list[Place], words: SearchQuery, unwanted: list[SearchQuery], filters: Filters, *, most: int
) -> list[tuple[int, UUID]]:
    """In order, the first of them, with their recordings."""
    months = {month for _, month in places}
    lines = Segment.objects.filter(_among(places), month__in=months, lexemes=words)
    for each in unwanted:
        lines = lines.exclude(lexemes=each)
    if filters.person:
        lines = lines.filter(speaker_name__unaccent__iregex=rf"\m{re.escape(filters.person)}")
    if filters.kind:
        kept = Item.objects.filter(_among(places), kind=filters.kind, state=Item.State.ACCEPTED)
        lines = lines.filter(pk__in=ItemLine.objects.filter(item__in=kept).values("line"))
    return list(_in_order(lines).values_list("pk", "transcription__recording")[:most])


def _among(places: list[Place]) -> Func:
    """One parameter: a list of thousands takes longer to write than to look through."""
    array = Cast(Value(f"{{{','.join(place for place, _ in places)}}}"), ArrayField(UUIDField()))
    return Func(
        F("transcription"), array, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()
    )


def _in_order(lines: QuerySet[Segment]) -> QuerySet[Segment]:
    """In an order that no index gives: else PostgreSQL may go through all meetings, and look for the words in each."""
    newest_first = (F("transcription__recording__started_at") + Value(timedelta())).desc()
    return lines.defer("lexemes", "words").order_by(newest_first, "transcription", "index", "part")
