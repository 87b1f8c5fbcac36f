"""The account behind a proven identity: made at the first sign-in, brought up to date at each."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import audit
from accounts.identity import Identity, IdentityRefused
from accounts.models import Institution, RoleGrant, User


def admit(identity: Identity, *, realm: str, acr: str, provider: str) -> User:
    """Raises IdentityRefused for a disabled account, and for an institution that isn't open yet."""
    user = _save(identity, realm)
    reason = _reason_to_refuse(user)
    if reason:
        audit.record("account.refused", actor=user, target=user, reason=reason)
        raise IdentityRefused(reason)
    audit.record("account.signed-in", actor=user, target=user, acr=acr, provider=provider)
    return user


def _reason_to_refuse(user: User) -> str:
    if not user.is_active:
        return "account-disabled"
    return "" if user.institution is None or user.institution.is_open else "institution-closed"


@transaction.atomic
def _save(identity: Identity, realm: str) -> User:
    """Known by `realm` and `sub`, never by e-mail. A disabled account is left as it is."""
    institution = _institution(identity)
    attributes = _attributes(identity, institution)
    user, _ = User.objects.get_or_create(
        realm=realm, sub=identity.sub, defaults={**attributes, "password": make_password(None)}
    )
    user = User.objects.select_for_update(of=("self",)).select_related("institution").get(pk=user.pk)
    if user.is_active:
        _update(user, attributes, institution)
    return user


def _attributes(identity: Identity, institution: Institution) -> dict[str, Any]:
    return {
        "email": identity.email,
        "given_name": identity.given_name,
        "usual_name": identity.usual_name,
        "idp_id": identity.idp_id,
        "uid": identity.uid,
        "roles": list(identity.roles),
        "institution": institution,
    }


def _update(user: User, attributes: dict[str, Any], institution: Institution) -> None:
    former = user.institution
    for name, value in attributes.items():
        setattr(user, name, value)
    user.save(update_fields=list(attributes))
    if former is not None and former != institution:
        _leave(user, former)


def _leave(user: User, former: Institution) -> None:
    """Who changes institution keeps the account, and none of the rights that were given over institutions."""
    ended, _ = RoleGrant.objects.filter(user=user, institution__isnull=False).delete()
    audit.record(
        "account.institution-changed", actor=user, target=user, former=former.pk, now=user.institution_id, ended=ended
    )


def _institution(identity: Identity) -> Institution:
    """Its label is the first that was told: no provider renames an institution for everybody."""
    institution, _ = Institution.objects.get_or_create(
        siret=identity.siret,
        defaults={"label": identity.organization_label, "is_open": settings.NEW_INSTITUTIONS_OPEN},
    )
    if identity.organization_label and not institution.label:
        Institution.objects.filter(pk=institution.pk, label="").update(label=identity.organization_label)
        institution.refresh_from_db()
    return institution
