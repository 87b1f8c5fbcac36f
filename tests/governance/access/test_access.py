"""A data protection officer reads minutes for a reason, for half an hour; who was there sees it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from governance.models import Access
from meetings.models import Recording
from tests.accounts.local_cast import give, make_local, with_second_factor
from tests.cast import make_meeting, make_minutes, make_participation, make_recording, make_room, make_track
from transcripts.models import Transcription

pytestmark = pytest.mark.django_db
ADD = "admin:governance_access_add"
SAID = "Le budget est voté."


@pytest.fixture
def minutes(claire: User, bilal: User) -> Transcription:
    """Of Claire's meeting with Bilal."""
    meeting = make_meeting(make_room(claire, "Comité de suivi"))
    recording = make_recording(meeting)
    track = make_track(make_participation(meeting, claire), recording)
    make_participation(meeting, bilal)
    return make_minutes(recording, [(track, 2.0, SAID)])


@pytest.fixture
def officer(client: Client, dora: User) -> User:
    """Dora, signed in."""
    give(dora, "dpo", dora.institution)
    with_second_factor(client, dora)
    return dora


def address_of(minutes: Transcription) -> str:
    return f"https://visio.example{reverse('minutes', args=[minutes.recording_id])}?t=12"


def ask(client: Client, minutes: Transcription, **changes: str) -> str:
    """For the minutes; where that led."""
    asked = {"address": address_of(minutes), "reason": "complaint", "words": "Dossier 2026-114"}
    answer = client.post(reverse(ADD), {**asked, **changes})
    return str(answer.headers.get("Location", ""))


def trail() -> list[tuple[str, str]]:
    entries = AuditEntry.objects.filter(target_type="governance.access").order_by("pk")
    return [(entry.verb, entry.reason) for entry in entries]


def page(client: Client, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200
    return answer.content.decode()


def test_officer_reads_what_was_said_after_giving_a_reason(
    client: Client, officer: User, minutes: Transcription
) -> None:
    place = ask(client, minutes)
    assert SAID in page(client, place)
    access = Access.objects.get()
    assert (access.by, access.reason, access.institution) == (officer, "complaint", officer.institution)
    assert access.until - access.opened_at == timedelta(minutes=30)
    assert trail() == [("access.opened", "complaint"), ("access.read", "complaint")]
    assert "Dossier" not in str(list(AuditEntry.objects.values()))


def test_without_an_access_an_officer_reads_nothing(client: Client, officer: User, minutes: Transcription) -> None:
    ask(client, minutes)
    names = ("minutes", "minutes_lines", "minutes_wave", "minutes_state")
    places = [reverse(name, args=[minutes.recording_id]) for name in names]
    places.append(reverse("minutes_download", args=[minutes.recording_id, "txt"]))
    places.append(reverse("minutes_audio", args=[minutes.recording_id, minutes.recording.tracks.get().pk]))
    assert [client.get(place).status_code for place in places] == [404] * len(places)
    assert SAID not in client.get(reverse("search"), {"q": "budget"}).content.decode()


@pytest.mark.parametrize("changes", [{"reason": ""}, {"reason": "curious"}, {"words": ""}, {"words": "x" * 301}])
def test_without_a_reason_nothing_is_opened(
    client: Client, officer: User, minutes: Transcription, changes: dict[str, str]
) -> None:
    assert ask(client, minutes, **changes) == ""
    assert not Access.objects.exists()


def test_minutes_elsewhere_and_none_at_all_are_one_answer(client: Client, chen: User, minutes: Transcription) -> None:
    give(chen, "dpo", chen.institution)
    with_second_factor(client, chen)
    told = set()
    for address in (address_of(minutes), str(uuid4()), "x", ""):
        answer = client.post(reverse(ADD), {"address": address, "reason": "complaint", "words": "x"})
        told.add(str(answer.context["adminform"].form.errors["address"]) if address else "")
    assert len(told) == 2
    assert not Access.objects.exists()


@pytest.mark.parametrize("role", ["platform-admin", "institution-admin"])
def test_administrators_open_nothing(client: Client, claire: User, minutes: Transcription, role: str) -> None:
    lou = make_local(institution=claire.institution)
    give(lou, role, None if role == "platform-admin" else claire.institution)
    with_second_factor(client, lou)
    assert client.get(reverse(ADD)).status_code == 403
    ask(client, minutes)
    assert not Access.objects.exists()


def test_officer_elsewhere_who_administers_the_platform_opens_nothing_here(
    client: Client, chen: User, minutes: Transcription
) -> None:
    give(chen, "dpo", chen.institution)
    give(chen, "platform-admin")
    with_second_factor(client, chen)
    assert ask(client, minutes) == ""
    assert not Access.objects.exists()


def test_without_a_second_factor_nothing_is_read(client: Client, officer: User, minutes: Transcription) -> None:
    place = ask(client, minutes)
    client.logout()
    client.force_login(officer, backend="accounts.oidc.ProConnectBackend")
    assert client.get(place).status_code == 403


def test_access_is_its_owner_s_alone(client: Client, officer: User, bilal: User, minutes: Transcription) -> None:
    place = ask(client, minutes)
    give(bilal, "dpo", bilal.institution)
    with_second_factor(client, bilal)
    assert client.get(place).status_code == 404
    assert client.post(place.replace("read", "end")).status_code == 404


def test_access_ends_at_its_time(client: Client, officer: User, minutes: Transcription) -> None:
    place = ask(client, minutes)
    Access.objects.update(until=timezone.now())
    assert client.get(place).status_code == 404
    assert trail() == [("access.opened", "complaint")]


def test_access_ends_with_the_role(client: Client, officer: User, minutes: Transcription) -> None:
    place = ask(client, minutes)
    officer.role_grants.all().delete()
    assert client.get(place).status_code == 404


def test_what_is_set_aside_is_read_by_nobody(client: Client, officer: User, minutes: Transcription) -> None:
    place = ask(client, minutes)
    Recording.objects.update(restricted_at=timezone.now())
    assert client.get(place).status_code == 404
    assert ask(client, minutes) == ""


def test_officer_ends_it(client: Client, officer: User, minutes: Transcription) -> None:
    place = ask(client, minutes)
    assert client.get(place.replace("read", "end")).status_code == 405
    client.post(place.replace("read", "end"))
    assert client.get(place).status_code == 404
    assert trail()[-1] == ("access.ended", "")


def test_access_is_written_once_for_those_who_administer(client: Client, officer: User, minutes: Transcription) -> None:
    ask(client, minutes)
    place = reverse("admin:governance_access_change", args=[Access.objects.get().pk])
    assert "Dossier 2026-114" in page(client, place)
    assert client.post(place, {"reason": "check", "words": "x"}).status_code == 403
    assert client.post(place.replace("change", "delete")).status_code == 403
    assert Access.objects.get().words == "Dossier 2026-114"


def test_list_is_that_of_one_s_institutions(client: Client, officer: User, chen: User, minutes: Transcription) -> None:
    ask(client, minutes)
    give(chen, "dpo", chen.institution)
    with_second_factor(client, chen)
    place = reverse("admin:governance_access_changelist")
    assert list(client.get(place).context["cl"].result_list) == []
    with_second_factor(client, officer)
    assert list(client.get(place).context["cl"].result_list) == [Access.objects.get()]


def test_list_leads_who_opened_it_to_the_minutes_and_nobody_else(
    client: Client, officer: User, bilal: User, minutes: Transcription
) -> None:
    reading, place = ask(client, minutes), reverse("admin:governance_access_changelist")
    assert reading in page(client, place)
    give(bilal, "dpo", bilal.institution)
    with_second_factor(client, bilal)
    told = page(client, place)
    assert "Dossier 2026-114" in told
    assert reading not in told


@pytest.mark.parametrize(("who", "sees"), [("claire", True), ("bilal", True), ("chen", False)])
def test_those_who_were_there_see_who_and_why(
    client: Client, officer: User, chen: User, minutes: Transcription, who: str, sees: bool
) -> None:
    ask(client, minutes)
    client.force_login(User.objects.get(sub=f"sub-{who}"), backend="accounts.oidc.ProConnectBackend")
    told = page(client, reverse("my_accesses"))
    assert ("plainte ou signalement" in told) == ("Comité de suivi" in told) == ("DINUM</td>" in told) == sees
    assert "Dossier" not in told
    assert "Petit" not in told


def test_page_of_the_minutes_says_it_too(client: Client, officer: User, claire: User, minutes: Transcription) -> None:
    ask(client, minutes)
    client.force_login(claire, backend="accounts.oidc.ProConnectBackend")
    told = page(client, reverse("minutes", args=[minutes.recording_id]))
    assert "data-accesses" in told
    assert "plainte ou signalement" in told
    assert "Dossier" not in told


def test_list_of_accesses_is_of_whoever_is_signed_in(client: Client) -> None:
    assert client.get(reverse("my_accesses")).status_code == 302


def test_access_outlives_the_recording(client: Client, officer: User, claire: User, minutes: Transcription) -> None:
    place = ask(client, minutes)
    Access.objects.update(recording=None)
    assert client.get(place).status_code == 404
    client.force_login(claire, backend="accounts.oidc.ProConnectBackend")
    assert "plainte ou signalement" in page(client, reverse("my_accesses"))
