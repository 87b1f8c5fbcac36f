"""Train the narrow x-vector: voices of one speaker close together, those of two apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.models.diarization.conversations import make_room, noise, reverberate
from bench.models.diarization.segmentation import rate
from bench.models.diarization.voices import SAMPLE_RATE, Samples, Speaker
from bench.report import say

DIMENSION, KEPT = 96, 48
CROP_S = 2.5
BATCH = 48
_LEARNING, _SCALE, _MARGIN = 1.5e-3, 30.0, 0.2
Vectors = NDArray[np.float64]


def train(speakers: Sequence[Speaker], *, steps: int, seed: int, device: str = "cpu") -> Any:
    """By additive angular margin (ArcFace, arXiv:1801.07698), which grows as training goes on."""
    import torch
    import torch.nn.functional as functional

    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    sounds = [np.concatenate(speaker.utterances) for speaker in speakers]
    model = make_model().to(device)
    centres = torch.nn.Parameter(torch.randn(len(speakers), DIMENSION, device=device) * 0.1)
    learned = [*model.parameters(), centres]
    optimiser = torch.optim.AdamW(learned, lr=_LEARNING, weight_decay=1e-4)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = _LEARNING * rate(step, steps)
        who = chance.integers(len(speakers), size=BATCH)
        crops = np.stack([crop(chance, sounds[place], dirty=True) for place in who])[:, None]
        cosines = functional.normalize(model(torch.from_numpy(crops).to(device))) @ functional.normalize(centres).T
        truth = torch.from_numpy(who).to(device)
        own = functional.one_hot(truth, len(speakers)).bool()
        angles = torch.acos(cosines.clamp(-1 + 1e-6, 1 - 1e-6)) + _MARGIN * min(1.0, step / steps * 2.5)
        loss = functional.cross_entropy(_SCALE * torch.where(own, torch.cos(angles), cosines), truth)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learned, 5.0)
        optimiser.step()
        if step % 20 == 0:
            say(f"embedding {step}/{steps}: loss {loss.item():.3f}")
    return model.eval()


def make_model() -> Any:
    from pyannote.audio.core.task import Problem, Resolution, Specifications

    from transcripts.pipeline.demo_xvector import DemoXVector

    spectrum = {"n_fft": 512, "hop_length": 320, "n_mels": 40, "f_min": 20.0}
    mfcc = {"n_mfcc": 40, "dct_type": 2, "norm": "ortho", "log_mels": False, "melkwargs": spectrum}
    model: Any = DemoXVector(mfcc=mfcc, dimension=DIMENSION)
    model.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=10.0, min_duration=1.0
    )
    return model


def crop(chance: np.random.Generator, sound: Samples, *, dirty: bool, seconds: float = CROP_S) -> Samples:
    length = int(seconds * SAMPLE_RATE)
    first = int(chance.integers(max(1, len(sound) - length)))
    part = np.resize(sound[first : first + length], length)
    if not dirty:
        return part + noise(chance, length, 32.0)
    if chance.random() < 0.5:
        part = reverberate(part, make_room(chance, float(chance.uniform(0.08, 0.4))))
    part = part * 10 ** (chance.uniform(-8, 5) / 20)
    return np.asarray(part + noise(chance, length, chance.uniform(10, 40)), np.float32)


def embed(model: Any, speakers: Sequence[Speaker], *, of_each: int, seed: int) -> tuple[Vectors, NDArray[np.int64]]:
    """Vectors (crops, DIMENSION), and the place of each one's speaker."""
    import torch

    chance = np.random.default_rng(seed)
    device = next(model.parameters()).device
    found = []
    for speaker in speakers:
        sound = np.concatenate(speaker.utterances)
        crops = np.stack([crop(chance, sound, dirty=False, seconds=3.0) for _ in range(of_each)])[:, None]
        with torch.no_grad():
            found.append(model(torch.from_numpy(crops.astype(np.float32)).to(device)).cpu().numpy())
    return np.concatenate(found).astype(np.float64), np.repeat(np.arange(len(speakers)), of_each)


def equal_error_rate(vectors: Vectors, who: NDArray[np.int64]) -> float:
    """Share of pairs that are told wrongly, where as many are of each kind."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    first, second = np.triu_indices(len(who), 1)
    scores, same = (unit @ unit.T)[first, second], who[first] == who[second]
    limits = np.linspace(-1, 1, 400)
    rejected = np.array([(scores[same] < limit).mean() for limit in limits])
    accepted = np.array([(scores[~same] >= limit).mean() for limit in limits])
    best = int(np.argmin(abs(rejected - accepted)))
    return float((rejected[best] + accepted[best]) / 2)


def save_plda(vectors: Vectors, who: NDArray[np.int64], folder: Path) -> None:
    """pyannote.audio asks for it even where clustering makes no use of it."""
    from scipy.linalg import eigh

    mean = vectors.mean(0)
    centred = np.sqrt(DIMENSION) * _unit(vectors - mean)
    within, between = _scatter(centred, who)
    lda = eigh(between, within + 1e-3 * np.trace(within) / DIMENSION * np.eye(DIMENSION))[1][:, ::-1][:, :KEPT]
    second = (centred @ lda).mean(0)
    projected = np.sqrt(KEPT) * _unit(centred @ lda - second)
    within, between = _scatter(projected, who)
    values, turned = eigh(between, within + 1e-4 * np.eye(KEPT))
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "xvec_transform.npz", mean1=mean, mean2=second, lda=lda)
    spread = np.maximum(values[::-1], 1e-3)
    np.savez(folder / "plda.npz", mu=projected.mean(0), tr=turned.T[::-1], psi=spread)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _scatter(vectors: Vectors, who: NDArray[np.int64]) -> tuple[Vectors, Vectors]:
    """Within speakers, and between them."""
    mean = vectors.mean(0)
    size = vectors.shape[1]
    within, between = np.zeros((size, size)), np.zeros((size, size))
    for place in np.unique(who):
        own = vectors[who == place]
        away = own - own.mean(0)
        within += away.T @ away
        between += len(own) * np.outer(own.mean(0) - mean, own.mean(0) - mean)
    return within / len(vectors), between / len(vectors)
