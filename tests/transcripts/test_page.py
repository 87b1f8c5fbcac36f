from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import audit
from meetings.models import Meeting, Participation, Recording
from tests.cast import make_agent, make_minutes
from tests.transcripts.conftest import Held
from transcripts import actions, steps
from transcripts.models import Transcription
from transcripts.turns import claim

HOSTILE = "</p><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }} \"' & -->"


def page_of(client: Client, held: Held) -> str:
    client.force_login(make_agent("claire"))
    answer = client.get(reverse("minutes", args=[held.recording.pk]), headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_line_has_its_time_speaker_assurance_and_audio(client: Client, held: Held) -> None:
    make_minutes(held.recording, [(held.claire, 2.0, "Bonjour."), (held.bilal, 65.5, "Le budget est voté.")])
    page = page_of(client, held)
    assert re.search(
        r'id="t=65.50"[^>]*>.*?01:05.*?Bilal Mercier.*?Verified identity.*?Le budget est voté\.', page, re.S
    )
    assert f'href="audio/{held.bilal.pk}/#t=61.5"' in page


def test_two_lines_that_start_together_share_no_identifier(client: Client, held: Held) -> None:
    make_minutes(held.recording, [(held.claire, 2.0, "Oui."), (held.bilal, 2.0, "Non."), (held.claire, 2.001, "Si.")])
    page = page_of(client, held)
    assert page.count('id="t=2.00"') == 1
    assert page.count("data-start") == 3


def test_page_says_who_was_on_the_record_and_counts_who_was_not(client: Client, held: Held) -> None:
    make_minutes(held.recording, [])
    page = page_of(client, held)
    assert "Off the record: 1 person" in page
    assert "Claire Fontaine" in page
    assert "Paul Invité" not in page


def test_page_says_plainly_that_the_model_is_a_demonstration(client: Client, held: Held) -> None:
    make_minutes(held.recording, [(held.claire, 2.0, "Bonjour.")])
    page = page_of(client, held)
    assert "These minutes are a demonstration." in page
    assert "670 words." in page
    Transcription.objects.update(model_card={"name": "large-v3", "demonstration": False, "description": {}})
    page = page_of(client, held)
    assert "are a demonstration" not in page
    assert "large-v3" in page


def test_recording_without_words_has_a_page_that_explains(client: Client, held: Held) -> None:
    make_minutes(held.recording, [])
    assert "Nobody spoke, or nobody agreed to be recorded." in page_of(client, held)


def test_recording_that_may_have_no_minutes_says_so_and_lets_the_sound_be_heard(client: Client, held: Held) -> None:
    Recording.objects.update(for_minutes=False)
    page = page_of(client, held)
    assert "Recorded without minutes" in page
    assert f'src="audio/{held.bilal.pk}/"' in page
    Recording.objects.update(status=Recording.Status.STOPPING)
    assert "still being put in a safe place" in page_of(client, held)
    Recording.objects.update(status=Recording.Status.FAILED)
    assert "The minutes could not be made" in page_of(client, held)


def test_hostile_words_names_and_titles_stay_text(client: Client, held: Held) -> None:
    Participation.objects.filter(pk=held.claire.participation_id).update(display_name=HOSTILE)
    Meeting.objects.update(title=HOSTILE)
    make_minutes(held.recording, [(held.claire, 2.0, HOSTILE)])
    page = page_of(client, held)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 3


def test_number_of_queries_does_not_depend_on_the_number_of_lines(client: Client, held: Held) -> None:
    def queries(lines: int) -> int:
        Transcription.objects.all().delete()
        make_minutes(held.recording, [(held.claire, float(number), "Bonjour.") for number in range(lines)])
        page_of(client, held)  # fills what is cached
        with CaptureQueriesContext(connection) as captured:
            page_of(client, held)
        return len(captured)

    assert queries(1) == queries(60)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (Recording.Status.ACTIVE, "recording"),
        (Recording.Status.STOPPING, "collecting"),
        (Recording.Status.READY, "queued"),
    ],
)
def test_page_shows_how_far_the_minutes_are(client: Client, held: Held, status: str, state: str) -> None:
    Recording.objects.update(status=status)
    page = page_of(client, held)
    assert f'data-state="{state}"' in page
    assert 'id="minutes-stages"' in page


def test_page_shows_the_step_and_the_share_while_transcribing(client: Client, held: Held) -> None:
    transcription = actions.request_transcription(held.recording, actor=audit.SYSTEM)
    lease = claim(job=transcription.pk)
    assert lease
    steps.finish_plan(lease, "key", {}, [10.0])
    Transcription.objects.update(progress=0.62)
    page = page_of(client, held)
    assert "Step 2 of 4, 62 %." in page
    assert 'value="62"' in page
    assert reverse("minutes_cancel", args=[held.recording.pk]) in page
    state = client.get(reverse("minutes_state", args=[held.recording.pk])).json()
    counts = {"done": 1, "total": 4, "percent": 62, "place": 0, "minutes": 0}
    assert state == {"type": "progress", "state": "transcribing", "has_sound": True, **counts}


def test_page_shows_the_place_in_the_queue(client: Client, held: Held) -> None:
    actions.request_transcription(held.recording, actor=audit.SYSTEM)
    assert "Waiting for a machine to be free: number 1 in the queue." in page_of(client, held)


def test_failed_minutes_say_why_and_offer_the_organiser_to_try_again(client: Client, held: Held) -> None:
    actions.request_transcription(held.recording, actor=audit.SYSTEM)
    Transcription.objects.update(state=Transcription.State.FAILED, failure="model-rejected")
    page = page_of(client, held)
    assert "<code>model-rejected</code>" in page
    assert reverse("minutes_retry", args=[held.recording.pk]) in page
    client.force_login(make_agent("bilal"))
    page = client.get(reverse("minutes", args=[held.recording.pk])).content.decode()
    assert reverse("minutes_retry", args=[held.recording.pk]) not in page


def test_failed_recording_has_nothing_to_try_again(client: Client, held: Held) -> None:
    Recording.objects.update(status=Recording.Status.FAILED, failure="node-lost")
    page = page_of(client, held)
    assert "<code>node-lost</code>" in page
    assert reverse("minutes_retry", args=[held.recording.pk]) not in page
