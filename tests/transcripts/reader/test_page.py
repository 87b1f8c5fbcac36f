"""The page of long minutes, its parts, the words of a line, the waveform, and who spoke how long."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from meetings.models import TrackLevels
from tests.cast import make_agent
from tests.transcripts.conftest import Held
from tests.transcripts.corrections.conftest import lines_of, minutes, shared
from transcripts import forgetting
from transcripts.corrections import actions as corrections
from transcripts.models import Segment, SpeakerAssurance, Transcription
from transcripts.reader.marks import EXPLAINED
from transcripts.reader.parts import LINES
from transcripts.reader.speakers import speakers_of
from transcripts.reader.wave import COLUMNS, peaks_of
from transcripts.reader.words import spans_of

__all__ = ["minutes", "shared"]


def get(client: Client, name: str, minutes: Transcription, *more: object, **query: str) -> Any:
    client.force_login(make_agent("claire"))
    return client.get(reverse(name, args=[minutes.recording_id, *more]), query, headers={"accept-language": "en"})


def test_page_of_long_minutes_shows_the_first_lines_and_leads_to_the_others(
    client: Client, long: Transcription
) -> None:
    page = get(client, "minutes", long).content.decode()
    assert page.count("data-start=") == LINES
    assert f'href="?apres={LINES - 1}#what-was-said"' in page
    assert "Lines before" not in page
    following = get(client, "minutes", long, apres=str(LINES - 1)).content.decode()
    assert "Phrase 200." in following
    assert f'href="?avant={LINES}#what-was-said"' in following
    assert get(client, "minutes", long, tout="").content.decode().count("data-start=") == 450


def test_page_costs_the_same_queries_however_long_the_minutes_are(
    client: Client, long: Transcription, held: Held
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("minutes", args=[long.recording_id]))
        return len(captured)

    get(client, "minutes", long)  # signs in
    queries()
    many = queries()
    Segment.objects.filter(index__gte=20).delete()
    assert many <= queries() + 1  # whether more follows
    assert many < 40


@pytest.mark.parametrize("typed", ["-1", "1e9", "x", "٣", "99999999999999999999", "nan", "inf", ""])
def test_addresses_that_make_no_sense_show_the_beginning(client: Client, long: Transcription, typed: str) -> None:
    for field in ("apres", "avant", "t", "voix"):
        for name in ("minutes", "minutes_lines"):
            answer = get(client, name, long, **{field: typed})
            assert answer.status_code == 200
            assert "Phrase" in answer.content.decode() or typed == "1e9"


def test_part_says_where_to_go_on(client: Client, long: Transcription) -> None:
    part = get(client, "minutes_lines", long, apres="199").content.decode()
    assert re.search(r'<ol data-part\s+data-previous="200"\s+data-following="399">', part)
    assert part.count("data-start=") == LINES


def test_speaking_time_is_counted_by_voice_and_leads_to_their_lines(client: Client, shared: Transcription) -> None:
    with override("en"):
        found = [(speaker.name, speaker.seconds, speaker.share) for speaker in speakers_of(shared)]
    assert sorted(found) == [("Bilal Mercier, voice 2", 4.0, 50), ("Claire Fontaine", 4.0, 50)]
    bilal = next(speaker for speaker in speakers_of(shared) if speaker.name.startswith("Bilal"))
    page = get(client, "minutes", shared, voix=str(bilal.line)).content.decode()
    assert "Only what Bilal Mercier, voice 2 said." in page
    assert page.count("data-start=") == 2


def test_words_are_where_the_text_says_them_and_when_the_track_plays_them(
    client: Client, minutes: Transcription, held: Held, claire: User
) -> None:
    line = lines_of(minutes)[1]
    corrections.correct(minutes, line.pk, 0, "👩‍🚀 Nous passons, nous.", actor=claire)
    line = lines_of(minutes)[1]
    answer = get(client, "minutes_words", minutes, line.pk).json()
    assert answer == {"revision": 1, "words": [list(span) for span in spans_of(line)]}
    text = line.text.encode("utf-16-le")
    assert [text[2 * a : 2 * b].decode("utf-16-le") for _start, _end, a, b in spans_of(line)] == line.text.split()
    assert spans_of(line)[0][0] == 0.0  # the track begins at 4 s of the recording
    assert all(start <= end for start, end, _a, _b in spans_of(line))


def test_words_that_the_line_does_not_say_are_passed_over(minutes: Transcription) -> None:
    line = lines_of(minutes)[0]
    line.words = [{"start": 2.0, "end": 3.0, "text": "absent"}, {"start": 3.0, "end": 4.0, "text": "budget"}]
    assert [(a, b) for _start, _end, a, b in spans_of(line)] == [(3, 9)]


def test_waveform_is_drawn_from_the_levels_of_who_agrees(client: Client, minutes: Transcription, held: Held) -> None:
    assert "data-seek" not in get(client, "minutes", minutes).content.decode()
    assert "v" not in get(client, "minutes_wave", minutes).content.decode().split('d="')[1].split('"')[0]
    TrackLevels.objects.create(track=held.bilal, step_ms=100, steps=bytes([0] * 10 + [255] * 10))
    assert "data-seek" in get(client, "minutes", minutes).content.decode()
    drawn = get(client, "minutes_wave", minutes)
    assert drawn["Content-Type"] == "image/svg+xml"
    assert "v48" in drawn.content.decode()


def test_peaks_stand_where_the_track_was_loud(held: Held) -> None:
    TrackLevels.objects.create(track=held.bilal, step_ms=100, steps=bytes([0] * 10 + [255] * 10 + [30] * 10))
    loud = [place for place, peak in enumerate(peaks_of([held.bilal], 60.0)) if peak]
    assert (loud[0], loud[-1], len(peaks_of([held.bilal], 60.0))) == (50, 59, COLUMNS)  # from 5 s to 6 s


def test_who_took_their_words_back_is_in_no_part_and_no_chart(client: Client, long: Transcription, held: Held) -> None:
    forgetting.forget(held.recording, held.bilal.participation)
    assert [speaker.name for speaker in speakers_of(long)] == ["Claire Fontaine"]
    assert "Phrase 1." not in get(client, "minutes", long, tout="").content.decode()


def test_marks_on_the_page_are_explained_and_each_has_a_picture(client: Client, shared: Transcription) -> None:
    page = get(client, "minutes", shared).content.decode()
    assert "one of several voices at one microphone" in page
    assert "what the guest said of themselves" not in page  # nobody here
    styles = "".join(file.read_text() for file in (settings.BASE_DIR / "static/css").glob("minutes*.css"))
    assert {mark for mark in SpeakerAssurance if f".mark--{mark}" not in styles} == set()
    assert set(EXPLAINED) == set(SpeakerAssurance)
