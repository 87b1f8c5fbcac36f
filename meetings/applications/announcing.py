"""From what happened to a row for each application that wants to know it."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Institution
from meetings.ceilings import lineage
from meetings.models import Application, Delivery, Meeting
from meetings.nudges import nudge_deliveries

TEST = "test"


def announce(event: Application.Event, meeting: Meeting, **data: Any) -> None:
    """In the caller's transaction. `data` holds identifiers, times, states and addresses that ask who one is."""
    if not settings.WEBHOOK_HOSTS:
        return
    institution = meeting.room.institution
    told = Application.objects.filter(institution__in=lineage(institution), is_on=True, events__contains=[event])
    body = body_of(event, institution, meeting=meeting.pk, **data)
    Delivery.objects.bulk_create(Delivery(application=one, event=event, body=body) for one in told)
    transaction.on_commit(nudge_deliveries)


def body_of(event: str, institution: Institution, **data: Any) -> str:
    """The same bytes at each attempt: they are signed."""
    told = {"type": event, "timestamp": timezone.now().isoformat(), "data": {"institution": institution.siret, **data}}
    return json.dumps(told, default=str)
