"""What the speech libraries do to a process, each time in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = (
    *("torch", "torchaudio", "whisper", "pyannote", "silero_vad", "numba", "huggingface_hub"),
    *("ctranslate2", "faster_whisper", "requests"),
)
PLAIN = "speech timeline speakers models errors progress hearing phantoms"
LAZY = "crosstalk track engines diarize activity environment seal __main__ meeting probe recognisers.openai_whisper"
LAZY += " recognisers.faster_whisper recognisers.remote names.voices names.attendance names.subtitles"


def run(code: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("modules", "forbidden"),
    [(PLAIN, (*HEAVY, "numpy", "django", "celery")), (LAZY, (*HEAVY, "django", "celery"))],
    ids=["plain ones", "those that recognise, until they do"],
)
def test_importing_the_pipeline_loads_no_speech_library(modules: str, forbidden: tuple[str, ...]) -> None:
    imports = ", ".join(f"transcripts.pipeline.{module}" for module in modules.split())
    assert run(f"import sys, {imports}; print(*sorted(set({forbidden!r}) & set(sys.modules)))") == ""


@pytest.mark.speech
def test_pyannote_loads_without_cuda_silently_and_with_its_telemetry_off_even_where_it_was_on() -> None:
    code = (
        "from transcripts.pipeline import environment; environment.prepare(); environment.prepare()\n"
        "import pyannote.audio, huggingface_hub.constants\n"
        "environment.require_silence()\n"
        "print(huggingface_hub.constants.HF_HUB_OFFLINE)"
    )
    assert run(code, PYANNOTE_METRICS_ENABLED="1", HF_HUB_OFFLINE="0") == "True"


@pytest.mark.speech
def test_a_worker_whose_telemetry_was_turned_on_refuses_to_work() -> None:
    code = (
        "import os\n"
        "from transcripts.pipeline import environment; environment.prepare()\n"
        "os.environ['PYANNOTE_METRICS_ENABLED'] = 'true'\n"
        "try: environment.require_silence()\n"
        "except environment.TelemetryOn: print('refused')"
    )
    assert run(code) == "refused"
