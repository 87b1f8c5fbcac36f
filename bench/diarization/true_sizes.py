"""A folder as that of pyannote's community-1, with random weights of the true sizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

_CONFIG = """pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: AgglomerativeClustering
    segmentation: $model/segmentation
    segmentation_batch_size: 4
    embedding: $model/embedding
    embedding_batch_size: 4
    embedding_exclude_overlap: true
    plda: $model/plda
params:
  clustering: {method: centroid, min_cluster_size: 12, threshold: 0.6}
  segmentation: {min_duration_off: 0.0}
"""


def write_folder(folder: Path, seed: int = 1) -> None:
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.embedding import WeSpeakerResNet34
    from pyannote.audio.models.segmentation import PyanNet

    torch.manual_seed(seed)
    lstm = {"hidden_size": 128, "num_layers": 4, "bidirectional": True, "monolithic": True, "dropout": 0.5}
    segmentation: Any = PyanNet(lstm=lstm, linear={"hidden_size": 128, "num_layers": 2})
    segmentation.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=10.0,
        min_duration=10.0,
        warm_up=(0.0, 0.0),
        classes=["speaker#1", "speaker#2", "speaker#3"],
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    segmentation.build()
    with torch.no_grad():
        segmentation.classifier.bias[1] += 5  # somebody speaks: an embedding is worth its cost
    embedding = WeSpeakerResNet34()
    embedding.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=10.0, min_duration=1.0
    )
    _save(segmentation, folder / "segmentation")
    _save(embedding, folder / "embedding")
    _save_plda(folder / "plda", seed)
    (folder / "config.yaml").write_text(_CONFIG, encoding="utf-8")


def _save(model: Any, folder: Path) -> None:
    import torch
    from lightning.pytorch import __version__ as lightning_version  # type: ignore[attr-defined]

    checkpoint = {
        "state_dict": model.eval().state_dict(),
        "hyper_parameters": dict(model.hparams),
        "pytorch-lightning_version": lightning_version,
        "epoch": 0,
        "global_step": 0,
        "loops": None,
    }
    model.on_save_checkpoint(checkpoint)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(checkpoint, folder / "pytorch_model.bin")


def _save_plda(folder: Path, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(seed)
    lda = np.linalg.qr(chance.normal(size=(256, 128)))[0]
    means = chance.normal(size=256) * 0.01, chance.normal(size=128) * 0.01
    np.savez(folder / "xvec_transform.npz", lda=lda, mean1=means[0], mean2=means[1])
    np.savez(folder / "plda.npz", mu=np.zeros(128), tr=np.eye(128), psi=np.linspace(5, 0.1, 128))
