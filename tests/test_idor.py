"""Every address with an object in it × every stranger × every verb: the answer is that of an unknown object.

Addresses are read from the resolver: one that is added without saying what its arguments are makes this fail.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import RoleGrant, User
from governance.models import PersonExport
from meetings.models import (
    Composition,
    Invitation,
    Meeting,
    Occurrence,
    Participation,
    Recording,
    RecordingShare,
    Room,
    Series,
    Track,
)
from tests.addresses import Address, every_address
from tests.cast import make_agent, make_meeting, make_minutes, make_participation, make_recording, make_room, make_track
from tests.meetings.invitations.conftest import invite, make_series
from transcripts.models import ApprovedVersion, Import, Segment
from transcripts.sealing.actions import approve

UNKNOWN = UUID("00000000-0000-4000-8000-000000000000")
UNKNOWN_CODE = "zzzz-zzzz-zzzz"

# What each argument of an address is: the object of Claire's, and one that nobody has.
ARGUMENTS: dict[str, tuple[Callable[[], object], object]] = {
    "recording_id": (lambda: Recording.objects.get().pk, UNKNOWN),
    "track_id": (lambda: Track.objects.order_by("start")[0].pk, UNKNOWN),
    "line_id": (lambda: Segment.objects.order_by("index")[0].pk, 999_999_999),
    "number": (lambda: ApprovedVersion.objects.get().number, 999),
    "composition_id": (lambda: Composition.objects.get().pk, UNKNOWN),
    "import_id": (lambda: Import.objects.get().pk, UNKNOWN),
    "part": (lambda: 1, 1),
    "file_format": (lambda: "txt", "txt"),
    "series_id": (lambda: Series.objects.get().pk, UNKNOWN),
    "occurrence_id": (lambda: Occurrence.objects.order_by("start")[0].pk, UNKNOWN),
    "invitation_id": (lambda: Invitation.objects.order_by("pk")[0].pk, UNKNOWN),
    "share_id": (lambda: RecordingShare.objects.get().pk, UNKNOWN),
    "session_id": (lambda: UserSession.objects.get(user__sub="sub-claire").pk, 999_999_999),
    "export_id": (lambda: PersonExport.objects.get().pk, UNKNOWN),
    "code": (lambda: Room.objects.get(series=None).code, UNKNOWN_CODE),
}
# Addresses that who has them may open: the address is the secret.
KEYS_IN_THEMSELVES = {
    "room",
    "join_invitation",
    "answer_invitation",
    "calendar_feed_ics",
    "minutes_by_link",
    "person_export_by_link",
}
# Other people's code, and the workbench, behind gates with tests of their own.
ELSEWHERE = ("admin:", "account_", "mfa_", "usersessions_", "dpo_")
STRANGERS = ["nobody", "outsider", "colleague", "external", "administrator-elsewhere"]


def guarded() -> list[Address]:
    return [
        address
        for address in every_address()
        if address.arguments and address.name not in KEYS_IN_THEMSELVES and not address.name.startswith(ELSEWHERE)
    ]


@pytest.fixture
def of_claire(claire: User, bilal: User) -> Meeting:
    meeting = make_meeting(make_room(claire, "Comité secret"))
    recording = make_recording(meeting)
    track = make_track(make_participation(meeting, claire), recording)
    make_participation(meeting, bilal)
    Composition.objects.create(
        recording=recording, layout="grid", state="done", key="of-claire", made_of=[str(track.pk)]
    )
    UserSession.objects.create(user=claire, session_key="of-claire", ip="192.0.2.1", user_agent="secret")
    invite(make_series(claire, title="Série secrète"), "invite-secret@example.org")
    Import.objects.create(
        user=claire, institution=meeting.room.institution, title="Dictaphone secret", held_on="2026-10-05"
    )
    approve(make_minutes(recording, [(track, 2.0, "Le budget secret est voté.")]), actor=claire)
    RecordingShare.objects.create(recording=recording, user=bilal, by=claire)
    PersonExport.objects.create(user=claire, state="done")
    return meeting


def sign_in(client: Client, stranger: str) -> None:
    if stranger != "nobody":
        client.force_login(_stranger(stranger))


def _stranger(kind: str) -> User:
    if kind == "external":
        return User.objects.create(
            source="local", realm="", email="ext@example.org", given_name="Ester", usual_name="Extérieure"
        )
    user = make_agent("dora" if kind == "colleague" else "chen")
    if kind == "administrator-elsewhere":
        RoleGrant.objects.create(user=user, role="institution-admin", institution=user.institution)
        RoleGrant.objects.create(user=user, role="dpo", institution=user.institution)
    return user


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("address", guarded(), ids=lambda address: address.name)
def test_stranger_gets_the_answer_of_an_unknown_object(
    client: Client, of_claire: Meeting, address: Address, stranger: str
) -> None:
    sign_in(client, stranger)
    before = counts()
    real = reverse(address.name, args=[ARGUMENTS[name][0]() for name in address.arguments])
    unknown = reverse(address.name, args=[ARGUMENTS[name][1] for name in address.arguments])
    for verb in ("get", "post"):
        answers = [getattr(client, verb)(place) for place in (real, unknown)]
        assert answers[0].status_code == answers[1].status_code
        assert answers[0].status_code in ({302, 404, 405} if stranger == "nobody" else {404, 405})
        assert seen(answers[0], real) == seen(answers[1], unknown)
        assert "secret" not in answers[0].content.decode()
        assert before == counts()


def counts() -> list[int]:
    """Of what strangers neither make nor end."""
    sessions = UserSession.objects.filter(session_key="of-claire")
    return [rows.count() for rows in (Participation.objects, Recording.objects, Room.objects, sessions)]


def seen(answer: HttpResponse, address: str) -> tuple[str, str]:
    """Body and destination, without what differs in any two answers."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return body.replace(address, "HERE"), answer.headers.get("location", "").replace(address, "HERE")


def test_organiser_is_no_stranger(client: Client, of_claire: Meeting, claire: User) -> None:
    """The matrix would pass on pages that nobody may open."""
    client.force_login(claire)
    recording = Recording.objects.get()
    assert client.get(reverse("minutes", args=[recording.pk])).status_code == 200
    assert "secret" in client.get(reverse("minutes", args=[recording.pk])).content.decode()


# Addresses without an object in them, which anybody may open.
OPEN_TO_ALL = {
    "home",
    "login",
    "login_refused",
    "logout",
    "preferences",
    "accessibility",
    "healthz",
    "set_language",
    "oidc_authentication_init",
    "oidc_authentication_callback",
    "oidc_logout_callback",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        address
        for address in every_address()
        if not address.arguments and address.name not in OPEN_TO_ALL and not address.name.startswith(ELSEWHERE)
    ],
    ids=lambda address: address.name,
)
def test_nobody_is_sent_to_sign_in(client: Client, address: Address) -> None:
    for verb in ("get", "post"):
        answer = getattr(client, verb)(reverse(address.name))
        assert (answer.status_code, answer.headers.get("location", "")[: len(reverse("login"))]) in {
            (302, reverse("login")),
            (405, ""),
        }
