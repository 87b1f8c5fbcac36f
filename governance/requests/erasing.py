"""Art. 17: what would go, what would stay and why; then the erasure itself, which `governance.erasure` carries out.

An officer erases what their institutions hold. An account goes only where nobody else's meetings lean on it: those of
other institutions are theirs to answer for.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from accounts.models import User
from governance import erasure
from governance.models import PersonExport, PersonRequest, Reason, RequestStep
from governance.requests import actions
from governance.requests.errors import RequestRefused
from governance.requests.export import jobs
from governance.requests.holdings import Holdings
from governance.requests.subjects import Subject, subject_of
from meetings.models import Participation


@dataclass(frozen=True, slots=True)
class Plan:
    """`elsewhere`: meetings of other institutions where the person was. `accounts`: those that could go too."""

    participations: frozenset[UUID]
    invitations: frozenset[UUID]
    lines: frozenset[int]  # said at another's microphone
    accounts: frozenset[UUID]
    elsewhere: int

    @property
    def is_empty(self) -> bool:
        return not (self.participations or self.invitations or self.lines or self.accounts)

    def preview(self, *, with_account: bool) -> erasure.Preview:
        return erasure.preview_person(
            participations=self.participations,
            users=self.accounts if with_account else (),
            invitations=self.invitations,
            lines=self.lines,
        )


def plan(subject: Subject) -> Plan:
    held = Holdings(subject)
    there = frozenset(subject.theirs().order_by().values_list("pk", flat=True))
    elsewhere = Participation.objects.filter(user__in=subject.users).exclude(pk__in=there).values("meeting")
    count = elsewhere.distinct().count()
    named = held.lines.exclude(participation__in=there).values_list("pk", flat=True)
    accounts = frozenset() if count else frozenset(subject.accounts().values_list("pk", flat=True))
    return Plan(
        participations=there,
        invitations=frozenset(subject.invited().order_by().values_list("pk", flat=True)),
        lines=frozenset(named),
        accounts=accounts,
        elsewhere=count,
    )


@transaction.atomic
def erase(request_id: UUID, *, with_account: bool, actor: User) -> None:
    """Written down now, carried out within a minute; once for each request. Raises RequestRefused."""
    request = actions.locked(request_id)
    actions.require_checked(request)
    planned = plan(subject_of(request))
    if planned.is_empty:
        raise RequestRefused("nobody")
    if request.erasure is not None:
        raise RequestRefused("erased")
    if with_account and not planned.accounts:
        raise RequestRefused("elsewhere")
    request.erasure = erasure.ask_person(
        participations=planned.participations,
        users=planned.accounts if with_account else (),
        invitations=planned.invitations,
        lines=planned.lines,
        actor=actor,
        reason=Reason.REQUEST,
    )
    request.save(update_fields=["erasure"])
    actions.note(request, RequestStep.What.ERASED, actor=actor, verb="person-request.erased", account=int(with_account))
    exports = PersonExport.objects.filter(request=request) | PersonExport.objects.filter(user__in=planned.accounts)
    gone = list(exports.exclude(state=PersonExport.State.ERASED))
    transaction.on_commit(lambda: _erase_exports(gone))


def _erase_exports(exports: list[PersonExport]) -> None:
    """They hold what is erased. The row says so first: the sweep removes what the store does not now."""
    for export in exports:
        jobs.discard(export)


def proof_of(request: PersonRequest) -> erasure.Proof | None:
    """None until it is done."""
    row = request.erasure
    return erasure.Proof.from_json(row.proof) if row is not None and row.proof else None
