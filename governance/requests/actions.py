"""Verbs of requests: written down, taken in hand, checked, extended, noted, answered. Each leaves a step and a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import Institution, RoleGrant, User
from governance.models import PersonRequest, RequestMail, RequestStep
from governance.requests import deadlines
from governance.requests.errors import RequestRefused
from governance.requests.nudges import nudge_request_mails
from meetings import ceilings

Kind, Channel, State, Check = PersonRequest.Kind, PersonRequest.Channel, PersonRequest.State, PersonRequest.Check
What = RequestStep.What


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks, as it reached us."""

    kind: str
    channel: str
    received_on: date = field(default_factory=timezone.localdate)
    contact_name: str = ""
    contact_email: str = ""
    words: str = ""
    language: str = "fr"


@transaction.atomic
def open_request(institution: Institution, asked: Asked, *, actor: User, person: User | None = None) -> PersonRequest:
    """`person` is whoever asks for themselves, signed in: their identity is that of the account."""
    year = asked.received_on.year
    with connection.cursor() as cursor:  # two at once would count to the same number
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [institution.pk, year])
    counted = PersonRequest.objects.filter(institution=institution, year=year).aggregate(last=Max("number"))
    request = PersonRequest.objects.create(
        institution=institution,
        year=year,
        number=(counted["last"] or 0) + 1,
        kind=asked.kind,
        channel=asked.channel,
        received_on=asked.received_on,
        due_on=deadlines.due_on(asked.received_on),
        person=person,
        contact_name=asked.contact_name,
        contact_email=asked.contact_email,
        words=asked.words,
        language=asked.language,
        identity_check=Check.SIGNED_IN if person else Check.NONE,
    )
    if person:
        request.subjects.create(user=person)
    note(request, What.RECEIVED, actor=actor, verb="person-request.received", kind=asked.kind)
    if person:
        _tell_officers(request)
    return request


def note(
    request: PersonRequest, what: str, *, actor: User | None, verb: str, text: str = "", **details: str | int
) -> None:
    """A step of the file, and a row of the trail. In the caller's transaction."""
    RequestStep.objects.create(request=request, what=what, by=actor, note=text)
    audit.record(verb, actor=actor or audit.SYSTEM, target=request, reason="", **details)


def officers_of(institution: Institution) -> list[User]:
    """Of it and of those above it, who can be told."""
    held = RoleGrant.objects.filter(role=RoleGrant.Role.DPO, institution__in=ceilings.lineage(institution))
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(email="").order_by("pk"))


def _tell_officers(request: PersonRequest) -> None:
    for officer in officers_of(request.institution):
        RequestMail.objects.create(request=request, kind=RequestMail.Kind.TO_DPO, user=officer)
    transaction.on_commit(nudge_request_mails)


def locked(request_id: UUID) -> PersonRequest:
    """Open still. Raises RequestRefused."""
    request = PersonRequest.objects.select_for_update(of=("self",)).select_related("institution").get(pk=request_id)
    if not request.is_open:
        raise RequestRefused("closed")
    return request


def require_checked(request: PersonRequest) -> None:
    """Raises RequestRefused."""
    if not request.is_checked:
        raise RequestRefused("identity")


@transaction.atomic
def take(request_id: UUID, *, actor: User) -> None:
    request = locked(request_id)
    request.state, request.handler = State.IN_HAND, actor
    request.save(update_fields=["state", "handler"])
    note(request, What.TAKEN, actor=actor, verb="person-request.taken")


@transaction.atomic
def check_identity(request_id: UUID, how: str, *, actor: User) -> None:
    """Raises RequestRefused."""
    request = locked(request_id)
    if how not in set(Check.values) - {Check.NONE, Check.SIGNED_IN}:
        raise RequestRefused("identity")  # only a sign-in is a sign-in
    request.identity_check = how
    request.save(update_fields=["identity_check"])
    note(request, What.IDENTITY, actor=actor, verb="person-request.identity-checked", how=how)


@transaction.atomic
def extend(request_id: UUID, reason: str, *, actor: User) -> None:
    """Once, and before the first month is over (art. 12.3). Raises RequestRefused."""
    request = locked(request_id)
    if request.extended_because or timezone.localdate() > request.due_on:
        raise RequestRefused("no-extension")
    request.due_on, request.extended_because = deadlines.extended(request.received_on), reason
    request.save(update_fields=["due_on", "extended_because"])
    note(request, What.EXTENDED, actor=actor, verb="person-request.extended", text=reason)


@transaction.atomic
def write_note(request_id: UUID, text: str, *, actor: User) -> None:
    note(locked(request_id), What.NOTE, actor=actor, verb="person-request.noted", text=text)


@transaction.atomic
def close(request_id: UUID, subject: str, body: str, *, refused: bool, actor: User) -> None:
    """With the letter that says so, if there is an address. Raises RequestRefused."""
    request = locked(request_id)
    if not refused:
        require_checked(request)
    request.state, request.closed_at = State.REFUSED if refused else State.ANSWERED, timezone.now()
    request.handler = request.handler or actor
    request.save(update_fields=["state", "closed_at", "handler"])
    if request.contact_email:
        RequestMail.objects.create(request=request, kind=RequestMail.Kind.ANSWER, subject=subject, body=body)
        transaction.on_commit(partial(nudge_request_mails))
    what, verb = (What.REFUSED, "person-request.refused") if refused else (What.ANSWERED, "person-request.answered")
    note(request, what, actor=actor, verb=verb, text=body)
