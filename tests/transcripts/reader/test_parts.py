"""Long minutes come part after part: every line once, wherever one begins to read."""

from __future__ import annotations

from dataclasses import replace

from meetings.models import UnrecordedSpeech
from tests.cast import make_agent
from tests.transcripts.conftest import Held
from tests.transcripts.corrections.conftest import lines_of
from tests.transcripts.reader.conftest import COUNT
from transcripts.corrections import actions as corrections
from transcripts.models import Transcription
from transcripts.reader.parts import LINES, Asked, Part, read_part
from transcripts.reader.speakers import voice_of

FROM_THE_BEGINNING = Asked()


def texts(part: Part) -> list[str]:
    return [row.line.text for row in part.rows]


def read_all(minutes: Transcription, first: Asked) -> list[str]:
    """As the page does: what follows, then what comes before."""
    part = read_part(minutes, first)
    found, edge = texts(part), part.previous
    while part.following is not None:
        part = read_part(minutes, replace(first, seconds=None, after=part.following))
        found += texts(part)
    while edge is not None:
        part = read_part(minutes, replace(first, seconds=None, before=edge))
        found, edge = texts(part) + found, part.previous
    return found


def test_every_line_comes_once_from_wherever_one_begins(long: Transcription) -> None:
    every = [f"Phrase {place}." for place in range(COUNT)]
    assert len(read_part(long, FROM_THE_BEGINNING).rows) == LINES
    for seconds in (None, 0.0, 500.0, 899.0, 10_000.0):
        assert read_all(long, Asked(seconds=seconds)) == every
    assert texts(read_part(long, Asked(whole=True))) == every


def test_part_of_a_second_holds_its_line_and_what_led_to_it(long: Transcription) -> None:
    found = texts(read_part(long, Asked(seconds=500.0)))
    assert found.index("Phrase 250.") == 5


def test_lines_of_one_voice_come_alone(long: Transcription) -> None:
    second = lines_of(long)[1].pk
    found = read_all(long, Asked(voice=voice_of(long, second)))
    assert found == [f"Phrase {place}." for place in range(1, COUNT, 2)]
    assert voice_of(long, 999_999_999) is None


def test_pieces_of_a_split_line_stay_together(long: Transcription) -> None:
    claire = make_agent("claire")
    last = lines_of(long)[LINES - 1]
    corrections.split(long, last.pk, 0, "Phrase", "coupée", actor=claire)
    part = read_part(long, FROM_THE_BEGINNING)
    assert read_all(long, FROM_THE_BEGINNING)[LINES - 1 : LINES + 2] == ["Phrase", "coupée", f"Phrase {LINES}."]
    assert part.following == last.index


def test_speech_off_the_record_stands_in_one_part(long: Transcription, held: Held) -> None:
    for start in (100.0, 401.0, 700.0):
        UnrecordedSpeech.objects.create(recording=held.recording, start=start, end=start + 2)
    found = read_all(long, FROM_THE_BEGINNING)
    assert [text[0] for text in found if not text.startswith("Phrase")] == ["["] * 3
    assert len(found) == COUNT + 3
