"""Who is to be erased: identifiers of the rows that are theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID

from meetings.models import Invitation, Participation


@dataclass(frozen=True, slots=True)
class Subject:
    """`lines`: of minutes, that they said at another's microphone."""

    participations: tuple[UUID, ...] = ()
    users: tuple[UUID, ...] = ()
    invitations: tuple[UUID, ...] = ()
    lines: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        participations: Iterable[UUID] = (),
        users: Iterable[UUID] = (),
        invitations: Iterable[UUID] = (),
        lines: Iterable[int] = (),
    ) -> Self:
        """With all that leads from these to more rows of the same person."""
        people = set(users)
        invited = set(invitations) | set(Invitation.objects.filter(user__in=people).values_list("pk", flat=True))
        there = set(participations)
        there |= set(Participation.objects.filter(user__in=people).values_list("pk", flat=True))
        there |= set(Participation.objects.filter(invitation__in=invited).values_list("pk", flat=True))
        return cls(tuple(sorted(there)), tuple(sorted(people)), tuple(sorted(invited)), tuple(sorted(set(lines))))

    def grown(self) -> Self:
        """With what came since."""
        return self.of(self.participations, self.users, self.invitations, self.lines)

    def to_json(self) -> dict[str, list[str]]:
        return {name: [str(one) for one in found] for name, found in asdict(self).items()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        ids = {
            name: tuple(UUID(one) for one in kept.get(name, [])) for name in ("participations", "users", "invitations")
        }
        return cls(**ids, lines=tuple(int(one) for one in kept.get("lines", [])))
