"""The synthetic corpus: the same from the same seed, and true to what is heard in it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bench.corpus.scene import RATE_HZ, play
from bench.corpus.write import write_corpus
from transcripts.pipeline.audio import decode, duration_of
from transcripts.pipeline.evaluation.manifest import read_manifest
from transcripts.pipeline.evaluation.reference import read_reference


def test_the_same_seed_gives_the_same_scene_and_another_seed_another() -> None:
    first, again, other = (play(seed, ("claire", "bilal"), 20.0) for seed in (1, 1, 2))
    assert [word.text for word in first.words] == [word.text for word in again.words]
    # espeak-ng carries a little of one sentence over to the next.
    assert np.abs([a.start - b.start for a, b in zip(first.words, again.words, strict=True)]).max() < 0.05
    assert [word.text for word in first.words] != [word.text for word in other.words]
    assert {word.speaker for word in first.words} == {"claire", "bilal"}


def test_words_are_where_the_sound_is() -> None:
    scene = play(3, ("claire", "bilal"), 30.0)
    for speaker, sound in scene.voices.items():
        loud = abs(sound) > 0.01
        spoken = np.zeros(len(sound), np.bool_)
        for word in scene.words:
            if word.speaker == speaker:
                spoken[round(word.start * RATE_HZ) : round(word.end * RATE_HZ)] = True
        assert (loud & spoken).sum() >= 0.99 * loud.sum()


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), seed=1, seconds=20.0)


def test_a_corpus_has_meetings_of_all_kinds_that_can_be_read(manifest: Path) -> None:
    found = {known.name: known for known in read_manifest(manifest)}
    assert list(found) == ["tracks", "tracks-noisy", "tracks-echo", "objector", "room", "import", "silence"]
    for known in found.values():
        for track in known.tracks:
            assert duration_of(decode(track.path)) == pytest.approx(20.0, abs=0.2)
    assert found["silence"].reference.words == ()
    assert len({word.speaker for word in found["room"].reference.words}) == 3


def test_nothing_that_the_objector_says_is_in_the_truth(manifest: Path) -> None:
    assert "paul" not in {
        word["speaker"] for word in json.loads((manifest.parent / "objector.json").read_text())["words"]
    }


def test_the_truth_is_the_same_in_all_formats(manifest: Path) -> None:
    truth = read_reference([manifest.parent / "tracks.json"])
    standard = read_reference([manifest.parent / "tracks.rttm", manifest.parent / "tracks.ctm"])
    assert [word.text for word in standard.words] == [word.text for word in truth.words]
    assert [turn.speaker for turn in standard.turns] == [turn.speaker for turn in truth.turns]
