"""Mails that minutes are there, to all who may read them; and that they were shared. Not a word of them inside."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from accounts.models import User
from tests.cast import make_agent, make_minutes
from tests.transcripts.conftest import Held
from transcripts.models import Notice, Transcription
from transcripts.sharing import actions, notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def minutes(held: Held) -> Transcription:
    return make_minutes(held.recording, [(held.claire, 2.0, "Le budget est voté.")])


def told() -> list[tuple[str, str]]:
    return sorted((message.to[0].split("<")[1].rstrip(">"), str(message.subject)) for message in mail.outbox)


def test_all_who_may_read_are_told_once(minutes: Transcription, held: Held) -> None:
    notices.send_waiting()
    notices.tell_ready(minutes)
    notices.send_waiting()
    assert told() == [
        (f"{name}@example.gouv.fr", "Compte rendu\u00a0: Comité de suivi") for name in ("bilal", "claire")
    ]
    assert not any("budget" in message.body or "Paul" in message.body for message in mail.outbox)
    assert set(Notice.objects.values_list("mail", flat=True)) == {"sent"}


def test_who_may_not_read_any_more_is_not_told(minutes: Transcription, claire: User) -> None:
    actions.set_readers(minutes, "organisers", actor=claire)
    notices.send_waiting()
    assert [address for address, _ in told()] == [claire.email]
    assert Notice.objects.get(user=make_agent("bilal")).mail == "failed"


def test_sharing_is_told_and_taking_it_back_is_not(minutes: Transcription, claire: User) -> None:
    dora = make_agent("dora")
    notices.send_waiting()
    mail.outbox.clear()
    for _time in range(2):
        share = actions.share_with_person(minutes, dora.email, "7", actor=claire)
        notices.send_waiting()
    assert [address for address, _ in told()] == [dora.email, dora.email]
    assert "Claire Fontaine" in mail.outbox[0].body
    actions.share_with_person(minutes, dora.email, "7", actor=claire)
    actions.unshare(minutes, minutes.recording.shares.current().get().pk, actor=claire)
    notices.send_waiting()
    assert len(mail.outbox) == 2
    assert share


def test_server_that_is_away_is_asked_again(minutes: Transcription, monkeypatch: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert notices.send_waiting() == 0
    assert {row.mail for row in Notice.objects.all()} == {"waiting"}
    assert "unreachable" in {row.failure for row in Notice.objects.all()}
