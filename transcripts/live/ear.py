"""One person's packets, in order: kept for a second, decoded only while the person is listened to. Knows no Django."""

from __future__ import annotations

import logging
from collections import deque
from fractions import Fraction

import av
import numpy as np

from transcripts.live.rtp import SILENCE, Packet
from transcripts.pipeline.audio import Waveform

logger = logging.getLogger(__name__)

RING_PACKETS = 50  # one second of packets of 20 ms: the first syllable is in it
LOUD_DB = 50  # below the loudest: a voice is louder
FIRST_LOUD, LAST_LOUD = 5, 25  # packets: of ten, to begin to speak; without one, to have ended (0.5 s)
WINDOW = 10
SPEECH_BYTES = 30  # of a payload, where the browser tells no level
RTP_RATE = 48_000
TIME_BASE = Fraction(1, RTP_RATE)
FRAME = 960  # samples at RTP_RATE of a packet
LONGEST_HOLE = 50  # packets: a longer one is a pause, not a loss
SEQUENCES = 1 << 16


class Decoder:
    """Opus to mono at `rate` Hz. What is missing becomes silence of the same length, so that words keep their times."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._codec = av.CodecContext.create("libopus" if "libopus" in av.codecs_available else "opus", "r")
        self._codec.sample_rate = RTP_RATE
        self._codec.layout = "mono"  # else it decodes twice as much, for the mean of both
        self._resampler = av.AudioResampler("flt", "mono", rate)
        self._next: int | None = None  # the timestamp after the last packet

    def decode(self, packet: Packet) -> Waveform:
        """Empty for a packet that is spoiled, or came too late."""
        missing = 0 if self._next is None else _after(packet.timestamp, self._next)
        if missing < 0:
            return np.zeros(0, np.float32)
        self._next = (packet.timestamp + FRAME) % (1 << 32)
        hole = np.zeros(min(missing // FRAME, LONGEST_HOLE) * FRAME * self._rate // RTP_RATE, np.float32)
        return np.concatenate([hole, *self._samples(packet)])

    def _samples(self, packet: Packet) -> list[Waveform]:
        try:
            frames = self._codec.decode(av.Packet(packet.payload))
        except av.FFmpegError as error:
            logger.info("packet not decoded: %s", type(error).__name__)
            return []
        found: list[Waveform] = []
        for frame in frames:
            frame.pts, frame.time_base = None, TIME_BASE
            found += [_waveform(part) for part in self._resampler.resample(frame)]
        return found


def _waveform(frame: av.AudioFrame) -> Waveform:
    """Its own memory, not a copy: it comes fifty times a second for each voice."""
    return np.frombuffer(memoryview(frame.planes[0]), np.float32, frame.samples)


def _after(timestamp: int, other: int) -> int:
    """Signed, over the wrap of 32 bits."""
    return (timestamp - other + (1 << 31)) % (1 << 32) - (1 << 31)


class Ear:
    """Whether somebody speaks, from levels alone; and their sound, from a second before somebody listened."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._ring: deque[Packet] = deque(maxlen=RING_PACKETS)
        self._loud: deque[bool] = deque(maxlen=WINDOW)
        self._quiet = LAST_LOUD  # packets since the last loud one
        self._decoder: Decoder | None = None
        self.speaks = False
        self.level = float(SILENCE)  # a slow mean, in dB below the loudest

    def hear(self, packet: Packet) -> Waveform | None:
        """The samples of this packet; None while nobody listens, and it is only kept."""
        self._notice(packet)
        if self._decoder:
            return self._decoder.decode(packet)
        self._ring.append(packet)
        return None

    def listen(self) -> Waveform:
        """From here on packets are decoded. Returns what was kept."""
        self._decoder = Decoder(self._rate)
        kept = sorted(self._ring, key=lambda packet: _after(packet.timestamp, self._ring[-1].timestamp))
        self._ring.clear()
        return np.concatenate([np.zeros(0, np.float32), *(self._decoder.decode(packet) for packet in kept)])

    def stop_listening(self) -> None:
        self._decoder = None

    @property
    def is_listened_to(self) -> bool:
        return self._decoder is not None

    def _notice(self, packet: Packet) -> None:
        level = packet.level if packet.level is not None else _guess(packet)
        self.level += 0.1 * (level - self.level)
        is_loud = level < LOUD_DB
        self._loud.append(is_loud)
        self._quiet = 0 if is_loud else self._quiet + 1
        if self.speaks:
            self.speaks = self._quiet < LAST_LOUD
        else:
            self.speaks = sum(self._loud) >= FIRST_LOUD


def _guess(packet: Packet) -> int:
    return 0 if len(packet.payload) > SPEECH_BYTES else SILENCE
