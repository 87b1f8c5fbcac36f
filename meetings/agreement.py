"""Who lets a recording keep what of them, and from when on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from meetings.janus import mjr
from meetings.models import Consent, Recording, Track

MICROPHONE = Track.Kind.MICROPHONE


class Recorded(Protocol):
    """A file that Janus wrote of somebody."""

    @property
    def path(self) -> Path: ...
    @property
    def participation_id(self) -> UUID: ...
    @property
    def keeps_pictures(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who lets a recording keep their voice, their words, their picture.

    Declining takes back what was kept until then, whatever is answered later.
    """

    accepted: frozenset[UUID]
    withdrawn_at: dict[UUID, datetime]
    words: frozenset[UUID] = frozenset()
    picture: frozenset[UUID] = frozenset()
    picture_refused_at: dict[UUID, datetime] = field(default_factory=dict)

    def covers(self, source: Recorded) -> bool:
        """Whether the sound of this file may be kept."""
        who = source.participation_id
        return who in self.accepted and (who not in self.withdrawn_at or _is_newer(source, self.withdrawn_at[who]))

    def covers_picture(self, source: Recorded) -> bool:
        """Whether the picture of this file may be kept. Never without the sound."""
        who = source.participation_id
        if who not in self.picture or not source.keeps_pictures or not self.covers(source):
            return False
        return who not in self.picture_refused_at or _is_newer(source, self.picture_refused_at[who])


def agreement_of(recording: Recording) -> Agreement:
    newest = recording.newest_consents().values_list("participation_id", "choice", "transcript", "picture")
    by_person = recording.consents.order_by().values_list("participation_id")
    refusals = by_person.annotate(
        withdrawn_at=Max("at", filter=Q(choice=Consent.Choice.DECLINED)),
        unseen_at=Max("at", filter=Q(picture=False)),
    )
    accepted = [row for row in newest if row[1] == Consent.Choice.ACCEPTED]
    return Agreement(
        frozenset(row[0] for row in accepted),
        {who: at for who, at, _unseen_at in refusals if at},
        words=frozenset(row[0] for row in accepted if row[2]),
        picture=frozenset(row[0] for row in accepted if row[3]),
        picture_refused_at={who: at for who, _withdrawn_at, at in refusals if at},
    )


def agreed_tracks(recording: Recording) -> QuerySet[Track]:
    """Those that may be listened to: what somebody took back is no longer there, even before it is erased."""
    return _there(recording).filter(kind=MICROPHONE, participation__in=agreement_of(recording).accepted)


def agreed_pictures(recording: Recording) -> QuerySet[Track]:
    """Those that may be seen."""
    return _there(recording).exclude(kind=MICROPHONE).filter(participation__in=agreement_of(recording).picture)


def transcribable_tracks(recording: Recording) -> QuerySet[Track]:
    """Those whose words may be written: a voice may be kept without."""
    return _there(recording).filter(kind=MICROPHONE, participation__in=agreement_of(recording).words)


def _there(recording: Recording) -> QuerySet[Track]:
    return recording.tracks.filter(erased_at=None)


def _is_newer(source: Recorded, moment: datetime) -> bool:
    """Whether the file was begun after `moment`. One that can't tell is not kept."""
    try:
        with source.path.open("rb") as recorded:
            return mjr.read_header(recorded).first_frame_us / 1_000_000 >= moment.timestamp()
    except mjr.NotARecording:
        return False
