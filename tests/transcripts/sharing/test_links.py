"""A link opens one page to whoever has it, as long as its row and the rules say so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry, User
from meetings.models import Policy, RecordingShare
from tests.cast import make_minutes
from tests.transcripts.conftest import Held
from tests.transcripts.test_access import without_tokens
from transcripts.models import Transcription
from transcripts.sharing import actions, links


@pytest.fixture
def share(held: Held, claire: User) -> RecordingShare:
    minutes = make_minutes(held.recording, [(held.claire, 2.0, "Le budget est voté.")])
    return actions.share_by_link(minutes, "7", actor=claire)


def path(share: RecordingShare) -> str:
    return "/" + links.address_of(share).split("/", 3)[3]


def test_guest_reads_the_words_and_gets_nothing_else(client: Client, share: RecordingShare) -> None:
    answer = client.get(path(share))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Le budget est voté." in page
    assert str(share.recording_id) not in page  # no sound, no file, no address of the minutes
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert "no-store" in answer["Cache-Control"]
    row = AuditEntry.objects.get(verb="minutes.read-by-link")
    assert (row.actor_kind, row.target_id) == ("guest", str(share.pk))
    assert client.get(reverse("minutes", args=[share.recording_id])).status_code == 404


@pytest.mark.parametrize("why", ["taken back", "over", "forbidden since", "other nonce", "minutes gone"])
def test_link_that_opens_no_more_says_nothing(client: Client, share: RecordingShare, claire: User, why: str) -> None:
    address = path(share)
    if why == "taken back":
        minutes = Transcription.objects.select_related("recording__meeting__room").get()
        actions.unshare(minutes, share.pk, actor=claire)
    elif why == "over":
        RecordingShare.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif why == "forbidden since":
        Policy.objects.create(institution_id=claire.institution_id, reading_links=False)
    elif why == "other nonce":
        RecordingShare.objects.update(nonce="00000000-0000-4000-8000-000000000000")
    else:
        Transcription.objects.update(version=0)
    places = (address, "/lecture/nothing/")
    answers = [client.get(place) for place in places]
    assert [answer.status_code for answer in answers] == [404, 404]
    pages = [answer.content.decode().replace(place, "") for answer, place in zip(answers, places, strict=True)]
    assert without_tokens(pages[0]) == without_tokens(pages[1])
    assert "Comité" not in pages[0]
    assert not AuditEntry.objects.filter(verb="minutes.read-by-link").exists()


@given(st.text(max_size=200))
@example("a" * 10_000)
@example("é.é")
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_other_text_is_a_link(share: RecordingShare, text: str) -> None:
    assert links.read(text) is None


def test_link_is_hidden_from_logs_and_from_who_does_not_organise(
    client: Client, share: RecordingShare, claire: User, bilal: User
) -> None:
    token = path(share)
    for user, sees in ((claire, True), (bilal, False)):
        client.force_login(user)
        assert (token in client.get(reverse("minutes", args=[share.recording_id])).content.decode()) == sees
    from visio_site.redaction import SECRET_PATHS

    assert SECRET_PATHS.sub(r"\1…", f"Not Found: {token}") == "Not Found: /lecture/…/"
