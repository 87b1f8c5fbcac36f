"""Windows of sound as Whisper receives them: sentences of a recording in their order, pauses, noise, an end cut off."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.models.whisper.utterances import MELS, Pool, Recording, Utterance

SHORT, MIDDLE, WHOLE = 300, 600, 1500  # frames of 20 ms
SPEECHLESS = 0.08
_NOISE_FRAMES = 9000
_FLOOR = 1e-10
# Power of white noise in a band of the spectrogram, for samples of a root mean square of 1.
_WHITE = 3.75
_FAINTEST_DB, _LOUDEST_DB = -80.0, -12.0  # of noise without speech, of full scale
_CLEAREST_DB, _NOISIEST_DB = 45.0, 8.0  # of speech above its noise


@dataclass(frozen=True, slots=True)
class Said:
    """`start`: frame of the window."""

    start: int
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class Window:
    """`mel`: (2 * frames, MELS), normalised as by Whisper. `before`: what was said before it, in order.

    `cut`: the frame at which a sentence starts that goes on after the end.
    """

    mel: NDArray[np.float32]
    said: tuple[Said, ...]
    before: Recording
    cut: int | None
    cut_utterance: Utterance | None

    @property
    def frames(self) -> int:
        return len(self.mel) // 2

    @property
    def is_speechless(self) -> bool:
        return not self.said and self.cut is None

    def placed(self) -> tuple[Said, ...]:
        """With the sentence that is cut."""
        if self.cut is None or self.cut_utterance is None:
            return self.said
        return (*self.said, Said(self.cut, self.cut_utterance))


class WindowMaker:
    def __init__(self, pool: Pool, chance: random.Random) -> None:
        self._recordings, self._chance = pool.recordings, chance
        shape = np.linspace(1.2, 8, MELS)  # higher bands hold more bins, whose sum varies less
        draws = np.random.default_rng(chance.randrange(2**32)).gamma(shape, 1 / shape, (_NOISE_FRAMES, MELS))
        self._noise = draws.astype(np.float32)

    def make(self, frames: int) -> Window:
        chance = self._chance
        recording = chance.choice(self._recordings)
        first = chance.randrange(len(recording))
        if chance.random() < SPEECHLESS:
            power = np.full((2 * frames, MELS), _FLOOR, np.float32)
            self._add_noise(power, _WHITE * 10 ** (chance.uniform(_FAINTEST_DB, _LOUDEST_DB) / 10))
            return Window(self._normalise(power, 0), (), recording[:first], None, None)
        said, cut, cut_utterance = self._lay_out(recording[first:], frames)
        window = Window(np.empty((2 * frames, MELS), np.float32), said, recording[:first], cut, cut_utterance)
        power, last = self._sound(window)
        if chance.random() < 0.7:
            speech = float(power[: 2 * last].mean()) if last else 1e-3
            self._add_noise(power, speech * 10 ** (-chance.uniform(_NOISIEST_DB, _CLEAREST_DB) / 10))
        window.mel[:] = self._normalise(power, frames if cut is not None else last)
        return window

    def _lay_out(self, following: Recording, frames: int) -> tuple[tuple[Said, ...], int | None, Utterance | None]:
        """Only in whole windows is the last sentence cut, as in the middle of a recording; the first may be it."""
        chance = self._chance
        most = chance.choice((99, 99, 99, chance.randint(1, 8)) if frames == WHOLE else (1, 2, 99))
        said: list[Said] = []
        at = self._pause((0.5, 0.5, 1.0, 2.5))
        for utterance in following[:most]:
            if at + utterance.frames > frames:
                if frames == WHOLE and most == 99 and at < frames - 5:
                    return tuple(said), at, utterance
                break
            said.append(Said(at, utterance))
            at += utterance.frames + self._pause((0.7, 0.7, 1.5, 4.0))
        return tuple(said), None, None

    def _pause(self, longest_s: tuple[float, ...]) -> int:
        return int(50 * self._chance.uniform(0.1, self._chance.choice(longest_s)))

    def _sound(self, window: Window) -> tuple[NDArray[np.float32], int]:
        """Power, and the frame at which the last sentence ends. Loudness and colour vary by sentence."""
        chance, frames = self._chance, window.frames
        power = np.full((2 * frames, MELS), _FLOOR, np.float32)
        last = 0
        for said in window.placed():
            kept = min(said.utterance.frames, frames - said.start)
            colour = np.linspace(chance.uniform(-0.5, 0.5), chance.uniform(-0.5, 0.5), MELS, dtype=np.float32)
            mel = said.utterance.mel[: 2 * kept].astype(np.float32) + colour + chance.uniform(-0.6, 0.6)
            power[2 * said.start : 2 * (said.start + kept)] += 10**mel
            last = said.start + kept
        return power, last

    def _add_noise(self, power: NDArray[np.float32], level: float) -> None:
        """White, or darker."""
        first = self._chance.randrange(_NOISE_FRAMES)
        noise = self._noise[np.arange(first, first + len(power)) % _NOISE_FRAMES]
        power += level * noise * 10 ** np.linspace(self._chance.uniform(0, 1.5), 0, MELS, dtype=np.float32)

    def _normalise(self, power: NDArray[np.float32], last: int) -> NDArray[np.float32]:
        """As whisper.audio; the loudest sound of the recording may be elsewhere, and the recording end here."""
        chance, frames = self._chance, len(power) // 2
        logs = np.log10(power)
        end = frames if chance.random() < 0.3 else min(frames, max(last, 25) + self._pause((1.2,)))
        loudest = logs[: 2 * end].max() + max(0.0, chance.uniform(-0.5, 0.5))
        mel = (np.maximum(logs, loudest - 8) + 4) / 4
        if end < frames:  # transcribe pads the spectrogram by zeros, decode the sound
            mel[2 * end :] = 0.0 if chance.random() < 0.8 else mel.min()
        return np.asarray(mel, np.float32)
