"""The address of corrections: who may, what it answers, and what it makes of nonsense."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry, User
from tests.cast import make_agent, make_meeting, make_minutes, make_participation, make_recording, make_room, make_track
from tests.transcripts.conftest import Held
from tests.transcripts.corrections.conftest import SAID, ask, lines_of, texts_of
from transcripts.corrections.errors import NotUnderstood
from transcripts.corrections.protocol import parse
from transcripts.models import Edit, Segment, Transcription

HOSTILE = [
    "a\x00b",
    "𝄞 𐍈 🇫🇷",
    "\u202eabc\u202c",
    "é" * 10_000,
    "<script>alert(1)</script>",
    "]]>",
    "=cmd|' /C'!A0",
    "\ud800",
]


def test_correction_answers_with_the_line_as_the_page_shows_it(
    client: Client, minutes: Transcription, claire: User
) -> None:
    first, second, *_ = lines_of(minutes)
    status, answer = ask(client, minutes, claire, do="text", line=second.pk, revision=0, text="Point <b>trois</b>.")
    assert status == 200
    [line] = answer["lines"]
    assert (line["id"], line["revision"], line["after"], answer["removed"]) == (second.pk, 1, first.pk, [])
    assert "Point &lt;b&gt;trois&lt;/b&gt;." in line["html"]
    assert line["html"].startswith("<li")


def test_second_of_two_editors_gets_both_texts(
    client: Client, minutes: Transcription, claire: User, bilal: User
) -> None:
    line = lines_of(minutes)[0]
    ask(client, minutes, claire, do="text", line=line.pk, revision=0, text="De Claire.")
    status, answer = ask(client, minutes, bilal, do="text", line=line.pk, revision=0, text="De Bilal.")
    assert (status, answer["code"]) == (409, "changed-meanwhile")
    assert (answer["lines"][0]["text"], answer["lines"][0]["revision"]) == ("De Claire.", 1)
    assert texts_of(minutes)[0] == "De Claire."


def test_split_merge_speaker_remove_and_undo_go_through_the_door(
    client: Client, shared: Transcription, claire: User
) -> None:
    line = lines_of(shared)[1].pk
    _, answer = ask(client, shared, claire, do="split", line=line, revision=0, left="Nous", right="passons.")
    piece = answer["lines"][1]
    assert piece["after"] == line
    _, answer = ask(client, shared, claire, do="merge", line=piece["id"], revision=piece["revision"])
    assert answer["removed"] == [piece["id"]]
    _, answer = ask(client, shared, claire, do="speaker", line=line, revision=2, name="Mme Durand", everywhere=True)
    assert len(answer["lines"]) == 2
    assert "Attribu" in answer["lines"][0]["html"]
    _, answer = ask(client, shared, claire, do="undo", edit=answer["edit"])
    assert "Mme Durand" not in answer["lines"][0]["html"]
    status, answer = ask(client, shared, claire, do="remove", line=line, revision=4)
    assert (status, answer["removed"]) == (200, [line])


def test_replacement_is_shown_then_done_as_one_edit(client: Client, minutes: Transcription, claire: User) -> None:
    asked = {"find": "LE", "replace": "Ce", "whole_words": True, "match_case": False}
    _, answer = ask(client, minutes, claire, do="preview", **asked)
    assert [(found["before"], found["after"]) for found in answer["found"]] == [(SAID[0], "Ce budget est voté.")]
    lines = [[found["line"], found["revision"]] for found in answer["found"]]
    status, answer = ask(client, minutes, claire, do="replace", lines=lines, **asked)
    assert status == 200
    assert texts_of(minutes) == ["Ce budget est voté.", *SAID[1:]]
    assert Edit.objects.get().kind == "replace"
    ask(client, minutes, claire, do="undo", edit=answer["edit"])
    assert texts_of(minutes) == SAID


def test_replacement_over_a_line_that_changed_since_does_nothing(
    client: Client, minutes: Transcription, claire: User, bilal: User
) -> None:
    asked = {"find": "s", "replace": "z", "whole_words": False, "match_case": True}
    _, answer = ask(client, minutes, claire, do="preview", **asked)
    ask(client, minutes, bilal, do="text", line=answer["found"][-1]["line"], revision=0, text="Sans rien.")
    lines = [[found["line"], found["revision"]] for found in answer["found"]]
    assert ask(client, minutes, claire, do="replace", lines=lines, **asked)[0] == 409
    assert texts_of(minutes)[:3] == SAID[:3]


@pytest.mark.parametrize("name", ["chen", "dora", None])
def test_strangers_correct_nothing_and_learn_nothing(client: Client, minutes: Transcription, name: str | None) -> None:
    if name:
        client.force_login(make_agent(name))
    line = lines_of(minutes)[0].pk
    address = reverse("minutes_correct", args=[minutes.recording_id])
    body = json.dumps({"do": "text", "line": line, "revision": 0, "text": "Faux."})
    assert client.post(address, body, content_type="application/json").status_code == 404
    assert client.get(reverse("minutes_line", args=[minutes.recording_id, line])).status_code == 404
    assert texts_of(minutes) == SAID
    assert not AuditEntry.objects.filter(verb="minutes.corrected").exists()


def test_participant_of_another_institution_reads_and_does_not_correct(
    client: Client, minutes: Transcription, held: Held, chen: User
) -> None:
    make_participation(held.meeting, chen)
    line = lines_of(minutes)[0].pk
    assert ask(client, minutes, chen, do="text", line=line, revision=0, text="Faux.") == (
        403,
        {"code": "other-institution"},
    )
    asked = {"find": "e", "replace": "", "whole_words": False, "match_case": False}
    assert ask(client, minutes, chen, do="preview", **asked)[0] == 403
    assert texts_of(minutes) == SAID


def test_lines_and_edits_of_other_minutes_are_out_of_reach(client: Client, minutes: Transcription, chen: User) -> None:
    """Chen corrects in his own minutes, by the numbers of Claire's."""
    meeting = make_meeting(make_room(chen, "Autre"))
    recording = make_recording(meeting)
    track = make_track(make_participation(meeting, chen), recording)
    own = make_minutes(recording, [(track, 2.0, "Chez moi.")])
    ask(client, minutes, make_agent("claire"), do="text", line=lines_of(minutes)[0].pk, revision=0, text="Juste.")
    line, edit = lines_of(minutes)[1].pk, Edit.objects.get().pk
    asked = [
        {"do": "text", "line": line, "revision": 0, "text": "Faux."},
        {"do": "split", "line": line, "revision": 0, "left": "Fa", "right": "ux"},
        {"do": "merge", "line": line, "revision": 0},
        {"do": "remove", "line": line, "revision": 0},
        {"do": "speaker", "line": line, "revision": 0, "name": "Faux", "everywhere": True},
        {"do": "undo", "edit": edit},
        {
            "do": "replace",
            "find": "point",
            "replace": "faux",
            "whole_words": False,
            "match_case": False,
            "lines": [[line, 0]],
        },
    ]
    statuses = [ask(client, own, chen, **each)[0] for each in asked]
    assert statuses == [404, 404, 404, 404, 404, 400, 404]
    client.force_login(chen)
    assert client.get(reverse("minutes_line", args=[own.recording_id, line])).status_code == 404
    assert texts_of(minutes) == ["Juste.", *SAID[1:]]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_stored_as_text_or_refused(
    client: Client, minutes: Transcription, claire: User, text: str
) -> None:
    line = lines_of(minutes)[0].pk
    status, answer = ask(client, minutes, claire, do="text", line=line, revision=0, text=text)
    assert status in {200, 400}
    if status == 200:
        assert "<script>" not in answer["lines"][0]["html"]
        assert len(Segment.objects.get(pk=line).text) > 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(), max_size=80),
    right=st.text(st.characters(), max_size=20),
    name=st.text(st.characters(), max_size=130),
)
def test_no_text_makes_an_error_of_ours(
    client: Client, minutes: Transcription, claire: User, text: str, right: str, name: str
) -> None:
    def line() -> dict[str, int]:
        now = lines_of(minutes)[0]
        return {"line": now.pk, "revision": now.revision}

    flags = {"whole_words": True, "match_case": False}
    statuses = {
        ask(client, minutes, claire, do="text", text=text, **line())[0],
        ask(client, minutes, claire, do="split", left=text, right=right, **line())[0],
        ask(client, minutes, claire, do="speaker", name=name, everywhere=False, **line())[0],
        ask(client, minutes, claire, do="preview", find=text, replace=right, **flags)[0],
    }
    assert statuses <= {200, 400}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"do":"text"}',
        b'{"do":"text","line":true,"revision":0,"text":"a"}',
        b'{"do":"text","line":-1,"revision":0,"text":"a"}',
        b'{"do":"text","line":99999999999999999999999,"revision":0,"text":"a"}',
        b'{"do":"text","line":1,"revision":0,"text":["a"]}',
        b'{"do":"erase","line":1,"revision":0}',
        b'{"do":"replace","find":"a","replace":"b","whole_words":true,"match_case":true,"lines":[[1]]}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_nonsense_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        parse(body)


def test_line_numbers_beyond_all_bounds_are_not_found(client: Client, minutes: Transcription, claire: User) -> None:
    client.force_login(claire)
    address = reverse("minutes_line", args=[minutes.recording_id, 10**40])
    assert client.get(address).status_code == 404
