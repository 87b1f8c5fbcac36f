"""What goes of a person: voice, words, name, wherever they are; and the account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from governance.erasure import account, holds, objects, seals, tombstones
from governance.erasure.errors import Held
from governance.erasure.names import is_nameless, make_nameless
from governance.erasure.proofs import Proof
from governance.erasure.subjects import Subject
from governance.models import Access, Erasure, Mode
from meetings import ceilings, consents, events
from meetings import erasure as taking_back
from meetings.applications import announce
from meetings.captions import lines as captions
from meetings.models import Application, ChatMessage, Consent, Invitation, Knock, Participation, Recording, Track
from meetings.pictures import actions as pictures
from meetings.policy import ErasedWords
from transcripts import erasing, forgetting
from transcripts.models import Import, Segment, Transcription
from transcripts.policy import Stage

Counts = Counter[str]


def carry_out(erasure: Erasure, *, despite_holds: bool) -> Proof:
    """Raises Held where the person is held; what is held of a meeting alone stays, and the rest goes.

    Raises StorageUnavailable.
    """
    subject = Subject.from_json(erasure.subject).grown()
    Erasure.objects.filter(pk=erasure.pk).update(subject=subject.to_json())
    if not despite_holds and holds.on_person(subject.users).exists():
        raise Held
    held = set() if despite_holds else holds.held_meetings(subject.participations) | seals.held_meetings(subject.users)
    there = list(
        Participation.objects.filter(pk__in=subject.participations)
        .exclude(meeting__in=held)
        .select_related("meeting__room__institution", "user", "invitation")
    )
    _erase_sound(erasure, there)
    with transaction.atomic():
        counts = _erase_rows(erasure, subject, there, is_whole=not held)
        tombstones.note(erasure, counts, subject.to_json())
    recordings = Recording.objects.filter(meeting__in=held)
    return tombstones.proof_of(erasure, recordings.values_list("pk", flat=True))


def _erase_sound(erasure: Erasure, there: Collection[Participation]) -> None:
    """They agree to nothing any more: nobody stores more of them meanwhile. Then what is stored goes."""
    recordings = [(recording, one) for one in there for recording in one.meeting.recordings.all()]
    for recording, participation in recordings:
        _take_back(recording, participation)
    tracks = list(Track.objects.filter(participation__in=there))
    Track.objects.filter(pk__in=[track.pk for track in tracks], erased_at=None).update(erased_at=timezone.now())
    for recording in {track.recording_id: track.recording for track in tracks}.values():
        pictures.forget(recording, [track.pk for track in tracks if track.recording_id == recording.pk])
    objects.erase(erasure, [track.key for track in tracks], {track.key: track.sha256 for track in tracks})
    for recording in {track.recording_id: track.recording for track in tracks}.values():
        taking_back.describe_again(recording)


@transaction.atomic
def _take_back(recording: Recording, participation: Participation) -> None:
    newest = consents.newest_of(recording, participation)
    if newest is None or newest.choice == Consent.Choice.DECLINED:
        return
    answer = consents.Answer(Consent.Choice.DECLINED, way=Consent.Way.ERASURE)
    consent = consents.write_down(recording, participation, answer)
    if recording.status == Recording.Status.ACTIVE:
        events.publish(recording.meeting, events.consent_given(consent))
    transaction.on_commit(lambda: taking_back.erase_soon(recording))


def _erase_rows(erasure: Erasure, subject: Subject, there: Collection[Participation], *, is_whole: bool) -> Counts:
    names = names_of(subject)
    counts: Counts = Counter()
    for participation in there:
        counts += _erase_participation(erasure, participation, names)
    counts += _erase_lines(subject)
    counts["accesses"] = _forget_in_accesses({one.meeting_id for one in there}, names)
    if is_whole:
        counts += account.erase(subject, names)
    return counts


def names_of(subject: Subject) -> frozenset[str]:
    """By which they are known; those of rows that are nameless already are nobody's."""
    rows = Participation.objects.filter(pk__in=subject.participations)
    names = {row.display_name for row in rows if not is_nameless(row)}
    names |= set(Invitation.objects.filter(pk__in=subject.invitations).exclude(name="").values_list("name", flat=True))
    people = User.objects.filter(pk__in=subject.users)
    return frozenset(names | {user.get_full_name() for user in people if not account.is_erased(user)})


def _erase_participation(erasure: Erasure, participation: Participation, names: frozenset[str]) -> Counts:
    counts: Counts = Counter()
    name = make_nameless(participation)
    counts["participations"] += not is_nameless(participation)
    for recording in participation.meeting.recordings.all():
        counts += _erase_words(erasure, recording, participation, name, names)
    counts["chat"], _ = ChatMessage.objects.filter(participation=participation).delete()
    captions.forget(participation.meeting_id, str(participation.pk))
    key = participation.guest_key
    counts["knocks"], _ = Knock.objects.filter(guest_key=key).exclude(guest_key="").delete()
    return +counts


def _erase_words(
    erasure: Erasure, recording: Recording, participation: Participation, name: str, names: frozenset[str]
) -> Counts:
    counts: Counts = Counter()
    transcription = erasing.lock(recording)
    tracks = Track.objects.filter(recording=recording, participation=participation)
    counts["tracks"] = tracks.count()
    if transcription is not None and _stays_nameless(erasure, transcription):
        counts += erasing.make_nameless(transcription, participation.pk, name)
        tracks.update(heard={})
    else:
        if transcription is not None:
            counts["lines"] = transcription.segments.filter(participation=participation).count()
            forgetting.forget(recording, participation)
        tracks.delete()
    if transcription is not None:
        counts += erasing.erase_name(transcription, names)
        _forget_hints(transcription, names)
    _forget_in_imports(recording, names)
    if +counts:
        announce(Application.Event.RECORDING_ERASED, participation.meeting, recording=recording.pk, what="person")
    return counts


def _stays_nameless(erasure: Erasure, transcription: Transcription) -> bool:
    """What was approved stays, without its speaker, where the institution has chosen so."""
    if transcription.stage != Stage.APPROVED or erasure.mode == Mode.NOTHING:
        return False
    rules = ceilings.rules_of_room(transcription.recording.meeting.room)
    return rules.erased_words == ErasedWords.NAMELESS


def _forget_hints(transcription: Transcription, names: Collection[str]) -> None:
    """A job that goes on tells the recogniser names that are likely to be said."""
    known = {name.lower() for name in names}
    told = transcription.parameters.get("hints", {})
    stay = {kind: [one for one in terms if one.lower() not in known] for kind, terms in told.items()}
    if stay != told:
        parameters = transcription.parameters | {"hints": stay}
        Transcription.objects.filter(pk=transcription.pk).update(parameters=parameters)


def _forget_in_imports(recording: Recording, names: Collection[str]) -> None:
    lowered = {name.lower() for name in names}
    for source in Import.objects.filter(recording=recording):
        source.names = [name for name in source.names if name.lower() not in lowered]
        source.cues = [cue for cue in source.cues if str(cue[2]).lower() not in lowered]
        source.save(update_fields=["names", "cues"])


def _forget_in_accesses(meetings: Collection[UUID], names: Collection[str]) -> int:
    """What officers typed besides their reason, where it names them; the reason stays."""
    naming = Q()
    for name in names:
        naming |= Q(words__icontains=name)
    return Access.objects.filter(naming, meeting__in=meetings).update(words="") if names else 0


def _erase_lines(subject: Subject) -> Counts:
    """Those that they said at another's microphone; and the name that somebody gave them there."""
    counts: Counts = Counter()
    lines = Segment.objects.filter(pk__in=subject.lines)
    by_minutes: dict[UUID, list[tuple[int, str]]] = {}
    for minutes, line, name in lines.order_by().values_list("transcription", "pk", "speaker_name"):
        by_minutes.setdefault(minutes, []).append((line, name))
    for minutes, said in by_minutes.items():
        transcription = Transcription.objects.select_for_update().get(pk=minutes)
        given = {
            name for line, name in said if lines.filter(pk=line, assurance__in=["attributed", "imported"]).exists()
        }
        counts += erasing.erase_lines(transcription, [line for line, _ in said])
        _forget_in_imports(transcription.recording, given)
        audit.record("minutes.lines-erased", actor=audit.SYSTEM, target=transcription, lines=len(said))
    return counts


def remains(subject: Subject) -> bool:
    """Of somebody who was erased before: a backup may have brought them back."""
    there = Participation.objects.filter(pk__in=subject.participations)
    if any(not is_nameless(one) for one in there) or Invitation.objects.filter(pk__in=subject.invitations).exists():
        return True
    if Track.objects.filter(participation__in=there, erased_at=None).exists():
        return True
    if Segment.objects.filter(pk__in=subject.lines).exists():
        return True
    return any(not account.is_erased(user) for user in User.objects.filter(pk__in=subject.users))
