"""Pictures that Janus wrote: kept where they were agreed to, placed by when they arrived, and readable by others."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path
from uuid import UUID

import pytest

from meetings import actions, consents, erasure, recordings, storage
from meetings.consents import Answer
from meetings.janus import mjr
from meetings.models import Participation, Purpose, Recording, Track
from meetings.recordings import pictures
from tests.fakes.pictures import picture_mjr, rtp_of, vp8_frames
from tests.meetings.test_recordings import begin
from tests.meetings.test_recordings import write as write_sound

BEGIN = 1_000.0


def converted(tmp_path: Path, packets: list[tuple[int, bytes]], **header: str) -> tuple[pictures.Picture | None, bytes]:
    path, target = tmp_path / "picture.mjr", io.BytesIO()
    path.write_bytes(picture_mjr(packets, first_frame_us=int((BEGIN + 2) * 1e6), **header))
    return pictures.convert(path, target, begin=BEGIN, end=BEGIN + 600), target.getvalue()


def frames_in(content: bytes) -> list[float]:
    """Times of the frames that ffmpeg decodes, in seconds; an error of the decoder is one of the test."""
    command = ["ffprobe", "-v", "error", "-f", "matroska", "-show_entries", "frame=pts_time", "-of", "json", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    assert not done.stderr
    return [float(frame["pts_time"]) for frame in json.loads(done.stdout)["frames"]]


def test_every_frame_is_decoded_at_its_time(tmp_path: Path) -> None:
    frames = vp8_frames("red", 2, folder=tmp_path)
    picture, content = converted(tmp_path, rtp_of(frames))
    assert picture
    assert (picture.kind, picture.start) == ("camera", 2.0)
    assert picture.duration == pytest.approx(2.0, abs=0.05)
    assert (picture.seen.frames, picture.seen.broken) == (50, 0)
    assert (picture.seen.width, picture.seen.height) == (320, 180)
    assert frames_in(content) == pytest.approx([n / 25 for n in range(50)], abs=0.002)


def test_same_file_makes_the_same_bytes(tmp_path: Path) -> None:
    packets = rtp_of(vp8_frames("red", 1, folder=tmp_path))
    assert converted(tmp_path, packets)[1] == converted(tmp_path, packets)[1]


def test_what_stands_still_while_the_clock_goes_on_is_placed_by_its_arrival(tmp_path: Path) -> None:
    packets = rtp_of(vp8_frames("red", 2, folder=tmp_path))
    half = len(packets) // 2
    late = [(arrival + 20_000, packet) for arrival, packet in packets[half:]]
    picture, content = converted(tmp_path, packets[:half] + late)
    assert picture
    assert frames_in(content)[-1] == pytest.approx(21.96, abs=0.3)
    [hole] = picture.seen.holes
    assert hole.start == pytest.approx(1.0, abs=0.1)
    assert hole.end == pytest.approx(21.0, abs=0.1)


def test_frame_of_which_a_packet_is_missing_is_left_out(tmp_path: Path) -> None:
    """The first one has several packets."""
    frames = vp8_frames("red", 1, folder=tmp_path)
    frames[0] = frames[0] + bytes(3000)  # padding that no decoder reads
    packets = rtp_of(frames)
    picture, _ = converted(tmp_path, packets[:1] + packets[2:])
    assert picture is None  # no key frame was whole: nothing can be shown
    picture, _ = converted(tmp_path, packets)
    assert picture
    assert picture.seen.frames == 25


@pytest.mark.parametrize("source", ["", "microphone", "../screen"])
def test_picture_that_no_name_of_ours_tells_is_not_kept(tmp_path: Path, source: str) -> None:
    with pytest.raises(mjr.NotARecording):
        converted(tmp_path, rtp_of(vp8_frames("red", 0.2, folder=tmp_path)), source=source)


def test_file_that_ends_anywhere_or_is_spoiled_never_stops_the_worker(tmp_path: Path) -> None:
    content = picture_mjr(rtp_of(vp8_frames("red", 1, folder=tmp_path)), first_frame_us=int(BEGIN * 1e6))
    path = tmp_path / "cut.mjr"
    for place in range(0, len(content), 37):
        spoiled = bytearray(content)
        spoiled[place] ^= 0xFF
        for bad in (content[:place], bytes(spoiled)):
            path.write_bytes(bad)
            try:
                pictures.convert(path, io.BytesIO(), begin=BEGIN - 1, end=BEGIN + 60)
            except mjr.NotARecording:
                continue


# With rows, a store, and what people answered


@pytest.fixture
def going_on(claire: Participation, bilal: Participation) -> Recording:
    """For a purpose that keeps pictures."""
    base = Purpose.objects.get(code="minutes", institution=None)
    base.pk, base.version, base.picture, base._state.adding = None, 2, True, True
    base.save()
    recording = begin(claire)
    recording.purpose = base
    recording.save()
    return recording


def agree(who: Participation, recording: Recording, *, picture: bool) -> None:
    consents.answer_consent(who.pk, recording.pk, Answer("accepted", transcript=True, picture=picture))


def write(
    folder: Path,
    recording: Recording,
    who: UUID,
    *,
    marks: str = ".pictures",
    source: str = "camera",
    after_s: float = 1,
) -> Path:
    begun_us = int((recording.started_at.timestamp() + after_s) * 1_000_000)
    path = folder / f"{recording.pk.hex}.{who.hex}.1.1{marks}-video-1.mjr"
    path.write_bytes(
        picture_mjr(rtp_of(vp8_frames("red", 1, folder=folder.parent)), first_frame_us=begun_us, source=source)
    )
    return path


@pytest.mark.parametrize("source", ["camera", "screen"])
def test_picture_that_was_agreed_to_is_stored_with_its_sum_and_its_place(
    folder: Path, claire: Participation, going_on: Recording, source: str
) -> None:
    agree(claire, going_on, picture=True)
    stopped = actions.stop_recording(claire.pk)
    write(folder, stopped, claire.pk, source=source)
    recordings.collect(stopped)
    track = Track.objects.get()
    assert track.kind == source
    assert track.start == pytest.approx(1.0)
    assert track.duration == pytest.approx(1.0, abs=0.05)
    assert storage.sha256_of(track.key) == track.sha256
    assert list(folder.iterdir()) == []
    stopped.refresh_from_db()
    manifest = json.loads(storage.get_range(stopped.manifest_key, 0, 100_000))
    assert [entry["kind"] for entry in manifest["tracks"]] == [source]


@pytest.mark.parametrize(
    ("answers", "marks"),
    [([False], ".pictures"), ([True, False], ".pictures"), ([False, True], ".pictures"), ([True], "")],
    ids=["sound only", "taken back", "agreed to after it was written", "begun without it"],
)
def test_picture_that_was_not_agreed_to_is_deleted(
    folder: Path, claire: Participation, going_on: Recording, answers: list[bool], marks: str
) -> None:
    for picture in answers:
        agree(claire, going_on, picture=picture)
    stopped = actions.stop_recording(claire.pk)
    write(folder, stopped, claire.pk, marks=marks)
    recordings.collect(stopped)
    assert list(folder.iterdir()) == []
    assert not Track.objects.exists()


def test_picture_taken_back_after_the_meeting_is_erased_and_the_sound_stays(
    folder: Path, claire: Participation, going_on: Recording
) -> None:
    agree(claire, going_on, picture=True)
    stopped = actions.stop_recording(claire.pk)
    write(folder, stopped, claire.pk)
    write_sound(folder, stopped, claire.pk)
    recordings.collect(stopped)
    picture = Track.objects.get(kind="camera")
    erasure.take_back(stopped, claire, only=erasure.Only.PICTURE, language="fr")
    erasure.erase_withdrawn(stopped)
    assert Track.objects.get().kind == "microphone"
    with pytest.raises(storage.StorageUnavailable):
        storage.sha256_of(picture.key)
