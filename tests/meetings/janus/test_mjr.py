from __future__ import annotations

import io
import itertools
import json
import struct
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.janus import mjr, opus, placing
from meetings.janus.mjr import NotARecording, Packet, Packets

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
    return list(itertools.chain.from_iterable(mjr.read_packets(file)))


def placed(content: bytes, heard: placing.Heard | None = None, **options: float) -> Iterator[placing.Placed]:
    file = io.BytesIO(content)
    mjr.read_header(file)
    return placing.place(mjr.read_packets(file), heard or placing.Heard(), **options)


def seconds(content: bytes) -> float:
    return sum(samples for samples, _ in placed(content)) / placing.CLOCK_HZ


def silent_before(content: bytes, index: int) -> float:
    """Seconds of inserted silence before the packet number `index`."""
    silence = spoken = 0
    for one in placed(content):
        if one is placing.SILENCE:
            silence += one[0]
        elif spoken == index:
            return silence / placing.CLOCK_HZ
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


def test_file_cut_at_any_byte_gives_what_is_before_the_cut() -> None:
    frames = speech(5)
    content, head = mjr_file(frames), len(mjr_file([]))
    size = len(mjr_file(frames[:1])) - head
    for end in range(len(content) + 1):
        if end < head:
            with pytest.raises(NotARecording):
                read(content[:end])
        else:
            assert read(content[:end]) == read(content)[: (end - head) // size], end


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
        mjr_file([], header={"t": "a", "c": "opus", "u": -1}),
        mjr_file([], header={"t": "a", "c": "opus", "u": 10**400}),
        mjr_file([], header={"t": "a", "c": "opus", "u": float("inf")}),
        mjr_file([], header={"t": "a", "c": "opus", "u": float("nan")}),
        b"MJR00002\xff\xff" + b"[" * 65535,
    ],
)
def test_file_without_a_readable_header_is_no_recording(content: bytes) -> None:
    with pytest.raises(NotARecording):
        mjr.read_header(io.BytesIO(content))


def test_padding_extensions_and_sources_are_left_out_of_what_is_said() -> None:
    extended = struct.pack("!BBHII", 0xB1, 111, 0, 0, 7) + bytes(4) + struct.pack("!HH", 0xBEDE, 1) + bytes(4)
    [packet] = read(mjr_file([(0, extended + TONE + b"\0\0\3")]))
    assert packet.payload == TONE


@pytest.mark.parametrize("block_bytes", [1, 7, 61, 64, 67, 1000])
def test_blocks_in_which_the_file_is_read_do_not_show(monkeypatch: pytest.MonkeyPatch, block_bytes: int) -> None:
    frames = speech(400, sequence=65_300, timestamp=2**32 - 960 * 50)
    frames[90], frames[95] = frames[95], frames[90]
    content = mjr_file(frames[:200] + frames[210:])
    whole = read(content), list(placed(content))
    monkeypatch.setattr(mjr, "BLOCK_BYTES", block_bytes)
    assert (read(content), list(placed(content))) == whole
    assert [packet.sequence for packet in whole[0][:2]] == [65_300 + 65_536, 65_301 + 65_536]
    assert len(whole[0]) == 390


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / "file.mjr"
        path.write_bytes(mjr_file([(n, rtp(0 if n % 2 else n, 0, b"x" * 60_000)) for n in range(count)]))
        with path.open("rb") as file:
            mjr.read_header(file)
            tracemalloc.start()
            for _ in placing.place(mjr.read_packets(file), placing.Heard()):
                pass
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    assert peak(6000) < 1.2 * peak(2000) < 32 << 20  # 600 packets are looked ahead


@given(st.binary(max_size=400))
def test_no_content_makes_the_reader_fail_in_another_way(content: bytes) -> None:
    assert sum(samples for samples, _ in placed(mjr_file([]) + content)) >= 0


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


def found_at(frames: list[tuple[int, bytes]], last: bytes) -> float:
    """Seconds of the wall clock at which the packet `last` is placed: its track begins when `begun_ms` says."""
    content = mjr_file(frames)
    position = placing.begun_ms(Packets.of(read(content))) / 1000
    for samples, payload in placed(content):
        if payload == last:
            return position
        position += samples / placing.CLOCK_HZ
    raise AssertionError("not there")


@pytest.mark.parametrize("parts_in_a_million", [-300, -100, 100, 300])
def test_what_is_said_after_an_hour_is_at_its_time_by_whatever_sound_card(parts_in_a_million: int) -> None:
    """Its clock counts `parts_in_a_million` more samples in a second than ours; the network is late by up to 150 ms."""
    last = TONE + b"last"
    seconds_in_ours = 20 / 1000 / (1 + parts_in_a_million / 1_000_000)
    late = [0, 40, 7, 150, 3, 90]
    count = 3600 * 50
    frames = [
        (int(n * seconds_in_ours * 1000) + late[n % len(late)], rtp(n, 960 * n, last if n == count - 1 else TONE))
        for n in range(count)
    ]
    assert found_at(frames, last) == pytest.approx((count - 1) * seconds_in_ours, abs=0.04)


def test_track_is_not_late_because_its_first_packet_was() -> None:
    frames = [(200, rtp(0, 0)), *speech(100)[1:]]
    frames[1:12] = [(201, frame) for _, frame in frames[1:12]]  # the connection was not warm
    last = TONE + b"last"
    assert found_at([*frames, (2000, rtp(100, 96_000, last))], last) == pytest.approx(2.0, abs=0.02)


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
    assert placing.duration_samples(longest) == placing.MAX_PACKET_SAMPLES
    assert seconds(mjr_file([(n, rtp(n, n * step, longest)) for n in range(1000)])) < 2


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        (b"\xf8\xff\xfe", 960), (b"\x78", 960), (b"\x08", 960), (b"\x18\x00", 2880), (b"\x79\x00", 1920),
        (b"\x7b\x03", 2880), (b"\x7b", 0), (b"\x1b\x3f", 0), (b"\x78" + b"\0" * 1500, 0),
    ],
)  # fmt: skip
def test_duration_of_a_packet_is_in_its_first_bytes(packet: bytes, samples: int) -> None:
    assert placing.duration_samples(packet) == samples


def test_ogg_file_is_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "track.opus"
    with path.open("wb") as file:
        assert opus.write_ogg(file, [placing.SILENCE] * 500) == pytest.approx(10.0)
    command = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name:format=duration", "-of", "json", str(path)]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert answer["streams"][0]["codec_name"] == "opus"
    assert float(answer["format"]["duration"]) == pytest.approx(10.0, abs=0.05)
    decoded = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-"], capture_output=True, check=True
    )
    assert decoded.stderr == b""


def heard(frames: list[tuple[int, bytes]]) -> placing.Heard:
    heard = placing.Heard()
    for _ in placed(mjr_file(frames), heard):
        pass
    return heard


def test_hole_says_why_it_is_there() -> None:
    """Before 1 s and after 5 s; the packets between were sent and are missing, were not sent, or the sender slept."""
    before, ticks = speech(50), 4000 * MS
    missing = heard(before + speech(50, sequence=250, timestamp=50 * 960 + ticks, arrival=5000))
    stopped = heard(before + speech(50, sequence=50, timestamp=50 * 960 + ticks, arrival=5000))
    frozen = heard(before + speech(150, sequence=50, timestamp=50 * 960, arrival=5000))
    for found, why in ((missing, "missing"), (stopped, "stopped"), (frozen, "frozen")):
        [hole] = found.holes
        assert (hole.start, hole.end) == pytest.approx((1.0, 5.0), abs=0.03)
        assert hole.why == why
    assert [found.lost for found in (missing, stopped, frozen)] == [200, 0, 0]


def test_short_losses_are_counted_and_empty_packets_too() -> None:
    frames = speech(100)
    muted = [(20 * n, rtp(n, 960 * n, b"\xf8\xff\xfe")) for n in range(100, 150)]
    found = heard(frames[:40] + frames[45:] + muted)
    assert (found.packets, found.lost, found.empty, found.holes) == (145, 5, 50, [])


@pytest.mark.parametrize("place", [150, 199, 200, 201])
def test_numbers_that_are_missing_without_any_time_are_counted_wherever_blocks_begin(place: int) -> None:
    after = speech(400, sequence=place + 5, timestamp=place * 960, arrival=place * 20)
    found = heard(speech(place) + after)
    assert (found.packets, found.lost, found.holes) == (place + 400, 5, [])


def test_holes_that_are_told_are_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "MOST_HOLES", 3)
    found = heard([(1000 * n, rtp(n, 48_000 * n)) for n in range(11)])
    assert (len(found.holes), found.more_holes) == (3, 7)


def test_nothing_lasts_longer_than_the_recording() -> None:
    content = mjr_file([(0, rtp(0, 0)), (2**32 - 1, rtp(1, 960)), *speech(200, sequence=2, arrival=2**32 - 200_000)])
    assert sum(samples for samples, _ in placed(content, longest_s=60.0)) <= 60 * placing.CLOCK_HZ


def test_what_was_said_before_the_clock_leapt_is_kept() -> None:
    before, after = speech(200), speech(200, sequence=200, timestamp=200 * 960 + 2**28, arrival=4000)
    assert heard(before + after).packets == 400


@given(
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1)), max_size=60)
)
def test_no_clock_and_no_order_makes_it_fail_or_last_longer_than_allowed(packets: list[tuple[int, int, int]]) -> None:
    content = mjr_file([(arrival, rtp(sequence, timestamp)) for arrival, sequence, timestamp in packets])
    found = placing.Heard()
    total = sum(samples for samples, _ in placed(content, found, longest_s=30.0))
    assert total <= 30 * placing.CLOCK_HZ + placing.MAX_PACKET_SAMPLES
    assert found.packets + found.unusable <= len(packets)
