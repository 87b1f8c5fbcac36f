"""Pictures of one colour, as Janus writes them: VP8 in RTP, in an .mjr."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

from tests.meetings.janus.test_mjr import mjr_file

RATE = 25
TICKS = 90_000 // RATE
PAYLOAD_BYTES = 1000


def vp8_frames(colour: str, seconds: float, *, size: str = "320x180", folder: Path) -> list[bytes]:
    path = folder / f"{colour}-{size}-{seconds}.ivf"
    source = ["-f", "lavfi", "-i", f"color={colour}:size={size}:rate={RATE}:duration={seconds}"]
    coded = ["-c:v", "libvpx", "-g", str(RATE), "-b:v", "300k", "-deadline", "realtime", "-cpu-used", "8"]
    subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *source, *coded, path], check=True)
    return ivf_frames(path.read_bytes())


def ivf_frames(content: bytes) -> list[bytes]:
    frames, at = [], 32
    while at < len(content):
        (size,) = struct.unpack_from("<I", content, at)
        frames.append(content[at + 12 : at + 12 + size])
        at += 12 + size
    return frames


def rtp_of(frames: list[bytes], *, sequence: int = 65_500) -> list[tuple[int, bytes]]:
    """Pairs of arrival in milliseconds and packet; numbers run over 65535 soon."""
    packets = []
    for number, frame in enumerate(frames):
        for start in range(0, len(frame), PAYLOAD_BYTES):
            first = b"\x90" if start == 0 else b"\x80"
            is_last = start + PAYLOAD_BYTES >= len(frame)
            head = struct.pack(
                "!BBHII", 0x80, 96 | (0x80 if is_last else 0), sequence & 0xFFFF, (number * TICKS) & 0xFFFFFFFF, 9
            )
            payload = first + b"\x80" + bytes([number & 0x7F]) + frame[start : start + PAYLOAD_BYTES]
            packets.append((number * 1000 // RATE, head + payload))
            sequence += 1
    return packets


def picture_mjr(packets: list[tuple[int, bytes]], *, first_frame_us: int, source: str = "camera") -> bytes:
    header: dict[str, object] = {"t": "v", "c": "vp8", "s": 1, "u": first_frame_us, "d": source}
    return mjr_file(packets, header={name: value for name, value in header.items() if value != ""})
