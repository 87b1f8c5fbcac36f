"""Draw and mix a recording, in a process of its own: `python -m meetings.pictures.render script.json`.

Pictures are compared, scaled and pasted one after the other, and what is coded is written in fragments: memory does not
grow with the length. It prints the share that is done, once a second. What it reads was sent by strangers' browsers:
see `sandbox`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from meetings.pictures.decoding import SAMPLE_RATE, Picture, Samples, Sound
from meetings.pictures.drawing import Canvas
from meetings.pictures.layouts import HEIGHT, WIDTH, Tile
from meetings.pictures.scenes import Scene
from meetings.pictures.script import RATE, Script, read

CODECS: dict[str, tuple[str, dict[str, str], str, dict[str, str]]] = {
    "mp4": ("libx264", {"preset": "veryfast", "crf": "26"}, "aac", {"movflags": "frag_keyframe+delay_moov"}),
    "webm": ("libvpx", {"deadline": "realtime", "cpu-used": "8"}, "libopus", {}),
}
KEY_EVERY = 2 * RATE  # so that a player finds a second quickly
WEBM_BPS, SOUND_BPS = 1_200_000, 96_000
KNEE = 0.7  # of full scale; louder sums are bent, not cut
SAMPLES_A_FRAME = SAMPLE_RATE // RATE
REPORT_EVERY_S = 1.0


def render(script: Script) -> Iterator[float]:
    """Yields the share that is done, after each picture."""
    if script.container == "webm":
        yield from _code(script, script.output)
        return
    fragments = f"{script.output}.fragments"
    yield from _code(script, fragments)
    yield from _join(fragments, script.output)
    Path(fragments).unlink()


def _code(script: Script, path: str) -> Iterator[float]:
    video_codec, video_options, audio_codec, options = CODECS[script.container]
    with av.open(path, "w", format=script.container, options=options) as output:
        video: Any = output.add_stream(video_codec, rate=RATE, options=video_options)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.gop_size = KEY_EVERY
        video.thread_type = "FRAME"  # the next picture is drawn while this one is coded
        if script.container == "webm":
            video.bit_rate = WEBM_BPS
        audio: Any = output.add_stream(audio_codec, rate=SAMPLE_RATE)
        audio.layout, audio.bit_rate = "mono", SOUND_BPS
        drawing, mixing = Drawing(script), Mixing(script)
        total = max(1, int(script.duration * RATE))
        for number in range(total):
            output.mux(video.encode(_video_frame(drawing.at(number / RATE), number)))
            output.mux(audio.encode(_audio_frame(mixing.next(), number, script.container)))
            yield (number + 1) / total
        output.mux(video.encode(None))
        output.mux(audio.encode(None))


def _join(fragments: str, path: str) -> Iterator[float]:
    """As a file with one index, at its head, which editors and old players want. The index takes 160 bytes a packet: it
    is made when the encoder's memory is free again.
    """
    with av.open(fragments) as coded, av.open(path, "w", format="mp4", options={"movflags": "+faststart"}) as output:
        streams = [output.add_stream_from_template(stream) for stream in coded.streams]
        for packet in coded.demux():
            if packet.dts is not None:  # the end of a stream has none
                packet.stream = streams[packet.stream.index]
                output.mux(packet)
                yield 1.0


class Drawing:
    """The picture at one time after the other."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._canvas = Canvas.empty()
        self._scene: Scene | None = None
        self._coming = list(reversed(script.scenes))
        self._pictures = sorted(script.pictures, key=lambda file: -file.start)  # the next one last
        self._open: list[Picture] = []
        self._drawn: dict[Tile, Picture | None] = {}

    def at(self, at: float) -> Canvas:
        is_new = False
        while self._coming and self._coming[-1].start <= at:
            self._scene, is_new = self._coming.pop(), True
        if is_new:
            self._canvas, self._drawn = Canvas.empty(), {}
        self._open_until(at)
        moved = {id(picture) for picture in self._open if picture.advance(at)}
        for tile in self._scene.tiles if self._scene else ():
            self._draw(tile, at, moved)
        return self._canvas

    def _draw(self, tile: Tile, at: float, moved: set[int]) -> None:
        picture = self._picture_of(tile, at)
        if tile in self._drawn and self._drawn[tile] is picture and id(picture) not in moved:
            return
        self._drawn[tile] = picture
        face = self._script.faces[tile.person]
        if picture:
            self._canvas.paste(tile, picture.scaled(tile.width, tile.height, whole=tile.source == "screen"))
        else:
            self._canvas.placeholder(tile, face)
        self._canvas.name(tile, face)
        tiles = self._scene.tiles if self._scene else ()
        for other in tiles[tiles.index(tile) + 1 :]:  # what lies in a corner of it is drawn again
            if _covers(tile, other):
                self._drawn.pop(other, None)

    def _picture_of(self, tile: Tile, at: float) -> Picture | None:
        for picture in reversed(self._open):
            file = picture.file
            if (file.person, file.source) == (tile.person, tile.source) and picture.frame and picture.is_shown(at):
                return picture
        return None

    def _open_until(self, at: float) -> None:
        while self._pictures and self._pictures[-1].start <= at:
            self._open.append(Picture(self._pictures.pop()))
        for picture in [each for each in self._open if each.file.start + each.file.duration < at]:
            picture.close()
            self._open.remove(picture)


def _covers(tile: Tile, other: Tile) -> bool:
    across = tile.x < other.x + other.width and other.x < tile.x + tile.width
    return across and tile.y < other.y + other.height and other.y < tile.y + tile.height


class Mixing:
    """All sound together, a picture's length after the other."""

    def __init__(self, script: Script) -> None:
        self._coming = sorted(script.sounds, key=lambda file: -file.start)
        self._open: list[Sound] = []
        self._place = 0

    def next(self) -> Samples:
        mix = np.zeros(SAMPLES_A_FRAME, np.float32)
        end_s = (self._place + SAMPLES_A_FRAME) / SAMPLE_RATE
        while self._coming and self._coming[-1].start < end_s:
            self._open.append(Sound(self._coming.pop()))
        for sound in list(self._open):
            sound.add_to(mix, self._place)
            if sound.file.start + sound.file.duration + 1 < end_s:
                sound.close()
                self._open.remove(sound)
        self._place += SAMPLES_A_FRAME
        loud = np.abs(mix) > KNEE
        mix[loud] = np.sign(mix[loud]) * (KNEE + (1 - KNEE) * np.tanh((np.abs(mix[loud]) - KNEE) / (1 - KNEE)))
        return mix


def _video_frame(canvas: Canvas, number: int) -> Any:
    flat = np.concatenate([plane.reshape(-1, WIDTH) for plane in canvas.planes])
    frame: Any = av.VideoFrame.from_ndarray(flat, format="yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, RATE)
    return frame


def _audio_frame(mix: Samples, number: int, container: str) -> Any:
    shape = mix.reshape(1, -1)
    frame: Any = av.AudioFrame.from_ndarray(shape, format="fltp" if container == "mp4" else "flt", layout="mono")
    frame.sample_rate, frame.pts = SAMPLE_RATE, number * SAMPLES_A_FRAME
    frame.time_base = Fraction(1, SAMPLE_RATE)
    return frame


def main(path: Path) -> None:
    told = 0.0
    for share in render(read(path)):
        if time.monotonic() - told >= REPORT_EVERY_S:
            told = time.monotonic()
            print(f"{share:.4f}", flush=True)  # noqa: T201 -- read by who has started this


if __name__ == "__main__":
    main(Path(sys.argv[1]))
