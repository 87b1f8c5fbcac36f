"""SubRip: the subtitles that every player reads. It knows no voices, and so names stand before the words."""

from __future__ import annotations

from transcripts.exports.document import Document
from transcripts.exports.outline import said
from transcripts.exports.wording import colon, how_it_was_made
from transcripts.minutes import Spoken, Unrecorded

_TELL_S = 4.0  # the statement is read at the end, as credits are


def write(document: Document) -> bytes:
    lines = list(document.lines())
    end = max((line.end for line in lines), default=0.0)
    cues = [(line.start, line.end, _words(document, line)) for line in lines]
    cues.append((end, end + _TELL_S, harmless(how_it_was_made(document))))
    return "\n\n".join(_cue(number, *cue) for number, cue in enumerate(cues, 1)).encode() + b"\n"


def _cue(number: int, start: float, end: float, words: str) -> str:
    return f"{number}\n{_time(start)} --> {_time(max(end, start + 0.001))}\n{words}"


def _words(document: Document, line: Spoken | Unrecorded) -> str:
    shown = said(document, line)
    return harmless(f"{shown.speaker}{colon()}{shown.text}" if shown.speaker else shown.text)


def harmless(text: str) -> str:
    """Players take tags and braces for layout, and an arrow for the times of a cue; none has an escape for them."""
    swapped = text.translate(str.maketrans("<>{}", "‹›()"))
    return swapped or " "  # a cue of nothing would end its block


def _time(seconds: float) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02},{milliseconds % 1000:03}"
