"""What a forked process must not wait for."""

from __future__ import annotations

import os
import select
import signal

import av
import numpy as np

from tests.forking import fork


def leave_a_filter_as_garbage() -> None:
    """With threads of its own, in a circle that only the collector ends."""
    resampler = av.AudioResampler("flt", "mono", 24_000)
    frame = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.int16), format="s16", layout="mono")
    frame.sample_rate = 48_000
    resampler.resample(frame)
    circle: list[object] = [resampler]
    circle.append(circle)


def test_child_ends_though_its_parent_left_a_filter_as_garbage() -> None:
    leave_a_filter_as_garbage()
    child = fork()
    if child == 0:
        circles: list[list[int]] = [[] for _ in range(200_000)]  # enough for the collector to come by
        os._exit(len(circles) != 200_000)
    ended, _, _ = select.select([os.pidfd_open(child)], [], [], 20)
    if not ended:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert status == 0
