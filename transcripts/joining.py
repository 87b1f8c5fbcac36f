"""The last step of a job: what was heard of each track becomes the lines of the minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from meetings.agreement import transcribable_tracks
from meetings.models import Recording, Track
from transcripts import steps
from transcripts.imports.voices import names_of_voices
from transcripts.jobs import Lease
from transcripts.lines import attribute
from transcripts.models import Step, Transcription
from transcripts.parameters import Parameters, chunk_key, plan_key
from transcripts.pipeline.meeting import assemble
from transcripts.pipeline.track import ChunkSpeech, Plan, TrackSpeech, join_chunks
from transcripts.speech_settings import Speech

Steps = dict[tuple[str, UUID | None, int], Step]


def join(lease: Lease, transcription: Transcription, parameters: Parameters, speech: Speech) -> None:
    """Or have steps done again, whose results are of another model or of other parameters. Raises LeaseLost."""
    recording = transcription.recording
    found: Steps = {(step.kind, step.track_id, step.number): step for step in transcription.steps.all()}
    tracks = [track for track in agreed_tracks(recording) if (Step.Kind.PLAN, track.pk, 0) in found]
    if stale := [step.pk for track in tracks for step in _stale(track, found, parameters, speech)]:
        return steps.redo(lease, stale)
    heard = {str(track.pk): _speech_of(track, found) for track in tracks}
    meeting = assemble(heard, {str(track.pk): track.start for track in tracks})
    steps.store_minutes(
        lease,
        attribute(meeting.lines, tracks, names_of_voices(recording, heard)),
        model_name=speech.card.name,
        model_card=asdict(speech.card),
        dropped=meeting.dropped,
    )


def agreed_tracks(recording: Recording) -> list[Track]:
    """In a fixed order. Of whom does not agree, or no longer, that their words be written, nothing is there."""
    return list(transcribable_tracks(recording).select_related("participation").order_by("start", "pk"))


def _stale(track: Track, found: Steps, parameters: Parameters, speech: Speech) -> Iterable[Step]:
    step = found[Step.Kind.PLAN, track.pk, 0]
    if step.key != plan_key(track.sha256, parameters.request(track)):
        yield step  # its chunks come anew
        return
    plan = Plan.from_json(step.result)
    for chunk in plan.chunks:
        heard = found[Step.Kind.CHUNK, track.pk, chunk.number]
        if heard.key != chunk_key(track.sha256, plan, chunk, parameters.hints, speech.fingerprint):
            yield heard


def _speech_of(track: Track, found: Steps) -> TrackSpeech:
    plan = Plan.from_json(found[Step.Kind.PLAN, track.pk, 0].result)
    chunks = [ChunkSpeech.from_json(found[Step.Kind.CHUNK, track.pk, chunk.number].result) for chunk in plan.chunks]
    return join_chunks(plan, chunks, shared_microphone=track.shared_microphone)
