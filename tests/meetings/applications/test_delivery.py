"""What is announced is told: once where all is well, at least once otherwise, and signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEntry, Institution, User
from meetings import applications
from meetings.applications import announce, delivery, signing
from meetings.errors import NotAllowed, NothingWaits
from meetings.invitations.delivery import MAX_ATTEMPTS
from meetings.models import Application, Delivery, Meeting
from tests.accounts.local_cast import give
from tests.cast import make_meeting, make_room
from tests.fakes.webhook_server import Listener

pytestmark = pytest.mark.django_db
ENDED = Application.Event.MEETING_ENDED


def told(listener: Listener) -> list[dict[str, Any]]:
    return [json.loads(body) for _, _, body in listener.heard]


def make_due() -> None:
    Delivery.objects.update(next_attempt_at=timezone.now())


def test_what_happened_is_told_once_with_identifiers_alone(
    listener: Listener, application: Application, meeting: Meeting
) -> None:
    announce(ENDED, meeting)
    assert (applications.send_waiting(), applications.send_waiting()) == (1, 0)
    [message] = told(listener)
    assert message["type"] == "meeting.ended"
    assert message["data"] == {"institution": application.institution.siret, "meeting": str(meeting.pk)}


def test_it_is_signed_as_standard_webhooks_says(listener: Listener, application: Application, meeting: Meeting) -> None:
    announce(ENDED, meeting)
    applications.send_waiting()
    [(_, headers, body)] = listener.heard
    key = base64.b64decode(signing.secret_of(application).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256().name)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == str(Delivery.objects.get().pk)
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60


def test_only_who_asked_is_told_there_and_below(listener: Listener, application: Application, meeting: Meeting) -> None:
    below = Institution.objects.create(siret="9" * 14, label="Direction", parent=application.institution)
    beside = Institution.objects.create(siret="8" * 14, label="Autre")
    Application.objects.create(institution=beside, name="Autre", url=listener.url, events=[ENDED])
    Application.objects.create(institution=below, name="Autres nouvelles", url=listener.url, events=["minutes.ready"])
    Application.objects.create(institution=below, name="Muette", url=listener.url, events=[ENDED], is_on=False)
    announce(ENDED, make_meeting(make_room(User.objects.create(sub="below", institution=below))))
    assert [one.application for one in Delivery.objects.all()] == [application]


def test_what_did_not_happen_is_not_told(application: Application, meeting: Meeting) -> None:
    with transaction.atomic():
        announce(ENDED, meeting)
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_where_the_operator_allows_no_host_nothing_is_written(
    application: Application, meeting: Meeting, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS = []
    announce(ENDED, meeting)
    assert not Delivery.objects.exists()


def test_it_is_tried_again_with_the_same_words_until_it_is_given_up(
    listener: Listener, application: Application, meeting: Meeting
) -> None:
    listener.answers += [503] * MAX_ATTEMPTS
    announce(ENDED, meeting)
    for _ in range(MAX_ATTEMPTS):
        assert applications.send_waiting() == 0
        make_due()
    found = Delivery.objects.get()
    assert (found.state, found.failure) == ("failed", "http-503")
    assert applications.send_waiting() == 0
    assert len({(headers["webhook-id"], body) for _, headers, body in listener.heard}) == 1
    assert len(listener.heard) == MAX_ATTEMPTS


def test_who_is_gone_is_not_asked_again(listener: Listener, application: Application, meeting: Meeting) -> None:
    listener.answers.append(410)
    announce(ENDED, meeting)
    applications.send_waiting()
    assert Delivery.objects.get().state == "failed"


def test_one_that_does_not_answer_holds_up_nobody(
    listener: Listener, application: Application, meeting: Meeting
) -> None:
    dead = Application.objects.create(
        institution=application.institution, name="Morte", url="https://essais.gouv.fr:1/", events=[ENDED]
    )
    for _ in range(3):
        announce(ENDED, meeting)
    Delivery.objects.filter(application=dead).update(next_attempt_at=timezone.now() - timedelta(hours=1))
    assert applications.send_waiting() == 3
    assert sorted(Delivery.objects.filter(application=dead).values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_worker_that_dies_leaves_it_to_another_one(
    listener: Listener, application: Application, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(ENDED, meeting)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_try", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            applications.send_waiting()
    assert applications.send_waiting() == 0  # the lease
    make_due()
    assert applications.send_waiting() == 1


def test_one_whose_workers_all_die_is_given_up(listener: Listener, application: Application, meeting: Meeting) -> None:
    announce(ENDED, meeting)
    Delivery.objects.update(attempts=MAX_ATTEMPTS)
    applications.send_waiting()
    assert (Delivery.objects.get().failure, listener.heard) == ("abandoned", [])


def test_what_was_given_up_is_sent_again_by_who_may(
    listener: Listener, application: Application, meeting: Meeting, organiser: User
) -> None:
    announce(ENDED, meeting)
    found = Delivery.objects.get()
    with pytest.raises(NotAllowed):
        applications.send_again(found, actor=organiser)
    give(organiser, "institution-admin", application.institution)
    with pytest.raises(NothingWaits):
        applications.send_again(found, actor=organiser)
    Delivery.objects.update(state="failed", attempts=8)
    applications.send_again(found, actor=organiser)
    assert applications.send_waiting() == 1


def test_test_and_new_key(listener: Listener, application: Application, organiser: User) -> None:
    give(organiser, "institution-admin", application.institution)
    applications.send_test(application, actor=organiser)
    assert applications.send_waiting() == 1
    assert told(listener)[0]["type"] == "test"
    before = signing.secret_of(application)
    applications.renew_key(application, actor=organiser)
    application.refresh_from_db()
    assert signing.secret_of(application) != before
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["application.tested", "application.key-renewed"]


def test_old_ones_are_forgotten(application: Application, meeting: Meeting) -> None:
    announce(ENDED, meeting)
    announce(ENDED, meeting)
    first = Delivery.objects.last()
    assert first
    Delivery.objects.filter(pk=first.pk).update(created_at=timezone.now() - delivery.KEPT)
    assert applications.forget_old() == 1
    assert Delivery.objects.count() == 1
