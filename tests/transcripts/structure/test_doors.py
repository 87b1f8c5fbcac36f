"""Forms of the page of minutes: they work without script, and say in words what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from meetings.models import Meeting, Occurrence
from tests.meetings.invitations.conftest import make_series
from transcripts.models import Item, Transcription
from transcripts.sealing.actions import approve
from transcripts.structure.history import steps_of
from transcripts.structure.page import agenda_of
from transcripts.structure.reading import items_of


def post(client: Client, minutes: Transcription, user: User, **typed: Any) -> str:
    client.force_login(user)
    address = reverse("minutes_structure", args=[minutes.recording_id])
    answer = client.post(address, typed, headers={"accept-language": "en"}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_item_is_noted_from_chosen_lines_or_by_times(
    client: Client, minutes: Transcription, lines: list[int], claire: User
) -> None:
    page = post(client, minutes, claire, do="add", kind="decision", text="Voté.", lines=f"{lines[0]},{lines[3]}")
    assert "Voté." in page
    post(client, minutes, claire, do="add", kind="action", text="Relire.", since="00:04", until="0:00:06", who="Bilal")
    post(client, minutes, claire, do="add", kind="question", text="Qui ?", since="00:05")  # while a line is said
    cited = {item.text: [line.line for line in item.lines] for item in items_of(minutes)}
    assert cited == {"Voté.": [lines[0], lines[3]], "Relire.": lines[1:3], "Qui ?": [lines[1]]}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"text": ""}, "Write what was decided"),
        ({"since": "25h"}, "Choose at least one line"),
        ({"lines": "1,2"}, "Choose at least one line"),
        ({"lines": "x"}, "You may not do this."),
        ({"lines": ",".join(map(str, range(300)))}, "Too many lines support it"),
        ({"due": "2026-02-31", "kind": "action"}, "This is no date."),
        ({"kind": "poem"}, "You may not do this."),
        ({"do": "destroy"}, "You may not do this."),
        ({"do": "propose", "method": "server"}, "No language model is set"),
        ({"do": "accept", "item": "x"}, "You may not do this."),
        ({"do": "accept", "item": "00000000-0000-4000-8000-000000000000", "revision": "0"}, "no longer there"),
        ({"text": "x" * 3000}, "This is too long."),
        ({"text": "\x00"}, "Write what was decided"),
    ],
)
def test_what_is_refused_is_told_in_words(
    client: Client, minutes: Transcription, claire: User, typed: dict[str, str], told: str
) -> None:
    asked = {"do": "add", "kind": "decision", "text": "Voté.", "since": "00:02"} | typed
    assert told in post(client, minutes, claire, **asked)
    assert not Item.objects.exists()


def test_draft_is_marked_until_it_is_accepted(
    client: Client, minutes: Transcription, draft: Item, claire: User
) -> None:
    client.force_login(claire)
    address = reverse("minutes", args=[minutes.recording_id])
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert page.count("generated, not validated") == 2  # in the list, and at its line
    page = post(client, minutes, claire, do="accept", item=str(draft.pk), revision="0")
    assert "generated, not validated" not in page
    assert "Proposed by a machine (extraits/1)" in page
    page = post(client, minutes, claire, do="remove", item=str(draft.pk), revision="1")
    assert "Put back" in page


def test_hostile_text_stays_text(client: Client, minutes: Transcription, lines: list[int], claire: User) -> None:
    page = post(client, minutes, claire, do="add", kind="chapter", text="</h3><script>x</script>", lines=str(lines[0]))
    assert "<script>x" not in page
    assert page.count("&lt;/h3&gt;&lt;script&gt;x") >= 2


def test_agenda_that_was_planned_is_offered(minutes: Transcription, claire: User) -> None:
    series = make_series(claire)
    series.agenda = "- Budget\n\n• Locaux\n"
    series.save()
    Meeting.objects.update(occurrence=Occurrence.objects.filter(series=series)[0])
    recording = type(minutes.recording).objects.get(pk=minutes.recording_id)
    assert agenda_of(recording) == ["Budget", "Locaux"]


def test_drafts_are_not_shown_beside_what_was_approved(
    client: Client, minutes: Transcription, draft: Item, claire: User
) -> None:
    approve(minutes, actor=claire)
    client.force_login(claire)
    page = client.get(reverse("minutes", args=[minutes.recording_id]), headers={"accept-language": "en"})
    assert "generated, not validated" not in page.content.decode()


def test_page_says_what_was_done_to_an_item_by_whom(
    client: Client, minutes: Transcription, draft: Item, claire: User
) -> None:
    post(client, minutes, claire, do="accept", item=str(draft.pk), revision="0")
    page = post(client, minutes, claire, do="change", item=str(draft.pk), revision="1", kind="decision", text="Adopté.")
    with override("en"):
        steps = [(step.did, step.by, step.text) for step in steps_of([draft.pk])[draft.pk]]
    assert steps == [
        ("Changed", "Claire Fontaine", "Le budget est voté."),
        ("Accepted", "Claire Fontaine", ""),
        ("Proposed", "a machine", ""),
    ]
    assert "Text before: Le budget est voté." in page
