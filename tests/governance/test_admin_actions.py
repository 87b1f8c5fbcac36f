"""What administrators do with rows whose truth is elsewhere: asked first, done by the domain, told to the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.scoped_admin import ScopedAdmin
from meetings.models import Composition, Meeting, OutgoingMail, Recording, RecordingPart, RecordingShare
from tests.accounts.local_cast import give, with_second_factor
from tests.governance import admin_factories as factories
from tests.governance.admin_factories import Place
from transcripts.models import Notice, Reviewer, Transcription

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db: None) -> Place:
    return factories.make_place("oursmark")


@pytest.fixture
def administrator(client: Client, place: Place) -> User:
    user = User.objects.create(
        sub="adm", given_name="Ada", usual_name="M", email="ada@x.example", institution=place.institution
    )
    give(user, "institution-admin", place.institution)
    with_second_factor(client, user)
    return user


def going_on(place: Place) -> Recording:
    recording = factories.make_kept(place)
    Recording.objects.filter(pk=recording.pk).update(status="active", stopped_at=None)
    Meeting.objects.filter(pk=recording.meeting_id).update(ended_at=None)
    return recording


def waiting(place: Place) -> Recording:
    recording = factories.make_kept(place)
    Recording.objects.filter(pk=recording.pk).update(status="stopping")
    RecordingPart.objects.filter(recording=recording).update(
        state="pending", next_try_at=timezone.now() + timedelta(hours=1), attempts=3, failure="store-down"
    )
    return recording


def under_way(place: Place) -> Transcription:
    job = factories.make_job(place)
    Transcription.objects.filter(pk=job.pk).update(state="running", failure="")
    return job


def being_made(place: Place) -> Composition:
    video = factories.make_video(place)
    Composition.objects.filter(pk=video.pk).update(state="queued")
    return video


Row = Callable[[Place], Model]
# The action, the row that it is for, one that it is not for, the verb of the trail, and what is true afterwards
TABLE: list[tuple[str, Row, Row, str, dict[str, Any]]] = [
    ("stop", going_on, factories.make_kept, "meeting.recording-stopped", {"stop_reason": "administration"}),
    ("store", waiting, factories.make_kept, "recording.tried-now", {"status": "stopping"}),
    ("cancel", being_made, factories.make_video, "composition.cancelled", {"state": "cancelled"}),
    ("try-again", factories.make_video, being_made, "composition.requested", {"state": "queued"}),
    ("retry", factories.make_job, under_way, "minutes.retried", {"state": "queued"}),
    ("cancel", under_way, factories.make_job, "minutes.cancelled", {"state": "cancelled"}),
    ("send-again", factories.make_mail, lambda place: marked(factories.make_mail(place), status="sent"),
     "mail.sent-again", {"status": "waiting", "attempts": 0}),
    ("send-again", factories.make_notice, lambda place: marked(factories.make_notice(place), mail="sent"),
     "mail.sent-again", {"mail": "waiting"}),
    ("send-again", factories.make_reviewer, lambda place: marked(factories.make_reviewer(place), mail="sent"),
     "mail.sent-again", {"mail": "waiting"}),
    ("send-again", lambda place: marked(factories.make_delivery(place), state="failed"), factories.make_delivery,
     "application.told-again", {"state": "waiting", "attempts": 0}),
]  # fmt: skip


def marked(row: Any, **values: Any) -> Any:
    type(row).objects.filter(pk=row.pk).update(**values)
    return row


def list_of(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist")


@pytest.mark.parametrize(("name", "fit", "unfit", "verb", "after"), TABLE)
def test_action_asks_names_what_it_leaves_and_does_the_rest(
    client: Client,
    administrator: User,
    place: Place,
    name: str,
    fit: Row,
    unfit: Row,
    verb: str,
    after: dict[str, Any],
) -> None:
    row, other = fit(place), unfit(place)
    pages = admin.site._registry[type(row)]
    assert isinstance(pages, ScopedAdmin)
    chosen = {"action": name, "_selected_action": [row.pk, other.pk]}
    asked: Any = client.post(list_of(row), chosen)
    assert [one.row.pk for one in asked.context["ready"]] == [row.pk]
    assert [one.row.pk for one in asked.context["hindered"]] == [other.pk]
    page = asked.content.decode()
    assert pages.named(row) in page
    assert pages.named(other) in page
    assert not AuditEntry.objects.filter(verb=verb).exists()
    before = type(other)._default_manager.filter(pk=other.pk).values().get()
    done = client.post(list_of(row), {**chosen, "confirmed": "yes"}, follow=True)
    assert "success" in done.content.decode()
    found = type(row)._default_manager.filter(pk=row.pk).values(*after).get()
    assert found == after
    assert type(other)._default_manager.filter(pk=other.pk).values().get() == before
    entry = AuditEntry.objects.get(verb=verb)
    assert (entry.actor, entry.target_id, entry.institution) == (administrator, str(row.pk), place.institution)


def test_what_waits_is_tried_at_once(client: Client, administrator: User, place: Place) -> None:
    recording = waiting(place)
    client.post(list_of(recording), {"action": "store", "_selected_action": [recording.pk], "confirmed": "yes"})
    assert RecordingPart.objects.get(recording=recording).next_try_at is None


def test_sharing_is_ended(client: Client, administrator: User, place: Place) -> None:
    share = factories.make_share(place)
    client.post(list_of(share), {"action": "end", "_selected_action": [share.pk], "confirmed": "yes"})
    share.refresh_from_db()
    assert share.revoked_at
    assert AuditEntry.objects.get(verb="minutes.unshared").details["as_administrator"] is True
    again: Any = client.post(list_of(share), {"action": "end", "_selected_action": [share.pk], "confirmed": "yes"})
    assert [one.row.pk for one in again.context["hindered"]] == [share.pk]
    assert RecordingShare.objects.get().revoked_at == share.revoked_at


def test_what_cannot_be_read_as_an_identifier_is_left_out(client: Client, administrator: User, place: Place) -> None:
    job = factories.make_job(place)
    answer = client.post(list_of(job), {"action": "retry", "_selected_action": ["x", "\0", job.pk]})
    assert answer.status_code == 200
    assert str(job.pk) in answer.content.decode()
    nothing = client.post(list_of(job), {"action": "retry", "_selected_action": ["x"]}, follow=True)
    assert "Choisissez au moins une ligne" in nothing.content.decode()


def test_page_of_a_row_offers_what_can_be_done_now(client: Client, administrator: User, place: Place) -> None:
    job = factories.make_job(place)
    page: Any = client.get(reverse("admin:transcripts_transcription_change", args=[job.pk]))
    assert [act.name for act in page.context["acts"]] == ["retry"]


@pytest.mark.parametrize("model", [OutgoingMail, Notice, Reviewer])
def test_nobody_s_whole_address_is_told(client: Client, administrator: User, place: Place, model: type[Model]) -> None:
    row = factories.make(model, place)
    for page in (list_of(row), reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])):
        text = client.get(page).content.decode()
        assert "oursmark.example" in text
        assert "oursmark@" not in text


def test_code_and_title_of_a_room_are_told_to_nobody(client: Client, administrator: User, place: Place) -> None:
    room = factories.make_room(place)
    for page in (list_of(room), reverse("admin:meetings_room_change", args=[room.pk])):
        text = client.get(page).content.decode()
        assert str(room.pk) in text
        assert room.code not in text
        assert room.title not in text
