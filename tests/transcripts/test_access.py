"""Who may see minutes. Everybody else gets the answer that unknown minutes get."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from meetings.models import Participation
from tests.cast import make_agent, make_minutes
from tests.transcripts.conftest import Held
from transcripts.models import Segment, Transcription


@pytest.fixture
def minutes(held: Held) -> Transcription:
    return make_minutes(held.recording, [(held.claire, 2.0, "Le budget est voté.")])


def addresses(recording: UUID, track: UUID) -> dict[str, str]:
    return {
        "page": reverse("minutes", args=[recording]),
        "state": reverse("minutes_state", args=[recording]),
        "text": reverse("minutes_download", args=[recording, "txt"]),
        "subtitles": reverse("minutes_download", args=[recording, "vtt"]),
        "document": reverse("minutes_download", args=[recording, "docx"]),
        "audio": reverse("minutes_audio", args=[recording, track]),
    }


PLACES = list(addresses(uuid4(), uuid4()))


@pytest.mark.parametrize("name", ["claire", "bilal"])
@pytest.mark.parametrize("place", PLACES)
def test_organiser_and_participant_are_let_in(
    client: Client, minutes: Transcription, held: Held, name: str, place: str
) -> None:
    client.force_login(make_agent(name))
    answer = client.get(addresses(held.recording.pk, held.claire.pk)[place])
    assert answer.status_code == (302 if place == "audio" else 200)


@pytest.mark.parametrize("name", ["chen", "dora", None], ids=["an outsider", "the DPO", "a guest"])
@pytest.mark.parametrize("place", PLACES)
def test_others_get_the_same_answer_as_for_minutes_that_do_not_exist(
    client: Client, minutes: Transcription, held: Held, name: str | None, place: str
) -> None:
    if name:
        client.force_login(make_agent(name))
    real, unknown = addresses(held.recording.pk, held.claire.pk)[place], addresses(uuid4(), uuid4())[place]
    answers = [client.get(address) for address in (real, unknown)]
    assert [answer.status_code for answer in answers] == [404, 404]
    pages = [answer.content.decode().replace(real, "").replace(unknown, "") for answer in answers]
    assert without_tokens(pages[0]) == without_tokens(pages[1])
    assert "Comité" not in pages[0]
    assert not AuditEntry.objects.filter(verb__in=["minutes.downloaded", "recording.audio-opened"]).exists()


def without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line and 'name="next"' not in line]


def test_signed_out_agent_is_offered_to_sign_in_and_come_back(client: Client, held: Held) -> None:
    address = reverse("minutes", args=[held.recording.pk])
    page = client.get(address).content.decode()
    assert f'href="{reverse("login")}?next={address}"' in page


def test_only_the_organiser_has_failed_minutes_tried_again(client: Client, held: Held, minutes: Transcription) -> None:
    Transcription.objects.update(state=Transcription.State.FAILED, failure="interrupted")
    address = reverse("minutes_retry", args=[held.recording.pk])
    assert client.post(address).status_code == 404
    for name, status in [("chen", 404), ("bilal", 403), ("claire", 302)]:
        assert Transcription.objects.get().state == Transcription.State.FAILED
        client.force_login(make_agent(name))
        assert client.post(address).status_code == status
    transcription = Transcription.objects.get()
    assert (transcription.state, transcription.failure) == (Transcription.State.QUEUED, "")
    assert AuditEntry.objects.get(verb="minutes.retried").actor == make_agent("claire")
    assert client.get(address).status_code == 405


def test_minutes_that_have_not_failed_are_not_made_again(client: Client, held: Held, minutes: Transcription) -> None:
    client.force_login(make_agent("claire"))
    assert client.post(reverse("minutes_retry", args=[held.recording.pk])).status_code == 302
    assert Transcription.objects.get().state == Transcription.State.DONE
    assert not AuditEntry.objects.filter(verb="minutes.retried").exists()


def test_track_of_another_recording_is_not_reached_through_ones_own(
    client: Client, held: Held, minutes: Transcription
) -> None:
    client.force_login(make_agent("claire"))
    other = addresses(held.recording.pk, uuid4())["audio"]
    assert client.get(other).status_code == 404
    assert client.get(addresses(uuid4(), held.claire.pk)["audio"]).status_code == 404


def test_audio_is_opened_by_a_short_lived_address_and_leaves_its_row(
    client: Client, held: Held, minutes: Transcription
) -> None:
    client.force_login(make_agent("bilal"))
    answer = client.get(addresses(held.recording.pk, held.claire.pk)["audio"])
    assert f"{held.claire.key}?" in answer["Location"]
    assert "X-Amz-Expires=300" in answer["Location"]
    assert "no-store" in answer["Cache-Control"]
    row = AuditEntry.objects.get(verb="recording.audio-opened")
    assert (row.actor, row.target_id) == (make_agent("bilal"), str(held.claire.pk))


@pytest.mark.parametrize("place", ["text", "subtitles", "document"])
def test_each_download_leaves_a_row_and_is_not_cached(
    client: Client, held: Held, minutes: Transcription, place: str
) -> None:
    client.force_login(make_agent("bilal"))
    answer = client.get(addresses(held.recording.pk, held.claire.pk)[place])
    assert answer["Content-Disposition"].startswith('attachment; filename="compte-rendu-2026-11-19-comite-de-suivi.')
    assert "no-store" in answer["Cache-Control"]
    row = AuditEntry.objects.get(verb="minutes.downloaded")
    assert (row.actor, row.target_id) == (make_agent("bilal"), str(minutes.pk))


@pytest.mark.parametrize("file_format", ["exe", "../txt", "TXT"])
def test_unknown_format_is_not_found(client: Client, held: Held, minutes: Transcription, file_format: str) -> None:
    client.force_login(make_agent("claire"))
    folder = reverse("minutes_download", args=[held.recording.pk, "txt"]).removesuffix("txt/")
    assert client.get(f"{folder}{file_format}/").status_code == 404


def test_unfinished_minutes_are_not_downloaded(client: Client, held: Held, minutes: Transcription) -> None:
    Transcription.objects.update(state=Transcription.State.FAILED, version=0)
    client.force_login(make_agent("claire"))
    assert client.get(addresses(held.recording.pk, held.claire.pk)["text"]).status_code == 404


def test_segments_are_visible_to_those_who_were_there_alone(
    minutes: Transcription, claire: User, bilal: User, chen: User, dora: User
) -> None:
    def count(user: User) -> int:
        return Segment.objects.filter(transcription__in=Transcription.objects.visible_to(user)).count()

    seen = {user.given_name: count(user) for user in (claire, bilal, chen, dora)}
    assert seen == {"Claire": 1, "Bilal": 1, "Chen": 0, "Dora": 0}
    Participation.objects.filter(user=bilal).update(user=None)
    assert count(bilal) == 0
