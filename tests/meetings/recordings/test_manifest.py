"""The manifest of a recording, and the form that is written down for whoever reads it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from meetings import actions, consents, recordings, storage
from meetings.models import Participation, Recording, RecordingPart
from meetings.models.recordings import StopReason
from meetings.recordings import manifest, sources
from tests.meetings.janus.test_mjr import mjr_file, rtp, speech
from tests.meetings.test_recordings import write

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs/manifest.schema.json").read_text(encoding="utf-8"))


def check(content: object) -> None:
    """Raises jsonschema.ValidationError."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.validate(content, SCHEMA, cls=jsonschema.Draft202012Validator, format_checker=checker)


def test_form_is_that_of_the_schema_and_holds_what_proves_it(
    folder: Path, claire: Participation, going_on: Recording, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "CLOSING_TIMEOUT_S", 0.0)
    consents.answer_consent(claire.pk, going_on.pk, "declined")
    consents.answer_consent(claire.pk, going_on.pk, "accepted")
    recording = actions.stop_recording(claire.pk)
    settings.JANUS_NODE = recording.parts.get().node
    path = write(folder, recording, claire.pk, after_s=62, suffix="-audio-0.mjr.tmp")
    recording.stopped_at = recording.started_at.replace(year=recording.started_at.year + 1)
    recording.save()
    start_us = int((recording.stopped_at.timestamp() - 60) * 1_000_000)
    frames = speech(50) + speech(50, sequence=150, timestamp=50 * 960 + 4000 * 48, arrival=5000)
    path.write_bytes(mjr_file(frames, header={"t": "a", "c": "opus", "s": 1, "u": start_us})[:-3])
    recordings.collect(recording)
    recording.refresh_from_db()
    content = json.loads(storage.get_range(recording.manifest_key, 0, 1_000_000))
    check(content)
    [track] = content["tracks"]
    assert track["consents"] == list(
        recording.consents.filter(participation=claire).order_by("pk").values_list("pk", flat=True)
    )
    assert len(track["consents"]) == 3
    assert track["recovered"]
    [hole] = track["heard"]["holes"]
    assert (hole["start"], hole["end"], hole["why"]) == (
        pytest.approx(1, abs=0.03),
        pytest.approx(5, abs=0.03),
        "missing",
    )
    assert track["sha256"] == storage.sha256_of(track["key"])
    assert content["software"] == {"visio": settings.VISIO_VERSION}
    assert re.fullmatch(r"\d+\.\d+\.\d+", settings.VISIO_VERSION)
    assert content["stop_reason"] == "asked"
    assert claire.display_name.split()[0] not in json.dumps(content)


def test_schema_knows_every_state_and_reason() -> None:
    properties = SCHEMA["properties"]
    reasons = {value for name, value in vars(StopReason).items() if name.isupper()}
    assert set(properties["stop_reason"]["enum"]) == reasons | {""}
    states = set(properties["parts"]["items"]["properties"]["state"]["enum"])
    assert states == set(RecordingPart.State.values) - {RecordingPart.State.PENDING}
    assert properties["format"] == {"const": manifest.FORMAT}


def test_schema_refuses_what_is_not_a_manifest(stopped: Recording) -> None:
    RecordingPart.objects.update(state=RecordingPart.State.COLLECTED)
    content = manifest.describe(stopped)
    check(json.loads(json.dumps(content)))
    with pytest.raises(jsonschema.ValidationError):
        check({**content, "names": ["Claire"]})


def test_clock_that_stood_still_is_told_of_the_track(
    folder: Path, claire: Participation, stopped: Recording, settings: Any
) -> None:
    settings.JANUS_NODE = stopped.parts.get().node
    path = write(folder, stopped, claire.pk)
    header = {"t": "a", "c": "opus", "s": 1, "u": int((stopped.started_at.timestamp() + 1) * 1_000_000)}
    frames = speech(50) + [(4000 + arrival, frame) for arrival, frame in speech(200)[50:]]
    path.write_bytes(mjr_file(frames, header=header))
    recordings.collect(stopped)
    track = stopped.tracks.get()
    assert track.duration == pytest.approx(8.0, abs=0.03)
    assert [hole["why"] for hole in track.heard["holes"]] == ["frozen"]


def test_silence_of_a_muted_browser_is_counted(
    folder: Path, claire: Participation, stopped: Recording, settings: Any
) -> None:
    settings.JANUS_NODE = stopped.parts.get().node
    path = write(folder, stopped, claire.pk)
    header = {"t": "a", "c": "opus", "s": 1, "u": int((stopped.started_at.timestamp() + 1) * 1_000_000)}
    path.write_bytes(mjr_file([(20 * n, rtp(n, 960 * n, b"\xf8\xff\xfe")) for n in range(100)], header=header))
    recordings.collect(stopped)
    assert stopped.tracks.get().heard["empty"] == 100
