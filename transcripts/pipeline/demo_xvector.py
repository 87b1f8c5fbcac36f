"""The narrow x-vector of the demonstration diarization model. pyannote.audio imports it by the checkpoint's word."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from pyannote.audio.models.blocks.pooling import StatsPool
from pyannote.audio.models.embedding import XVectorMFCC
from pyannote.audio.utils.params import merge_dict
from torch import nn
from torchaudio.transforms import MFCC


class DemoXVector(XVectorMFCC):
    """XVectorMFCC of pyannote.audio with `channels` of our own for its five layers, and no more than 266 k weights."""

    def __init__(
        self,
        sample_rate: int = 16_000,
        num_channels: int = 1,
        mfcc: dict[str, Any] | None = None,
        channels: Sequence[int] = (128, 128, 128, 128, 384),
        dimension: int = 96,
        task: Any = None,
    ) -> None:
        # Past XVectorMFCC, which would build its own wide layers; save_hyperparameters insists on `super`.
        super(XVectorMFCC, self).__init__(sample_rate=sample_rate, num_channels=num_channels, task=task)
        mfcc = merge_dict(self.MFCC_DEFAULTS, mfcc)
        mfcc["sample_rate"] = sample_rate
        channels = list(channels)
        self.save_hyperparameters("mfcc", "dimension", "channels")
        self.mfcc = MFCC(**mfcc)
        self.kernel_size, self.dilation = [5, 3, 3, 1, 1], [1, 2, 3, 1, 1]
        self.padding, self.stride = [0] * 5, [1] * 5
        self.tdnns = nn.ModuleList(self._layers([mfcc["n_mfcc"], *channels]))
        self.stats_pool = StatsPool()
        self.embedding = nn.Linear(channels[-1] * 2, dimension)

    def _layers(self, widths: Sequence[int]) -> list[nn.Module]:
        layers: list[nn.Module] = []
        sizes = zip(itertools.pairwise(widths), self.kernel_size, self.dilation, strict=True)
        for (before, after), kernel_size, dilation in sizes:
            convolution = nn.Conv1d(before, after, kernel_size, dilation=dilation)
            layers += [convolution, nn.LeakyReLU(), nn.BatchNorm1d(after)]
        return layers
