"""One track, from its file to its words, by chunks that can each be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

from transcripts.pipeline.audio import Waveform, decode, duration_of
from transcripts.pipeline.chunks import Chunk, cut_into_chunks
from transcripts.pipeline.diarize import ANY_NUMBER, Diarizer, SpeakerCount
from transcripts.pipeline.engines import Engines, Models, SpeechModels
from transcripts.pipeline.hearing import FRENCH, NO_HINTS, Hints, Passage
from transcripts.pipeline.levels import Loudness, loudness_of, near_regions
from transcripts.pipeline.passed_over import hear_windows
from transcripts.pipeline.phantoms import Reason, sift
from transcripts.pipeline.placing import measure_level, place_word
from transcripts.pipeline.progress import Progress, between
from transcripts.pipeline.speakers import assign_speakers, number_voices
from transcripts.pipeline.speech import Region, Turn, Word
from transcripts.pipeline.splice import Splice, splice

__all__ = ["ChunkSpeech", "Engines", "Models", "Plan", "Request", "SpeechModels", "TrackSpeech", "transcribe_track"]

# Shares of the work, measured on a processor: decoding and detection are little.
_DECODED, _DETECTED, _DIARIZED = 0.03, 0.08, 0.4
_DETECTION_WINDOWS = 3


@dataclass(frozen=True, slots=True)
class Request:
    """How a track is to be heard. `language` is an ISO 639-1 code, or None for what is spoken, French first."""

    shared_microphone: bool = False
    language: str | None = FRENCH
    hints: Hints = NO_HINTS
    speakers: SpeakerCount = ANY_NUMBER


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a track before its words: all chunks depend on it. Seconds from the start of the track."""

    seconds: float
    regions: tuple[Region, ...]
    turns: tuple[Turn, ...]
    language: str | None
    background: int = 0  # stretches of another voice, far from the microphone of a track of one person
    loudness: tuple[Loudness, ...] = ()  # of each region

    @property
    def chunks(self) -> list[Chunk]:
        return cut_into_chunks(self.regions, self.seconds)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        regions = tuple(Region(**region) for region in fields["regions"])
        turns = tuple(Turn(**turn) for turn in fields["turns"])
        loudness = _loudness(fields.get("loudness", ()))
        return cls(float(fields["seconds"]), regions, turns, fields["language"], int(fields["background"]), loudness)


@dataclass(frozen=True, slots=True)
class ChunkSpeech:
    """Words on the track's clock, without voices; lines that were dropped, by the reason's code."""

    words: tuple[Word, ...]
    dropped: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        return cls(tuple(Word(**word) for word in fields["words"]), dict(fields["dropped"]))


@dataclass(frozen=True, slots=True)
class TrackSpeech:
    """Seconds from the start of the track. `speech_seconds` is what was worth recognising, of `seconds` in all, and
    `loudness` is that of its regions.
    """

    seconds: float
    speech_seconds: float
    words: tuple[Word, ...]
    language: str | None = None
    dropped: dict[str, int] = field(default_factory=dict)
    loudness: tuple[Loudness, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        words = tuple(Word(**word) for word in fields["words"])
        seconds, speech_seconds = float(fields["seconds"]), float(fields["speech_seconds"])
        loudness = _loudness(fields.get("loudness", ()))
        return cls(seconds, speech_seconds, words, fields.get("language"), dict(fields.get("dropped", {})), loudness)


def _loudness(fields: Iterable[dict[str, Any]]) -> tuple[Loudness, ...]:
    return tuple(Loudness(float(each["start"]), tuple(each["decibels"])) for each in fields)


class Kept(Protocol):
    """Where the results of a track's chunks outlive their worker, each under its chunk's key."""

    def get(self, chunk: Chunk) -> ChunkSpeech | None: ...
    def put(self, chunk: Chunk, speech: ChunkSpeech) -> None: ...


def transcribe_track(
    path: Path, request: Request, *, models: Models, progress: Progress, kept: Kept | None = None
) -> TrackSpeech:
    """Find the words of a recorded file; on a shared microphone, each with the number of its voice ("1", "2"…).

    The same file gives the same words. Raises AudioUnreadable, ModelRejected, RecogniserFailed.
    """
    waveform = decode(path)
    progress(_DECODED)
    engines = models.load()
    plan = plan_track(waveform, request, engines, between(progress, _DECODED, _DIARIZED))
    recognised_from = _DIARIZED if plan.turns else _DETECTED
    chunks = plan.chunks
    heard: list[ChunkSpeech] = []
    for chunk in chunks:
        share = between(
            between(progress, recognised_from, 1.0), len(heard) / len(chunks), (len(heard) + 1) / len(chunks)
        )
        speech = kept.get(chunk) if kept else None
        if speech is None:
            speech = hear_chunk(waveform, plan, chunk, engines, request.hints, share)
            if kept:
                kept.put(chunk, speech)
        heard.append(speech)
    progress(1.0)
    return join_chunks(plan, heard, shared_microphone=request.shared_microphone)


def plan_track(waveform: Waveform, request: Request, engines: Engines, progress: Progress) -> Plan:
    """Where there is speech, whose voice it is on a shared microphone, and in what language."""
    seconds = duration_of(waveform)
    found = engines.detector.find_speech(waveform)
    regions = found if request.shared_microphone else near_regions(waveform, found)
    progress((_DETECTED - _DECODED) / (_DIARIZED - _DECODED))
    turns: Sequence[Turn] = ()
    if request.shared_microphone and regions:
        share = between(progress, (_DETECTED - _DECODED) / (_DIARIZED - _DECODED), 1.0)
        turns = _find_voices(waveform, regions, engines.diarizer(), request.speakers, share)
    language = request.language
    if language is None and regions:
        first = cut_into_chunks(regions, seconds)[0].windows[:_DETECTION_WINDOWS]
        language = engines.recogniser.detect_language([window.cut(waveform) for window in first])
    loudness = tuple(loudness_of(waveform, regions))
    return Plan(seconds, tuple(regions), tuple(turns), language, len(found) - len(regions), loudness)


def hear_chunk(
    waveform: Waveform, plan: Plan, chunk: Chunk, engines: Engines, hints: Hints, progress: Progress
) -> ChunkSpeech:
    """Depends on nothing but what it is given: a chunk heard twice gives the same."""
    cuts = [window.cut(waveform) for window in chunk.windows]
    heard = hear_windows(engines.recogniser, cuts, plan.language, hints, progress)
    dropped: Counter[Reason] = Counter()
    words: list[Word] = []
    for window, passages in zip(chunk.windows, heard, strict=True):
        said, phantoms = sift(passages, window.seconds)
        placed, nowhere = _place(said, window, chunk.regions)
        words += (measure_level(word, waveform) for word in placed)
        dropped += phantoms + Counter({Reason.OUTSIDE_SPEECH: nowhere})
    return ChunkSpeech(tuple(words), {str(reason): count for reason, count in sorted(dropped.items())})


def join_chunks(plan: Plan, heard: Iterable[ChunkSpeech], *, shared_microphone: bool) -> TrackSpeech:
    """`heard` are the chunks of `plan`, in order."""
    dropped: Counter[str] = Counter({str(Reason.BACKGROUND): plan.background})
    words: list[Word] = []
    for chunk in heard:
        words += chunk.words
        dropped.update(chunk.dropped)
    return TrackSpeech(
        seconds=round(plan.seconds, 3),
        speech_seconds=round(sum(region.end - region.start for region in plan.regions), 3),
        words=tuple(assign_speakers(words, plan.turns)) if shared_microphone else tuple(words),
        language=plan.language,
        dropped=dict(+dropped),
        loudness=plan.loudness,
    )


def _place(passages: Sequence[Passage], window: Splice, regions: Sequence[Region]) -> tuple[list[Word], int]:
    """Words on the track's clock; and how many passages were said where nobody spoke."""
    spoken = [region for region in regions if region.end > window.start and region.start < window.end]
    placed = [[place_word(word, window, spoken) for word in passage.words] for passage in passages]
    words = [word for passage in placed for word in passage if word is not None]
    return words, sum(not any(passage) for passage in placed)


def _find_voices(
    waveform: Waveform, regions: Sequence[Region], diarizer: Diarizer, speakers: SpeakerCount, progress: Progress
) -> Sequence[Turn]:
    """Diarize speech alone: the cost is that of the seconds said, not of the meeting's."""
    speech = splice(regions, duration_of(waveform))
    turns = diarizer.find_turns(speech.cut(waveform), progress, speakers)
    return number_voices(
        Turn(part.start, part.end, turn.speaker) for turn in turns for part in speech.on_track(turn.start, turn.end)
    )
