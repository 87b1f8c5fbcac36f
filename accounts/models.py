"""Institutions, people, the roles that they were given, and the trail of what they did."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class Institution(models.Model):
    """A service of the State, known by its SIRET. `label` is for display only: it comes from a claim."""

    siret = models.CharField(
        _("SIRET"),
        max_length=14,
        unique=True,
        validators=[RegexValidator(r"^\d{14}$", _("A SIRET is 14 digits, without spaces."))],
    )
    label = models.CharField(_("name"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("above it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        help_text=_("Its policy is a ceiling for this institution; its administrators and its DPO act here too."),
    )
    is_open = models.BooleanField(
        _("open"), default=True, help_text=_("While it is closed, its agents are known but may not sign in.")
    )

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")

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
        PROCONNECT = "proconnect", "ProConnect"
        LOCAL = "local", _("local account")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(_("signs in by"), max_length=10, choices=Source.choices, default=Source.PROCONNECT)
    realm = models.CharField(_("federation"), max_length=40, default="proconnect", blank=True)
    sub = models.CharField(_("ProConnect identifier"), max_length=255, null=True, blank=True)  # noqa: DJ001
    email = models.EmailField(_("e-mail address"))
    given_name = models.CharField(_("first name"), max_length=150)
    usual_name = models.CharField(_("last name"), max_length=150)
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="users",
    )  # none: an invited external
    idp_id = models.CharField(_("identity provider"), max_length=100, blank=True)
    uid = models.CharField(_("identifier at the provider"), max_length=200, blank=True)
    roles = ArrayField(models.CharField(max_length=60), verbose_name=_("kinds of agent"), default=list, blank=True)
    is_active = models.BooleanField(
        _("may sign in"), default=True, help_text=_("Once this is unticked, every open session ends at its next page.")
    )
    created_at = models.DateTimeField(_("known since"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "id"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [  # of the administration: in the order of the list, and by the beginning of a word
            models.Index(fields=["usual_name", "given_name", "id"], name="people_by_name"),
            models.Index(OpClass(Upper("usual_name"), name="text_pattern_ops"), name="people_by_usual_name"),
            models.Index(OpClass(Upper("given_name"), name="text_pattern_ops"), name="people_by_given_name"),
            models.Index(OpClass(Upper("email"), name="text_pattern_ops"), name="people_by_email"),
        ]
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

    def get_short_name(self) -> str:
        return self.given_name

    @property
    def answers_to_id(self) -> int | None:
        """Their institution; of an external, the one that invited them, which costs a query."""
        if self.institution_id or self.source != self.Source.LOCAL:
            return self.institution_id
        return AccountInvitation.objects.filter(user=self).values_list("institution_id", flat=True).first()

    # What the administration asks. Rights come from grants, never from a flag: there is no superuser.
    @property
    def is_staff(self) -> bool:
        return bool(self.permissions)

    @cached_property
    def held(self) -> tuple[tuple[str, int | None], ...]:
        """Roles, and over which institution. Costs a query, once per object."""
        return tuple(self.role_grants.values_list("role", "institution")) if self.is_active else ()

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Costs the query of `held`."""
        from accounts import roles

        return roles.permissions_of(self)

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return perm in self.permissions

    def has_module_perms(self, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.permissions)


class RoleGrant(models.Model):
    """A role that somebody was given, over an institution and those below it. See `roles.py`."""

    class Role(models.TextChoices):
        INSTITUTION_ADMIN = "institution-admin", _("administrator of an institution")
        DPO = "dpo", _("data protection officer")
        PLATFORM_ADMIN = "platform-admin", _("administrator of the platform")  # over every institution

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="role_grants",
        help_text=_("The role holds for the institutions below it too. None for an administrator of the platform."),
    )
    granted_by = models.ForeignKey(
        User, verbose_name=_("given by"), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    granted_at = models.DateTimeField(_("given on"), auto_now_add=True)

    class Meta:
        verbose_name = _("role given")
        verbose_name_plural = _("roles given")
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
        return f"{self.get_role_display()}, {self.institution or ''}".rstrip(", ")


class AccountInvitation(models.Model):
    """To open a local account at this address, once. See `admissions.py`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(
        _("role"), max_length=20, choices=RoleGrant.Role.choices, blank=True, help_text=_("None for an external.")
    )
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="account_invitations",
    )
    invited_by = models.ForeignKey(
        User, verbose_name=_("invited by"), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("sent on"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    used_at = models.DateTimeField(_("used on"), null=True, editable=False)
    user = models.OneToOneField(
        User,
        verbose_name=_("account opened"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="account_invitation",
    )

    class Meta:
        verbose_name = _("invitation to a local account")
        verbose_name_plural = _("invitations to local accounts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role="platform-admin", institution=None)
                | models.Q(role="")
                | (~models.Q(role="platform-admin") & models.Q(institution__isnull=False)),
                name="only_platform_admins_are_invited_without_institution",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_pending(self) -> bool:
        return self.used_at is None and self.expires_at > timezone.now()


class AuditEntry(models.Model):
    """One thing done, by whom, to what. Never a word that was said: the trail outlives the content.

    The database refuses to change or delete one (`migrations/sql/trail.sql`), and dates it. Persons and institutions
    are named by their keys, which are no constraint: they may go, their trail stays as it was written.
    """

    KINDS = [("agent", _("account")), ("guest", _("guest")), ("system", _("the service itself"))]

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    verb = models.CharField(_("what"), max_length=80)
    actor = models.ForeignKey(
        User, verbose_name=_("who"), null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    actor_kind = models.CharField(_("kind of actor"), max_length=10, choices=KINDS)
    assurance = models.CharField(
        _("known by"),
        max_length=20,
        blank=True,
        help_text=_("How strongly we know who did it: the level that ProConnect vouched for, or the kind of account."),
    )
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    target_type = models.CharField(_("kind of object"), max_length=60)
    target_id = models.CharField(_("object"), max_length=64)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    request_id = models.UUIDField(
        _("request"), null=True, help_text=_("What was done at once: one page, one connection to a room, one task.")
    )
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("entry of the trail")
        verbose_name_plural = _("entries of the audit trail")
        indexes = [
            models.Index(fields=["target_type", "target_id"]),
            models.Index(fields=["institution", "-at"], name="trail_of_an_institution"),
            models.Index(fields=["verb", "-at"], name="trail_of_a_verb"),
            models.Index(fields=["reason"], name="trail_of_a_reason", condition=~models.Q(reason="")),
            models.Index(
                fields=["request_id"], name="trail_of_a_request", condition=models.Q(request_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_type}:{self.target_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("audit entries are written once")
        super().save(*args, **kwargs)


class UnchainedEntry(models.Model):
    """An entry that is not in the chain yet. The database adds it with the entry; see `trail/chain.py`."""

    entry_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.entry_id)


class AuditLink(models.Model):
    """One place of the chain. It names its entry by its key alone: where the entry is gone, the link says so.

    `content` is the digest of the entry; `digest` that of the link before it and of `content`. Both SHA-256.
    """

    position = models.BigIntegerField(primary_key=True)  # from 1, without gaps
    entry_id = models.BigIntegerField(unique=True)
    content = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.position}: {self.entry_id}"
