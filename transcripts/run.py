"""The work of a speech worker: steps of jobs, one after the other. Takes minutes each, so holds no transaction.

Killed anywhere, another worker repeats one step at most: see `jobs`, `turns`.
"""

from __future__ import annotations

import hashlib
import logging
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from meetings import storage
from meetings.agreement import transcribable_tracks
from meetings.models import Track
from transcripts import actions, jobs, steps
from transcripts.errors import INTERNAL, LeaseLost, TrackChanged
from transcripts.jobs import Lease
from transcripts.joining import join
from transcripts.models import Step
from transcripts.parameters import Parameters, chunk_key, plan_key
from transcripts.pipeline.audio import Waveform, decode
from transcripts.pipeline.errors import RecogniserFailed, SpeechError
from transcripts.pipeline.track import ChunkSpeech, Plan, hear_chunk, plan_track
from transcripts.scratch import scratch_folder
from transcripts.speech_settings import Speech
from transcripts.telling import Teller
from transcripts.turns import claim

logger = logging.getLogger(__name__)

SESSION_S = 300.0  # then a worker takes a new message: others may be for it
Fetch = Callable[[str, Path], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """What the work needs from outside. `speech` gives what hears, by the name of a model, and may raise ModelRejected;
    `fetch` brings an object of the store to a file.
    """

    speech: Callable[[str], Speech]
    scratch: Path
    fetch: Fetch = storage.get_to_file


@dataclass(slots=True)
class Desk:
    """A worker's own: its tools, and the sound of the track that it heard last, decoded.

    The sound lies in a nameless file, which goes with the process if that is killed.
    """

    tools: Tools
    track_id: UUID | None = None
    waveform: Waveform | None = None

    def sound_of(self, track: Track, lease: Lease) -> Waveform:
        """Raises AudioUnreadable, TrackChanged, StorageUnavailable."""
        if self.waveform is None or self.track_id != track.pk:
            self.track_id = self.waveform = None
            with scratch_folder(self.tools.scratch, lease) as folder:
                path = folder / "track"
                self.tools.fetch(track.key, path)
                _check_sum(track, path)
                self.waveform = decode(path)
            self.track_id = track.pk
        return self.waveform


Perform = Callable[[Lease, Desk, Teller], None]


def work(tools: Tools, *, seconds: float = SESSION_S, job: UUID | None = None, perform: Perform | None = None) -> bool:
    """Do steps, of one `job` or of any, while there are some and time is left. True if there may be more."""
    desk, ends = Desk(tools), time.monotonic() + seconds
    for step_id in jobs.expire_dead():
        actions.take_from_the_dead(step_id)
    while time.monotonic() < ends:
        lease = claim(near=desk.track_id, job=job)
        if lease is None:
            return False
        do(lease, desk, perform)
    return True


def do(lease: Lease, desk: Desk, perform: Perform | None = None) -> None:
    """One step. Whatever goes wrong ends in the row."""
    with suppress(LeaseLost):
        try:
            with jobs.keep_alive(lease) as lost:
                (perform or perform_step)(lease, desk, Teller(lease, lost))
        except LeaseLost:
            logger.warning("step %s: lost, attempt %s ends", lease.step_id, lease.attempt)
        except RecogniserFailed as error:  # a server that is away comes back
            logger.warning("step %s given back: %s", lease.step_id, error.code)
            steps.give_back(lease, error.code)
        except (SpeechError, TrackChanged) as error:
            logger.error("step %s failed: %s", lease.step_id, error.code)
            steps.fail(lease, error.code)
        except Exception as error:  # noqa: BLE001  (told below: messages may hold rows, so words that were said)
            frames = "".join(traceback.format_tb(error.__traceback__))
            logger.error("step %s: %s in\n%s", lease.step_id, type(error).__name__, frames)
            steps.give_back(lease, INTERNAL)


def perform_step(lease: Lease, desk: Desk, teller: Teller) -> None:
    rows = Step.objects.select_related("track__participation", "transcription__recording__meeting__room")
    step = rows.filter(pk=lease.step_id).first()
    if step is None:
        raise LeaseLost
    parameters = Parameters.from_json(step.transcription.parameters)
    speech = desk.tools.speech(parameters.model)
    if step.track is None:
        join(lease, step.transcription, parameters, speech)
    elif step.kind == Step.Kind.PLAN:
        _plan(lease, step.track, parameters, speech, desk, teller)
    else:
        _hear(lease, step, step.track, parameters, speech, desk, teller)


def _plan(lease: Lease, track: Track, parameters: Parameters, speech: Speech, desk: Desk, teller: Teller) -> None:
    request = parameters.request(track)
    if _may_hear(track):
        plan = plan_track(desk.sound_of(track, lease), request, speech.models.load(), teller.tell)
    else:
        plan = Plan(track.duration, (), (), request.language)
    costs = [sum(window.seconds for window in chunk.windows) for chunk in plan.chunks]
    steps.finish_plan(lease, plan_key(track.sha256, request), plan.to_json(), costs)


def _hear(
    lease: Lease, step: Step, track: Track, parameters: Parameters, speech: Speech, desk: Desk, teller: Teller
) -> None:
    planned = step.transcription.steps.get(kind=Step.Kind.PLAN, track=track)
    heard = ChunkSpeech((), {})
    if planned.key != plan_key(track.sha256, parameters.request(track)):
        return steps.finish_chunk(lease, "", heard.to_json())  # who joins has it planned anew: Visio was upgraded
    plan = Plan.from_json(planned.result)
    chunk = plan.chunks[step.number]
    if _may_hear(track):
        sound = desk.sound_of(track, lease)
        heard = hear_chunk(sound, plan, chunk, speech.models.load(), parameters.hints, teller.tell)
    key = chunk_key(track.sha256, plan, chunk, parameters.hints, speech.fingerprint)
    steps.finish_chunk(lease, key, heard.to_json())


def _may_hear(track: Track) -> bool:
    """Of whom does not agree, or no longer, that their words be written, nothing is listened to."""
    return transcribable_tracks(track.recording).filter(pk=track.pk).exists()


def _check_sum(track: Track, path: Path) -> None:
    """Raises TrackChanged."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != track.sha256:
            raise TrackChanged
