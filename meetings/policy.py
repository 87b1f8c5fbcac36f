"""Who may do what in a meeting, and why. Pure: no database, no network, no clock.

An institution's rules are a ceiling. A child institution, and a room, may only tighten them: see `tighten`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from meetings.errors import NotAllowed


class Role(StrEnum):
    ORGANISER = "organiser"
    AGENT = "agent"
    GUEST = "guest"


class MeetingType(StrEnum):
    ORDINARY = "ordinary"
    PERSONNEL = "personnel"  # personnel, union or medical matters: never a trace
    SENSITIVE = "sensitive"  # no guests, no trace


class Creators(StrEnum):
    """Who may create meetings, from nobody to everybody."""

    NOBODY = "nobody"
    PUBLIC_AGENTS = "agents"  # those whose `roles` claim says so
    EVERYBODY = "everybody"  # the institution's contractors too


class Lobby(StrEnum):
    """Who waits to be let in, from nobody to everybody."""

    NOBODY = "nobody"
    GUESTS = "guests"
    OUTSIDERS = "outsiders"  # guests and other institutions
    EVERYBODY = "everybody"


class Access(StrEnum):
    """To a trace, from the strictest."""

    NEVER = "never"
    ON_REQUEST = "on-request"  # organisers
    ALLOWED = "allowed"  # and the agents of their institution


class Readers(StrEnum):
    """Who reads minutes without being named, from the strictest."""

    ORGANISERS = "organisers"
    PARTICIPANTS = "participants"


class Sharing(StrEnum):
    """With whom minutes may be shared, from the strictest. People who were there count as everybody does."""

    NOBODY = "nobody"
    INSTITUTION = "institution"  # the organisers' own
    EVERYBODY = "everybody"  # with an account, of any institution


class ErasedWords(StrEnum):
    """What stays in approved minutes of somebody who has their data erased, from the loosest."""

    NAMELESS = "nameless"  # their words, without their name
    NOTHING = "nothing"


class Assurance(StrEnum):
    """How strongly somebody must have signed in (`acr`), from the weakest."""

    ANY = "any"
    MFA = "mfa"
    SUBSTANTIAL = "eidas2"
    HIGH = "eidas3"


class Permission(StrEnum):
    PUBLISH = "publish"
    SHARE_SCREEN = "share-screen"
    RECORD = "record"
    MODERATE = "moderate"
    CAPTION = "caption"


class Verb(StrEnum):
    """What `decide` is asked about."""

    CREATE = "create"
    ENTER = "enter"
    SKIP_LOBBY = "skip-lobby"
    PUBLISH = "publish"
    SHARE_SCREEN = "share-screen"
    RECORD = "record"
    TRANSCRIBE = "transcribe"
    CAPTION = "caption"
    CONFIGURE = "configure"
    MODERATE = "moderate"


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds, once everything that tightens it was counted. Retention in days."""

    creators: Creators = Creators.EVERYBODY
    guests: bool = True
    other_institutions: bool = True
    lobby: Lobby = Lobby.NOBODY
    recording: Access = Access.ON_REQUEST
    transcription: Access = Access.ON_REQUEST
    assurance: Assurance = Assurance.ANY
    captions: bool = True
    max_participants: int = 100
    audio_retention_days: int = 90
    transcript_retention_days: int = 365
    minutes_retention_days: int = 3650
    erased_words: ErasedWords = ErasedWords.NAMELESS
    readers: Readers = Readers.PARTICIPANTS
    sharing: Sharing = Sharing.EVERYBODY
    reading_links: bool = True
    recording_hours_per_month: int | None = None  # none: no limit
    recording_max_minutes: int = 480
    rooms_per_agent: int | None = None
    staff_consulted: bool = False  # the institution's own; never inherited
    meeting_type: MeetingType = MeetingType.ORDINARY


PLATFORM = Rules()
# Enumerations whose last value allows most; of the others, the first does
LOOSEST_LAST = (Creators, Access, Readers, Sharing)


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody, as the rules see them."""

    role: Role
    same_institution: bool = False
    public_agent: bool = False
    signed_in: bool = False
    assurance: Assurance = Assurance.ANY


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason` is a stable code, for a refusal and for a permission too."""

    allowed: bool
    reason: str


def stricter(one: Any, other: Any) -> Any:
    """The stricter of two values of one rule; None says nothing."""
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, bool):
        return one and other
    if isinstance(one, StrEnum):
        order = list(type(one))
        pick = min if isinstance(one, LOOSEST_LAST) else max
        return pick(one, type(one)(other), key=order.index)
    return min(one, other)


def tighten(rules: Rules, choices: dict[str, Any], meeting_type: MeetingType = MeetingType.ORDINARY) -> Rules:
    """`rules` with the choices of a child institution or of a room: what would loosen is without effect."""
    names = {field.name for field in fields(Rules)} - {"staff_consulted", "meeting_type"}
    held = {name: stricter(getattr(rules, name), choices.get(name)) for name in names}
    tightened = replace(rules, **held)
    if meeting_type == MeetingType.ORDINARY:
        return tightened
    traceless = replace(
        tightened,
        recording=Access.NEVER,
        transcription=Access.NEVER,
        captions=False,
        meeting_type=meeting_type,
    )
    if meeting_type == MeetingType.SENSITIVE:
        return replace(traceless, guests=False, other_institutions=False)
    return traceless


def with_consultation(rules: Rules, staff_consulted: bool) -> Rules:
    """Of the institution itself: a parent's consultation holds for no child."""
    return replace(rules, staff_consulted=staff_consulted)


def decide(who: Standing, rules: Rules, verb: Verb) -> Decision:
    """May this person do this here, and why. Who may not come in may do nothing inside."""
    if verb not in (Verb.CREATE, Verb.ENTER):
        entry = _may_enter(who, rules)
        if not entry.allowed:
            return entry
    return DECIDE[verb](who, rules)


def _may_create(who: Standing, rules: Rules) -> Decision:
    if not who.signed_in or not who.same_institution:
        return Decision(False, "no-institution")
    if rules.creators == Creators.NOBODY:
        return Decision(False, "creation-closed")
    if rules.creators == Creators.PUBLIC_AGENTS and not who.public_agent:
        return Decision(False, "public-agents-only")
    if _is_too_weak(who, rules):
        return Decision(False, "stronger-sign-in-needed")
    return Decision(True, "institution-allows")


def _is_too_weak(who: Standing, rules: Rules) -> bool:
    order = list(Assurance)
    return order.index(who.assurance) < order.index(rules.assurance)


def _may_enter(who: Standing, rules: Rules) -> Decision:
    """Guests prove nothing: an agent who has signed in too weakly may sign out and come as one, where guests may."""
    if who.role == Role.GUEST and not rules.guests:
        return Decision(False, _type_or(rules, MeetingType.SENSITIVE, "guests-not-allowed"))
    if who.role != Role.GUEST and not who.same_institution and not rules.other_institutions:
        return Decision(False, _type_or(rules, MeetingType.SENSITIVE, "other-institutions-not-allowed"))
    if who.role != Role.GUEST and _is_too_weak(who, rules):
        return Decision(False, "stronger-sign-in-needed")
    return Decision(True, "may-enter")


def _may_skip_lobby(who: Standing, rules: Rules) -> Decision:
    if who.role == Role.ORGANISER:
        return Decision(True, "organises")
    waiting = {
        Lobby.NOBODY: False,
        Lobby.GUESTS: who.role == Role.GUEST,
        Lobby.OUTSIDERS: not who.same_institution,
        Lobby.EVERYBODY: True,
    }[rules.lobby]
    return Decision(not waiting, "lobby" if waiting else "no-lobby")


def _may_publish(who: Standing, rules: Rules) -> Decision:
    return Decision(True, "may-enter")


def _may_record(who: Standing, rules: Rules) -> Decision:
    return _may_trace(who, rules, rules.recording, "recording-never")


def _may_transcribe(who: Standing, rules: Rules) -> Decision:
    recording = _may_record(who, rules)
    if not recording.allowed:
        return recording
    if not rules.staff_consulted:
        return Decision(False, "staff-not-consulted")
    return _may_trace(who, rules, rules.transcription, "transcription-never")


def _may_trace(who: Standing, rules: Rules, access: Access, never: str) -> Decision:
    if access == Access.NEVER:
        return Decision(False, "no-trace-of-this-type" if rules.meeting_type != MeetingType.ORDINARY else never)
    if who.role == Role.ORGANISER:
        return Decision(True, "organises")
    if access == Access.ALLOWED and who.role == Role.AGENT and who.same_institution:
        return Decision(True, "institution-allows")
    return Decision(False, "organisers-only")


def _may_caption(who: Standing, rules: Rules) -> Decision:
    if rules.captions:
        return Decision(True, "institution-allows")
    return Decision(False, "no-trace-of-this-type" if rules.meeting_type != MeetingType.ORDINARY else "no-captions")


def _may_lead(who: Standing, rules: Rules) -> Decision:
    organises = who.role == Role.ORGANISER
    return Decision(organises, "organises" if organises else "organisers-only")


def _type_or(rules: Rules, meeting_type: MeetingType, reason: str) -> str:
    return "closed-by-type" if rules.meeting_type == meeting_type else reason


def may_be_shared_with(rules: Rules, *, own_institution: bool) -> Decision:
    """Minutes of an ordinary or of any other meeting, with somebody or with the agents of an institution."""
    if rules.sharing == Sharing.NOBODY:
        return Decision(False, "sharing-closed")
    if rules.sharing == Sharing.INSTITUTION and not own_institution:
        return Decision(False, "sharing-within-institution")
    return Decision(True, "institution-allows")


DECIDE: dict[Verb, Callable[[Standing, Rules], Decision]] = {
    Verb.CREATE: _may_create,
    Verb.ENTER: _may_enter,
    Verb.SKIP_LOBBY: _may_skip_lobby,
    Verb.PUBLISH: _may_publish,
    Verb.SHARE_SCREEN: _may_publish,
    Verb.RECORD: _may_record,
    Verb.TRANSCRIBE: _may_transcribe,
    Verb.CAPTION: _may_caption,
    Verb.CONFIGURE: _may_lead,
    Verb.MODERATE: _may_lead,
}
IN_THE_ROOM = {
    Permission.PUBLISH: Verb.PUBLISH,
    Permission.SHARE_SCREEN: Verb.SHARE_SCREEN,
    Permission.RECORD: Verb.RECORD,
    Permission.MODERATE: Verb.MODERATE,
    Permission.CAPTION: Verb.CAPTION,
}


def permissions_of(who: Standing, rules: Rules) -> frozenset[Permission]:
    """What the browser is told that it may offer; the server asks again each time."""
    return frozenset(permission for permission, verb in IN_THE_ROOM.items() if decide(who, rules, verb).allowed)


def require(permissions: frozenset[Permission], needed: Permission) -> None:
    """Raises NotAllowed."""
    if needed not in permissions:
        raise NotAllowed(needed)
