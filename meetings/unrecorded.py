"""When people spoke who are not on the record: times alone, by voice activity. Not what, and not who.

Without the times, readers would take a silence for agreement. With a name, the record would hold how much and when
somebody spoke who has objected to being recorded: more than the minutes need (GDPR, art. 5.1.c).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from meetings.consents import newest_of
from meetings.models import Consent, Participation, Recording, UnrecordedSpeech

SAME_SPEECH_S = 2.0  # a pause for breath
SHORTEST_S = 1.0  # a cough, a chair


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds from the start of the recording."""

    start: float
    end: float


def note(participation_id: UUID, since: datetime, until: datetime) -> None:
    """Somebody has spoken: keep the part of it that is not on a record that was being made."""
    participation = Participation.objects.get(pk=participation_id)
    going_on = Q(stopped_at=None) | Q(stopped_at__gt=since)
    heard = Recording.objects.filter(going_on, meeting=participation.meeting_id, started_at__lt=until)
    recording = heard.order_by("started_at").last()
    if recording is None:
        return
    newest = newest_of(recording, participation)
    if newest and newest.choice == Consent.Choice.ACCEPTED:
        until = min(until, newest.at)
    begin, end = max(since, recording.started_at), min(until, recording.stopped_at or until)
    if begin < end:
        start = (begin - recording.started_at).total_seconds()
        length = (end - begin).total_seconds()
        UnrecordedSpeech.objects.create(recording=recording, start=start, end=start + length)


def speech_of(recording: Recording) -> list[Stretch]:
    """As it is shown: of whoever spoke, without breaths and coughs."""
    noted = recording.unrecorded_speech.order_by("start").values_list("start", "end")
    return [stretch for stretch in _joined(noted) if stretch.end - stretch.start >= SHORTEST_S]


def _joined(noted: Iterable[tuple[float, float]]) -> Iterator[Stretch]:
    current: Stretch | None = None
    for start, end in noted:
        if current and start - current.end < SAME_SPEECH_S:
            current = Stretch(current.start, max(current.end, end))
            continue
        if current:
            yield current
        current = Stretch(start, end)
    if current:
        yield current
