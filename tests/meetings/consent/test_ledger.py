from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEntry
from meetings import actions, consents
from meetings.agreement import agreement_of
from meetings.consents import Answer
from meetings.models import Consent, Participation, Policy, Recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording(claire: Participation) -> Recording:
    Policy.objects.create(institution=claire.meeting.room.institution, staff_consulted_on="2026-01-01")
    return actions.start_recording(claire.pk)


def answer(recording: Recording, who: Participation, choice: str, *, transcript: bool = False) -> Consent:
    return consents.answer_consent(who.pk, recording.pk, Answer(choice, transcript, way="keyboard", language="fr"))


def test_row_says_what_was_answered_to_which_text_and_how(recording: Recording, guest: Participation) -> None:
    consent = answer(recording, guest, "accepted", transcript=True)
    consent.refresh_from_db()
    assert (consent.choice, consent.transcript, consent.picture) == ("accepted", True, False)
    assert (consent.text_version, consent.language, consent.way) == (
        f"{consents.TEXT_VERSION}/minutes.1",
        "fr",
        "keyboard",
    )
    assert AuditEntry.objects.get(verb="consent.accepted").details == {"transcript": True, "picture": False}


def test_ledger_only_grows(recording: Recording, guest: Participation) -> None:
    consent = answer(recording, guest, "accepted", transcript=True)
    for change in ({"choice": "declined"}, {"transcript": False}, {"text_version": "other"}):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            Consent.objects.filter(pk=consent.pk).update(**change)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).delete()
    assert Consent.objects.get().choice == "accepted"


def test_each_change_is_a_row_and_the_same_answer_again_is_none(recording: Recording, guest: Participation) -> None:
    for choice, transcript in (("accepted", True), ("accepted", True), ("accepted", False), ("declined", True)):
        answer(recording, guest, choice, transcript=transcript)
    assert list(Consent.objects.order_by("pk").values_list("choice", "transcript")) == [
        ("accepted", True),
        ("accepted", False),
        ("declined", False),
    ]


def test_voice_may_be_kept_without_its_words(recording: Recording, claire: Participation, guest: Participation) -> None:
    answer(recording, claire, "accepted", transcript=True)
    answer(recording, guest, "accepted")
    agreement = agreement_of(recording)
    assert (agreement.accepted, agreement.words) == (frozenset({claire.pk, guest.pk}), frozenset({claire.pk}))


def test_words_are_not_agreed_to_where_none_may_be_written(claire: Participation, guest: Participation) -> None:
    recording = actions.start_recording(claire.pk, purpose="training")
    assert not answer(recording, guest, "accepted", transcript=True).transcript


def test_picture_is_not_agreed_to_where_the_purpose_keeps_none(recording: Recording, guest: Participation) -> None:
    consent = consents.answer_consent(guest.pk, recording.pk, Answer("accepted", True, picture=True))
    assert not consent.picture
