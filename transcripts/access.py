"""From rows to standings: who somebody is before the minutes of one meeting."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q
from django.shortcuts import get_object_or_404

from accounts.models import User
from meetings import ceilings
from meetings.policy import Readers
from transcripts.models import Transcription
from transcripts.policy import Stage, Standing, Verb, allowed_to


def standing_of(user: User, transcription: Transcription) -> Standing:
    """Two queries at most. Who may read by this is who finds the row by `visible_to`."""
    recording = transcription.recording
    meeting = recording.meeting
    found = Transcription.objects.filter(pk=transcription.pk).annotate(
        was_there=Exists(meeting.participations.filter(user=user)),
        is_shared=Exists(recording.shares.current().filter(_is_for(user))),
        reviews=Exists(transcription.reviewers.filter(user=user)),
    )
    flags = found.values_list("was_there", "is_shared", "reviews").first()
    was_there, shared, reviews = flags or (False, False, False)
    return Standing(
        organises=ceilings.organises(meeting.room, user),
        took_part=was_there and recording.readers == Readers.PARTICIPANTS,
        shared=shared,
        same_institution=user.institution_id == meeting.room.institution_id,
        reviews=reviews,
    )


def _is_for(user: User) -> Q:
    named = Q(user=user)
    return named | Q(institution=user.institution_id) if user.institution_id else named


def verbs_of(user: User, transcription: Transcription) -> frozenset[Verb]:
    return allowed_to(standing_of(user, transcription), Stage(transcription.stage))


def who_may_review(transcription: Transcription) -> list[User]:
    """Those who may read, by their own name, and have an account: nobody is shown minutes by being asked to review."""
    recording = transcription.recording
    room = recording.meeting.room
    named = Q(pk__in=recording.shares.current().exclude(user=None).values("user"))
    organising = Q(pk=room.organiser_id) | Q(pk__in=room.room_organisers.values("user"))
    readers = named | (organising & Q(institution=room.institution_id))
    if recording.readers == Readers.PARTICIPANTS:
        readers |= Q(pk__in=recording.meeting.participations.exclude(user=None).values("user"))
    return list(User.objects.filter(readers, is_active=True).order_by("usual_name", "given_name", "pk"))


def finished(user: User | AnonymousUser, recording_id: UUID) -> Transcription:
    """Of minutes that are there, and that `user` may read. Raises Http404."""
    rows = Transcription.objects.visible_to(user).readable().select_related("recording__meeting__room")
    return get_object_or_404(rows, recording=recording_id)
