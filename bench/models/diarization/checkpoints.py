"""Write models in the form that pyannote.audio reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

CONFIG = """dependencies:
  pyannote.audio: 4.0.0
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: AgglomerativeClustering
    segmentation: $model/segmentation
    segmentation_batch_size: 8
    embedding: $model/embedding
    embedding_batch_size: 16
    embedding_exclude_overlap: true
    plda: $model/plda
params:
  clustering: {method: centroid, min_cluster_size: 12, threshold: 0.6}
  segmentation: {min_duration_off: 0.0}
"""


def save(model: Any, folder: Path, *, steps: int, half: bool = False) -> None:
    """`half`: weights of 16 bits, which load into a model of 32; filters that are computed stay whole."""
    import torch
    from lightning.pytorch import __version__ as lightning_version  # type: ignore[attr-defined]

    checkpoint = {
        "state_dict": {name: _narrow(name, weights) if half else weights for name, weights in _weights(model)},
        "hyper_parameters": dict(model.hparams),
        "pytorch-lightning_version": lightning_version,
        "epoch": 0,
        "global_step": steps,
        "loops": None,
    }
    model.on_save_checkpoint(checkpoint)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(checkpoint, folder / "pytorch_model.bin")


def _weights(model: Any) -> list[tuple[str, Any]]:
    return [(name, weights.detach().cpu().clone()) for name, weights in model.state_dict().items()]


def _narrow(name: str, weights: Any) -> Any:
    return weights.half() if weights.is_floating_point() and not name.startswith("mfcc") else weights
