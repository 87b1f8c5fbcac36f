"""What the room page is told before anybody joins."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from meetings import ceilings, entry, keeps, purposes, sign_in, turn
from meetings.consents import TEXT_VERSION
from meetings.errors import MeetingError
from meetings.invitations import tokens
from meetings.models import Recording, Room
from meetings.persons import Person

NO_RECORDING = "00000000-0000-0000-0000-000000000000"  # the page puts a recording's id in its place


def context(request: HttpRequest, room: Room) -> dict[str, Any]:
    told = boot(request, room)
    keeps_anything = keeps.keeps_anything(told["keeps"])
    return {"room": room, "boot": told, "keeps_anything": keeps_anything, "support": settings.SUPPORT_CONTACT}


def boot(request: HttpRequest, room: Room) -> dict[str, Any]:
    """For the page's scripts."""
    person = _person(request, room)
    identity = person.identity()
    inviter = person.invitation.invited_by if person.invitation else None
    return {
        "socket": f"/ws/rooms/{room.code}/",
        "title": room.title,
        "link": f"{settings.PUBLIC_URL}{reverse('room', args=[room.code])}",
        "name": identity["display_name"] or None,
        "assurance": identity["assurance"],
        "invited_by": inviter.get_full_name() if inviter else "",
        "institution": identity.get("institution_label", ""),
        "minutes": reverse("minutes", args=[NO_RECORDING]),
        "home": reverse("meetings" if person.user else "home"),
        "agent": person.user is not None,
        "consent_text_version": TEXT_VERSION,
        "purposes": [{"code": one.code, "label": one.label} for one in purposes.offered_in(room.institution)],
        "is_recorded": Recording.objects.filter(meeting__room=room, status=Recording.Status.ACTIVE).exists(),
        "lang": request.LANGUAGE_CODE if request.LANGUAGE_CODE in {"fr", "en"} else "fr",
        "keeps": keeps.kept_under(ceilings.rules_of_room(room)),
        "ice_servers": _ice_servers(room, person),
    }


def _person(request: HttpRequest, room: Room) -> Person:
    """As they would join: see the socket's own, which asks for a name."""
    if isinstance(request.user, User):
        return Person(request.user, acr=sign_in.acr_of(request))
    invitation = tokens.invitation_to(room, request.session.get(tokens.SESSION_KEY, ""))
    name = invitation.name if invitation else ""
    return Person(None, str(request.session.get("guest_key", "")), name, invitation=invitation)


def _ice_servers(room: Room, person: Person) -> list[turn.IceServer]:
    """None for whom the door is closed: a credential cannot be taken back."""
    try:
        entry.require_entry(room, person)
    except MeetingError:
        return []
    identity = f"agent:{person.user.pk}" if person.user else f"guest:{person.guest_key}"
    secret, expiry = settings.TURN_SECRET, int(time.time()) + settings.TURN_TTL
    return turn.ice_servers(settings.TURN_URLS, secret, turn.pseudonym(secret, identity), expiry=expiry)
