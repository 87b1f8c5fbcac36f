"""Our own small binding of libespeak-ng: a sentence in, its audio and the times of its words out."""

from __future__ import annotations

import ctypes
import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 22_050

# speak_lib.h of espeak-ng 1.51
_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_PHONEME_EVENTS = 0x0001
_INITIALIZE_DONT_EXIT = 0x8000
_EVENT_LIST_END, _EVENT_WORD, _EVENT_PHONEME = 0, 1, 7
_PARAMETER_RATE, _PARAMETER_PITCH, _PARAMETER_RANGE = 1, 3, 4
_CHARS_UTF8 = 1
_PITCH_RANGE = 50


class EspeakUnavailable(Exception):
    """libespeak-ng is not installed (Debian: libespeak-ng1, espeak-ng-data), or knows no such voice."""


@dataclass(frozen=True, slots=True)
class Voice:
    """`name` is a language of espeak-ng's with a variant; `rate` is in words a minute, `pitch` runs from 0 to 99."""

    name: str
    rate: int = 165
    pitch: int = 50


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """Seconds from the start of the sentence's audio."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Speech:
    """`samples` is mono, 16 bits, at RATE_HZ. `phonemes`: name and start in seconds; those of pauses begin by « _ »."""

    samples: NDArray[np.int16]
    words: tuple[SpokenWord, ...]
    phonemes: tuple[tuple[str, float], ...]


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Synthesiser:
    """One per process: the library keeps its voice and its callback in globals."""

    def __init__(self) -> None:
        try:
            self._library = ctypes.CDLL("libespeak-ng.so.1")
        except OSError as error:
            raise EspeakUnavailable("libespeak-ng.so.1") from error
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.POINTER(ctypes.c_uint),
            ctypes.c_void_p,
        ]
        options = _INITIALIZE_PHONEME_EVENTS | _INITIALIZE_DONT_EXIT
        if self._library.espeak_Initialize(_OUTPUT_SYNCHRONOUS, 0, None, options) != RATE_HZ:
            raise EspeakUnavailable("espeak-ng-data")
        self._callback = _Callback(self._received)  # kept: the library only holds a bare pointer to it
        self._library.espeak_SetSynthCallback(self._callback)
        self._chunks: list[NDArray[np.int16]] = []
        self._words: list[tuple[int, float]] = []
        self._phonemes: list[tuple[str, float]] = []

    def say(self, text: str, voice: Voice) -> Speech:
        """Raises EspeakUnavailable if the voice is not there, ValueError if the text gives no audio."""
        self._choose(voice)
        self._chunks, self._words, self._phonemes = [], [], []
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, 1, 0, _CHARS_UTF8, None, None)
        self._library.espeak_Synchronize()
        if not self._chunks or not self._words:
            raise ValueError("espeak-ng made no speech of this text")
        samples = np.concatenate(self._chunks)
        words = _time_words(text, self._words, self._phonemes, len(samples) / RATE_HZ)
        return Speech(samples, words, tuple(self._phonemes))

    def _choose(self, voice: Voice) -> None:
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise EspeakUnavailable(voice.name)
        settings = ((_PARAMETER_RATE, voice.rate), (_PARAMETER_PITCH, voice.pitch), (_PARAMETER_RANGE, _PITCH_RANGE))
        for parameter, value in settings:
            self._library.espeak_SetParameter(parameter, value, 0)

    def _received(self, samples: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
        if samples and count > 0:
            self._chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        for number in itertools.count():
            event = events[number]
            seconds = event.audio_position / 1000
            if event.type == _EVENT_LIST_END:
                return 0  # go on
            if event.type == _EVENT_WORD:
                self._words.append((event.text_position, seconds))
            elif event.type == _EVENT_PHONEME:
                self._phonemes.append((bytes(event.id.string).decode(errors="replace"), seconds))
        return 1


@functools.cache
def synthesiser() -> Synthesiser:
    return Synthesiser()


def _time_words(
    text: str, events: Sequence[tuple[int, float]], phonemes: Sequence[tuple[str, float]], length: float
) -> tuple[SpokenWord, ...]:
    """Cut `text` at its spaces and give each word its start and end.

    `events` are (place of the word's first character, counted from 1; seconds). A word ends where the next one
    starts, or where the pause before the next one starts. The French space before « ? » makes no word.
    """
    words, places = _words_of(text)
    starts = _starts(places, events, length)
    pauses = [
        (at, after) for (name, at), (_, after) in itertools.pairwise([*phonemes, ("", length)]) if name[:1] == "_"
    ]
    ends = [_end_before(start, following, pauses) for start, following in itertools.pairwise([*starts, length])]
    return tuple(SpokenWord(*times) for times in zip(starts, ends, words, strict=True))


def _words_of(text: str) -> tuple[list[str], list[int]]:
    """Words, with the place of each one's first character, counted from 1 as espeak-ng does."""
    words: list[str] = []
    places: list[int] = []
    place = 1
    for piece in text.split(" "):
        if any(character.isalnum() for character in piece):
            words.append(piece)
            places.append(place)
        elif words:
            words[-1] = f"{words[-1]} {piece}"
        place += len(piece) + 1
    return words, places


def _starts(places: Sequence[int], events: Sequence[tuple[int, float]], length: float) -> list[float]:
    """espeak-ng says some words in one (« 80 000 »): the second gets no event, and a start in between.

    An event that is later than that of a word after it (« tout le monde, nous ») is wrong, and counts for none.
    """
    known: dict[int, float] = {}
    for place, seconds in events:
        known.setdefault(int(np.searchsorted(places, place, "right")) - 1, seconds)
    numbers: list[int] = []
    for number in sorted((number for number in known if number >= 0), reverse=True):
        if not numbers or known[number] <= known[numbers[0]]:
            numbers.insert(0, number)
    knots = [*numbers, len(places)]
    return [float(start) for start in np.interp(range(len(places)), knots, [*(known[n] for n in numbers), length])]


def _end_before(start: float, following: float, pauses: Sequence[tuple[float, float]]) -> float:
    """Where a word that started at `start` ends, when the next one starts at `following`."""
    inside = [at for at, after in pauses if start + 0.02 < at < following and after >= following - 0.06]
    return min(inside, default=following)
