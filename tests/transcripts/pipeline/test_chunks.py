"""A track is heard by chunks, which may be heard elsewhere, later, or again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from tests.fakes.speech import FakeDetector, FakeDiarizer
from transcripts.pipeline import track
from transcripts.pipeline.audio import SAMPLE_RATE, Waveform, duration_of
from transcripts.pipeline.chunks import WINDOW_S, WINDOWS_IN_CHUNK, Chunk, cut_into_chunks
from transcripts.pipeline.engines import Engines
from transcripts.pipeline.hearing import NO_HINTS, Hints, Passage
from transcripts.pipeline.speech import Region, Word
from transcripts.pipeline.track import ChunkSpeech, Plan, Request, hear_chunk, transcribe_track

HOUR = [Region(20.0 * n, 20.0 * n + 9.0) for n in range(180)]


class Killed(Exception):
    pass


@dataclass(slots=True)
class Counting:
    """Hears one word in each window, which tells how long the window is. Dies at the window `dies_at`."""

    dies_at: int | None = None
    heard: int = 0
    windows_at_once: int = 1
    batches: list[int] = field(default_factory=list)

    def hear(self, windows: Sequence[Waveform], *, language: str | None, hints: Hints) -> list[list[Passage]]:
        self.heard += len(windows)
        self.batches.append(len(windows))
        if self.dies_at is not None and self.heard >= self.dies_at:
            raise Killed
        return [[Passage((Word(0.5, 1.0, f"{duration_of(window):.2f}"),))] for window in windows]

    def detect_language(self, windows: Sequence[Waveform]) -> str | None:
        return None

    def load(self) -> Engines:
        return Engines(FakeDetector(HOUR), self, lambda: FakeDiarizer([]))


@dataclass(slots=True)
class Shelf:
    rows: dict[str, str] = field(default_factory=dict)

    def get(self, chunk: Chunk) -> ChunkSpeech | None:
        row = self.rows.get(chunk.key("track"))
        return ChunkSpeech.from_json(json.loads(row)) if row else None

    def put(self, chunk: Chunk, speech: ChunkSpeech) -> None:
        self.rows[chunk.key("track")] = json.dumps(speech.to_json())


@pytest.fixture
def hour(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(track, "decode", lambda _: np.zeros(3600 * SAMPLE_RATE, np.float32))
    return Path("hour")


def test_chunks_hold_all_speech_once_and_begin_and_end_in_silence() -> None:
    chunks = cut_into_chunks(HOUR, 3600.0)
    assert [region for chunk in chunks for region in chunk.regions] == HOUR
    assert all(len(chunk.windows) <= WINDOWS_IN_CHUNK for chunk in chunks)
    assert all(window.seconds <= WINDOW_S for chunk in chunks for window in chunk.windows)
    assert len(chunks) == 8
    edges = [edge for chunk in chunks for edge in (chunk.windows[0].start, chunk.windows[-1].end)]
    assert not any(region.start < edge < region.end for edge in edges for region in HOUR)


def test_a_key_is_fixed_by_what_is_heard_and_how() -> None:
    first, second = cut_into_chunks(HOUR, 3600.0)[:2]
    again = cut_into_chunks(list(HOUR), 3600.0)[0]
    assert first.key("track", "model") == again.key("track", "model")
    moved = cut_into_chunks([Region(0.5, 9.0), *HOUR[1:]], 3600.0)[0]
    others = {second.key("track", "model"), first.key("track", "other"), moved.key("track", "model")}
    assert len({first.key("track", "model"), *others}) == 4


@pytest.mark.parametrize("dies_at", range(1, 91))
def test_a_worker_killed_at_any_window_is_followed_by_one_that_ends_in_the_same_words(hour: Path, dies_at: int) -> None:
    whole = transcribe_track(hour, Request(), models=Counting(), progress=lambda _: None)
    shelf, mortal, heir = Shelf(), Counting(dies_at), Counting()
    with pytest.raises(Killed):
        transcribe_track(hour, Request(), models=mortal, progress=lambda _: None, kept=shelf)
    after = transcribe_track(hour, Request(), models=heir, progress=lambda _: None, kept=shelf)
    assert json.dumps(after.to_json()) == json.dumps(whole.to_json())
    windows = sum(len(chunk.windows) for chunk in cut_into_chunks(HOUR, 3600.0))
    assert mortal.heard + heir.heard <= windows + WINDOWS_IN_CHUNK


def test_a_chunk_does_not_depend_on_the_others() -> None:
    waveform = np.zeros(600 * SAMPLE_RATE, np.float32)
    plan = Plan(600.0, tuple(HOUR[:30]), (), "fr")
    engines = Counting().load()
    apart = [hear_chunk(waveform, plan, chunk, engines, NO_HINTS, lambda _: None) for chunk in reversed(plan.chunks)]
    in_order = [hear_chunk(waveform, plan, chunk, engines, NO_HINTS, lambda _: None) for chunk in plan.chunks]
    assert len(in_order) == 2
    assert apart[::-1] == in_order


def test_windows_of_a_chunk_are_heard_in_batches_and_progress_is_told_of_each() -> None:
    waveform = np.zeros(600 * SAMPLE_RATE, np.float32)
    plan = Plan(600.0, tuple(HOUR[:30]), (), "fr")
    recogniser, shares = Counting(windows_at_once=8), list[float]()
    hear_chunk(waveform, plan, plan.chunks[0], recogniser.load(), NO_HINTS, shares.append)
    assert recogniser.batches == [6, 6]
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_plan_survives_json() -> None:
    plan = Plan(60.0, (Region(1.0, 2.0),), (), None)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
