"""Taking one's agreement back once it was given: the answer is a row, and what was kept goes."""

from __future__ import annotations

import logging
from enum import StrEnum
from functools import partial

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts import audit
from meetings import events, signals, storage, storage_uploads
from meetings.applications import announce
from meetings.consents import Answer, newest_of, write_down
from meetings.models import Application, Consent, Meeting, Participation, Recording, Track
from meetings.nudges import nudge_erasing, nudge_withdrawing
from meetings.pictures import actions as pictures
from meetings.recordings import manifest

logger = logging.getLogger(__name__)


class Only(StrEnum):
    """What somebody takes back."""

    ALL = "all"
    WORDS = "words"
    PICTURE = "picture"


OVER = (Recording.Status.READY, Recording.Status.FAILED)  # before, its collector leaves out what was taken back


@transaction.atomic
def take_back(recording: Recording, participation: Participation, *, only: Only = Only.ALL, language: str) -> None:
    """During the meeting or after it. Nothing happens to what was not agreed to."""
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=recording.meeting_id)
    newest = newest_of(recording, participation)
    if newest is None or newest.choice == Consent.Choice.DECLINED:
        return
    kept = {Only.ALL: (False, False), Only.WORDS: (False, newest.picture), Only.PICTURE: (newest.transcript, False)}
    transcript, picture = kept[only]
    choice = Consent.Choice.DECLINED if only == Only.ALL else Consent.Choice.ACCEPTED
    answer = Answer(choice, transcript, picture, Consent.Way.PAGE, language)
    if answer.is_that_of(newest):
        return
    consent = write_down(recording, participation, answer)
    if only != Only.PICTURE:
        announce(Application.Event.RECORDING_ERASED, meeting, recording=recording.pk, what="person")
        signals.agreement_narrowed.send(sender=Recording, recording=recording, participation=participation)
    if meeting.ended_at is None and recording.status == Recording.Status.ACTIVE:
        events.publish(meeting, events.consent_given(consent))
    if only != Only.WORDS:
        transaction.on_commit(partial(erase_soon, recording))


def erase_soon(recording: Recording) -> None:
    """From the store, and from the disks that still hold something of it."""
    nudge_erasing(recording.pk)
    for node in recording.nodes():
        nudge_withdrawing(recording.pk, node)


def withdrawn_tracks() -> QuerySet[Track]:
    """Stored tracks of people who have taken their agreement back: of all, or of their pictures."""
    answers = Consent.objects.filter(recording=OuterRef("recording"), participation=OuterRef("participation"))
    declined = Consent.objects.filter(choice=Consent.Choice.DECLINED).values("participation")
    is_picture = ~Q(kind=Track.Kind.MICROPHONE)
    of_interest = is_picture | Q(participation__in=declined)
    tracks = Track.objects.filter(of_interest, erased_at=None, recording__status__in=OVER)
    newest = answers.order_by("-pk")
    asked = tracks.annotate(
        newest=Subquery(newest.values("choice")[:1]), newest_picture=Subquery(newest.values("picture")[:1])
    )
    return asked.filter(Q(newest=Consent.Choice.DECLINED) | (is_picture & Q(newest_picture=False)))


def erase_withdrawn(recording: Recording) -> int:
    """Erase them: objects first, so that a row is left for the next time. Returns how many.

    Raises storage.StorageUnavailable.
    """
    tracks = list(withdrawn_tracks().filter(recording=recording))
    if tracks:
        pictures.forget(recording, [track.pk for track in tracks])
    for track in tracks:
        storage.delete(track.key)
    if tracks:
        with transaction.atomic():
            Track.objects.filter(pk__in=[track.pk for track in tracks]).delete()
            audit.record("recording.tracks-erased", actor=audit.SYSTEM, target=recording, tracks=len(tracks))
        describe_again(recording)
    return len(tracks)


def erase_all_withdrawn() -> None:
    """What a lost nudge or an unreachable store left."""
    for recording in Recording.objects.filter(pk__in=withdrawn_tracks().values("recording")):
        try:
            erase_withdrawn(recording)
        except storage.StorageUnavailable:
            logger.warning("recording %s: not erased, the store is unavailable", recording.pk)


def describe_again(recording: Recording) -> None:
    """The manifest names what is there."""
    if recording.manifest_key:
        storage_uploads.put(recording.manifest_key, manifest.as_bytes(recording), content_type="application/json")
