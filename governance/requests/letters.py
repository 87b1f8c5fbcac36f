"""Letters to persons, in French: drafts that the officer reads and changes before one goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from governance.models import PersonExport, PersonRequest
from governance.requests.erasing import proof_of

LINK_LIVES = timedelta(days=7)
LONGEST_TOKEN = 200
_SIGNER = TimestampSigner(salt="governance.requests.export", sep=".")


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str


def draft(request: PersonRequest, *, refused: bool, signed_by: str) -> Letter:
    export = request.exports.filter(state=PersonExport.State.DONE).first()
    with translation.override("fr"):
        context = {
            "request": request,
            "received_on": date_format(request.received_on, "DATE_FORMAT"),
            "institution": str(request.institution),
            "link": link_to(export) if export else "",
            "days": LINK_LIVES.days,
            "my_data": settings.PUBLIC_URL + reverse("my_data") if request.person_id else "",
            "signed_by": signed_by,
            "kind": request.kind,
            "proof": proof.sha256 if (proof := proof_of(request)) else "",
            "is_erased": request.erasure is not None,
        }
        name = "refused" if refused else request.kind
        body = render_to_string(f"governance/letters/{name}.txt", context)
    return Letter(f"Votre demande n° {request.reference}", f"{body.strip()}\n")


def link_to(export: PersonExport) -> str:
    """An address that gives the export, without an account, for a week or until the export is erased."""
    return settings.PUBLIC_URL + reverse("person_export_by_link", args=[_SIGNER.sign(str(export.pk))])


def read(token: str) -> PersonExport | None:
    """None for what was forged, is too old, or leads to nothing any more."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        identifier = _SIGNER.unsign(token, max_age=LINK_LIVES)
    except BadSignature:
        return None
    return PersonExport.objects.filter(pk=identifier, state=PersonExport.State.DONE, request__isnull=False).first()
