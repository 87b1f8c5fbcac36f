"""A voice of which is known when each of its samples was said, and finding it again in what was kept."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.browsers.participant import Participant
from bench.voices import espeak
from bench.voices.espeak import Voice

RATE_HZ = 16_000
NEAR_S = 5.0
BEGIN_S = 3.0  # of the page's clock
Samples = NDArray[np.float32]

# In the place of the microphone: a loop, begun with the page. `sent` says what has left the browser when: one that has
# too much to do keeps sound waiting for a second, which is no fault of whoever receives it.
MICROPHONE = """
(() => {
  const bytes = Uint8Array.from(atob("@voice@"), (letter) => letter.charCodeAt(0));
  const samples = new Int16Array(bytes.buffer);
  const context = new AudioContext({ sampleRate: @rate@ });
  const buffer = context.createBuffer(1, samples.length, @rate@);
  buffer.copyToChannel(Float32Array.from(samples, (sample) => sample / 32768), 0);
  const source = new AudioBufferSourceNode(context, { buffer, loop: true });
  source.start(@begin@); // later than a busy page needs to hand this over: from then on the clock tells the place
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    if (!wanted.audio) return stream;
    const mouth = context.createMediaStreamDestination();
    source.connect(mouth);
    return new MediaStream([...mouth.stream.getAudioTracks(), ...stream.getVideoTracks()]);
  };
  window.sent = [];
  const look = async () => {
    for (const connection of window.__connections ?? []) {
      if (connection.connectionState !== "connected") continue;
      for (const { sender } of connection.getTransceivers()) {
        if (sender.track?.kind !== "audio") continue;
        const found = [...(await sender.getStats()).values()];
        const said = found.find(({ type }) => type === "media-source")?.totalSamplesDuration;
        const left = found.find(({ type }) => type === "outbound-rtp")?.packetsSent;
        const now = (performance.timeOrigin + performance.now()) / 1000;
        if (said && left) window.sent.push([now, context.currentTime, said, left * 0.02]);
      }
    }
  };
  setInterval(look, 250);
})();
"""


@dataclass
class Speaker:
    """`heard`: for each of their pages, (Unix time, second of the loop that left the browser then), as it saw it: by
    the packets that left, and by its clock.
    """

    samples: Samples
    heard: list[list[tuple[float, float, float]]] = field(default_factory=list)
    waited_s: float = 0.0  # the longest that sound has waited in their browser, above what is usual there

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE_HZ

    async def give(self, person: Participant) -> None:
        """Before any page of theirs is opened."""
        voice = (self.samples * 32767).astype("<i2").tobytes()
        script = (
            MICROPHONE.replace("@voice@", base64.b64encode(voice).decode())
            .replace("@rate@", str(RATE_HZ))
            .replace("@begin@", str(BEGIN_S))
        )
        await person.context.add_init_script(script)

    async def listen(self, person: Participant) -> None:
        """Before the page is left: its clocks go with it. The moment with least to wait says how they stand.

        Where a page has too much to do, its sound is late between loop and microphone, unknown to its clock, or
        has a hole there, which its packets do not know. Where it has not, both say the same.
        """
        sent = await person.page.evaluate("window.sent ?? []")
        if sent:
            begun = min(second - said for _, second, said, _ in sent)
            waits = [said - left for _, _, said, left in sent]
            least = min(waits)
            self.waited_s = max(self.waited_s, max(waits) - least)
            by_packets = [begun + least + left - BEGIN_S for _, _, _, left in sent]
            by_clock = [second - BEGIN_S - (said - left - least) for _, second, said, left in sent]
            self.heard.append(list(zip([row[0] for row in sent], by_packets, by_clock, strict=True)))

    def places_at(self, moment: float) -> list[float]:
        """Of the loop, in seconds, as it left at that Unix time: by packets, and by the clock. A page that is busy sees
        them late, and never early: of those that are near, the one that is furthest on is right.
        """
        page = min(self.heard, key=lambda seen: min(abs(at - moment) for at, *_ in seen))
        near = [(packets - at, clock - at) for at, packets, clock in page if abs(at - moment) <= NEAR_S]
        return [(moment + max(each)) % self.seconds for each in zip(*near, strict=True)]


def speak(voice: Voice, *sentences: str) -> Speaker:
    """These sentences without a pause, in turn and again."""
    spoken = [espeak.synthesiser().say(sentence, voice).samples for sentence in sentences]
    whole = np.concatenate(spoken).astype(np.float32) / 65536
    places = np.arange(0, len(whole) / espeak.RATE_HZ, 1 / RATE_HZ)
    return Speaker(np.interp(places, np.arange(len(whole)) / espeak.RATE_HZ, whole).astype(np.float32))


def decode(content: bytes) -> Samples:
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", "pipe:0", "-f", "f32le", "-ac", "1", "-ar"]
    done = subprocess.run([*command, str(RATE_HZ), "pipe:1"], input=content, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.float32)


@dataclass(frozen=True)
class Found:
    """`likeness` is 1 for the same sound and about 0 for another; `place` is where in the loop, in seconds."""

    likeness: float
    place: float


def find(piece: Samples, speaker: Speaker) -> Found:
    """Where the loop goes on as `piece` does: a normalised correlation at every place."""
    loop = np.tile(speaker.samples, 2 + len(piece) // len(speaker.samples))
    size = 1 << (len(loop) + len(piece)).bit_length()
    spectrum: NDArray[Any] = np.fft.rfft(loop, size) * np.conj(np.fft.rfft(piece, size))
    products = np.fft.irfft(spectrum, size)[: len(speaker.samples)]
    energy = np.concatenate([[0.0], np.cumsum(np.square(loop, dtype=np.float64))])
    energies = energy[len(piece) : len(piece) + len(products)] - energy[: len(products)]
    norm = np.sqrt(energies * np.sum(np.square(piece, dtype=np.float64))) + 1e-9
    likeness = np.abs(products) / norm
    best = int(np.argmax(likeness))
    return Found(float(likeness[best]), best / RATE_HZ)


def distance(one: float, other: float, loop: float) -> float:
    """In seconds, signed, the short way round."""
    return (one - other + loop / 2) % loop - loop / 2
