"""Whose rows a request is about: candidates by account, e-mail and declared name; the officer says which are theirs.

A declared name is no proof of anybody: rows found by it alone are shown with their meeting, and chosen one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import roles
from accounts.models import AccountInvitation, User
from governance.models import PersonRequest, RequestStep, RequestSubject
from governance.requests import actions
from governance.requests.errors import RequestRefused
from meetings.models import Invitation, Participation
from transcripts.models import Import

MOST_CANDIDATES = 200
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, as rows. `institutions` bounds what is looked at; None: everywhere, for the person themselves."""

    users: frozenset[UUID] = frozenset()
    participations: frozenset[UUID] = frozenset()
    invitations: frozenset[UUID] = frozenset()
    institutions: frozenset[int] | None = None

    @property
    def is_nobody(self) -> bool:
        return not (self.users or self.participations or self.invitations)

    def theirs(self) -> QuerySet[Participation]:
        """All their participations, in this scope."""
        of_accounts = Q(user__in=self.users) | Q(invitation__in=self.invitations, user=None)
        rows = Participation.objects.filter(of_accounts | Q(pk__in=self.participations))
        return rows if self.institutions is None else rows.filter(meeting__room__institution__in=self.institutions)

    def invited(self) -> QuerySet[Invitation]:
        rows = Invitation.objects.filter(Q(user__in=self.users) | Q(pk__in=self.invitations))
        return rows if self.institutions is None else rows.filter(series__room__institution__in=self.institutions)

    def accounts(self) -> QuerySet[User]:
        """Whose identity is kept here: elsewhere, it is another institution that answers for it."""
        rows = User.objects.filter(pk__in=self.users)
        if self.institutions is None:
            return rows
        return rows.filter(of_institutions(self.institutions))


@dataclass(frozen=True, slots=True)
class Candidates:
    """`by_name` were declared, and prove nothing."""

    users: list[User] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    by_name: list[Participation] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    account_invitations: list[AccountInvitation] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.users or self.invitations or self.by_name or self.imports or self.account_invitations)


def of_institutions(institutions: Collection[int]) -> Q:
    """Accounts of theirs, and externals whom they have invited."""
    return Q(institution__in=institutions) | Q(institution=None, account_invitation__institution__in=institutions)


def scope_of(request: PersonRequest) -> frozenset[int]:
    """The institution that is asked, and those below, for which its officer answers."""
    return frozenset(roles.with_descendants({request.institution_id}))


def find(institutions: Collection[int], *, email: str = "", name: str = "") -> Candidates:
    """At most MOST_CANDIDATES of each kind, the newest first. Nothing where nothing is given."""
    if not email and not name:
        return Candidates()
    return Candidates(
        users=_users(institutions, email, name),
        invitations=_invitations(institutions, email, name),
        by_name=_guests(institutions, name) if name else [],
        imports=_imports(institutions, name) if name else [],
        account_invitations=_account_invitations(institutions, email) if email else [],
    )


def _users(institutions: Collection[int], email: str, name: str) -> list[User]:
    """Of the institutions, and of others who met or were invited there."""
    asked = _any_of(
        [Q(email__iexact=email)] if email else [],
        [reduce(lambda both, word: both & _in_name(word), name.split(), Q())] if name.split() else [],
    )
    met = Participation.objects.filter(meeting__room__institution__in=institutions).exclude(user=None)
    invited = Invitation.objects.filter(series__room__institution__in=institutions).exclude(user=None)
    here = of_institutions(institutions) | Q(pk__in=met.values("user")) | Q(pk__in=invited.values("user"))
    rows = User.objects.filter(asked).filter(here).select_related("institution").distinct()
    return list(rows.order_by("usual_name", "given_name", "pk")[:MOST_CANDIDATES])


def _in_name(word: str) -> Q:
    return Q(given_name__unaccent__icontains=word) | Q(usual_name__unaccent__icontains=word)


def _invitations(institutions: Collection[int], email: str, name: str) -> list[Invitation]:
    """Of people without an account; those of an account go with it."""
    asked = _any_of([Q(email__iexact=email)] if email else [], [Q(name__unaccent__icontains=name)] if name else [])
    rows = Invitation.objects.filter(asked, user=None, series__room__institution__in=institutions)
    return list(rows.select_related("series__room").order_by("-created_at", "pk")[:MOST_CANDIDATES])


def _guests(institutions: Collection[int], name: str) -> list[Participation]:
    rows = Participation.objects.filter(
        user=None, display_name__unaccent__icontains=name, meeting__room__institution__in=institutions
    )
    return list(rows.select_related("meeting__room").order_by("-joined_at", "pk")[:MOST_CANDIDATES])


def _imports(institutions: Collection[int], name: str) -> list[Import]:
    """Where somebody of that name is said to speak: its uploader erases it, or corrects who is named."""
    rows = Import.objects.filter(institution__in=institutions).exclude(names=[], cues=[])
    named = rows.filter(Q(names__icontains=name) | Q(cues__icontains=name))
    return list(named.exclude(state=Import.State.ERASED).select_related("user").order_by("-at")[:MOST_CANDIDATES])


def _account_invitations(institutions: Collection[int], email: str) -> list[AccountInvitation]:
    rows = AccountInvitation.objects.filter(email__iexact=email, institution__in=institutions)
    return list(rows.order_by("-created_at")[:MOST_CANDIDATES])


def _any_of(*asked: list[Q]) -> Q:
    return reduce(or_, [one for each in asked for one in each])


def subject_of(request: PersonRequest) -> Subject:
    """What the officer has chosen; in the institution that is asked, and below."""
    rows = list(request.subjects.values_list("user", "participation", "invitation"))
    return Subject(
        users=frozenset(row[0] for row in rows if row[0]),
        participations=frozenset(row[1] for row in rows if row[1]),
        invitations=frozenset(row[2] for row in rows if row[2]),
        institutions=scope_of(request),
    )


@transaction.atomic
def choose(
    request_id: UUID, users: Iterable[UUID], participations: Iterable[UUID], invitations: Iterable[UUID], *, actor: User
) -> None:
    """These rows, and no others, are those of the person. Raises RequestRefused for rows of elsewhere."""
    request = actions.locked(request_id)
    scope = scope_of(request)
    found = {
        "user": set(users),
        "participation": set(participations),
        "invitation": set(invitations),
    }
    _require_here(found, scope)
    request.subjects.all().delete()
    rows = [RequestSubject(request=request, **{f"{kind}_id": pk}) for kind, ids in found.items() for pk in sorted(ids)]
    RequestSubject.objects.bulk_create(rows)
    actions.note(request, RequestStep.What.CHOSEN, actor=actor, verb="person-request.data-chosen", rows=len(rows))


def _require_here(found: dict[str, set[UUID]], scope: Collection[int]) -> None:
    met = Participation.objects.filter(meeting__room__institution__in=scope)
    invited = Invitation.objects.filter(series__room__institution__in=scope)
    here = of_institutions(scope) | Q(pk__in=met.values("user")) | Q(pk__in=invited.values("user"))
    known = {
        "user": User.objects.filter(here, pk__in=found["user"]).distinct().count(),
        "participation": met.filter(pk__in=found["participation"], user=None).count(),
        "invitation": invited.filter(pk__in=found["invitation"], user=None).count(),
    }
    if any(known[kind] != len(ids) for kind, ids in found.items()):
        raise RequestRefused("elsewhere")
