"""Cancelling, and taking it back: a series, one date, this date and those after it. What has begun stays."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from meetings.errors import NotAllowed, PastDate
from meetings.invitations import outbox
from meetings.models import Occurrence, OutgoingMail, Series
from meetings.scheduling import rows

Kind = OutgoingMail.Kind


@transaction.atomic
def cancel_series(series_id: UUID, *, actor: User) -> Series:
    """Every date to come. Raises NotAllowed, PastDate."""
    series = rows.locked(series_id, actor=actor)
    if series.cancelled_at:
        return series
    now = timezone.now()
    cancelled = series.occurrences.filter(start__gt=now, cancelled_at=None).update(cancelled_at=now)
    if not cancelled:
        raise PastDate
    series.cancelled_at = now
    rows.bump(series)
    outbox.queue(Kind.CANCEL, series)
    audit.record("series.cancelled", actor=actor, target=series, occurrences=cancelled)
    return series


@transaction.atomic
def restore_series(series_id: UUID, *, actor: User) -> Series:
    """As it was, but for what would have begun since. Raises NotAllowed, PastDate."""
    series = rows.locked(series_id, actor=actor)
    if series.cancelled_at is None:
        return series
    cancelled = series.occurrences.filter(cancelled_at=series.cancelled_at, start__gt=timezone.now())
    restored = cancelled.update(cancelled_at=None)
    if not restored:
        raise PastDate
    series.cancelled_at = None
    rows.bump(series)
    outbox.queue(Kind.REQUEST, series)
    audit.record("series.restored", actor=actor, target=series, occurrences=restored)
    return series


@transaction.atomic
def cancel_occurrence(occurrence_id: UUID, *, actor: User) -> Occurrence:
    """With no other date left, the series. Raises NotAllowed, SeriesCancelled, PastDate."""
    occurrence, series = _locked_date(occurrence_id, actor=actor)
    if occurrence.cancelled_at:
        return occurrence
    if not _are_on(series).exclude(pk=occurrence.pk).exists():
        cancel_series(series.pk, actor=actor)
        occurrence.refresh_from_db()
        return occurrence
    occurrence.cancelled_at = timezone.now()
    occurrence.save(update_fields=["cancelled_at"])
    rows.bump(series)
    outbox.queue(Kind.CANCEL, series, occurrence=occurrence)
    audit.record("occurrence.cancelled", actor=actor, target=occurrence, sequence=series.sequence)
    return occurrence


@transaction.atomic
def restore_occurrence(occurrence_id: UUID, *, actor: User) -> Occurrence:
    """Raises NotAllowed, SeriesCancelled, PastDate."""
    occurrence, series = _locked_date(occurrence_id, actor=actor)
    if occurrence.cancelled_at is None:
        return occurrence
    occurrence.cancelled_at = None
    occurrence.save(update_fields=["cancelled_at"])
    rows.bump(series)
    outbox.queue(Kind.REQUEST, series, occurrence=occurrence)
    audit.record("occurrence.restored", actor=actor, target=occurrence, sequence=series.sequence)
    return occurrence


@transaction.atomic
def cancel_following(occurrence_id: UUID, *, actor: User) -> Series:
    """This date and those after it; with none left before it, the series. Raises NotAllowed, SeriesCancelled, PastDate.

    The rule stays, so that each date can be restored: calendars are told of dates left out.
    """
    occurrence, series = _locked_date(occurrence_id, actor=actor)
    now = timezone.now()
    following = _are_on(series).filter(original_start__gte=occurrence.original_start, start__gt=now)
    if not _are_on(series).exclude(pk__in=following.values("pk")).exists():
        return cancel_series(series.pk, actor=actor)
    cancelled = following.update(cancelled_at=now)
    if cancelled:
        rows.bump(series)
        outbox.queue(Kind.REQUEST, series)
        audit.record("series.shortened", actor=actor, target=series, occurrences=cancelled)
    return series


def _are_on(series: Series) -> QuerySet[Occurrence]:
    return series.occurrences.filter(cancelled_at=None)


def _locked_date(occurrence_id: UUID, *, actor: User) -> tuple[Occurrence, Series]:
    """A date to come of a series that is on, and that series, locked."""
    occurrence = Occurrence.objects.filter(pk=occurrence_id).first()
    if occurrence is None:
        raise NotAllowed("schedule")
    series = rows.locked_and_on(occurrence.series_id, actor=actor)
    occurrence.refresh_from_db()
    if occurrence.series_id != series.pk:
        raise NotAllowed("schedule")  # another change has just moved it
    if occurrence.start <= timezone.now():
        raise PastDate
    return occurrence, series
