"""How long a request is kept: what a person wrote, and to whom, goes five years after the answer; its dates stay."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from governance.models import PersonRequest, RequestMail, RequestStep

KEPT = timedelta(days=5 * 365)  # Code civil, art. 2224: as long as an answer may be disputed


@transaction.atomic
def blank_old() -> int:
    """Returns how many."""
    old = PersonRequest.objects.filter(closed_at__lt=timezone.now() - KEPT).exclude(contact_email="", words="")
    requests = list(old.values_list("pk", flat=True))
    RequestStep.objects.filter(request__in=requests).update(note="")
    RequestMail.objects.filter(request__in=requests).update(subject="", body="")
    return PersonRequest.objects.filter(pk__in=requests).update(
        contact_email="", contact_name="", words="", extended_because="", person=None
    )
