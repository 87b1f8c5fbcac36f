"""How strongly somebody has signed in, and what the institution asks of who creates and sets up rooms."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from meetings import actions, ceilings, sign_in
from meetings.errors import MeetingError
from meetings.models import Policy, Room
from meetings.policy import Assurance
from meetings.rooms import actions as room_actions
from tests.accounts.local_cast import make_local, with_second_factor
from tests.cast import make_agent, make_room

pytestmark = pytest.mark.django_db
RULES = {**dict.fromkeys(room_actions.CHOICES), "meeting_type": "ordinary"}


@pytest.fixture
def claire() -> User:
    return make_agent("claire")


def acr_of(user: User | AnonymousUser, **session: Any) -> str:
    request: Any = RequestFactory().get("/")
    request.user, request.session = user, session
    return sign_in.acr_of(request)


def proven(user: User) -> dict[str, Any]:
    record = {"method": "mfa", "type": "totp", "at": time.time()}
    return {"account_authentication_methods": [record], "account_authentication_methods_user": str(user.pk)}


def test_local_account_proves_its_factor_in_each_session(claire: User) -> None:
    local = make_local(institution=claire.institution)
    assert acr_of(local, **proven(local)) == ""  # of an app that it has given up
    Authenticator.objects.create(user=local, type="totp", data={"secret": "x"})
    assert acr_of(local) == ""
    assert acr_of(local, **proven(claire)) == ""
    assert acr_of(local, proconnect={"acr": "eidas3"}) == ""  # of a session before
    assert acr_of(local, **proven(local)) == ceilings.LOCAL_MFA
    assert ceilings.standing_of(local, ceilings.LOCAL_MFA).assurance == Assurance.MFA


def test_agent_has_signed_in_as_proconnect_says_and_a_guest_not_at_all(claire: User) -> None:
    assert acr_of(claire, proconnect={"acr": "eidas2"}, **proven(claire)) == "eidas2"
    assert acr_of(claire) == acr_of(AnonymousUser(), proconnect={"acr": "eidas2"}) == ""


VERBS: dict[str, Callable[[Room, str], object]] = {
    "create": lambda room, acr: actions.create_room("Autre", actor=room.organiser, acr=acr),
    "configure": lambda room, acr: room_actions.configure(room, RULES, actor=room.organiser, acr=acr),
    "lock": lambda room, acr: room_actions.lock(room, actor=room.organiser, acr=acr),
    "unlock": lambda room, acr: room_actions.unlock(room, actor=room.organiser, acr=acr),
    "renew": lambda room, acr: room_actions.renew_link(room, actor=room.organiser, acr=acr),
    "add": lambda room, acr: room_actions.add_co_organiser(room, make_agent("dora"), actor=room.organiser, acr=acr),
    "remove": lambda room, acr: room_actions.remove_co_organiser(
        room, make_agent("dora"), actor=room.organiser, acr=acr
    ),
    "close": lambda room, acr: room_actions.close(room, actor=room.organiser, acr=acr),
}


@pytest.mark.parametrize("verb", VERBS)
def test_institution_that_asks_for_a_strong_sign_in_asks_for_it_here_too(claire: User, verb: str) -> None:
    room = make_room(claire)
    Policy.objects.create(institution=room.institution, assurance="mfa")
    for weak in ("", "eidas1"):
        with pytest.raises(MeetingError, match="stronger-sign-in-needed"):
            VERBS[verb](room, weak)
    for strong in ("eidas1-mfa", ceilings.LOCAL_MFA, "eidas3"):
        VERBS[verb](room, strong)


def test_pages_ask_for_it_and_say_so(client: Client, claire: User) -> None:
    local = make_local(institution=claire.institution)
    room = make_room(local)
    Policy.objects.create(institution=room.institution, assurance="mfa")
    client.force_login(local)
    client.post(reverse("create_meeting"), {"title": "Autre"})
    page = client.post(reverse("change_room", args=[room.code]), {"verb": "lock"}, follow=True)
    assert "Une connexion plus forte est exigée." in page.content.decode()
    assert Room.objects.get().locked_at is None
    with_second_factor(client, local)
    client.post(reverse("create_meeting"), {"title": "Autre"})
    client.post(reverse("change_room", args=[room.code]), {"verb": "lock"})
    assert (Room.objects.count(), Room.objects.get(pk=room.pk).locked_at is not None) == (2, True)
