"""Each month of each institution, counted in the database and kept as a row.

Counting again changes nothing but what has come since. A count never becomes smaller: what is erased after it was
counted stays counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from governance.figures import months
from governance.models import MonthlyFigures
from meetings.models import Meeting, Participation, Recording, Track
from transcripts.models import Import, Transcription

COUNTS = (
    *("active_agents", "meetings", "meeting_seconds", "attendances", "guests", "recorded_meetings"),
    *("recorded_seconds", "minutes_made", "imports"),
)
Found = dict[int, dict[str, int]]  # by institution, by column


def count() -> None:
    """What may still have changed; everything at the first time."""
    is_first = not MonthlyFigures.objects.exists()
    for month in months.last(months.FIRST_COUNT if is_first else months.RECOUNTED):
        count_month(month)


@transaction.atomic
def count_month(month: date) -> None:
    found = _found(*months.bounds(month))
    known = {row.institution_id: row for row in MonthlyFigures.objects.select_for_update().filter(month=month)}
    now = timezone.now()
    rows = []
    for institution, counts in found.items():
        row = known.get(institution) or MonthlyFigures(institution_id=institution, month=month)
        for column in COUNTS:
            setattr(row, column, max(getattr(row, column), counts.get(column, 0)))
        row.counted_at = now
        rows.append(row)
    MonthlyFigures.objects.bulk_create([row for row in rows if row.pk is None], batch_size=500)
    MonthlyFigures.objects.bulk_update([row for row in rows if row.pk], [*COUNTS, "counted_at"], batch_size=500)


def _found(start: datetime, end: datetime) -> Found:
    found: Found = defaultdict(dict)
    held = {"meeting__started_at__gte": start, "meeting__started_at__lt": end}
    at_home = "meeting__room__institution"
    meetings = Meeting.objects.exclude(node="").filter(started_at__gte=start, started_at__lt=end)  # "": imported
    people = Participation.objects.exclude(meeting__node="").filter(**held)
    recordings = Recording.objects.exclude(meeting__node="").filter(_holds_sound(), **held)
    length = Sum(Coalesce(F("ended_at"), Now()) - F("started_at"))
    _take(found, meetings, "room__institution", meetings=Count("pk"), meeting_seconds=length)
    _take(found, people, "user__institution", active_agents=Count("user", distinct=True))
    guests = Count("pk", filter=Q(user=None) & ~Q(guest_key=""))
    _take(found, people, at_home, attendances=Count("pk"), guests=guests)
    _take(
        found,
        recordings,
        at_home,
        recorded_meetings=Count("meeting", distinct=True),
        recorded_seconds=Sum(F("stopped_at") - F("started_at")),
    )
    made = Transcription.objects.readable().filter(finished_at__gte=start, finished_at__lt=end)
    _take(found, made, f"recording__{at_home}", minutes_made=Count("pk"))
    brought = Import.objects.filter(state=Import.State.READY, at__gte=start, at__lt=end)
    _take(found, brought, "institution", imports=Count("pk"))
    return found


def _holds_sound() -> Exists:
    return Exists(Track.objects.filter(recording=OuterRef("pk"), kind=Track.Kind.MICROPHONE))


def _take(found: Found, rows: QuerySet[Any], institution: str, **counts: Any) -> None:
    """One query."""
    for row in _grouped(rows, institution, counts):
        for column in counts:
            found[row[institution]][column] = _number(row[column])


def _grouped(rows: QuerySet[Any], institution: str, counts: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Columns of ours may be named as those of the rows."""
    named = {f"counted_{column}": count for column, count in counts.items()}
    answers = rows.order_by().filter(**{f"{institution}__isnull": False}).values(institution).annotate(**named)
    return [
        {institution: answer[institution], **{column: answer[f"counted_{column}"] for column in counts}}
        for answer in answers
    ]


def _number(value: int | timedelta | None) -> int:
    return max(0, round(value.total_seconds())) if isinstance(value, timedelta) else value or 0
