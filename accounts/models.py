"""Institutions, people, the roles that they were given, and the trail of what they did."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower


class Institution(models.Model):
    """A service of the State, known by its SIRET. `label` is for display only: it comes from a claim."""

    siret = models.CharField(max_length=14, unique=True, validators=[RegexValidator(r"^\d{14}$")])
    label = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    is_open = models.BooleanField(default=True)  # closed: its people are known, and may not come in yet

    def __str__(self) -> str:
        return self.label or self.siret


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(pk=username or "")


class User(AbstractBaseUser):
    """Somebody who signs in. The e-mail is an attribute, never an identity: two providers may give the same.

    An agent is known by `realm` and `sub`: providers of one federation (Internet, RIE) share a realm. A local
    account (an administrator, an invited external) has neither, and its e-mail is unique among local ones.
    """

    class Source(models.TextChoices):
        PROCONNECT = "proconnect"
        LOCAL = "local"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.PROCONNECT)
    realm = models.CharField(max_length=40, default="proconnect", blank=True)
    sub = models.CharField("ProConnect identifier", max_length=255, null=True, blank=True)  # noqa: DJ001
    email = models.EmailField()
    given_name = models.CharField(max_length=150)
    usual_name = models.CharField(max_length=150)
    institution = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )  # none: an invited external
    idp_id = models.CharField("identity provider", max_length=100, blank=True)
    uid = models.CharField("identifier at the provider", max_length=200, blank=True)
    roles = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "id"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["realm", "sub"], name="one_user_per_subject"),
            models.UniqueConstraint(
                Lower("email"), condition=models.Q(source="local"), name="one_local_account_per_email"
            ),
            models.CheckConstraint(
                condition=models.Q(source="local", sub=None) | models.Q(source="proconnect", sub__isnull=False),
                name="subject_of_proconnect_only",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.given_name} {self.usual_name}".strip()


class RoleGrant(models.Model):
    """A role that somebody was given, over an institution and those below it. See `roles.py`."""

    class Role(models.TextChoices):
        INSTITUTION_ADMIN = "institution-admin"
        DPO = "dpo"
        PLATFORM_ADMIN = "platform-admin"  # over every institution

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    institution = models.ForeignKey(
        Institution, null=True, blank=True, on_delete=models.PROTECT, related_name="role_grants"
    )
    granted_by = models.ForeignKey(User, null=True, editable=False, on_delete=models.SET_NULL, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "institution"], nulls_distinct=False, name="one_grant_per_role_and_institution"
            ),
            models.CheckConstraint(
                condition=models.Q(role="platform-admin", institution=None)
                | (~models.Q(role="platform-admin") & models.Q(institution__isnull=False)),
                name="only_platform_admins_have_no_institution",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.institution_id or ''}".strip()


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
