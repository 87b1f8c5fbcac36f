"""The steps of training: two optimisers, a rate that falls at the end, and an average of the weights as the result."""

from __future__ import annotations

import copy
import time

import torch
from torch import nn

from bench.models.whisper.batches import BatchMaker
from bench.models.whisper.losses import losses, total
from bench.models.whisper.network import SHIPPED, Recogniser, Size
from bench.models.whisper.utterances import Pool
from bench.models.whisper.vocabulary import Vocabulary
from bench.report import say

_MATRICES, _OTHERS = 3e-3, 2e-3  # rates of learning
_WARM_STEPS = 100
_FALLS_FOR = 0.3  # of training: it is there that the rate of wrong words falls
_LONGEST_AVERAGE = 0.998


def train(
    pool: Pool,
    *,
    steps: int,
    minutes: float,
    seed: int,
    device: str = "cpu",
    seconds: float = 32.0,
    narrow: bool = False,
    size: Size = SHIPPED,
) -> Recogniser:
    """Ends after `steps`, or `minutes` of the clock if they come first: the schedule then follows the clock.

    `seconds` of sound in a step; `narrow`: sums of 16 bits, where the device is faster so.
    """
    torch.manual_seed(seed)
    vocabulary = Vocabulary(pool.tokens())
    batches = BatchMaker(pool, vocabulary, seconds=seconds, seed=seed)
    model = Recogniser(vocabulary, pool.phones, size).to(device)
    average = copy.deepcopy(model).requires_grad_(requires_grad=False)
    learned = [weights for weights in model.parameters() if weights.requires_grad]
    optimisers = _make_optimisers(model)
    began, step = time.monotonic(), 0
    while (progress := max(step / steps, (time.monotonic() - began) / 60 / minutes)) < 1:
        for optimiser, rate in optimisers:
            optimiser.param_groups[0]["lr"] = rate * _share_of_rate(step, progress)
        batch = batches.make(progress).to(device)
        with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=narrow):
            parts = losses(model(batch), batch, vocabulary)
            loss = total(parts)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(learned, 1.0)
        for optimiser, _ in optimisers:
            optimiser.step()
        model.zero_grad(set_to_none=True)
        step += 1
        _follow(average, model, min(_LONGEST_AVERAGE, (1 + step) / (20 + step)))
        if step % 50 == 1:
            told = ", ".join(f"{name} {part.item():.2f}" for name, part in parts.items())
            say(f"step {step}, {progress:.0%}: {told}")
    say(f"{step} steps in {(time.monotonic() - began) / 60:.1f} minutes")
    return average.eval()


def _make_optimisers(model: Recogniser) -> list[tuple[torch.optim.Optimizer, float]]:
    """Muon for the matrices of the layers, AdamW for everything else."""
    matrices: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, weights in model.named_parameters():
        if weights.requires_grad:
            (matrices if weights.ndim == 2 and ".blocks." in name else others).append(weights)
    return [
        (torch.optim.Muon(matrices, lr=_MATRICES, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"), _MATRICES),
        (torch.optim.AdamW(others, lr=_OTHERS, betas=(0.9, 0.98), weight_decay=0.01), _OTHERS),
    ]


def _share_of_rate(step: int, progress: float) -> float:
    return min(1.0, (step + 1) / _WARM_STEPS) * min(1.0, (1.02 - progress) / (_FALLS_FOR + 0.02))


@torch.no_grad()
def _follow(average: nn.Module, model: nn.Module, kept: float) -> None:
    for own, new in zip(average.parameters(), model.parameters(), strict=True):
        own.lerp_(new, 1 - kept)
