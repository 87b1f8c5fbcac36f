"""The messages of those who lead a meeting, one short function for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from meetings import lobby, moderation, policy
from meetings.policy import Permission
from meetings.signalling import messages
from meetings.signalling.database import in_db
from meetings.signalling.session import Session


def _leader(session: Session) -> UUID:
    """Raises NotAllowed, NotJoined. The actions ask the rows again."""
    joined, _ = session.require_joined()
    policy.require(joined.permissions, Permission.MODERATE)
    return joined.participation_id


async def admit(session: Session, message: messages.Admit) -> None:
    await in_db(lobby.admit, _leader(session), UUID(message.person))


async def admit_all(session: Session, message: messages.AdmitAll) -> None:
    await in_db(lobby.admit, _leader(session))


async def refuse(session: Session, message: messages.Refuse) -> None:
    await in_db(lobby.refuse, _leader(session), UUID(message.person))


async def tell_waiting(session: Session, message: messages.TellWaiting) -> None:
    await in_db(lobby.tell, _leader(session), message.text)


async def lock(session: Session, message: messages.Lock) -> None:
    await in_db(moderation.lock, _leader(session), on=message.on)


async def silence(session: Session, message: messages.Silence) -> None:
    await in_db(moderation.silence, _leader(session), UUID(message.participant), message.source)


async def silence_all(session: Session, message: messages.SilenceAll) -> None:
    await in_db(moderation.silence_all, _leader(session))


async def may_unmute(session: Session, message: messages.MayUnmute) -> None:
    await in_db(moderation.set_may_unmute, _leader(session), on=message.on)


async def lower_hand(session: Session, message: messages.LowerHand) -> None:
    await in_db(moderation.lower_hand, _leader(session), UUID(message.participant))


async def remove(session: Session, message: messages.Remove) -> None:
    await in_db(moderation.remove, _leader(session), UUID(message.participant))


async def make_organiser(session: Session, message: messages.MakeOrganiser) -> None:
    await in_db(moderation.make_organiser, _leader(session), UUID(message.participant))


async def hand_over(session: Session, message: messages.HandOver) -> None:
    await in_db(moderation.hand_over, _leader(session), UUID(message.participant))


async def end(session: Session, message: messages.End) -> None:
    await in_db(moderation.end, _leader(session))


HANDLERS: dict[type[messages.Message], Callable[[Session, Any], Awaitable[None]]] = {
    messages.Admit: admit,
    messages.AdmitAll: admit_all,
    messages.Refuse: refuse,
    messages.TellWaiting: tell_waiting,
    messages.Lock: lock,
    messages.Silence: silence,
    messages.SilenceAll: silence_all,
    messages.MayUnmute: may_unmute,
    messages.LowerHand: lower_hand,
    messages.Remove: remove,
    messages.MakeOrganiser: make_organiser,
    messages.HandOver: hand_over,
    messages.End: end,
}
