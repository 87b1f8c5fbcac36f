"""Make the speech libraries load on a processor alone, and call nobody. Run before any of them is imported."""

from __future__ import annotations

import os
import sys
import types
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import NoReturn

_EXTENSION = "torchaudio._extension"
_VARIABLES = {
    "PYANNOTE_METRICS_ENABLED": "0",  # on by default: it reports each file's duration to its maker
    "HF_HUB_OFFLINE": "1",  # a folder that is missing would otherwise be asked from a hub
    "HF_HUB_DISABLE_TELEMETRY": "1",
}

_KNOWN_WARNINGS = (
    r"\s*torchcodec is not installed correctly",  # we decode with ffmpeg
    r"\s*The detected number of speakers",  # fewer than there may be: nobody is asked to speak
    r"std\(\): degrees of freedom is <= 0",  # a voice that has one frame in a chunk of pyannote.audio's
)


class TelemetryOn(RuntimeError):
    """pyannote.audio would report to its maker: refuse to work rather than go on."""


def prepare() -> None:
    """Set the environment of this process. May be called again at no cost."""
    os.environ.update(_VARIABLES)
    for message in _KNOWN_WARNINGS:
        warnings.filterwarnings("ignore", message=message)
    _let_torchaudio_load_without_cuda()


def require_silence() -> None:
    """Raise TelemetryOn unless the telemetry of pyannote.audio is off, as it now stands, in this process."""
    from pyannote.audio.telemetry.metrics import is_metrics_enabled

    if is_metrics_enabled():
        raise TelemetryOn("pyannote.audio")


def _let_torchaudio_load_without_cuda() -> None:
    """Tell torchaudio that it has no compiled extension, where there is no CUDA.

    The published torchaudio 2.11 links its extension to CUDA's libraries, so that its import fails beside a CPU build
    of torch; what pyannote.audio needs of it is all Python. torchaudio knows the state "no extension": this is it.
    """
    import torch

    if torch.version.cuda is not None or "torchaudio" in sys.modules or find_spec("torchaudio") is None:
        return
    extension = types.ModuleType(_EXTENSION)
    vars(extension).update(
        _IS_TORCHAUDIO_EXT_AVAILABLE=False,
        _IS_ALIGN_AVAILABLE=False,
        _check_cuda_version=lambda: None,
        fail_if_no_align=_refuse,
    )
    sys.modules[_EXTENSION] = extension


def _refuse(function: Callable[..., object]) -> Callable[..., NoReturn]:
    def refused(*_args: object, **_options: object) -> NoReturn:
        raise RuntimeError(f"{function.__name__}: torchaudio has no compiled extension here")

    return refused
