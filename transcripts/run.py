"""Make the minutes of one recording: object store → pipeline → rows. Takes hours, so holds no transaction.

Killed anywhere, it goes on from the last track that was finished: see `jobs`.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import UUID

from meetings import storage
from meetings.models import Consent, Recording, Track
from transcripts import actions, jobs
from transcripts.errors import INTERNAL, LeaseLost, TrackChanged
from transcripts.jobs import Lease
from transcripts.lines import attribute
from transcripts.models import Transcription
from transcripts.pipeline import models as model_folders
from transcripts.pipeline.errors import SpeechError
from transcripts.pipeline.speech import Utterance
from transcripts.pipeline.timeline import merge_tracks
from transcripts.pipeline.track import Models, TrackSpeech, transcribe_track
from transcripts.scratch import scratch_folder

logger = logging.getLogger(__name__)

TELL_EVERY_S = 1.0
Fetch = Callable[[str, Path], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """What the work needs from outside. `fetch` brings an object of the store to a file."""

    models: Models
    card: Callable[[], model_folders.ModelCard]
    scratch: Path
    fetch: Fetch = storage.get_to_file


def run_transcription(transcription_id: UUID, tools: Tools) -> None:
    """Do the work, if it is to be done and nobody does it. Whatever goes wrong ends in the row."""
    lease = jobs.claim(transcription_id)
    if lease is None:
        return
    with suppress(LeaseLost):
        try:
            _work(lease, tools)
        except LeaseLost:
            logger.warning("transcription %s: lease lost, attempt %s ends", transcription_id, lease.attempt)
        except (SpeechError, TrackChanged) as error:
            logger.error("transcription %s failed: %s", transcription_id, error.code)
            actions.fail(lease, error.code)
        except Exception as error:  # noqa: BLE001  (told below: messages may hold rows, so words that were said)
            frames = "".join(traceback.format_tb(error.__traceback__))
            logger.error("transcription %s: %s in\n%s", transcription_id, type(error).__name__, frames)
            actions.give_back(lease, INTERNAL)


def _work(lease: Lease, tools: Tools) -> None:
    transcription = Transcription.objects.select_related("recording").get(pk=lease.transcription_id)
    tracks = agreed_tracks(transcription.recording)
    heard = {words.track_id: TrackSpeech.from_json(words.speech) for words in transcription.track_words.all()}
    card = tools.card()
    actions.begin_tracks(lease, total=len(tracks), done=len(heard), model_name=card.name, model_card=asdict(card))
    with jobs.keep_alive(lease) as lost:
        teller = Teller(lease, transcription.recording_id, tracks, lost)
        for track in tracks:
            if track.pk not in heard:
                heard[track.pk] = _hear(track, tools, teller)
                actions.store_track(lease, track, heard[track.pk].to_json())
            teller.finish(track)
        actions.store_minutes(lease, attribute(_merge(tracks, heard), tracks))


def agreed_tracks(recording: Recording) -> list[Track]:
    """In a fixed order. What a person has not agreed to, or no longer agrees to, is not listened to."""
    accepted = [pk for pk, choice in recording.current_choices().items() if choice == Consent.Choice.ACCEPTED]
    tracks = recording.tracks.filter(participation__in=accepted)
    return list(tracks.select_related("participation").order_by("start", "pk"))


def _hear(track: Track, tools: Tools, teller: Teller) -> TrackSpeech:
    with scratch_folder(tools.scratch, teller.lease) as folder:
        path = folder / "track.opus"
        tools.fetch(track.key, path)
        _check_sum(track, path)
        return transcribe_track(
            path,
            shared_microphone=track.shared_microphone,
            models=tools.models,
            progress=lambda share: teller.tell(track, share),
        )


def _check_sum(track: Track, path: Path) -> None:
    """Raises TrackChanged."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != track.sha256:
            raise TrackChanged


def _merge(tracks: Sequence[Track], heard: dict[UUID, TrackSpeech]) -> list[Utterance]:
    return merge_tracks(
        {str(track.pk): heard[track.pk].words for track in tracks},
        {str(track.pk): track.start for track in tracks},
    )


@dataclass(slots=True)
class Teller:
    """Tells how far the work is, about once a second, and ends it when it is no longer ours."""

    lease: Lease
    recording_id: UUID
    tracks: Sequence[Track]
    lost: threading.Event
    done_s: float = 0.0
    told_at: float = field(default=-TELL_EVERY_S)

    def tell(self, track: Track, share: float) -> None:
        """`share` of this track is done. Raises LeaseLost."""
        if self.lost.is_set():
            raise LeaseLost
        if time.monotonic() - self.told_at >= TELL_EVERY_S:
            self.told_at = time.monotonic()
            total_s = sum(each.duration for each in self.tracks) or 1.0
            actions.note_progress(self.lease, self.recording_id, (self.done_s + share * track.duration) / total_s)

    def finish(self, track: Track) -> None:
        self.done_s += track.duration
