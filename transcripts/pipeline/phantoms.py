"""Sentences that nobody said: what recognisers make up of noise, silence and their own habits."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum

from transcripts.pipeline.hearing import Passage, is_sound
from transcripts.pipeline.speech import Word

NO_SPEECH = 0.6
IMPROBABLE_IN_SILENCE = -1.0  # mean log probability of the tokens: Whisper's own threshold
IMPROBABLE = -1.5
DOUBTFUL_NO_SPEECH, DOUBTFUL = 0.3, -0.5
MOST_REPETITIVE = 2.4  # length over compressed length: Whisper's own threshold
MOST_ALIKE = 2  # passages in a row with the same words
# Times that so many words may follow themselves: « oui oui oui » is said, « le budget le budget le budget » is not.
_MOST_TIMES = {1: 6, 2: 4, 3: 2, 4: 2, 5: 2, 6: 2, 7: 2, 8: 2}


class Reason(StrEnum):
    """Why a line, or a part of one, is not in the minutes."""

    NO_SPEECH = "no-speech"
    IMPROBABLE = "improbable"
    REPEATED = "repeated"
    BOILERPLATE = "boilerplate"
    OUTSIDE_SPEECH = "outside-speech"
    UNSOUND = "unsound"
    CROSS_TALK = "cross-talk"
    BACKGROUND = "background"


# From the subtitles that recognisers learned from. Nobody says these in a meeting: dropped however sure the engine is.
_CREDITS = re.compile(
    r"sous titr(es?|age) (realises?|faits?|fournis?|par|societe|st|mfp|fr)\b"
    r"|sous titres? .*amara org|(la )?societe radio canada$|(la )?communaute d ?amara"
    r"|n oubliez pas (de vous abonner|de liker)|abonnez vous a (la|ma|cette|notre) chaine"
    r"|merci d avoir (regarde|visionne)( (cette|la|ma|notre|nos) videos?)?$"
    r"|subtitles? (by|created|made|edited)|captions? by|translated by|transcription by"
    r"|(please )?(like and )?subscribe( to (my|our|the) channel)?$|don t forget to (like|subscribe)"
    r"|(thanks|thank you)( so much)? for watching"
)
# What people do say: dropped only where the engine doubts that anybody spoke.
_FILLERS = frozenset(
    (
        *("merci", "merci a tous", "merci beaucoup", "au revoir", "a bientot", "bonne journee", "hum", "euh"),
        *("musique", "applaudissements", "rires", "silence", "generique", "music", "applause", "laughter"),
        *("thank you", "thanks", "thank you very much", "bye", "bye bye", "you", "okay", "so"),
    )
)


def sift(passages: Sequence[Passage], seconds: float) -> tuple[list[Passage], Counter[Reason]]:
    """What was said, of the passages of one window of `seconds`; and the count of what was dropped, by reason."""
    kept: list[Passage] = []
    dropped: Counter[Reason] = Counter()
    for passage in passages:
        sound = tuple(word for word in passage.words if is_sound(word, seconds))
        dropped[Reason.UNSOUND] += len(sound) < len(passage.words)
        short, is_cut = _without_loops(sound)
        said = replace(passage, words=short)
        reason = _reason(said, kept) if short else None
        if reason is not None:
            dropped[reason] += 1
        elif short:
            dropped[Reason.REPEATED] += is_cut
            kept.append(said)
    return kept, +dropped


def plain(text: str) -> str:
    """Letters and figures alone, without case or accents, one space between words."""
    folded = unicodedata.normalize("NFKD", text.lower())
    return " ".join("".join(letter if letter.isalnum() else " " for letter in folded if not _is_accent(letter)).split())


def _is_accent(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn"


def _reason(passage: Passage, before: Sequence[Passage]) -> Reason | None:
    text = plain(passage.text)
    if _CREDITS.match(text) or (text in _FILLERS and _is_doubtful(passage)):
        return Reason.BOILERPLATE
    if passage.no_speech > NO_SPEECH and not passage.log_probability >= IMPROBABLE_IN_SILENCE:
        return Reason.NO_SPEECH
    if not passage.log_probability >= IMPROBABLE:  # so written that NaN is improbable
        return Reason.IMPROBABLE
    if compression_ratio(text) > MOST_REPETITIVE:
        return Reason.REPEATED
    alike = [plain(other.text) == text for other in before[-MOST_ALIKE:]]
    return Reason.REPEATED if len(alike) == MOST_ALIKE and all(alike) else None


def _is_doubtful(passage: Passage) -> bool:
    return not (passage.no_speech <= DOUBTFUL_NO_SPEECH and passage.log_probability >= DOUBTFUL)


def compression_ratio(text: str) -> float:
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def _without_loops(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], bool]:
    """Words that go round in a circle, once; and whether there were any."""
    texts = [plain(word.text) for word in words]
    cut = {number for start, end in _loops(texts) for number in range(start, end)}
    return tuple(word for number, word in enumerate(words) if number not in cut), bool(cut)


def _loops(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """[start, end) of what comes after the first of too many equal groups of words."""
    start = 0
    while start < len(texts):
        for size, most in _MOST_TIMES.items():
            times = 1
            while texts[start + times * size : start + (times + 1) * size] == texts[start : start + size]:
                times += 1
            if times > most:
                yield start + size, start + times * size
                start += times * size - 1
                break
        start += 1
