"""From rows to rules: what an institution's policies and a room's choices come to, and who somebody is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Institution, User
from meetings import policy
from meetings.models import Policy, Room
from meetings.policy import PLATFORM, Access, Assurance, Lobby, MeetingType, Role, Rules, Standing

HIGHEST_TREE = 10  # levels; also ends a circle that somebody has drawn
RULE_NAMES = tuple(field.name for field in fields(Rules) if field.name not in {"staff_consulted", "meeting_type"})
LOCAL_MFA = "local-mfa"  # in the place of an `acr`: no provider may say it, see check_sign_in
# eIDAS levels of `acr`; those that are not here prove the least
ASSURANCES = {
    LOCAL_MFA: Assurance.MFA,
    "eidas0-mfa": Assurance.MFA,
    "eidas1-mfa": Assurance.MFA,
    "eidas2": Assurance.SUBSTANTIAL,
    "eidas3": Assurance.HIGH,
}


def rules_of_institution(institution: Institution) -> Rules:
    """One query per level of the tree."""
    rules = PLATFORM
    for ancestor in reversed(lineage(institution)):
        row = Policy.objects.filter(institution=ancestor).first()
        if row:
            rules = policy.tighten(rules, _choices(row))
    return policy.with_consultation(rules, _is_staff_consulted(institution))


def lineage(institution: Institution) -> list[Institution]:
    """The institution, its parent, and so on."""
    found = [institution]
    while len(found) < HIGHEST_TREE and found[-1].parent:
        found.append(found[-1].parent)
    return found


def _choices(row: Policy) -> dict[str, Any]:
    kinds: Mapping[str, Any] = {"creators": policy.Creators, "lobby": Lobby, "assurance": Assurance}
    kinds = {**kinds, "recording": Access, "transcription": Access}
    kinds = {**kinds, "readers": policy.Readers, "sharing": policy.Sharing}
    kinds = {**kinds, "erased_words": policy.ErasedWords}
    chosen = {name: getattr(row, name) for name in RULE_NAMES}
    return {name: kinds[name](value) if value and name in kinds else value for name, value in chosen.items()}


def _is_staff_consulted(institution: Institution) -> bool:
    if not settings.STAFF_CONSULTATION_REQUIRED:
        return True
    return Policy.objects.filter(institution=institution, staff_consulted_on__lte=timezone.localdate()).exists()


def rules_of_room(room: Room) -> Rules:
    return of_room(rules_of_institution(room.institution), room)


def of_room(rules: Rules, room: Room) -> Rules:
    """`rules` of an institution, tightened by what the room chose."""
    choices = {
        "guests": room.guests,
        "other_institutions": room.other_institutions,
        "lobby": Lobby(room.lobby) if room.lobby else None,
        "recording": Access.NEVER if room.recording is False else None,
        "transcription": Access.NEVER if room.transcription is False else None,
        "captions": room.captions,
        "max_participants": room.max_participants,
    }
    return policy.tighten(rules, choices, MeetingType(room.meeting_type))


def standing_in(room: Room, user: User | None, acr: str = "") -> Standing:
    """`acr` is that of the session. Without a user: a guest."""
    if user is None:
        return Standing(Role.GUEST)
    return Standing(
        role=Role.ORGANISER if organises(room, user) else Role.AGENT,
        same_institution=user.institution_id == room.institution_id,
        public_agent=bool(user.roles),
        signed_in=True,
        assurance=ASSURANCES.get(acr, Assurance.ANY),
    )


def standing_of(user: User, acr: str = "") -> Standing:
    """In a room that they would create. `acr` is that of the session."""
    return Standing(
        role=Role.ORGANISER,
        same_institution=user.institution is not None,
        public_agent=bool(user.roles),
        signed_in=True,
        assurance=ASSURANCES.get(acr, Assurance.ANY),
    )


def organises(room: Room, user: User) -> bool:
    """Nobody organises a room of an institution that they have left."""
    if room.institution_id != user.institution_id:
        return False
    return room.organiser_id == user.pk or room.room_organisers.filter(user=user).exists()
