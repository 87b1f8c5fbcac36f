"""A composed video, decoded by another program: who is where, at which second, and what is heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from meetings.pictures import render
from meetings.pictures.scenes import Presence, scenes_of
from meetings.pictures.script import Face, File, Script
from meetings.pictures.turns import Lead
from tests.meetings.pictures.seeded import Look, look, opus, webm

SECONDS = 8.0
FACES = {
    "claire": Face("Claire Fontaine", "identité vérifiée", "CF"),
    "bilal": Face("Bilal Mercier", "identité vérifiée", "BM"),
    "guest": Face("Anne", "nom déclaré", "A"),
}
LEADS = [Lead("claire", 0.0), Lead("bilal", 4.0)]


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[File], list[File]]:
    """Sounds and pictures: Claire is red, Bilal lime from the 2nd second on, the guest has a voice alone."""
    folder = tmp_path_factory.mktemp("tracks")
    sounds = [
        File(str(opus(folder, 440, SECONDS, [(0, 4)])), "claire", 0.0, SECONDS),
        File(str(opus(folder, 880, SECONDS - 2, [(2, 6)])), "bilal", 2.0, SECONDS - 2),
    ]
    pictures = [
        File(str(webm(folder, "red", SECONDS)), "claire", 0.0, SECONDS, "camera"),
        File(str(webm(folder, "lime", SECONDS - 2)), "bilal", 2.0, SECONDS - 2, "camera", [(3.0, 5.0)]),
        File(str(webm(folder, "blue", 3, source="screen", size="640x480")), "bilal", 5.0, 3.0, "screen"),
    ]
    return sounds, pictures


def rendered(
    tracks: tuple[list[File], list[File]], folder: Path, layout: str, *, container: str = "mp4", screens: bool = False
) -> Look:
    people = [Presence("claire", 0, SECONDS), Presence("bilal", 2, SECONDS), Presence("guest", 0, SECONDS)]
    shared = [Presence("bilal", 5, SECONDS, "screen")] if screens else []
    path = folder / f"video.{container}"
    scenes = scenes_of(layout, people, shared, LEADS)
    script = Script(str(path), container, SECONDS, FACES, scenes, *tracks)
    shares = list(render.render(script))
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    return look(path)


@pytest.mark.parametrize("container", ["mp4", "webm"])
def test_who_speaks_is_large_and_the_others_are_in_the_strip(
    tracks: tuple[list[File], list[File]], tmp_path: Path, container: str
) -> None:
    seen = rendered(tracks, tmp_path, "speaker", container=container)
    assert len(seen.frames) == pytest.approx(SECONDS * 5, abs=1)
    assert seen.colour(1, 640, 280) == "red"  # Claire, large; the guest alone in the strip
    assert seen.colour(1, 640, 640) == "grey"
    assert seen.colour(4.5, 640, 280) == "lime"  # Bilal has the floor
    assert [seen.colour(4.5, 512 - 60, 600), seen.colour(4.5, 768 + 60, 600)] == ["red", "grey"]
    assert seen.colour(6, 640, 120) == "grey"  # his camera is off for two seconds
    assert seen.colour(7.5, 640, 280) == "lime"


def test_mp4_has_one_index_at_its_head_and_nothing_is_left_beside_it(
    tracks: tuple[list[File], list[File]], tmp_path: Path
) -> None:
    rendered(tracks, tmp_path, "speaker")
    (video,) = tmp_path.iterdir()
    assert [kind for kind in boxes(video.read_bytes()) if kind != "free"] == ["ftyp", "moov", "mdat"]


def boxes(content: bytes) -> list[str]:
    """Of ISO/IEC 14496-12, the outermost."""
    kinds, place = [], 0
    while place < len(content):
        kinds.append(content[place + 4 : place + 8].decode())
        place += int.from_bytes(content[place : place + 4], "big")
    return kinds


def test_sound_of_each_is_heard_when_they_spoke(tracks: tuple[list[File], list[File]], tmp_path: Path) -> None:
    seen = rendered(tracks, tmp_path, "speaker")
    assert seen.loudness(440, 0.5, 3.5) == pytest.approx(0.21, abs=0.03)  # two channels have 0.7 of one
    assert seen.loudness(440, 4.5, 7.5) < 0.005
    assert seen.loudness(880, 0.5, 3.5) < 0.005
    assert seen.loudness(880, 4.5, 7.5) == pytest.approx(0.21, abs=0.03)  # two channels have 0.7 of one


def test_everybody_has_a_place_of_one_size_in_the_grid(tracks: tuple[list[File], list[File]], tmp_path: Path) -> None:
    seen = rendered(tracks, tmp_path, "grid")
    assert [seen.colour(1, 320, 280), seen.colour(1, 960, 280)] == ["red", "grey"]
    assert [seen.colour(4.5, 320, 120), seen.colour(4.5, 960, 120), seen.colour(4.5, 400, 480)] == [
        "red",
        "lime",
        "grey",
    ]


def test_shared_screen_is_whole_and_who_speaks_is_in_a_corner_of_it(
    tracks: tuple[list[File], list[File]], tmp_path: Path
) -> None:
    seen = rendered(tracks, tmp_path, "share", screens=True)
    assert seen.colour(4.5, 640, 280) == "lime"  # nothing is shared yet
    assert seen.colour(7.5, 640, 300) == "blue"
    assert seen.colour(7.5, 60, 300) == "grey"  # 4:3, whole: the sides are empty
    assert seen.colour(7.5, 1280 - 16 - 128, 720 - 16 - 100) == "lime"


def test_name_and_assurance_are_burnt_in(tracks: tuple[list[File], list[File]], tmp_path: Path) -> None:
    seen = rendered(tracks, tmp_path, "speaker")
    label = seen.frames[5, 576 - 26 : 576 - 4, 128 + 8 : 128 + 300].astype(int)
    assert (label.min(axis=2) > 180).sum() > 300  # white letters over a red picture
