"""Compare lines with the truth: who spoke (DER), what was said (WER), whose words they are, and what nobody said.

pyannote.metrics and jiwer do the arithmetic.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from transcripts.pipeline.evaluation.reference import Reference, Said, turns_of
from transcripts.pipeline.speech import Turn

PHANTOM_MARGIN_S = 0.5  # a word nearer to speech is a word at a wrong time, not of nobody
SAME_WORD_S = 2.0  # an equal word further away is another one; references of lines spread their words


@dataclass(frozen=True, slots=True)
class Score:
    """Counts and seconds that add up over recordings; rates are of the sums, None where there is nothing to divide by.

    Diarization errors without collar, overlaps included. `named_words` are said words that were recognised at their
    time, and whose speaker the truth tells; `misnamed_words` of them have another's name, or none.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    speech_seconds: float = 0.0
    silence_seconds: float = 0.0
    missed_seconds: float = 0.0
    false_alarm_seconds: float = 0.0
    confused_seconds: float = 0.0
    said_words: int = 0
    wrong_words: int = 0
    named_words: int = 0
    misnamed_words: int = 0
    phantom_words: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def der(self) -> float | None:
        errors = self.missed_seconds + self.false_alarm_seconds + self.confused_seconds
        return _ratio(errors, self.speech_seconds)

    @property
    def wer(self) -> float | None:
        return _ratio(self.wrong_words, self.said_words)

    @property
    def attribution_error(self) -> float | None:
        return _ratio(self.misnamed_words, self.named_words)

    @property
    def phantoms_per_hour(self) -> float | None:
        """Of silence."""
        return _ratio(self.phantom_words, self.silence_seconds / 3600)

    @property
    def rtf(self) -> float | None:
        """Seconds of processor for a second of recording."""
        return _ratio(self.cpu_seconds, self.seconds)

    def rates(self) -> dict[str, float | None]:
        names = ("der", "wer", "attribution_error", "phantoms_per_hour", "rtf")
        return {name: _rounded(getattr(self, name)) for name in names}


def score(truth: Reference, heard: Sequence[Said], *, seconds: float, cpu_seconds: float = 0.0) -> Score:
    """`heard` have the names of the truth where a track has one person; other keys are voices to be matched."""
    mapping = _match_voices(truth, heard)
    named = [Said(word.start, word.end, word.text, mapping.get(word.speaker, word.speaker)) for word in heard]
    silence = seconds - _union(truth.turns)
    said_words, wrong_words, pairs = _align(truth.words, named)
    known = [(said, word) for said, word in pairs if said.speaker and _is_near(said, word)]
    return Score(
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        silence_seconds=max(silence, 0.0),
        said_words=said_words,
        wrong_words=wrong_words,
        named_words=len(known),
        misnamed_words=sum(said.speaker != word.speaker for said, word in known),
        phantom_words=sum(_is_phantom(word, truth.turns) for word in heard),
        **_diarization(truth, named),
    )


def plain_words(text: str) -> list[str]:
    """Words as WER compares them: without case, punctuation or the spaces inside numbers; accents stay."""
    lowered = unicodedata.normalize("NFC", text).lower()
    return "".join(letter if letter.isalnum() else " " for letter in lowered).split()


def _diarization(truth: Reference, heard: Sequence[Said]) -> dict[str, float]:
    from pyannote.metrics.diarization import DiarizationErrorRate

    if not all(turn.speaker for turn in truth.turns) or not truth.turns:
        return {}
    found = DiarizationErrorRate(collar=0.0, skip_overlap=False)(
        _annotation(truth.turns), _annotation(turns_of(heard)), uem=_everywhere(truth.turns, heard), detailed=True
    )
    return {
        "speech_seconds": float(found["total"]),
        "missed_seconds": float(found["missed detection"]),
        "false_alarm_seconds": float(found["false alarm"]),
        "confused_seconds": float(found["confusion"]),
    }


def _match_voices(truth: Reference, heard: Sequence[Said]) -> dict[str, str]:
    """Voices that bear no name of the truth, each to the person whom it overlaps most; the others are themselves."""
    from pyannote.metrics.diarization import DiarizationErrorRate

    names = {turn.speaker for turn in truth.turns}
    voices = [word for word in heard if word.speaker not in names]
    taken = names & {word.speaker for word in heard}
    free = [turn for turn in truth.turns if turn.speaker not in taken]
    if not voices or not free:
        return {}
    mapping = DiarizationErrorRate().optimal_mapping(_annotation(free), _annotation(turns_of(voices)))
    return {str(voice): str(name) for voice, name in mapping.items()}


def _align(truth: Sequence[Said], heard: Sequence[Said]) -> tuple[int, int, list[tuple[Said, Said]]]:
    """Words said, words wrong (changed, left out, added), and the pairs of equal words."""
    import jiwer

    said, found = list(_split(truth)), list(_split(heard))
    if not said:
        return 0, len(found), []
    if not found:
        return len(said), len(said), []
    done = jiwer.process_words(" ".join(text for text, _ in said), " ".join(text for text, _ in found))
    pairs = [
        (said[chunk.ref_start_idx + n][1], found[chunk.hyp_start_idx + n][1])
        for chunk in done.alignments[0]
        if chunk.type == "equal"
        for n in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]
    return len(said), done.substitutions + done.deletions + done.insertions, pairs


def _split(words: Iterable[Said]) -> Iterator[tuple[str, Said]]:
    """In the order in which they began."""
    for word in sorted(words, key=lambda word: (word.start, word.end)):
        for text in plain_words(word.text):
            yield text, word


def _is_near(said: Said, word: Said) -> bool:
    return word.start < said.end + SAME_WORD_S and word.end > said.start - SAME_WORD_S


def _is_phantom(word: Said, turns: Sequence[Turn]) -> bool:
    return all(word.end < turn.start - PHANTOM_MARGIN_S or word.start > turn.end + PHANTOM_MARGIN_S for turn in turns)


def _union(turns: Sequence[Turn]) -> float:
    """Seconds in which at least one person speaks."""
    total, reached = 0.0, 0.0
    for turn in sorted(turns, key=lambda turn: turn.start):
        total += max(0.0, turn.end - max(turn.start, reached))
        reached = max(reached, turn.end)
    return total


def _annotation(turns: Sequence[Turn]) -> Any:
    from pyannote.core import Annotation, Segment

    annotation = Annotation(uri="recording")
    for number, turn in enumerate(turns):
        annotation[Segment(turn.start, turn.end), number] = turn.speaker
    return annotation


def _everywhere(turns: Sequence[Turn], heard: Sequence[Said]) -> Any:
    from pyannote.core import Segment, Timeline

    last = max((*(turn.end for turn in turns), *(word.end for word in heard)), default=0.0)
    return Timeline([Segment(0.0, last)], uri="recording")


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
