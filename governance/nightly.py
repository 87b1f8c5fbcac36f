"""Each night: what has come to its end is asked for, and organisers are told of what will."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from accounts import audit
from accounts.models import Institution
from governance import attendance, retention, warnings
from governance.erasure import ask_recording
from governance.models import Reason

WARNED_DAYS = 7  # before


def run(day: date | None = None) -> int:
    """How many erasures were asked for. Twice in one night does no harm; what is left out, the next night finds."""
    day = day or timezone.localdate()
    asked = 0
    for institution in Institution.objects.order_by("pk"):
        for recording, what, _ in retention.due(institution, day):
            ask_recording(recording, what=what, actor=audit.SYSTEM, reason=Reason.RETENTION)
            asked += 1
        for recording, what, goes_on in retention.due(institution, day + timedelta(WARNED_DAYS)):
            warnings.write(recording, what, goes_on)
        attendance.erase(institution, day)
    return asked
