"""Names that Zoom, Teams and Webex wrote down."""

from __future__ import annotations

import pytest

from transcripts.pipeline.names.attendance import Attendee, read_attendance
from transcripts.pipeline.names.subtitles import Cue, read_subtitles
from transcripts.pipeline.names.text import LARGEST_BYTES, Unreadable, clean_name, decode
from transcripts.pipeline.names.voices import name_voices
from transcripts.pipeline.speech import Word

ZOOM = """WEBVTT

1
00:00:01.000 --> 00:00:04.000
Claire Fontaine: Bonjour à tous.

2
00:00:05.000 --> 00:00:06.500
J.-P. Martin (DINUM): Bonjour.

3
00:00:07.000 --> 00:00:08.000
et voilà la suite
"""
TEAMS = """WEBVTT

3f2a/12-0
00:00:01.000 --> 00:00:04.000
<v Claire Fontaine>Bonjour &amp; bienvenue.</v>

0:0:5.0 --> 0:0:6.500
<v.loud J&#39;han O&#39;Neil>Il y a 3 points : le budget.</v>
"""
WEBEX = """WEBVTT

1 "Claire Fontaine" (3355443)
00:00:01.000 --> 00:00:04.000
Attention : la séance est ouverte.

2 "Bilal Mercier" (3355444)
00:00:05.000 --> 00:00:06.500
Bonjour.
"""


def test_the_speakers_of_zoom_are_before_a_colon() -> None:
    assert read_subtitles(ZOOM) == [Cue(1.0, 4.0, "Claire Fontaine"), Cue(5.0, 6.5, "J.-P. Martin (DINUM)")]


def test_the_speakers_of_teams_are_voices() -> None:
    assert read_subtitles(TEAMS) == [Cue(1.0, 4.0, "Claire Fontaine"), Cue(5.0, 6.5, "J'han O'Neil")]


def test_the_speakers_of_webex_are_in_the_identifiers() -> None:
    assert read_subtitles(WEBEX) == [Cue(1.0, 4.0, "Claire Fontaine"), Cue(5.0, 6.5, "Bilal Mercier")]


@pytest.mark.parametrize(
    "line",
    [
        "Je vous le dis comme je le pense depuis hier : non.",
        "Bonjour. Premier point: le budget",
        "https://visio.example",
        "<v >Bonjour</v>",
        "12:30",
    ],
)
def test_a_sentence_with_a_colon_is_no_name(line: str) -> None:
    assert read_subtitles(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{line}\n") == []


@pytest.mark.parametrize(
    "times", ["00:00:04.000 --> 00:00:01.000", "x --> y", "1:2:3:4 --> 5:6:7:8", "-1 --> 2", "nan --> 3"]
)
def test_a_cue_without_sound_times_is_left_out(times: str) -> None:
    assert read_subtitles(f"WEBVTT\n\n{times}\n<v Claire>Bonjour</v>\n") == []


@pytest.mark.parametrize("text", ["", "1\n00:00:01,000 --> 00:00:02,000\nClaire: Bonjour", "<html>"])
def test_what_is_not_webvtt_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_subtitles(text)


def test_a_name_is_one_line_of_what_can_be_shown() -> None:
    assert clean_name("  Claire\u0000\u202e\n Fontaine ") == "Claire Fontaine"
    assert clean_name("12 / 3") == ""
    assert len(clean_name("a" * 1_000)) == 120


def test_text_comes_in_the_encodings_that_products_use() -> None:
    for data in ("Hélène".encode(), "Hélène".encode("utf-8-sig"), "Hélène".encode("utf-16"), "Hélène".encode("cp1252")):
        assert decode(data) == "Hélène"
    with pytest.raises(Unreadable):
        decode(b" " * (LARGEST_BYTES + 1))


ZOOM_LIST = """Meeting ID,Topic,Start Time
123,Comité,11/25/2026 09:00:00 AM

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Claire Fontaine (claire),claire@agents.example,11/25/2026 09:00:00 AM,11/25/2026 09:30:00 AM,30,No
"Martin, Paul (Guest)",,11/25/2026 09:05:00 AM,11/25/2026 09:10:00 AM,5,Yes
Claire Fontaine (claire),claire@agents.example,11/25/2026 09:40:00 AM,11/25/2026 10:00:00 AM,20,No
"""
TEAMS_LIST = """1. Résumé
Titre de la réunion\tComité

2. Participants
Nom\tPremière participation\tDernier départ\tDurée\tE-mail
Claire Fontaine\t25/11/2026 09:00:00\t25/11/2026 10:00:00\t1h\tclaire@agents.example
Bilal Mercier (Externe)\t25/11/2026 09:02:30\t25/11/2026 09:58:00\t55 min\tbilal@agents.example

3. Activités pendant la réunion
Nom\tHeure d’arrivée\tHeure de départ
Claire Fontaine\t25/11/2026 09:00:00\t25/11/2026 10:00:00
"""
WEBEX_LIST = """"Meeting Name"\t"Display Name"\t"Attendee Email"\t"Join Time"\t"Leave Time"
"Comité"\t"Claire Fontaine"\t"claire@agents.example"\t"2026-11-25 09:00:00"\t"2026-11-25 10:00:00"
"""


def test_the_list_of_zoom_joins_comings_and_goings() -> None:
    assert read_attendance(ZOOM_LIST) == [
        Attendee("Claire Fontaine", 0.0, 3600.0),
        Attendee("Martin, Paul", 300.0, 600.0),
    ]


def test_the_list_of_teams_is_read_through_its_tables() -> None:
    assert read_attendance(TEAMS_LIST) == [
        Attendee("Claire Fontaine", 0.0, 3600.0),
        Attendee("Bilal Mercier", 150.0, 3480.0),
    ]


def test_the_list_of_webex_is_in_tabs_and_quotes() -> None:
    assert read_attendance(WEBEX_LIST) == [Attendee("Claire Fontaine", 0.0, 3600.0)]


def test_a_list_without_times_is_a_list_of_names() -> None:
    assert read_attendance("Nom;Courriel\nClaire Fontaine;\n;\n") == [Attendee("Claire Fontaine")]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "Name,Email\n,\n"])
def test_a_file_without_names_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_attendance(text)


def say(voice: str, start: float, seconds: float) -> list[Word]:
    return [Word(start + n * 0.5, start + n * 0.5 + 0.4, "mot", voice) for n in range(round(seconds * 2))]


CUES = [Cue(0.0, 10.0, "Claire"), Cue(10.0, 20.0, "Bilal"), Cue(20.0, 30.0, "Claire")]


def test_a_voice_has_the_name_under_which_it_speaks() -> None:
    words = say("1", 0.5, 9) + say("2", 10.2, 9) + say("1", 20.5, 9)
    assert name_voices(words, CUES) == {"1": "Claire", "2": "Bilal"}


def test_two_voices_may_be_one_person() -> None:
    assert name_voices(say("1", 0.5, 9) + say("3", 20.5, 9), CUES) == {"1": "Claire", "3": "Claire"}


def test_a_voice_that_speaks_under_several_names_has_none() -> None:
    assert name_voices(say("1", 5.0, 10), CUES) == {}


def test_a_voice_heard_for_an_instant_or_outside_has_none() -> None:
    assert name_voices(say("1", 0.5, 1) + say("2", 40.0, 9), CUES) == {}
