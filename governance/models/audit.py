"""What was sealed of the audit trail."""

from __future__ import annotations

from django.db import models


class AuditSeal(models.Model):
    """Where the chain of the trail had got to, signed. Written once, like the chain.

    `statement` is what was signed, as it was signed: it says the position and the digest again.
    """

    at = models.DateTimeField()
    position = models.BigIntegerField(unique=True)
    statement = models.TextField()
    signature = models.CharField(max_length=128)
    key_id = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"{self.position} ({self.at})"
