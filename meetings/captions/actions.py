"""Who reads captions, and who does not want to be captioned. Words are in no table: see `lines`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from meetings import actions, ceilings, events, policy
from meetings.captions import lines
from meetings.models import Consent, Meeting, Participation, Recording, Room


@transaction.atomic
def want(participation_id: UUID, *, on: bool) -> UUID:
    """Read captions, or no longer; returns the meeting. Raises NotJoined."""
    participation, meeting = actions.present(participation_id)
    Participation.objects.filter(pk=participation.pk).update(reads_captions=on)
    return meeting.pk


@transaction.atomic
def may_caption(participation_id: UUID, *, allowed: bool) -> None:
    """Whether others may read what this person says; told to everybody. Who objects is in what was kept no more.

    Raises NotJoined.
    """
    participation, meeting = actions.present(participation_id)
    if participation.captionable == allowed:
        return
    participation.captionable = allowed
    participation.save(update_fields=["captionable"])
    events.publish(meeting, events.participant_changed(participation))
    if not allowed:
        transaction.on_commit(partial(lines.forget, meeting.pk, str(participation.pk)))


@transaction.atomic
def speak(participation_id: UUID, language: str) -> None:
    """From now on this person is captioned in it. Raises NotJoined."""
    participation, meeting = actions.present(participation_id)
    if participation.speaks != language:
        participation.speaks = language
        participation.save(update_fields=["speaks"])
        events.publish(meeting, events.participant_changed(participation))


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody whose words may be shown, by one of their connections."""

    participation_id: UUID
    connection: int
    name: str
    language: str = ""  # that of the installation
    is_on: bool = True  # their microphone


@dataclass(frozen=True, slots=True)
class Captioned:
    """A meeting in which somebody reads captions."""

    meeting_id: UUID
    room_id: UUID
    voices: tuple[Voice, ...]


def captioned_on(node: str, most: int) -> tuple[list[Captioned], list[UUID]]:
    """The meetings of a media node that get captions: at most so many, the oldest first; and the rooms that get none
    for want of machines. Where rules forbid captions there are none, whatever somebody has asked for before.
    """
    present = Participation.objects.filter(meeting=OuterRef("pk"), left_at=None, reads_captions=True)
    meetings = Meeting.objects.filter(Exists(present), node=node, ended_at=None).select_related("room__institution")
    order = (F("room__institution__policy__captions_first").desc(nulls_last=True), "started_at")
    rules = _Rules()
    allowed = [each for each in meetings.order_by(*order) if rules.allow(each.room)]
    voices = _voices([each.pk for each in allowed[:most]])
    chosen = [Captioned(each.pk, each.room_id, tuple(voices[each.pk])) for each in allowed[:most]]
    return chosen, [each.room_id for each in allowed[most:]]


class _Rules:
    """Asked once for each institution: a node has many meetings of few."""

    def __init__(self) -> None:
        self._known: dict[int, policy.Rules] = {}

    def allow(self, room: Room) -> bool:
        if room.institution_id not in self._known:
            self._known[room.institution_id] = ceilings.rules_of_institution(room.institution)
        return ceilings.of_room(self._known[room.institution_id], room).captions


_OF_A_VOICE = ("pk", "connection", "display_name", "speaks", "microphone")


def _voices(meeting_ids: list[UUID]) -> defaultdict[UUID, list[Voice]]:
    """By meeting, in two queries: they are asked each second, for all meetings of a node."""
    silent = _off_the_record(meeting_ids)
    found: defaultdict[UUID, list[Voice]] = defaultdict(list)
    rows = _captionable(meeting_ids).order_by("joined_at").values_list("meeting_id", *_OF_A_VOICE)
    for meeting_id, *row in rows:
        voice = Voice(*row)
        if voice.participation_id not in silent:
            found[meeting_id].append(voice)
    return found


def _captionable(meeting_ids: list[UUID]) -> QuerySet[Participation]:
    """Of those who are there, without who objects, and without those whom an organiser has silenced."""
    there = Participation.objects.filter(meeting__in=meeting_ids, left_at=None, captionable=True)
    return there.exclude(held__contains=["microphone"])


def may_be_read(meeting_id: UUID, participation_id: UUID) -> bool:
    """Now: between two looks at who is captioned, somebody may object, or agree to less."""
    meeting = Meeting.objects.filter(pk=meeting_id, ended_at=None).first()
    if meeting is None or not meeting.participations.filter(pk=participation_id, captionable=True).exists():
        return False
    return participation_id not in _off_the_record([meeting_id])


def _off_the_record(meeting_ids: list[UUID]) -> set[UUID]:
    """Where nothing is recorded, nobody. Who has not answered yet has not agreed."""
    found: set[UUID] = set()
    for recording in Recording.objects.filter(meeting__in=meeting_ids, status=Recording.Status.ACTIVE):
        if recording.for_minutes:
            found |= _everybody(recording) - _agreed(recording)
    return found


def _everybody(recording: Recording) -> set[UUID]:
    return set(Participation.objects.filter(meeting=recording.meeting_id).values_list("pk", flat=True))


def _agreed(recording: Recording) -> set[UUID]:
    """To the transcription, by their newest answer."""
    return {
        answer.participation_id
        for answer in recording.newest_consents()
        if answer.choice == Consent.Choice.ACCEPTED and answer.transcript
    }
