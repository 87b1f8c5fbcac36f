from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.fakes.speech import FakeModels
from tests.fakes.tracks import sound
from transcripts.management.commands import evaluate_speech
from transcripts.pipeline.speech import Word


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(evaluate_speech, "speech_models", lambda *_, **__: FakeModels([Word(1.0, 2.0, "Oui.")]))
    (tmp_path / "a.wav").write_bytes(sound(10.0))
    truth = [{"start": 1, "end": 2, "text": "oui", "speaker": "claire"}]
    (tmp_path / "a.json").write_text(json.dumps({"words": truth}))
    recording = {"name": "comité", "tracks": [{"file": "a.wav", "speaker": "claire"}], "reference": ["a.json"]}
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"recordings": [recording]}))
    return path


def test_a_table_has_a_row_for_each_recording_and_one_for_all(manifest: Path) -> None:
    out = io.StringIO()
    call_command("evaluate_speech", str(manifest), stdout=out, stderr=io.StringIO())
    head, first, total = out.getvalue().strip("\n").splitlines()
    assert head.split() == ["DER", "WER", "misnamed", "phantoms/h", "RTF"]
    assert first.split()[:5] == ["comité", "0.0%", "0.0%", "0.0%", "0"]
    assert total.split()[0] == "(all)"


def test_json_has_the_same_and_what_was_dropped(manifest: Path) -> None:
    out = io.StringIO()
    call_command("evaluate_speech", str(manifest), "--json", stdout=out, stderr=io.StringIO())
    found = json.loads(out.getvalue())
    assert (found["recordings"]["comité"]["wer"], found["all"]["der"]) == (0.0, 0.0)
    assert found["recordings"]["comité"]["dropped"] == {}


def test_a_manifest_that_is_none_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="manifest"):
        call_command("evaluate_speech", str(tmp_path / "nowhere.json"))
