"""Who may come into a room: by its rules, and by the answer of those who lead its meeting."""

from __future__ import annotations

from django.db.models import QuerySet

from meetings import ceilings, policy
from meetings.errors import Refused, RoomClosed
from meetings.models import Knock, Participation, Room
from meetings.persons import Person
from meetings.policy import Rules, Verb

MUST_WAIT = "lobby"  # of Refused: somebody has to let them in


def require_entry(room: Room, person: Person) -> Rules:
    """What holds in the room, once the person may come to its door. Raises Refused, RoomClosed."""
    if room.closed_at:
        raise RoomClosed
    rules = ceilings.rules_of_room(room)
    decision = policy.decide(ceilings.standing_in(room, person.user, person.acr), rules, Verb.ENTER)
    if not decision.allowed:
        raise Refused(decision.reason)
    if _here(room, person).exclude(removed_at=None).exists():
        raise Refused("removed")
    return rules


def need_not_wait(room: Room, person: Person, rules: Rules) -> bool:
    """Nobody has to let them in, or somebody has, or they were in this meeting already."""
    standing = ceilings.standing_in(room, person.user, person.acr)
    if policy.decide(standing, rules, Verb.SKIP_LOBBY).allowed:
        return True
    admitted = Knock.objects.filter(room=room, state=Knock.State.ADMITTED, **person.key())
    return admitted.exists() or _here(room, person).exists()


def _here(room: Room, person: Person) -> QuerySet[Participation]:
    """Their row in the meeting that goes on there."""
    return Participation.objects.filter(meeting__room=room, meeting__ended_at=None, **person.key())
