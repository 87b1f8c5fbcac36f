"""What the recordings of each institution weigh, from the rows of what is stored: the store itself is not asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import Institution
from governance.figures import months
from governance.models import MonthlyStorage, PersonExport
from governance.requests.export.jobs import KEPT as EXPORTS_KEPT
from meetings.ceilings import rules_of_institution
from meetings.models import Composition, Track

Kind = MonthlyStorage.Kind
Weight = dict[tuple[int, str], int]  # bytes, by institution and kind


def count() -> None:
    is_first = not MonthlyStorage.objects.exists()
    counted = months.last(months.FIRST_COUNT if is_first else months.RECOUNTED)
    came_in = {month: _weight(month) for month in counted}
    kept = _weight(None)
    days = _kept_days({institution for weight in (*came_in.values(), kept) for institution, _ in weight})
    for month in counted:
        _write(month, came_in[month], kept if month == counted[-1] else {}, days)


@transaction.atomic
def _write(month: date, came_in: Weight, kept: Weight, days: dict[int, int]) -> None:
    """What came in never becomes less; what is kept is as it is."""
    now = timezone.now()
    known = {
        (row.institution_id, row.kind): row for row in MonthlyStorage.objects.select_for_update().filter(month=month)
    }
    is_current = month == months.current()
    rows = []
    for place in came_in.keys() | kept.keys() | (known.keys() if is_current else set()):
        institution, kind = place
        row = known.get(place) or MonthlyStorage(institution_id=institution, month=month, kind=kind)
        row.bytes_in = max(row.bytes_in, came_in.get(place, 0))
        if is_current:
            row.bytes_kept = kept.get(place, 0)
        row.kept_days = EXPORTS_KEPT.days if kind == Kind.EXPORTS else days.get(institution, row.kept_days)
        row.counted_at = now
        rows.append(row)
    changed = ["bytes_in", "bytes_kept", "kept_days", "counted_at"]
    MonthlyStorage.objects.bulk_create([row for row in rows if row.pk is None], batch_size=500)
    MonthlyStorage.objects.bulk_update([row for row in rows if row.pk], changed, batch_size=500)


def _weight(month: date | None) -> Weight:
    """Of what came in that month, of what is still there; of everything where there is none."""
    found: Weight = defaultdict(int)
    for kind, rows, path, moment in _sources():
        asked = rows
        if month:
            start, end = months.bounds(month)
            asked = rows.filter(**{f"{moment}__gte": start, f"{moment}__lt": end})
        known = asked.filter(**{f"{path}__isnull": False}).order_by()
        for institution, weight in known.values_list(path).annotate(Sum("size_bytes")):
            found[institution, kind] += weight or 0
    return found


def _sources() -> Iterator[tuple[str, QuerySet[Any], str, str]]:
    """What is of each kind, whose it is, and when it came in."""
    held = "recording__meeting__room__institution"
    ours = Track.objects.filter(recording__source=None)
    is_sound = Q(kind=Track.Kind.MICROPHONE)
    yield Kind.SOUND, ours.filter(is_sound), held, "recording__started_at"
    yield Kind.PICTURES, ours.exclude(is_sound), held, "recording__started_at"
    yield Kind.VIDEOS, Composition.objects.exclude(key=""), held, "finished_at"
    yield Kind.IMPORTS, Track.objects.exclude(recording__source=None), held, "recording__source__at"
    exports = PersonExport.objects.filter(state=PersonExport.State.DONE)
    yield Kind.EXPORTS, exports.exclude(request=None), "request__institution", "finished_at"
    yield Kind.EXPORTS, exports.filter(request=None), "user__institution", "finished_at"


def _kept_days(institutions: set[int]) -> dict[int, int]:
    """By policy; a purpose may say less. Some queries for each institution: a nightly task has the time."""
    rows = Institution.objects.filter(pk__in=institutions)
    return {institution.pk: rules_of_institution(institution).audio_retention_days for institution in rows}
