"""Sharing minutes and taking it back. Each asks the policy of minutes, and the institution's rules as they are now.

All raise NotShared. What is taken back is so once the transaction commits: `visible_to` asks the rows each time.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit, roles
from accounts.models import Institution, User
from meetings import ceilings
from meetings.models import Recording, RecordingShare
from meetings.policy import Readers, Rules, may_be_shared_with
from transcripts import events
from transcripts.access import standing_of
from transcripts.models import Notice, Transcription
from transcripts.policy import Stage, Verb, decide
from transcripts.sharing import notices
from transcripts.sharing.errors import NotShared

LONGEST = {"7": 7, "30": 30, "90": 90, "365": 365}  # days that the page offers
MOST_SHARES = 200  # with more, it is a group's: its institution


def people_known(transcription: Transcription, actor: User) -> Q:
    """Whom `actor` may name: colleagues, and who was in a meeting of this room. Elsewhere an address proves nobody."""
    room = transcription.recording.meeting.room
    met = Q(participations__meeting__room=room)
    return (Q(institution=actor.institution_id) | met) if actor.institution_id else met


def institutions_known(transcription: Transcription) -> list[Institution]:
    """The organisers' own, and those whose agents were in the meeting."""
    meeting = transcription.recording.meeting
    there = Q(users__participations__meeting=meeting)
    found = Institution.objects.filter(there | Q(pk=meeting.room.institution_id)).distinct()
    return sorted(found, key=lambda one: (one.pk != meeting.room.institution_id, str(one)))


@transaction.atomic
def share_with_person(transcription: Transcription, address: str, days: str, *, actor: User) -> RecordingShare:
    recording, rules = _begin(transcription, actor)
    people = User.objects.filter(people_known(transcription, actor), email__iexact=address.strip(), is_active=True)
    found = list(people.distinct()[:2])
    if len(found) != 1:
        raise NotShared("nobody-known")
    [user] = found
    _require(rules, own=user.institution_id == recording.meeting.room.institution_id)
    share = _write(recording, actor, days, user=user)
    notices.write(transcription, Notice.Kind.SHARED, [user], by=actor)
    return share


@transaction.atomic
def share_with_institution(transcription: Transcription, identifier: str, days: str, *, actor: User) -> RecordingShare:
    recording, rules = _begin(transcription, actor)
    found = [one for one in institutions_known(transcription) if str(one.pk) == identifier]
    if not found:
        raise NotShared("nobody-known")
    _require(rules, own=found[0].pk == recording.meeting.room.institution_id)
    return _write(recording, actor, days, institution=found[0])


@transaction.atomic
def share_by_link(transcription: Transcription, days: str, *, actor: User) -> RecordingShare:
    recording, rules = _begin(transcription, actor)
    if not rules.reading_links:
        raise NotShared("links-closed")
    return _write(recording, actor, days if days in LONGEST else "7", nonce=uuid.uuid4())


@transaction.atomic
def unshare(transcription: Transcription, share_id: UUID, *, actor: User) -> None:
    """Twice is once."""
    recording, _ = _begin(transcription, actor)
    share = recording.shares.filter(pk=share_id).first()
    if share is None:
        raise NotShared("nobody-known")
    _end(recording, share, actor)


@transaction.atomic
def end_as_administrator(share: RecordingShare, *, actor: User) -> None:
    """Twice is once. Raises NotShared."""
    rows = Recording.objects.select_for_update(of=("self",)).select_related("meeting__room")
    recording = rows.get(pk=share.recording_id)
    if not roles.holds(actor, "meetings.operate_recordingshare", recording.meeting.room.institution_id):
        raise NotShared("organisers-only")
    _end(recording, share, actor, as_administrator=True)


def _end(recording: Recording, share: RecordingShare, actor: User, *, as_administrator: bool = False) -> None:
    if recording.shares.filter(pk=share.pk, revoked_at=None).update(revoked_at=timezone.now()):
        kind = kind_of(share)
        audit.record("minutes.unshared", actor=actor, target=share, kind=kind, as_administrator=as_administrator)
        events.publish(recording.pk)  # sockets ask again, and close


@transaction.atomic
def set_readers(transcription: Transcription, readers: str, *, actor: User) -> None:
    """Participants read them, or organisers alone; never more than the rules say."""
    recording, rules = _begin(transcription, actor)
    if readers not in set(Readers) or (readers == Readers.PARTICIPANTS and rules.readers == Readers.ORGANISERS):
        raise NotShared("readers-closed")
    if Recording.objects.filter(pk=recording.pk).exclude(readers=readers).update(readers=readers):
        audit.record("minutes.readers-changed", actor=actor, target=recording, readers=readers)
        events.publish(recording.pk)


def kind_of(share: RecordingShare) -> str:
    return "person" if share.user_id else "institution" if share.institution_id else "link"


def _begin(transcription: Transcription, actor: User) -> tuple[Recording, Rules]:
    """Whoever changes who reads a recording holds its lock."""
    decision = decide(standing_of(actor, transcription), Stage(transcription.stage), Verb.SHARE)
    if not decision.allowed:
        raise NotShared(decision.reason)
    rows = Recording.objects.select_for_update(of=("self",)).select_related("meeting__room__institution")
    recording = rows.get(pk=transcription.recording_id)
    return recording, ceilings.rules_of_room(recording.meeting.room)


def _require(rules: Rules, *, own: bool) -> None:
    decision = may_be_shared_with(rules, own_institution=own)
    if not decision.allowed:
        raise NotShared(decision.reason)


def _write(
    recording: Recording,
    actor: User,
    days: str,
    *,
    user: User | None = None,
    institution: Institution | None = None,
    nonce: UUID | None = None,
) -> RecordingShare:
    """In place of what was shared with the same before: the newest end counts."""
    now = timezone.now()
    same = recording.shares.filter(revoked_at=None, user=user, institution=institution, nonce=nonce)
    same.update(revoked_at=now)
    if recording.shares.current().count() >= MOST_SHARES:
        raise NotShared("too-many")
    ends = now + timedelta(days=LONGEST[days]) if days in LONGEST else None
    share = RecordingShare.objects.create(
        recording=recording, user=user, institution=institution, nonce=nonce, by=actor, expires_at=ends
    )
    audit.record("minutes.shared", actor=actor, target=share, kind=kind_of(share), days=LONGEST.get(days))
    return share
