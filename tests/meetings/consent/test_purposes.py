from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEntry, Institution, User
from meetings import actions, ceilings, purposes
from meetings.errors import NoPurpose
from meetings.models import Participation, Policy, Purpose

pytestmark = pytest.mark.django_db


def own(institution: Institution, code: str = "minutes", **values: object) -> Purpose:
    given = {"label_fr": "À nous", "label_en": "Ours", "text_fr": "Texte", "text_en": "Text"}
    described = {**given, "legal_basis": "public-task", "retention_days": 30, **values}
    return Purpose.objects.create(institution=institution, code=code, **described)


def codes(institution: Institution) -> dict[str, str]:
    return {purpose.code: purpose.label_en for purpose in purposes.offered_in(institution)}


@pytest.fixture
def dinum(claire: Participation) -> Institution:
    return claire.meeting.room.institution


def test_institution_that_says_nothing_has_the_purposes_of_the_platform(dinum: Institution) -> None:
    assert codes(dinum) == {"minutes": "Minutes", "training": "Training", "public-session": "Public session"}


def test_nearest_institution_says_what_is_offered_and_may_take_away(dinum: Institution) -> None:
    ministry = Institution.objects.create(siret="11009001600053", label="Ministère")
    Institution.objects.filter(pk=dinum.pk).update(parent=ministry)
    own(ministry, label_en="Of the ministry")
    own(ministry, "training", is_active=False)
    own(dinum, "exam", label_en="Exam")
    assert codes(Institution.objects.get(pk=dinum.pk)) == {
        "minutes": "Of the ministry",
        "public-session": "Public session",
        "exam": "Exam",
    }
    own(dinum, version=2, label_en="Newest")
    own(dinum, version=1, label_en="Older")
    assert codes(Institution.objects.get(pk=dinum.pk))["minutes"] == "Newest"


def test_recording_is_for_one_purpose_which_may_leave_no_words(claire: Participation) -> None:
    Policy.objects.create(institution=claire.meeting.room.institution, staff_consulted_on="2026-01-01")
    recording = actions.start_recording(claire.pk, purpose="training", announced=True)
    assert (str(recording.purpose), recording.for_minutes, recording.is_announced) == ("training.1", False, True)
    assert AuditEntry.objects.get(verb="meeting.recording-started").details == {"purpose": "training.1"}


def test_unknown_purpose_is_refused_and_nothing_begins(claire: Participation) -> None:
    with pytest.raises(NoPurpose):
        actions.start_recording(claire.pk, purpose="spying")
    assert not claire.meeting.recordings.exists()


def test_policy_is_a_ceiling_of_how_long_sound_is_kept(dinum: Institution) -> None:
    purpose, rules = own(dinum, retention_days=30), ceilings.rules_of_institution(dinum)
    kept = [purposes.retention_days(purpose, replace(rules, audio_retention_days=days)) for days in (7, 30, 365)]
    assert kept == [7, 30, 30]


@pytest.mark.parametrize("field", ["text_fr", "label_en", "retention_days", "version", "legal_basis"])
def test_text_that_was_shown_can_not_be_changed(dinum: Institution, field: str) -> None:
    purpose = own(dinum)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Purpose.objects.filter(pk=purpose.pk).update(**{field: "9"})
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        Purpose.objects.filter(pk=purpose.pk).delete()
    Purpose.objects.filter(pk=purpose.pk).update(is_active=False)
    assert not Purpose.objects.get(pk=purpose.pk).is_active


def test_defaults_come_back_only_where_they_have_never_been(claire: Participation, bilal: User) -> None:
    Purpose.objects.filter(institution=None, code="training").update(is_active=False)
    purposes.offer_defaults(Purpose.objects)
    assert Purpose.objects.filter(institution=None).count() == len(purposes.DEFAULTS)
    assert not Purpose.objects.get(code="training").is_active
