"""Word times of a corrected text, from those of the text before. Pure.

Words that stayed keep their times; words that were changed one for one take those of the words that they replace;
the others share the time between their neighbours, by their lengths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

MOST_COMPARED = 250_000  # pairs of words: comparing costs their product, and a page must answer


@dataclass(frozen=True, slots=True)
class TimedWord:
    """Seconds from the start of the recording."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class _Block:
    """Words `old[a:b]` became words `new[c:d]`."""

    a: int
    b: int
    c: int
    d: int
    is_same: bool


def realign(old: Sequence[TimedWord], text: str, start: float, end: float) -> list[TimedWord]:
    """The words of `text`, timed within [start, end]; times never go back."""
    before = [piece for word in old for piece in _pieces(word)]
    after = text.split()
    timed: list[TimedWord] = []
    for block in _blocks([word.text for word in before], after):
        if block.is_same or block.b - block.a == block.d - block.c:
            kept = zip(before[block.a : block.b], after[block.c : block.d], strict=True)
            timed += [TimedWord(word.start, word.end, fresh) for word, fresh in kept]
        else:
            since = timed[-1].end if timed else start
            until = before[block.b].start if block.b < len(before) else end
            timed += _spread(after[block.c : block.d], since, until)
    return list(_in_order(timed, start, end))


def _pieces(word: TimedWord) -> list[TimedWord]:
    """Recognisers may write several words under one time."""
    return _spread(word.text.split(), word.start, word.end)


def _spread(words: Sequence[str], start: float, end: float) -> list[TimedWord]:
    if len(words) == 1:
        return [TimedWord(start, max(start, end), words[0])]
    total = sum(map(len, words)) or 1
    reached, edges = 0, [start]
    for word in words:
        reached += len(word)
        edges.append(start + max(end - start, 0.0) * reached / total)
    return [TimedWord(a, b, word) for (a, b), word in zip(pairwise(edges), words, strict=True)]


def _blocks(before: Sequence[str], after: Sequence[str]) -> Iterator[_Block]:
    """Both ends are compared first: a correction changes a few words in the middle."""
    old, new = [word.casefold() for word in before], [word.casefold() for word in after]
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    yield _Block(0, head, 0, head, is_same=True)
    yield from _middle(old[head : len(old) - tail], new[head : len(new) - tail], head)
    yield _Block(len(old) - tail, len(old), len(new) - tail, len(new), is_same=True)


def _middle(old: Sequence[str], new: Sequence[str], at: int) -> Iterator[_Block]:
    if len(old) * len(new) > MOST_COMPARED:
        yield _Block(at, at + len(old), at, at + len(new), is_same=False)
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield _Block(at + a, at + b, at + c, at + d, is_same=tag == "equal")


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _in_order(words: Sequence[TimedWord], start: float, end: float) -> Iterator[TimedWord]:
    reached = start
    for word in words:
        begins = min(max(word.start, reached), end)
        reached = min(max(word.end, begins), end)
        yield TimedWord(begins, reached, word.text)
