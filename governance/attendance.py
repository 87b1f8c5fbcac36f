"""Meetings that left nothing: who was there and who was invited goes with the time of transcripts.

Those of which something was kept lose their names with the last of it: see `erasure.recordings`. In bulk, and by dates
alone: what a backup brings back, the next night finds again.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.db.models.functions import TruncDate

from accounts import audit
from accounts.models import Institution
from governance.erasure import holds
from governance.erasure.names import NAMELESS, erased_name
from meetings import ceilings
from meetings.models import ChatMessage, Invitation, Meeting, Participation, Recording, Series

BLANK = "—"  # in the place of a title
AT_ONCE = 5000  # the next night goes on


@transaction.atomic
def erase(institution: Institution, day: date) -> Counter[str]:
    """Rows that have lost their names, and invitations that are gone."""
    since = day - timedelta(ceilings.rules_of_institution(institution).transcript_retention_days)
    counts: Counter[str] = Counter()
    meetings = list(_meetings(institution, since).values_list("pk", flat=True)[:AT_ONCE])
    there = Participation.objects.filter(meeting__in=meetings)
    counts["attendance"] = there.update(display_name=erased_name(), **NAMELESS)
    counts["chat"], _ = ChatMessage.objects.filter(meeting__in=meetings).delete()
    Meeting.objects.filter(pk__in=meetings).update(title=BLANK, waiting_text="")
    series = list(_series(institution, since).values_list("pk", flat=True)[:AT_ONCE])
    counts["invitations"] = Invitation.objects.filter(series__in=series).count()
    Invitation.objects.filter(series__in=series).delete()
    counts["planned"] = Series.objects.filter(pk__in=series).update(title=BLANK, agenda="", links=[])
    counts = +counts
    if counts:
        told: dict[str, Any] = dict(counts)
        audit.record("attendance.erased", actor=audit.SYSTEM, target=institution, **told)
    return counts


def _meetings(institution: Institution, since: date) -> QuerySet[Meeting]:
    kept = Recording.objects.filter(meeting=OuterRef("pk"))
    over = Meeting.objects.filter(room__institution=institution, ended_at__date__lte=since).exclude(title=BLANK)
    return over.filter(~Exists(kept)).exclude(holds.of_meetings()).order_by("ended_at")


def _series(institution: Institution, since: date) -> QuerySet[Series]:
    planned = Series.objects.filter(room__institution=institution).exclude(title=BLANK).exclude(holds.of_series())
    ended = planned.annotate(ended=TruncDate(Max("occurrences__end")))
    held = Meeting.objects.filter(occurrence__series=OuterRef("pk")).exclude(title=BLANK)
    return ended.filter(~Exists(held), ended__lte=since).order_by("ended")
