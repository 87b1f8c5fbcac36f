"""Who is asked to review minutes, by mail; what they may do then; and the doors of the states."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from meetings.invitations.delivery import BACKOFF
from tests.cast import make_agent, make_participation
from tests.transcripts.conftest import Held
from tests.transcripts.corrections.conftest import ask, lines_of
from transcripts.corrections.errors import Forbidden
from transcripts.models import Comment, Reviewer, Transcription
from transcripts.policy import Stage
from transcripts.review import actions, mails
from transcripts.review.page import states_of


@pytest.fixture
def in_review(minutes: Transcription, claire: User, bilal: User) -> Transcription:
    actions.ask_review(minutes, [bilal], actor=claire)
    minutes.refresh_from_db()
    return minutes


def test_reviewers_are_asked_by_mail_which_holds_no_word_of_the_minutes(in_review: Transcription) -> None:
    assert mails.send_waiting() == 1
    assert mails.send_waiting() == 0
    [message] = mail.outbox
    assert message.to == ["Bilal Mercier <bilal@example.gouv.fr>"]
    assert "Comité de suivi" in message.subject
    assert reverse("minutes", args=[in_review.recording_id]) in message.body
    assert "budget" not in message.body
    assert Reviewer.objects.get().mail == Reviewer.Mail.SENT
    assert AuditEntry.objects.get(verb="minutes.review-asked").details == {"reviewers": 1}


def test_mail_that_could_not_go_out_is_tried_again(in_review: Transcription, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as away:
        away.setattr(EmailBackend, "send_messages", fail)
        assert mails.send_waiting() == 0
    row = Reviewer.objects.get()
    assert (row.mail, row.attempts, row.failure) == (Reviewer.Mail.WAITING, 1, "unreachable")
    assert row.next_attempt_at - timezone.now() > BACKOFF[0] - timedelta(seconds=30)
    Reviewer.objects.update(next_attempt_at=timezone.now())
    assert mails.send_waiting() == 1


def test_account_without_an_address_is_shown_as_not_reached(in_review: Transcription, bilal: User) -> None:
    User.objects.filter(pk=bilal.pk).update(email="")
    assert mails.send_waiting() == 0
    assert Reviewer.objects.get().mail == Reviewer.Mail.FAILED


def test_who_may_not_read_is_never_asked(minutes: Transcription, claire: User, chen: User) -> None:
    with pytest.raises(Forbidden, match="not-there"):
        actions.ask_review(minutes, [chen], actor=claire)
    assert not Reviewer.objects.exists()
    assert Transcription.objects.get().stage == Stage.DRAFT


def test_asking_twice_writes_once(in_review: Transcription, claire: User, bilal: User) -> None:
    assert actions.ask_review(in_review, [bilal], actor=claire) == []
    assert Reviewer.objects.count() == 1


def test_reviewer_from_elsewhere_corrects_and_remarks(
    client: Client, minutes: Transcription, held: Held, claire: User, chen: User
) -> None:
    make_participation(held.meeting, chen)
    actions.ask_review(minutes, [chen], actor=claire)
    line = lines_of(minutes)[0].pk
    assert ask(client, minutes, chen, do="comment", line=line, text="<b>Vraiment ?</b>")[0] == 200
    assert ask(client, minutes, chen, do="text", line=line, revision=0, text="Corrigé.")[0] == 200
    shown = client.get(reverse("minutes_line", args=[minutes.recording_id, line])).content.decode()
    assert "&lt;b&gt;Vraiment ?&lt;/b&gt;" in shown
    assert AuditEntry.objects.get(verb="minutes.commented").actor == chen


def test_remarks_wait_for_a_review(client: Client, minutes: Transcription, claire: User) -> None:
    line = lines_of(minutes)[0].pk
    assert ask(client, minutes, claire, do="comment", line=line, text="Trop tôt.") == (403, {"code": "not-in-review"})
    assert not Comment.objects.exists()


STATES = ["minutes_review", "minutes_approve", "minutes_reopen"]


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("who", ["bilal", "chen", "dora"])
def test_only_organisers_change_the_state(
    client: Client, minutes: Transcription, bilal: User, name: str, who: str
) -> None:
    client.force_login(make_agent(who))
    address = reverse(name, args=[minutes.recording_id])
    answer = client.post(address, {"reviewer": [str(bilal.pk)]})
    assert answer.status_code == (302 if who == "bilal" else 404)
    assert Transcription.objects.get().stage == Stage.DRAFT
    assert client.get(address).status_code in {404, 405}


def test_states_follow_one_another_through_the_doors(
    client: Client, minutes: Transcription, claire: User, bilal: User
) -> None:
    client.force_login(claire)
    stages = []
    for name in STATES:
        answer = client.post(reverse(name, args=[minutes.recording_id]), {"reviewer": [str(bilal.pk)]})
        assert answer.status_code == 302
        stages.append(Transcription.objects.get().stage)
    assert stages == [Stage.IN_REVIEW, Stage.APPROVED, Stage.DRAFT]
    assert client.get(reverse("minutes_version", args=[minutes.recording_id, 1])).status_code == 200
    assert client.get(reverse("minutes_version", args=[minutes.recording_id, 2])).status_code == 404


def test_page_offers_what_the_server_allows(in_review: Transcription, claire: User, bilal: User, chen: User) -> None:
    assert states_of(in_review, claire)["may"] == {"read", "correct", "comment", "ask_review", "approve", "share"}
    assert states_of(in_review, bilal)["may"] == {"read", "correct", "comment"}
    assert states_of(in_review, chen)["may"] == set()
    assert states_of(in_review, chen)["words"] == {}
