"""One pass for all voices of a chunk gives the numbers that one pass for each of them gives."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.voices.track import Rendered
from transcripts.pipeline.audio import decode
from transcripts.pipeline.diarize import PyannotePipeline, SpeakerCount
from transcripts.pipeline.models import DEMONSTRATION_MODELS

pytestmark = pytest.mark.speech


@pytest.fixture(scope="module")
def ours() -> PyannotePipeline:
    return PyannotePipeline(DEMONSTRATION_MODELS / "demo-diarization")


@pytest.fixture(scope="module")
def stock() -> Any:
    from pyannote.audio import Pipeline

    return Pipeline.from_pretrained(DEMONSTRATION_MODELS / "demo-diarization")


def embeddings(pipeline: Any, path: Path, *, exclude_overlap: bool) -> Any:
    import torch

    file = {"waveform": torch.from_numpy(decode(path))[None], "sample_rate": 16_000, "uri": "x"}
    segmentations = pipeline.get_segmentations(file)
    return pipeline.get_embeddings(file, segmentations, exclude_overlap=exclude_overlap)


@pytest.mark.parametrize("exclude_overlap", [True, False])
def test_the_numbers_are_those_of_the_library(
    ours: PyannotePipeline, stock: Any, shared_microphone: tuple[Rendered, Path], exclude_overlap: bool
) -> None:
    path = shared_microphone[1]
    expected = embeddings(stock, path, exclude_overlap=exclude_overlap)
    found = embeddings(ours._pipeline, path, exclude_overlap=exclude_overlap)
    assert type(ours._pipeline) is not type(stock)
    assert found.shape == expected.shape
    assert np.nanmax(abs(found - expected)) < 1e-4 * np.nanmax(abs(expected))
    assert (np.isnan(found) == np.isnan(expected)).all()


def test_the_model_hears_each_chunk_once(
    ours: PyannotePipeline, shared_microphone: tuple[Rendered, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = []
    embed = ours._pipeline._embedding
    model, forward = embed.model_, embed.model_.forward

    def counted(waveforms: Any, weights: Any = None) -> Any:
        heard.append(len(waveforms))
        return forward(waveforms, weights=weights)

    segmentations = ours._pipeline.get_segmentations(_file(shared_microphone[1]))
    assert embed.min_num_samples  # found by trial: not of this count
    monkeypatch.setattr(model, "forward", counted)
    ours._pipeline.get_embeddings(_file(shared_microphone[1]), segmentations, exclude_overlap=True)
    assert sum(heard) == segmentations.data.shape[0]


@pytest.mark.parametrize("count", [1, 2])  # a third voice of two people is nobody: it may be left without a turn
def test_there_are_as_many_voices_as_people(
    ours: PyannotePipeline, shared_microphone: tuple[Rendered, Path], count: int
) -> None:
    turns = ours.find_turns(decode(shared_microphone[1]), lambda _: None, SpeakerCount(count, count))
    assert len({turn.speaker for turn in turns}) == count


def test_turns_are_exclusive(ours: PyannotePipeline, shared_microphone: tuple[Rendered, Path]) -> None:
    turns = ours.find_turns(decode(shared_microphone[1]), lambda _: None)
    assert all(turn.end <= following.start + 1e-6 for turn, following in itertools.pairwise(turns))


def _file(path: Path) -> dict[str, Any]:
    import torch

    return {"waveform": torch.from_numpy(decode(path))[None], "sample_rate": 16_000, "uri": "x"}
