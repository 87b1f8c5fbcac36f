"""Train the library's own segmentation, small: who speaks when in a window, of up to three people, two at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.models.diarization.conversations import Manner, converse
from bench.models.diarization.voices import Speaker
from bench.report import say

TRAINED_S = 10.0
USED_S = 3.0  # an under-trained segmentation is far better on a short window
MOST, AT_ONCE = 3, 2
BATCH = 12
_LEARNING, _WARM_STEPS = 3e-3, 20


def train(speakers: Sequence[Speaker], *, steps: int, seed: int, device: str = "cpu") -> Any:
    import torch
    import torch.nn.functional as functional
    from pyannote.audio.utils.permutation import permutate
    from pyannote.audio.utils.powerset import Powerset

    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    model = make_model(TRAINED_S).to(device)
    for weights in model.sincnet.conv1d[0].parameters():
        weights.requires_grad = False  # its filters are where they should be
    learned = [weights for weights in model.parameters() if weights.requires_grad]
    optimiser, powerset = torch.optim.AdamW(learned, lr=_LEARNING), Powerset(MOST, AT_ONCE).to(device)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = _LEARNING * rate(step, steps)
        sounds, truth = _batch(chance, speakers, model)
        found = model(torch.from_numpy(sounds).to(device))
        with torch.no_grad():
            spoken = powerset.to_multilabel(found)
        aligned, _ = permutate(spoken, torch.from_numpy(truth).to(device))
        wanted = powerset.to_powerset(aligned.float()).argmax(-1)
        loss = functional.nll_loss(found.flatten(0, 1), wanted.flatten())
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learned, 5.0)
        optimiser.step()
        if step % 20 == 0:
            say(f"segmentation {step}/{steps}: loss {loss.item():.3f}")
    model.specifications.duration = model.specifications.min_duration = USED_S
    return model.eval()


def make_model(seconds: float) -> Any:
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.segmentation import PyanNet

    lstm = {"hidden_size": 64, "num_layers": 2, "bidirectional": True, "monolithic": True}
    model: Any = PyanNet(sincnet={"stride": 20}, lstm=lstm, linear={"hidden_size": 64, "num_layers": 2})
    model.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=seconds,
        min_duration=seconds,
        warm_up=(0.0, 0.0),
        classes=[f"speaker#{number + 1}" for number in range(MOST)],
        powerset_max_classes=AT_ONCE,
        permutation_invariant=True,
    )
    model.build()
    return model


def _batch(chance: np.random.Generator, speakers: Sequence[Speaker], model: Any) -> tuple[Any, Any]:
    """Sounds (batch, 1, samples) and who speaks (batch, frames, MOST)."""
    frames = model.num_frames(int(TRAINED_S * 16_000))
    field = model.receptive_field
    centres = field.start + field.duration / 2 + np.arange(frames) * field.step
    sounds, truths = [], []
    for _ in range(BATCH):
        count = int(chance.choice([1, 2, 3], p=[0.2, 0.45, 0.35]))
        sound, turns = converse(chance, speakers, count, TRAINED_S, Manner())
        names = sorted({turn.speaker for turn in turns})
        truth = np.zeros((frames, MOST), np.float32)
        for turn in turns:
            truth[(centres >= turn.start) & (centres < turn.end), names.index(turn.speaker)] = 1
        truth[truth.sum(1) > AT_ONCE, MOST - 1] = 0
        sounds.append(sound[None])
        truths.append(truth)
    return np.stack(sounds), np.stack(truths)


def rate(step: int, steps: int) -> float:
    """Of the rate of learning: rises, then falls by a cosine to a fiftieth."""
    return min(1, (step + 1) / _WARM_STEPS) * max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))
