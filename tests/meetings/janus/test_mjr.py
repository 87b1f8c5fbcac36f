from __future__ import annotations

import io
import itertools
import json
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.janus import mjr, opus
from meetings.janus.mjr import NotARecording, Packet

TONE = b"\x78" + b"\x11" * 40  # CELT, 20 ms, one frame; its content does not matter here
MS = 48  # samples


def mjr_file(packets: list[tuple[int, bytes]], *, header: dict[str, object] | None = None) -> bytes:
    head = json.dumps(header or {"t": "a", "c": "opus", "s": 1_000_000, "u": 2_000_000}).encode()
    frames = b"".join(b"MEET" + struct.pack("!IH", arrival, len(rtp)) + rtp for arrival, rtp in packets)
    return b"MJR00002" + struct.pack("!H", len(head)) + head + frames


def rtp(sequence: int, timestamp: int, payload: bytes = TONE) -> bytes:
    return struct.pack("!BBHII", 0x80, 111, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, 7) + payload


def speech(count: int, *, sequence: int = 0, timestamp: int = 0, arrival: int = 0) -> list[tuple[int, bytes]]:
    return [(arrival + 20 * n, rtp(sequence + n, timestamp + 960 * n)) for n in range(count)]


def read(content: bytes) -> list[Packet]:
    file = io.BytesIO(content)
    mjr.read_header(file)
    return list(mjr.read_packets(file))


def seconds(content: bytes) -> float:
    return sum(placed.samples for placed in opus.place(read(content))) / opus.CLOCK_HZ


def silent_before(content: bytes, index: int) -> float:
    """Seconds of inserted silence before the packet number `index`."""
    silence = spoken = 0
    for placed in opus.place(read(content)):
        if placed.data == opus.SILENCE:
            silence += placed.samples
        elif spoken == index:
            return silence / opus.CLOCK_HZ
        else:
            spoken += 1
    raise AssertionError("no such packet")


def test_header_says_when_the_first_packet_was_written() -> None:
    header = mjr.read_header(io.BytesIO(mjr_file([])))
    assert (header.kind, header.codec, header.first_frame_us) == ("audio", "opus", 2_000_000)


def test_sequence_and_timestamp_go_on_past_their_wrap() -> None:
    packets = read(mjr_file(speech(10, sequence=65_530, timestamp=2**32 - 3000)))
    assert [b.sequence - a.sequence for a, b in itertools.pairwise(packets)] == [1] * 9
    assert [b.timestamp - a.timestamp for a, b in itertools.pairwise(packets)] == [960] * 9


def test_packets_out_of_order_are_put_back_and_duplicates_dropped() -> None:
    frames = speech(6)
    frames[2], frames[3] = frames[3], frames[2]
    packets = read(mjr_file([*frames, frames[4]]))
    assert [packet.sequence - packets[0].sequence for packet in packets] == [0, 1, 2, 3, 4, 5]


def test_file_cut_anywhere_gives_what_is_before_the_cut() -> None:
    content = mjr_file(speech(5))
    whole = len(read(content))
    assert [len(read(content[: len(content) - cut])) for cut in (1, 60, 70)] == [whole - 1, whole - 1, whole - 2]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MJR00001\x00\x02{}",
        b"MJR00002\x00",
        b"MJR00002\x00\x02{}",
        b"MJR00002\x00\x02[]",
        mjr_file([], header={"t": "x", "c": "opus", "s": 1}),
        mjr_file([], header={"t": ["a"], "c": "opus", "s": 1}),
    ],
)
def test_file_without_a_readable_header_is_no_recording(content: bytes) -> None:
    with pytest.raises(NotARecording):
        mjr.read_header(io.BytesIO(content))


@given(st.binary(max_size=400))
def test_no_content_makes_the_reader_fail_in_another_way(content: bytes) -> None:
    file = io.BytesIO(mjr_file([]) + content)
    mjr.read_header(file)
    assert sum(placed.samples for placed in opus.place(mjr.read_packets(file))) >= 0


def test_speech_without_a_hole_lasts_as_long_as_it_took() -> None:
    assert seconds(mjr_file(speech(100))) == pytest.approx(2.0)


def test_lost_packets_become_silence() -> None:
    frames = speech(100)
    assert seconds(mjr_file(frames[:40] + frames[60:])) == pytest.approx(2.0)


def test_speech_after_a_mute_stays_at_its_time() -> None:
    after = speech(50, sequence=50, timestamp=50 * 960 + 4000 * MS, arrival=5000)
    assert silent_before(mjr_file(speech(50) + after), 50) == pytest.approx(4.0, abs=0.03)


def test_clock_that_stood_still_is_put_right_by_the_arrival() -> None:
    """A laptop that slept for 4 s: its RTP clock goes on as if nothing had happened."""
    after = speech(200, sequence=50, timestamp=50 * 960, arrival=5000)
    assert silent_before(mjr_file(speech(50) + after), 50) == pytest.approx(4.0, abs=0.03)


def test_network_that_stalled_and_caught_up_moves_nothing() -> None:
    stalled = [(2000, frame) for _, frame in speech(100)[50:]]
    frames = speech(50) + stalled + speech(100, sequence=100, timestamp=100 * 960, arrival=2000)
    assert seconds(mjr_file(frames)) == pytest.approx(4.0, abs=0.05)


def test_clock_that_leaps_ahead_can_not_ask_for_days_of_silence() -> None:
    leaping = [(20 * n, rtp(n, n * 2**28)) for n in range(60)]
    assert seconds(mjr_file(leaping)) < 3


@pytest.mark.parametrize("step", [1, 48, 960, 5760], ids=lambda step: f"clock steps by {step}")
def test_packets_that_come_faster_than_they_last_can_not_ask_for_minutes_of_track(step: int) -> None:
    longest = b"\x1b\x02" + b"\x11" * 40  # SILK, two frames of 60 ms
    assert opus.duration_samples(longest) == opus.MAX_PACKET_SAMPLES
    assert seconds(mjr_file([(n, rtp(n, n * step, longest)) for n in range(1000)])) < 2


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        (b"\xf8\xff\xfe", 960), (b"\x78", 960), (b"\x08", 960), (b"\x18\x00", 2880), (b"\x79\x00", 1920),
        (b"\x7b\x03", 2880), (b"\x7b", 0), (b"\x1b\x3f", 0), (b"\x78" + b"\0" * 1500, 0),
    ],
)  # fmt: skip
def test_duration_of_a_packet_is_in_its_first_bytes(packet: bytes, samples: int) -> None:
    assert opus.duration_samples(packet) == samples


def test_ogg_file_is_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "track.opus"
    with path.open("wb") as file:
        assert opus.write_ogg(file, (opus.Placed(960, opus.SILENCE) for _ in range(500))) == pytest.approx(10.0)
    command = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name:format=duration", "-of", "json", str(path)]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert answer["streams"][0]["codec_name"] == "opus"
    assert float(answer["format"]["duration"]) == pytest.approx(10.0, abs=0.05)
    decoded = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-"], capture_output=True, check=True
    )
    assert decoded.stderr == b""
