"""What somebody says to an invitation."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.audit import Actor
from meetings.models import Invitation

Answer = Invitation.Answer
CHOICES = (Answer.ACCEPTED, Answer.DECLINED, Answer.TENTATIVE)


@transaction.atomic
def answer(invitation: Invitation, choice: Invitation.Answer, *, actor: Actor) -> bool:
    """Whether it is another answer than before. One that was revoked meanwhile is not answered."""
    changed = (
        Invitation.objects.filter(pk=invitation.pk, revoked_at=None)
        .exclude(answer=choice)
        .update(answer=choice, answered_at=timezone.now())
    )
    if changed:
        audit.record("invitation.answered", actor=actor, target=invitation, answer=choice.value)
    return bool(changed)
