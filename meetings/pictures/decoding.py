"""Tracks, read as time goes on: a picture or a few milliseconds of each are in memory, never more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from meetings.pictures.script import File

SAMPLE_RATE = 48_000
BLACK, GREY = 16, 128  # of brightness; of colours
Samples = NDArray[np.float32]
Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


class Picture:
    """One track of a camera or a screen. What can't be decoded ends it."""

    def __init__(self, file: File) -> None:
        self.file = file
        self._container = av.open(file.path, format="matroska")
        self._frames = self._decode()
        self._next: Any = next(self._frames, None)
        self._scaler = VideoReformatter()
        self.frame: Any = None

    def is_shown(self, at: float) -> bool:
        place = at - self.file.start
        return 0 <= place < self.file.duration and not any(start < place < end for start, end in self.file.holes)

    def advance(self, at: float) -> bool:
        """Go on to `at`, in seconds of the recording; whether there is a new picture."""
        before = self.frame
        while self._next is not None and (self._next.time or 0.0) + self.file.start <= at + 1e-3:
            self.frame = self._next
            self._next = next(self._frames, None)
        return self.frame is not before

    def scaled(self, width: int, height: int, *, whole: bool) -> Planes:
        """Fitted into this size, or cut to fill it."""
        ratio = (min if whole else max)(width / self.frame.width, height / self.frame.height)
        size = (max(2, round(self.frame.width * ratio) // 2 * 2), max(2, round(self.frame.height * ratio) // 2 * 2))
        frame = self._scaler.reformat(self.frame, *size, format="yuv420p", threads=1)
        return _fit(frame, width, height)

    def close(self) -> None:
        self._container.close()

    def _decode(self) -> Iterator[Any]:
        stream = self._container.streams.video[0]
        stream.thread_type = "NONE"
        packets = self._container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                yield from packet.decode()
            except av.FFmpegError:  # one frame that a stranger's browser spoiled
                continue


def _fit(frame: Any, width: int, height: int) -> Planes:
    half = (width // 2, height // 2, GREY)
    planes = []
    for plane, (w, h, empty) in zip(frame.planes, [(width, height, BLACK), half, half], strict=True):
        pixels = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        target = np.full((h, w), empty, np.uint8)
        top, left = (h - plane.height) // 2, (w - plane.width) // 2
        cut = pixels[max(0, -top) : max(0, -top) + h, max(0, -left) : max(0, -left) + w]
        target[max(0, top) : max(0, top) + cut.shape[0], max(0, left) : max(0, left) + cut.shape[1]] = cut
        planes.append(target)
    return planes[0], planes[1], planes[2]


class Sound:
    """One track of a microphone."""

    def __init__(self, file: File) -> None:
        self.file = file
        self._container = av.open(file.path, format="ogg")
        self._blocks = self._decode()
        self._left: Samples = np.zeros(0, np.float32)
        self._place = round(file.start * SAMPLE_RATE)  # of what is left
        self._is_over = False

    def add_to(self, mix: Samples, start: int) -> None:
        """Add what is heard from sample `start` on."""
        end = start + len(mix)
        while not self._is_over and self._place + len(self._left) < end:
            block = next(self._blocks, None)
            if block is None:
                self._is_over = True
            else:
                self._left = np.concatenate([self._left, block])
        first, last = max(start, self._place), min(end, self._place + len(self._left))
        if first < last:
            mix[first - start : last - start] += self._left[first - self._place : last - self._place]
        gone = min(max(end - self._place, 0), len(self._left))
        self._left, self._place = self._left[gone:], self._place + gone

    def close(self) -> None:
        self._container.close()

    def _decode(self) -> Iterator[Samples]:
        """Opus is always 48 kHz; two channels become one."""
        packets = self._container.demux(self._container.streams.audio[0])
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                for frame in packet.decode():
                    yield _mean(frame)
            except av.FFmpegError:
                continue


def _mean(frame: Any) -> Samples:
    """Of its channels; it comes fifty times a second for each person."""
    first, *others = (np.frombuffer(plane, np.float32, frame.samples) for plane in frame.planes)
    return sum(others, first) / np.float32(1 + len(others))
