"""Institutions, agents, and the trail of what they did."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models


class Institution(models.Model):
    """A service of the State, known by its SIRET. `label` is for display only: it comes from a claim."""

    siret = models.CharField(max_length=14, unique=True, validators=[RegexValidator(r"^\d{14}$")])
    label = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.label or self.siret


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(sub=username)


class User(AbstractBaseUser):
    """Somebody who signs in. The e-mail is an attribute, never an identity: two providers may give the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sub = models.CharField("ProConnect identifier", max_length=255, unique=True)
    email = models.EmailField()
    given_name = models.CharField(max_length=150)
    usual_name = models.CharField(max_length=150)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="users")
    idp_id = models.CharField("identity provider", max_length=100, blank=True)
    uid = models.CharField("identifier at the provider", max_length=200, blank=True)
    roles = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "sub"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.given_name} {self.usual_name}".strip()


class AuditEntry(models.Model):
    """One thing done, by whom, to what. Never a word that was said: the trail outlives the content."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    verb = models.CharField(max_length=80)
    actor = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_kind = models.CharField(max_length=10, choices=[("agent", "agent"), ("guest", "guest"), ("system", "system")])
    institution = models.ForeignKey(Institution, null=True, on_delete=models.SET_NULL, related_name="+")
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=64)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["target_type", "target_id"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_type}:{self.target_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("audit entries are written once")
        super().save(*args, **kwargs)
