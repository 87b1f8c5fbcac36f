"""Applications are told that minutes are there, and approved; of what was said, nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import User
from meetings.models import Application, Delivery
from tests.cast import make_minutes
from tests.transcripts.conftest import Held
from transcripts.sealing.actions import approve

pytestmark = pytest.mark.django_db


def test_minutes_that_are_there_and_that_are_approved(held: Held, claire: User, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["archives.gouv.fr"]
    Application.objects.create(
        institution=held.meeting.room.institution,
        name="Archives",
        url="https://archives.gouv.fr/",
        events=["minutes.ready", "minutes.approved"],
    )
    minutes = make_minutes(held.recording, [(held.claire, 1.0, "Le budget est voté.")])
    version = approve(minutes, actor=claire)
    ready, approved = (json.loads(one.body) for one in Delivery.objects.order_by("created_at"))
    assert (ready["type"], approved["type"]) == ("minutes.ready", "minutes.approved")
    assert ready["data"]["link"] == f"{settings.PUBLIC_URL}/comptes-rendus/{held.recording.pk}/"
    assert (approved["data"]["version"], approved["data"]["digest"]) == (1, version.digest)
    told = json.dumps([ready, approved])
    assert [word for word in ("budget", "Claire", "Fontaine", "Comité") if word in told] == []
