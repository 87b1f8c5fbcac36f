"""Invitations to open a local account: signed, for one address, for a while, used once."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, roles
from accounts.audit import Actor
from accounts.models import AccountInvitation, Institution, RoleGrant, User

VALID_FOR = timedelta(days=7)
SESSION_KEY = "account_invitation"
_signer = Signer(salt="accounts.admissions")


@transaction.atomic
def invite(email: str, *, role: str, institution: Institution | None, actor: Actor) -> AccountInvitation:
    """Raises ValidationError: that address has a local account, or the role does not go with the institution."""
    invitation = AccountInvitation(email=email.lower(), role=role, institution=institution)
    check(invitation)
    return give(invitation, actor=actor)


def check(invitation: AccountInvitation) -> None:
    """Raises ValidationError."""
    if _has_account(invitation.email):
        raise ValidationError({"email": _("This address already has a local account.")})
    if (invitation.role == RoleGrant.Role.PLATFORM_ADMIN) and invitation.institution:
        raise ValidationError({"institution": _("A platform administrator has no institution.")})
    if invitation.role in (RoleGrant.Role.INSTITUTION_ADMIN, RoleGrant.Role.DPO) and not invitation.institution:
        raise ValidationError({"institution": _("This role is held over an institution.")})
    invitation.full_clean(exclude=["invited_by", "expires_at", "used_at", "user"])


@transaction.atomic
def give(invitation: AccountInvitation, *, actor: Actor) -> AccountInvitation:
    """Those that the address had before from the same institution are void."""
    for former in AccountInvitation.objects.filter(
        email=invitation.email, institution=invitation.institution, used_at=None
    ):
        audit.record("account.invitation-withdrawn", actor=actor, target=former, role=former.role)
        former.delete()
    invitation.invited_by = actor if isinstance(actor, User) else None
    invitation.expires_at = timezone.now() + VALID_FOR
    invitation.save()
    audit.record("account.invited", actor=actor, target=invitation, role=invitation.role)
    return invitation


def link(invitation: AccountInvitation) -> str:
    token = _signer.sign(invitation.pk.hex)
    return f"{settings.PUBLIC_URL}{reverse('account_invitation', args=[token])}"


def send(invitation: AccountInvitation) -> None:
    """Nobody else sees the link: who opens it has proven the address. Raises OSError, SMTPException."""
    known = {"link": link(invitation), "expires_at": invitation.expires_at, "BRAND": settings.VISIO_BRAND}
    body = render_to_string("accounts/mail/account_invitation.txt", known)
    subject = _("Open your %(brand)s account") % {"brand": settings.VISIO_BRAND}
    send_mail(subject, body, None, [invitation.email])


def read(token: str) -> AccountInvitation | None:
    """The invitation behind this link; None when it is forged, too old, withdrawn, used or no longer vouched for."""
    try:
        return _pending(_signer.unsign(token))
    except BadSignature:
        return None


def in_session(request: HttpRequest) -> AccountInvitation | None:
    key = request.session.get(SESSION_KEY)
    return _pending(key) if key else None


def _pending(key: str) -> AccountInvitation | None:
    invitation = AccountInvitation.objects.select_related("institution", "invited_by").filter(pk=key).first()
    if invitation is None or not invitation.is_pending or _has_account(invitation.email):
        return None
    return invitation if _is_vouched_for(invitation) else None


def _is_vouched_for(invitation: AccountInvitation) -> bool:
    """Its sender, if it is not the command line, could still send it."""
    sender = invitation.invited_by
    return sender is None or roles.may_invite(sender, invitation.role, invitation.institution)


def _has_account(email: str) -> bool:
    return User.objects.filter(source=User.Source.LOCAL, email__iexact=email).exists()


@transaction.atomic
def accept(invitation: AccountInvitation, *, user: User) -> bool:
    """Open the account, with the role. False when the invitation ended meanwhile, or somebody was quicker with it."""
    if _pending(invitation.pk.hex) is None:
        return False
    unused = AccountInvitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=timezone.now())
    if not unused.update(used_at=timezone.now()):
        return False
    user.email = invitation.email
    user.institution = invitation.institution if invitation.role else None
    user.save()
    AccountInvitation.objects.filter(pk=invitation.pk).update(user=user)
    audit.record("account.opened", actor=user, target=user, invitation=str(invitation.pk))
    if invitation.role:
        _grant(invitation, user)
    return True


def _grant(invitation: AccountInvitation, user: User) -> None:
    """In the name of who invited."""
    grant = RoleGrant.objects.create(
        user=user, role=invitation.role, institution=invitation.institution, granted_by=invitation.invited_by
    )
    actor: Actor = invitation.invited_by or audit.SYSTEM
    audit.record("role.granted", actor=actor, target=grant, role=grant.role, to=str(user.pk))
