"""WebVTT: cues with voices. https://www.w3.org/TR/webvtt1/#webvtt-cue-voice-span"""

from __future__ import annotations

import html

from transcripts.exports.document import Document
from transcripts.exports.outline import said
from transcripts.exports.wording import held_on, statement
from transcripts.minutes import Spoken, Unrecorded


def write(document: Document) -> bytes:
    notes = (document.title, held_on(document), *statement(document))
    header = "\n".join(["WEBVTT", "", "NOTE", *(_escape(note) for note in notes if note)])
    return ("\n\n".join([header, *(_cue(document, line) for line in document.lines())]) + "\n").encode()


def _cue(document: Document, line: Spoken | Unrecorded) -> str:
    shown = said(document, line)
    end = max(line.end, line.start + 0.001)  # a cue that ends as it starts is thrown away
    voice = f"<v {_escape(shown.speaker)}>" if shown.speaker else ""
    return f"{_time(line.start)} --> {_time(end)}\n{voice}{_escape(shown.text)}"


def _escape(text: str) -> str:
    """`-->` and tags lose their meaning with their angles."""
    return html.escape(text, quote=False)


def _time(seconds: float) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"
