"""Who did something to what is sealed: each name once, apart from the rest. It can be erased, and the seal holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import User
from transcripts.sealing.canonical import Content, salted


@dataclass(frozen=True, slots=True)
class Named(Content):
    user_id: UUID


@dataclass(slots=True)
class People:
    """In the order in which they come up; everything else names them by their place."""

    _named: dict[UUID, Named] = field(default_factory=dict)

    def place(self, user: User) -> int:
        if user.pk not in self._named:
            self._named[user.pk] = Named(salted({"name": _name(user)}), user.pk)
        return list(self._named).index(user.pk)

    def place_if(self, user: User | None) -> int | None:
        return None if user is None else self.place(user)

    def all(self) -> list[Named]:
        return list(self._named.values())


def _name(user: User) -> str:
    return f"{user.get_full_name()} <{user.email}>" if user.email else user.get_full_name()
