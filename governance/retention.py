"""Which recordings come to the end of one of their clocks: counted by date, or one by one when it is time.

The database does the counting: one query for each clock of each purpose of each institution, however many recordings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, TruncDate

from accounts.models import Institution
from governance.clocks import Dates, Days, Life, dates_of
from governance.erasure import holds
from governance.models import Erasure, Tombstone, What
from meetings import ceilings
from meetings.models import Purpose, Recording
from meetings.policy import Rules
from transcripts.models import ApprovedVersion, Transcription

ENDED = [Recording.Status.STOPPING, Recording.Status.READY, Recording.Status.FAILED]


@dataclass(frozen=True, slots=True)
class Tally:
    """So many recordings of an institution lose `what` in the night of `date`; `held` of them do not."""

    date: date
    institution: Institution
    what: What
    count: int
    held: int


def days_for(rules: Rules, purpose: Purpose | None) -> Days:
    sound = min(purpose.retention_days, rules.audio_retention_days) if purpose else rules.audio_retention_days
    return Days(sound, rules.transcript_retention_days, rules.minutes_retention_days)


def dates_for(recording: Recording) -> Dates:
    """What is left of it goes on these dates; None for what is gone, or never was. A few queries."""
    row = (
        _alive(Recording.objects.filter(pk=recording.pk)).values("base", "words", "approved", "transcript_gone").first()
    )
    if row is None:
        return Dates()
    days = days_for(ceilings.rules_of_institution(recording.meeting.room.institution), recording.purpose)
    dates = dates_of(Life(row["base"], row["words"], row["approved"]), days)
    sound = None if recording.sound_erased_at else dates.sound
    transcript = None if recording.words_erased_at or row["transcript_gone"] else dates.transcript
    return Dates(sound, transcript, dates.all, was_approved=row["approved"] is not None)


def tallies(institutions: Iterable[Institution], until: date) -> list[Tally]:
    """By date, then institution. What is late, such as what a hold has kept, counts for the day on which it was due."""
    found: list[Tally] = []
    held = holds.covered()
    for institution in institutions:
        for clock in clocks_of(institution):
            rows = clock.rows.annotate(day=F(clock.since)).values("day").order_by("day")
            counted = rows.filter(day__lte=until - timedelta(clock.days)).annotate(
                count=Count("pk", distinct=True), held=Count("pk", filter=Q(pk__in=held), distinct=True)
            )
            found += [
                Tally(row["day"] + timedelta(clock.days), institution, clock.what, row["count"], row["held"])
                for row in counted
            ]
    return sorted(_summed(found), key=lambda one: (one.date, str(one.institution), list(What).index(one.what)))


def _summed(tallies: Iterable[Tally]) -> list[Tally]:
    """Purposes with the same days are one line."""
    sums: dict[tuple[date, Institution, What], tuple[int, int]] = {}
    for one in tallies:
        key = (one.date, one.institution, one.what)
        count, held = sums.get(key, (0, 0))
        sums[key] = (count + one.count, held + one.held)
    return [Tally(*key, *counts) for key, counts in sums.items()]


def due(institution: Institution, day: date) -> Iterator[tuple[Recording, What, date]]:
    """What goes by the night of `day`, and is not asked for yet. Whatever goes with the rest is not named apart."""
    seen = set[Any]()
    for clock in sorted(clocks_of(institution), key=lambda one: one.what != What.ALL):
        asked = Erasure.objects.filter(recording=OuterRef("pk"), what__in=[clock.what, What.ALL]).exclude(
            state=Erasure.State.DONE
        )
        rows = clock.rows.filter(~Exists(asked), **{f"{clock.since}__lte": day - timedelta(clock.days)})
        for recording in rows.select_related("meeting__room__institution", "purpose").iterator():
            if recording.pk not in seen:
                since: date = getattr(recording, clock.since)
                yield recording, clock.what, since + timedelta(clock.days)
            if clock.what == What.ALL:
                seen.add(recording.pk)


@dataclass(frozen=True, slots=True)
class Clock:
    """Of some recordings, `what` goes `days` after the date in their column `since`."""

    what: What
    rows: QuerySet[Any]  # of recordings
    since: str
    days: int


def clocks_of(institution: Institution) -> list[Clock]:
    here = _alive(Recording.objects.filter(meeting__room__institution=institution))
    rules = ceilings.rules_of_institution(institution)
    purposes = here.order_by().values_list("purpose", flat=True).distinct()
    named = {purpose.pk: purpose for purpose in Purpose.objects.filter(pk__in=[pk for pk in purposes if pk])}
    return [
        clock
        for pk in purposes
        for clock in _clocks(here.filter(purpose=pk), days_for(rules, named[pk] if pk else None))
    ]


def _clocks(rows: QuerySet[Any], days: Days) -> list[Clock]:
    """As `clocks.dates_of`, from the other end."""
    with_words, without = rows.filter(words=True), rows.filter(words=False)
    approved, drafts = with_words.exclude(approved=None), with_words.filter(approved=None)
    last, rest = max(days.sound, days.transcript), max(days.transcript, days.minutes)
    return [
        Clock(What.ALL, without, "base", days.sound),
        Clock(What.ALL, drafts, "base", last),
        Clock(What.ALL, approved.annotate(latest=_later("base", days.sound - rest)), "latest", rest),
        Clock(What.TRANSCRIPT, drafts.filter(words_erased_at=None), "base", days.transcript),
        Clock(What.TRANSCRIPT, approved.filter(transcript_gone=False), "approved", days.transcript),
        Clock(What.SOUND, rows.filter(sound_erased_at=None), "base", days.sound),
    ]


def _later(column: str, days: int) -> Greatest:
    """Of a date so many days after that column, and of the approval."""
    shifted = Func(F(column), template=f"(%(expressions)s + ({days:d}))", output_field=DateField())
    return Greatest(shifted, F("approved"))


def _alive(recordings: QuerySet[Any]) -> QuerySet[Any]:
    """Those of which something is left, with `base`, `words`, `approved` and `transcript_gone`."""
    stones = Tombstone.objects.filter(recording=OuterRef("pk"))
    versions = ApprovedVersion.objects.filter(transcription__recording=OuterRef("pk")).order_by("-number")
    newest = recordings.filter(status__in=ENDED, meeting__ended_at__isnull=False).annotate(
        base=TruncDate(Greatest(Coalesce(F("meeting__ended_at"), F("stopped_at")), F("source__at"))),
        words=Exists(Transcription.objects.filter(recording=OuterRef("pk"))),
        approved_at=Subquery(versions.values("approved_at")[:1]),
    )
    alive: QuerySet[Any] = newest.filter(~Exists(stones.filter(what=What.ALL))).annotate(
        approved=TruncDate("approved_at"),
        transcript_gone=Exists(stones.filter(what=What.TRANSCRIPT, at__gte=OuterRef("approved_at"))),
    )
    return alive
