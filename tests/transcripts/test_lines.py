from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from tests.cast import make_minutes, make_participation, make_track
from tests.transcripts.conftest import Held
from transcripts.lines import attribute, writable
from transcripts.models import Segment, Transcription
from transcripts.pipeline.speech import Utterance, Word


def said(speaker: str, start: float, text: str = "oui") -> Utterance:
    return Utterance(start, start + 1, speaker, text, (Word(start, start + 1, text),))


def test_line_carries_the_person_of_its_track_and_how_sure_we_are(held: Held) -> None:
    guest = make_track(make_participation(held.meeting, "Une Invitée"), held.recording)
    lines = attribute([said(str(held.claire.pk), 1), said(str(guest.pk), 2)], [held.claire, guest])
    assert [(line.speaker_name, line.assurance, line.voice) for line in lines] == [
        ("Claire Fontaine", "verified", None),
        ("Une Invitée", "declared", None),
    ]


def test_voices_of_two_tracks_of_one_microphone_are_not_taken_for_the_same(held: Held, chen: User) -> None:
    room = make_participation(held.meeting, chen, shared_microphone=True)
    first, second = make_track(room, held.recording), make_track(room, held.recording)
    room.shared_microphone = False  # they came back without it: what was recorded stays what it was
    room.save()
    keys = [f"{first.pk}#1", f"{first.pk}#2", f"{first.pk}#1", f"{second.pk}#1", f"{second.pk}"]
    lines = attribute([said(key, number) for number, key in enumerate(keys)], [first, second])
    assert [line.voice for line in lines] == [1, 2, 1, 3, None]
    assert [line.assurance for line in lines] == ["shared-microphone"] * 4 + ["unknown"]


def test_line_without_a_readable_sign_is_left_out(held: Held) -> None:
    key = str(held.claire.pk)
    assert attribute([said(key, 1, "\x00 \x1b"), said(key, 2, "oui")], [held.claire])[0].text == "oui"


@given(st.text(st.characters(codec=None)))
def test_whatever_was_written_becomes_one_storable_line(text: str) -> None:
    line = writable(text)
    line.encode()  # no lone surrogate
    assert "\x00" not in line
    assert line == " ".join(line.split())
    assert writable(line) == line


@given(st.text(max_size=60))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_sentence_can_be_stored(held: Held, text: str) -> None:
    Transcription.objects.all().delete()
    make_minutes(held.recording, [(held.claire, 1.0, text)])
    assert [segment.text for segment in Segment.objects.all()] == [writable(text)] * bool(writable(text))
