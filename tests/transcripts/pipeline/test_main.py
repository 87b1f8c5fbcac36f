from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.voices.score import score
from bench.voices.script import BILAL
from tests.transcripts.pipeline.conftest import Voices
from transcripts.pipeline.__main__ import main
from transcripts.pipeline.speech import Word


def test_an_unreadable_file_is_one_line_and_a_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.opus").touch()
    assert main([str(tmp_path / "empty.opus")]) == 1
    assert capsys.readouterr().err.startswith("audio-unreadable: ")


@pytest.mark.speech
def test_the_pipeline_alone_prints_the_lines_of_a_meeting(
    short_meeting: Voices, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(path) for path in short_meeting.tracks.values()]) == 0
    found = json.loads(capsys.readouterr().out)
    lines = found["lines"]
    assert [line["start"] for line in lines] == sorted(line["start"] for line in lines)
    assert (found["speakers"], found["dropped"]) == ({}, {})
    assert {line["speaker"] for line in lines} == {path.name for path in short_meeting.tracks.values()}
    heard = [Word(**word) for line in lines if line["speaker"] == "bilal.opus" for word in line["words"]]
    said = [word for word in short_meeting.rendered.words if word.speaker == BILAL]
    seconds = short_meeting.rendered.seconds
    assert score(said, heard, loop_s=seconds, window=(0.0, seconds)).recall >= 0.95
