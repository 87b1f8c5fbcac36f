"""What goes of a recording at the end of each of its clocks."""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from governance.erasure import holds, objects, tombstones
from governance.erasure.errors import Held, NotOver
from governance.erasure.names import make_all_nameless
from governance.erasure.proofs import Proof
from governance.models import Erasure, What
from meetings.applications import announce
from meetings.models import Application, Composition, Recording, RecordingPart, Track, TrackLevels
from meetings.recordings.withdrawing import tell_nodes
from transcripts import erasing
from transcripts.models import ApprovedVersion, Import, Transcription

Counts = Counter[str]
SOUND_TOO = (What.SOUND, What.ALL)


def carry_out(erasure: Erasure, *, despite_holds: bool) -> Proof:
    """Raises Held, NotOver, StorageUnavailable."""
    recording = Recording.objects.select_related("meeting__room__institution").get(erasures=erasure)
    if not despite_holds and holds.is_held(recording):
        raise Held
    if erasure.what in SOUND_TOO:
        _hide(recording)
        objects.erase(erasure, _places(recording), _sums(recording))
    with transaction.atomic():
        counts = {
            What.SOUND: _sound_rows,
            What.TRANSCRIPT: _transcript_rows,
            What.ALL: _all_rows,
        }[What(erasure.what)](recording)
        tombstones.note(erasure, counts)
        rows = sum(counts.values())
        audit.record("recording.erased", actor=audit.SYSTEM, target=recording, what=erasure.what, rows=rows)
        announce(Application.Event.RECORDING_ERASED, recording.meeting, recording=recording.pk, what=erasure.what)
    return tombstones.proof_of(erasure)


def _places(recording: Recording) -> list[str]:
    """Everything that was ever stored of it: tracks, videos, manifest; of an import, what was uploaded too."""
    imported = Import.objects.filter(recording=recording).values_list("pk", flat=True)
    return [f"recordings/{recording.pk}/", *(f"imports/{pk}/" for pk in imported)]


def _sums(recording: Recording) -> dict[str, str]:
    tracks = dict(recording.tracks.values_list("key", "sha256"))
    return tracks | dict(recording.compositions.exclude(key="").values_list("key", "sha256"))


@transaction.atomic
def _hide(recording: Recording) -> None:
    """From now on nobody hears it, and nobody stores anything more of it. Raises NotOver."""
    locked = Recording.objects.select_for_update(no_key=True).get(pk=recording.pk)
    if locked.status == Recording.Status.ACTIVE:
        raise NotOver
    now = timezone.now()
    if locked.status == Recording.Status.STOPPING:  # files on the disks of nodes are nobody's then: `delete_orphans`
        nodes = locked.nodes()
        locked.parts.filter(state=RecordingPart.State.PENDING).update(state=RecordingPart.State.LOST)
        locked.status, locked.failure = Recording.Status.FAILED, "erased"
        transaction.on_commit(lambda: tell_nodes(nodes))
    locked.sound_erased_at = locked.sound_erased_at or now
    locked.save(update_fields=["status", "failure", "sound_erased_at"])
    locked.tracks.filter(erased_at=None).update(erased_at=now)
    locked.compositions.update(state=Composition.State.CANCELLED, lease_owner="", lease_until=None)
    erasing.stop_work(locked)


def _sound_rows(recording: Recording) -> Counts:
    counts: Counts = Counter()
    tracks = Track.objects.filter(recording=recording)
    counts["tracks"] = tracks.exclude(heard={}).update(heard={})
    counts["levels"], _ = TrackLevels.objects.filter(track__in=tracks).delete()
    counts["videos"], _ = recording.compositions.all().delete()
    Recording.objects.filter(pk=recording.pk).update(manifest_key="")
    return +counts


def _transcript_rows(recording: Recording) -> Counts:
    counts = erasing.erase_transcript(recording)
    if not ApprovedVersion.objects.filter(transcription__recording=recording).exists():
        _forget_words(recording)
    return counts


def _all_rows(recording: Recording) -> Counts:
    counts = _sound_rows(recording) + erasing.erase_minutes(recording)
    counts["silences"], _ = recording.unrecorded_speech.all().delete()
    counts["shares"], _ = recording.shares.all().delete()
    counts["tracks"], _ = recording.tracks.all().delete()
    _forget_words(recording)
    blank = {"file_name": "", "title": "", "names": [], "cues": [], "upload_id": "", "state": Import.State.ERASED}
    counts["imports"] = Import.objects.filter(recording=recording).exclude(state=Import.State.ERASED).update(**blank)
    others = recording.meeting.recordings.exclude(pk=recording.pk).filter(words_erased_at=None)
    if not others.exists():
        counts["attendance"] = make_all_nameless(recording.meeting)
    return +counts


def _forget_words(recording: Recording) -> None:
    Recording.objects.filter(pk=recording.pk, words_erased_at=None).update(words_erased_at=timezone.now())


def remains(recording: Recording, what: str) -> bool:
    """Of what was erased before: a backup may have brought it back."""
    sound = recording.sound_erased_at is None or recording.tracks.filter(erased_at=None).exists()
    if what == What.SOUND:
        return sound or recording.compositions.exists()
    transcription = Transcription.objects.filter(recording=recording).first()
    if what == What.ALL:
        return sound or transcription is not None or recording.words_erased_at is None or recording.tracks.exists()
    if transcription is None:
        return False
    left = (
        Q(edits__isnull=False) | Q(recognised_lines__isnull=False) | Q(comments__isnull=False) | Q(steps__isnull=False)
    )
    if not transcription.versions.exists():
        left |= Q(segments__isnull=False)
    return Transcription.objects.filter(left, pk=transcription.pk).exists()
