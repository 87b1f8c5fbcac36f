"""A voice that goes on and on, and finding it again in what was kept."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.browsers.participant import Participant
from bench.voices import espeak
from bench.voices.espeak import Voice

RATE_HZ = 16_000
Samples = NDArray[np.float32]

# In the place of the microphone: a loop, begun with the page.
MICROPHONE = """
(() => {
  const bytes = Uint8Array.from(atob("@voice@"), (letter) => letter.charCodeAt(0));
  const samples = new Int16Array(bytes.buffer);
  const context = new AudioContext({ sampleRate: @rate@ });
  const buffer = context.createBuffer(1, samples.length, @rate@);
  buffer.copyToChannel(Float32Array.from(samples, (sample) => sample / 32768), 0);
  const source = new AudioBufferSourceNode(context, { buffer, loop: true });
  source.start();
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    if (!wanted.audio) return stream;
    const mouth = context.createMediaStreamDestination();
    source.connect(mouth);
    return new MediaStream([...mouth.stream.getAudioTracks(), ...stream.getVideoTracks()]);
  };
})();
"""


@dataclass
class Speaker:
    samples: Samples

    async def give(self, person: Participant) -> None:
        """Before any page of theirs is opened."""
        voice = (self.samples * 32767).astype("<i2").tobytes()
        script = MICROPHONE.replace("@voice@", base64.b64encode(voice).decode()).replace("@rate@", str(RATE_HZ))
        await person.context.add_init_script(script)


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
