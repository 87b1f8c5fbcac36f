"""The rows of a series, brought in line with its rule.

What was changed on its own stays with its day: an occurrence whose day is still in the rule keeps its own title, its
agenda, its cancellation and, if it was moved, its own time. One whose day is not is used for another date, as new, so
that its address lasts; what is then left over goes. Nothing that has begun is changed or removed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from meetings.errors import NotAllowed, SeriesCancelled
from meetings.models import Occurrence, Series

OUT_OF_THE_WAY = timedelta(days=36_500)
FIELDS = ["original_start", "start", "end", "title", "agenda", "is_exception", "cancelled_at"]


def locked(series_id: UUID, *, actor: User) -> Series:
    """The series, while this transaction lasts. Raises NotAllowed unless `actor` organises it.

    Then its invitations, before its dates: who answers locks theirs, then what the agenda says of its dates.
    """
    found = Series.objects.managed_by(actor).select_for_update(no_key=True).filter(pk=series_id).first()
    if found is None:
        raise NotAllowed("schedule")
    list(found.invitations.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return found


def locked_and_on(series_id: UUID, *, actor: User) -> Series:
    """Raises SeriesCancelled too."""
    series = locked(series_id, actor=actor)
    if series.cancelled_at:
        raise SeriesCancelled
    return series


def bump(series: Series) -> None:
    """Count SEQUENCE up, and save what was changed with it."""
    series.sequence += 1
    series.save()


def create(series: Series, dates: list[datetime]) -> None:
    length = timedelta(minutes=series.duration_minutes)
    Occurrence.objects.bulk_create(
        Occurrence(series=series, original_start=start, start=start, end=start + length) for start in dates
    )


def bring_in_line(series: Series, dates: list[datetime], *, zone_before: str, duration_before: timedelta) -> None:
    """Give `series` the occurrences of `dates`, out of those that it has."""
    rows = list(series.occurrences.select_for_update(no_key=True).order_by("original_start"))
    kept = _same_days(rows, dates, zone_before, series.time_zone)
    length = timedelta(minutes=series.duration_minutes)
    now = timezone.now()
    spare = [row for row in rows if row not in kept.values() and row.start > now]
    changed, missing = [], []
    for start in dates:
        row = kept.get(start)
        if row is None:
            missing.append(start)
            continue
        if row.start > now and not series.rule:
            _make_plain(row, start, length)  # a date alone is no exception
        elif row.start > now and not _was_moved(row, duration_before):
            row.start, row.end = start, start + length
        row.original_start = start
        changed.append(row)
    for row, start in zip(spare, missing, strict=False):
        _make_plain(row, start, length)
        changed.append(row)
    # Dates change places among rows, one row after the other, under a unique constraint
    series.occurrences.filter(pk__in=[row.pk for row in changed]).update(
        original_start=F("original_start") + OUT_OF_THE_WAY
    )
    series.occurrences.filter(pk__in=[row.pk for row in spare[len(missing) :]]).delete()
    Occurrence.objects.bulk_update(changed, FIELDS)
    create(series, missing[len(spare) :])


def _same_days(
    rows: list[Occurrence], dates: list[datetime], zone_before: str, zone: str
) -> dict[datetime, Occurrence]:
    """The row of each date: of the same instant, or else of the same day in the zone of its time."""
    by_start = {row.original_start: row for row in rows}
    by_day = {_day(row.original_start, zone_before): row for row in rows}
    kept = {start: by_start[start] for start in dates if start in by_start}
    taken = {row.pk for row in kept.values()}
    for start in dates:
        row = by_day.get(_day(start, zone))
        if start not in kept and row and row.pk not in taken:
            kept[start] = row
    return kept


def _day(start: datetime, zone: str) -> date:
    return start.astimezone(ZoneInfo(zone)).date()


def _was_moved(row: Occurrence, duration_before: timedelta) -> bool:
    return (row.start, row.end) != (row.original_start, row.original_start + duration_before)


def _make_plain(row: Occurrence, start: datetime, length: timedelta) -> None:
    row.original_start, row.start, row.end = start, start, start + length
    row.title, row.agenda, row.is_exception, row.cancelled_at = "", None, False, None


def keep_words_of_past(series: Series) -> None:
    """Before the series takes other words: what has begun keeps those that it had."""
    begun = series.occurrences.filter(start__lte=timezone.now())
    begun.filter(title="").update(title=series.title)
    begun.filter(agenda=None).update(agenda=series.agenda)
