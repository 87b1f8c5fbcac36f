"""One browser's presence in a room, from its socket's opening to its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from meetings.errors import NotJoined
from meetings.models import Room
from meetings.policy import Permission
from meetings.signalling.media import Event, Media


@dataclass(slots=True)
class Joined:
    """Who this browser is in the meeting, once `join` has succeeded."""

    participation_id: UUID
    connection: int
    meeting_id: UUID
    node: str  # where its media, and its files, are
    permissions: frozenset[Permission]
    token: str  # with it, its browser goes on with its call in another process


@dataclass(slots=True)
class Session:
    room: Room
    user: User | None
    guest_key: str
    acr: str  # how strongly the agent has signed in
    invitation_id: str  # of a guest who came by a link of their own
    tell: Callable[[Event], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    media_lost: Callable[[], None]
    doubt: Callable[[], None]  # whether the browser still lives: it sends no media
    joined: Joined | None = None
    media: Media | None = None
    knock_id: UUID | None = None  # while somebody has to let them in
    was_recorded: bool = False  # the meeting, at least for a part of their stay
    speaks_since: datetime | None = None
    reads_captions: bool = False
    is_leaving: bool = False  # said so, and was not cut off
    is_parked: bool = False  # its call goes on without this process

    def require_joined(self) -> tuple[Joined, Media]:
        """Raises NotJoined."""
        if self.joined is None or self.media is None:
            raise NotJoined
        return self.joined, self.media
