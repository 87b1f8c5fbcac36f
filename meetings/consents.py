"""What people answer to a recording: rows of a ledger, of which the newest of each person counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from django.db import transaction

from accounts import audit
from meetings import ceilings, events
from meetings.actions import present
from meetings.captions import lines
from meetings.errors import NotRecording
from meetings.models import Consent, Participation, Recording
from meetings.policy import Access

TEXT_VERSION = "2026-12"  # of the sentences around that of the purpose: `templates/meetings/_room_consent.html`


@dataclass(frozen=True, slots=True)
class Answer:
    """To the question of a recording: the sound, then what is answered apart, and how it was answered."""

    choice: str
    transcript: bool = False
    picture: bool = False
    way: str = Consent.Way.SCREEN
    language: str = ""

    def for_recording(self, recording: Recording) -> Answer:
        """Without what this recording does not keep, or goes without the sound."""
        accepted = self.choice == Consent.Choice.ACCEPTED
        pictures = recording.purpose is not None and recording.purpose.picture
        return replace(
            self,
            transcript=accepted and self.transcript and recording.for_minutes,
            picture=accepted and self.picture and pictures,
        )

    def is_that_of(self, consent: Consent) -> bool:
        return (consent.choice, consent.transcript, consent.picture) == (self.choice, self.transcript, self.picture)


@transaction.atomic
def answer_consent(participation_id: UUID, recording_id: UUID, answer: Answer | str) -> Consent:
    """Write down an answer to a recording that is going on in the person's meeting. Raises NotRecording, NotJoined."""
    participation, meeting = present(participation_id)
    recording = meeting.recordings.filter(pk=recording_id, status=Recording.Status.ACTIVE).first()
    if recording is None:
        raise NotRecording
    answer = (Answer(answer) if isinstance(answer, str) else answer).for_recording(recording)
    newest = newest_of(recording, participation)
    if newest and answer.is_that_of(newest):
        return newest
    consent = write_down(recording, participation, answer)
    events.publish(meeting, events.consent_given(consent))
    return consent


def newest_of(recording: Recording, participation: Participation) -> Consent | None:
    return recording.consents.filter(participation=participation).order_by("pk").last()


def write_down(recording: Recording, participation: Participation, answer: Answer) -> Consent:
    """One more row of the ledger, and of the trail. In the caller's transaction."""
    purpose = f"/{recording.purpose}" if recording.purpose else ""
    consent = Consent.objects.create(
        recording=recording,
        participation=participation,
        choice=answer.choice,
        transcript=answer.transcript,
        picture=answer.picture,
        way=answer.way,
        language=answer.language,
        text_version=f"{TEXT_VERSION}{purpose}",
    )
    if recording.for_minutes and not answer.transcript:  # their captions go too
        transaction.on_commit(partial(lines.forget, recording.meeting_id, str(participation.pk)))
    actor, verb = participation.user or audit.GUEST, f"consent.{answer.choice}"
    audit.record(verb, actor=actor, target=consent, transcript=answer.transcript, picture=answer.picture)
    return consent


def keeps_pictures(participation_id: UUID, recording_id: UUID | None) -> bool:
    """Whether what this person shows in that recording may be kept now."""
    newest = Consent.objects.filter(participation=participation_id, recording=recording_id).order_by("pk").last()
    return newest is not None and newest.picture


def is_on_record(participation_id: UUID) -> UUID | None:
    """The recording that this person has accepted, that is going on, and that the rules still allow, if any."""
    participation = Participation.objects.select_related("meeting__room__institution").get(pk=participation_id)
    recording = Recording.objects.filter(meeting=participation.meeting_id, status=Recording.Status.ACTIVE).first()
    if recording is None or ceilings.rules_of_room(participation.meeting.room).recording == Access.NEVER:
        return None
    if recording.current_choices().get(participation_id) == Consent.Choice.ACCEPTED:
        return recording.pk
    return None
