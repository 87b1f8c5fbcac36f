"""What a provider says of a person, in the shape that Visio can keep, or a refusal."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

Claims = dict[str, Any]
REQUIRED_CLAIMS = ("sub", "email", "given_name", "usual_name", "siret", "idp_id")
SIRET = re.compile("[0-9]{14}")
LONGEST_EMAIL, LONGEST_NAME, LONGEST_LABEL, LONGEST_ROLE = 254, 150, 200, 60
LONGEST_SUB, LONGEST_IDP_ID, LONGEST_UID = 255, 100, 200
MOST_ROLES = 50
NOT_TEXT = {"Cc", "Cs"}  # control characters, halves of surrogate pairs


class IdentityRefused(Exception):
    """The provider's answer can't be trusted, or doesn't suffice. `code` is shown on the refusal page.

    Not a SuspiciousOperation: the library swallows those, and the person would not learn why.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Identity:
    sub: str
    email: str  # lower case
    given_name: str
    usual_name: str
    siret: str
    organization_label: str  # may be empty
    idp_id: str
    uid: str  # may be empty
    roles: tuple[str, ...]


def read(claims: Claims) -> Identity:
    """Raises IdentityRefused when a claim is missing, or is not what it should be."""
    try:
        return Identity(
            sub=_text(claims["sub"], LONGEST_SUB),
            email=_email(claims["email"]),
            given_name=_text(claims["given_name"], LONGEST_NAME),
            usual_name=_text(claims["usual_name"], LONGEST_NAME),
            siret=_siret(claims["siret"]),
            organization_label=_text(claims.get("organization_label") or "", None, needed=False)[:LONGEST_LABEL],
            idp_id=_text(claims["idp_id"], LONGEST_IDP_ID),
            uid=_text(claims.get("uid") or "", LONGEST_UID, needed=False),
            roles=_roles(claims.get("roles") or []),
        )
    except (KeyError, ValueError, ValidationError) as error:
        raise IdentityRefused("missing-claims") from error


def _text(value: object, longest: int | None, *, needed: bool = True) -> str:
    if not isinstance(value, str) or any(unicodedata.category(char) in NOT_TEXT for char in value):
        raise ValueError("not text")
    text = value.strip()
    if (needed and not text) or (longest is not None and len(text) > longest):
        raise ValueError("empty, or too long")
    return text


def _email(value: object) -> str:
    email = _text(value, LONGEST_EMAIL).lower()
    validate_email(email)
    return email


def _siret(value: object) -> str:
    siret = _text(value, None)
    if not SIRET.fullmatch(siret):
        raise ValueError("not a SIRET")
    return siret


def _roles(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_ROLES:
        raise ValueError("not a list of roles")
    return tuple(_text(role, LONGEST_ROLE) for role in value)
