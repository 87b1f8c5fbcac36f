"""Roles × verbs × institution's rules × types of meeting, against a table that was written by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings import policy
from meetings.errors import NotAllowed
from meetings.policy import (
    PLATFORM,
    Access,
    Assurance,
    Creators,
    Lobby,
    MeetingType,
    Permission,
    Role,
    Rules,
    Standing,
    Verb,
    decide,
    tighten,
)

ORGANISER = Standing(Role.ORGANISER, same_institution=True, public_agent=True, signed_in=True, assurance=Assurance.MFA)
COLLEAGUE = Standing(Role.AGENT, same_institution=True, public_agent=True, signed_in=True, assurance=Assurance.MFA)
CONTRACTOR = Standing(Role.AGENT, same_institution=True, signed_in=True, assurance=Assurance.MFA)
OUTSIDER = Standing(Role.AGENT, public_agent=True, signed_in=True, assurance=Assurance.MFA)
GUEST = Standing(Role.GUEST)
PEOPLE = {
    "organiser": ORGANISER,
    "colleague": COLLEAGUE,
    "contractor": CONTRACTOR,
    "outsider": OUTSIDER,
    "guest": GUEST,
}

RULES: dict[str, dict[str, Any]] = {
    "platform": {},
    "closed": {"guests": False, "other_institutions": False, "creators": Creators.PUBLIC_AGENTS},
    "traced": {"recording": Access.ALLOWED, "transcription": Access.ALLOWED},
    "untraced": {"recording": Access.NEVER, "captions": False, "creators": Creators.NOBODY},
    "strong": {"assurance": Assurance.SUBSTANTIAL, "lobby": Lobby.OUTSIDERS},
}
LOOSE = Rules(recording=Access.ALLOWED, transcription=Access.ALLOWED, staff_consulted=True)

# Per rules and verb, who may, of an ordinary meeting. Verbs in the order of `Verb`, without `create`.
EVERYBODY = set(PEOPLE)
AGENTS = EVERYBODY - {"guest"}
HOME = {"organiser", "colleague", "contractor"}
ALLOWED: dict[str, dict[Verb, set[str]]] = {
    "platform": {
        Verb.CREATE: HOME,
        Verb.ENTER: EVERYBODY,
        Verb.SKIP_LOBBY: EVERYBODY,
        Verb.PUBLISH: EVERYBODY,
        Verb.SHARE_SCREEN: EVERYBODY,
        Verb.RECORD: {"organiser"},
        Verb.TRANSCRIBE: {"organiser"},
        Verb.CAPTION: EVERYBODY,
        Verb.CONFIGURE: {"organiser"},
        Verb.MODERATE: {"organiser"},
    },
    "closed": {
        Verb.CREATE: {"organiser", "colleague"},
        Verb.ENTER: HOME,
        Verb.SKIP_LOBBY: HOME,
        Verb.PUBLISH: HOME,
        Verb.SHARE_SCREEN: HOME,
        Verb.RECORD: {"organiser"},
        Verb.TRANSCRIBE: {"organiser"},
        Verb.CAPTION: HOME,
        Verb.CONFIGURE: {"organiser"},
        Verb.MODERATE: {"organiser"},
    },
    "traced": {
        Verb.CREATE: HOME,
        Verb.ENTER: EVERYBODY,
        Verb.SKIP_LOBBY: EVERYBODY,
        Verb.PUBLISH: EVERYBODY,
        Verb.SHARE_SCREEN: EVERYBODY,
        Verb.RECORD: HOME,
        Verb.TRANSCRIBE: HOME,
        Verb.CAPTION: EVERYBODY,
        Verb.CONFIGURE: {"organiser"},
        Verb.MODERATE: {"organiser"},
    },
    "untraced": {
        Verb.CREATE: set(),
        Verb.ENTER: EVERYBODY,
        Verb.SKIP_LOBBY: EVERYBODY,
        Verb.PUBLISH: EVERYBODY,
        Verb.SHARE_SCREEN: EVERYBODY,
        Verb.RECORD: set(),
        Verb.TRANSCRIBE: set(),
        Verb.CAPTION: set(),
        Verb.CONFIGURE: {"organiser"},
        Verb.MODERATE: {"organiser"},
    },
    "strong": {  # the guest proves nothing, and is asked for nothing; agents with MFA alone are too weak
        Verb.CREATE: set(),
        Verb.ENTER: {"guest"},
        Verb.SKIP_LOBBY: set(),
        Verb.PUBLISH: {"guest"},
        Verb.SHARE_SCREEN: {"guest"},
        Verb.RECORD: set(),
        Verb.TRANSCRIBE: set(),
        Verb.CAPTION: {"guest"},
        Verb.CONFIGURE: set(),
        Verb.MODERATE: set(),
    },
}
TRACES = {Verb.RECORD, Verb.TRANSCRIBE, Verb.CAPTION}


def expected(rules: str, verb: Verb, meeting_type: MeetingType) -> set[str]:
    allowed = ALLOWED[rules][verb]
    if meeting_type != MeetingType.ORDINARY and verb in TRACES:
        return set()
    if meeting_type == MeetingType.SENSITIVE and verb != Verb.CREATE:
        return allowed & HOME
    return allowed


def rules_named(name: str) -> Rules:
    base = LOOSE if name == "traced" else policy.with_consultation(PLATFORM, True)
    return tighten(base, RULES[name])


@pytest.mark.parametrize(
    ("rules", "verb", "meeting_type"),
    list(product(RULES, Verb, MeetingType)),
    ids=lambda value: str(value),
)
def test_table_of_who_may_do_what(rules: str, verb: Verb, meeting_type: MeetingType) -> None:
    held = tighten(rules_named(rules), {}, meeting_type)
    allowed = {name for name, who in PEOPLE.items() if decide(who, held, verb).allowed}
    assert allowed == expected(rules, verb, meeting_type)


@pytest.mark.parametrize(
    ("who", "rules", "verb", "reason"),
    [
        (GUEST, tighten(PLATFORM, {"guests": False}), Verb.ENTER, "guests-not-allowed"),
        (GUEST, tighten(PLATFORM, {}, MeetingType.SENSITIVE), Verb.ENTER, "closed-by-type"),
        (GUEST, tighten(PLATFORM, {"guests": False}), Verb.PUBLISH, "guests-not-allowed"),
        (OUTSIDER, tighten(PLATFORM, {"other_institutions": False}), Verb.ENTER, "other-institutions-not-allowed"),
        (COLLEAGUE, tighten(PLATFORM, {"assurance": Assurance.HIGH}), Verb.ENTER, "stronger-sign-in-needed"),
        (ORGANISER, tighten(PLATFORM, {}, MeetingType.PERSONNEL), Verb.RECORD, "no-trace-of-this-type"),
        (ORGANISER, tighten(PLATFORM, {"recording": Access.NEVER}), Verb.RECORD, "recording-never"),
        (ORGANISER, PLATFORM, Verb.TRANSCRIBE, "staff-not-consulted"),
        (COLLEAGUE, PLATFORM, Verb.RECORD, "organisers-only"),
        (CONTRACTOR, tighten(PLATFORM, {"creators": Creators.PUBLIC_AGENTS}), Verb.CREATE, "public-agents-only"),
        (ORGANISER, tighten(PLATFORM, {"assurance": Assurance.MFA}), Verb.CREATE, "institution-allows"),
        (ORGANISER, tighten(PLATFORM, {"assurance": Assurance.HIGH}), Verb.CREATE, "stronger-sign-in-needed"),
        (ORGANISER, tighten(PLATFORM, {"assurance": Assurance.MFA}), Verb.CONFIGURE, "organises"),
        (ORGANISER, tighten(PLATFORM, {"assurance": Assurance.HIGH}), Verb.CONFIGURE, "stronger-sign-in-needed"),
        (GUEST, tighten(PLATFORM, {"assurance": Assurance.HIGH}), Verb.ENTER, "may-enter"),
        (GUEST, tighten(PLATFORM, {"lobby": Lobby.GUESTS}), Verb.SKIP_LOBBY, "lobby"),
        (ORGANISER, tighten(PLATFORM, {"lobby": Lobby.EVERYBODY}), Verb.SKIP_LOBBY, "organises"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_answer_says_why(who: Standing, rules: Rules, verb: Verb, reason: str) -> None:
    assert decide(who, rules, verb).reason == reason


choices = st.fixed_dictionaries(
    {},
    optional={
        "creators": st.sampled_from(Creators),
        "guests": st.booleans(),
        "other_institutions": st.booleans(),
        "lobby": st.sampled_from(Lobby),
        "recording": st.sampled_from(Access),
        "transcription": st.sampled_from(Access),
        "assurance": st.sampled_from(Assurance),
        "captions": st.booleans(),
        "max_participants": st.integers(2, 500),
        "audio_retention_days": st.integers(1, 5000),
        "rooms_per_agent": st.none() | st.integers(0, 50),
    },
)
people = st.builds(
    Standing,
    role=st.sampled_from(Role),
    same_institution=st.booleans(),
    public_agent=st.booleans(),
    signed_in=st.booleans(),
    assurance=st.sampled_from(Assurance),
)


@given(choices, choices, st.sampled_from(MeetingType), people, st.sampled_from(Verb))
def test_tightening_never_gives_anybody_anything(
    first: dict[str, object], second: dict[str, object], meeting_type: MeetingType, who: Standing, verb: Verb
) -> None:
    loose = tighten(LOOSE, first)
    tight = tighten(loose, second, meeting_type)
    assert not decide(who, tight, verb).allowed or decide(who, loose, verb).allowed
    assert tight.max_participants <= loose.max_participants
    assert tight.audio_retention_days <= loose.audio_retention_days
    assert (tight.rooms_per_agent or 0) <= (loose.rooms_per_agent if loose.rooms_per_agent is not None else 10**9)


@given(choices, choices)
def test_the_order_of_those_who_tighten_does_not_count(first: dict[str, object], second: dict[str, object]) -> None:
    assert tighten(tighten(LOOSE, first), second) == tighten(tighten(LOOSE, second), first)


def test_permissions_in_the_room_are_those_decided_and_a_missing_one_is_refused() -> None:
    permissions = policy.permissions_of(GUEST, PLATFORM)
    assert permissions == {Permission.PUBLISH, Permission.SHARE_SCREEN, Permission.CAPTION}
    policy.require(permissions, Permission.PUBLISH)
    with pytest.raises(NotAllowed):
        policy.require(permissions, Permission.RECORD)
