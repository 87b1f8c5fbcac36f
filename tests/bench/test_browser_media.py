"""What the browsers' statistics are read into, and when sound and pictures count as flowing."""

from __future__ import annotations

import pytest

from bench.browsers.media import Received, is_flowing, read_media


def test_statistics_are_kept_by_person_and_source() -> None:
    media = read_media(
        [
            {"name": "Claire", "source": "microphone", "bytes": 900, "frames": 0, "energy": 0.5, "lost": 1},
            {"name": "Claire", "source": "camera", "bytes": 5000, "frames": 12, "energy": 0, "lost": 0},
            {"name": "Bilal", "source": "camera", "bytes": 10, "frames": 1, "energy": 0, "lost": 0},
        ]
    )
    assert media["Claire"] == {"microphone": Received(900, 0, 0.5, 1), "camera": Received(5000, 12, 0.0, 0)}
    assert set(media) == {"Claire", "Bilal"}


@pytest.mark.parametrize(
    ("sound", "frames", "is_alive"),
    [
        pytest.param(1200, 20, True, id="both grow"),
        pytest.param(900, 20, False, id="the sound stands still"),
        pytest.param(1200, 12, False, id="bytes come and no picture is decoded"),
    ],
)
def test_media_flows_when_sound_and_pictures_both_grow(sound: int, frames: int, is_alive: bool) -> None:
    before = {"microphone": Received(900, 0, 0.5, 0), "camera": Received(5000, 12, 0.0, 0)}
    after = {"microphone": Received(sound, 0, 0.5, 0), "camera": Received(9000, frames, 0.0, 0)}
    assert is_flowing(before, after, "microphone", "camera") is is_alive


def test_what_never_came_does_not_flow() -> None:
    assert not is_flowing({}, {"microphone": Received(900, 0, 0.5, 0)}, "microphone", "camera")


def test_what_came_since_the_first_look_flows() -> None:
    assert is_flowing({}, {"camera": Received(900, 3, 0.0, 0)}, "camera")
