"""Pages of meetings."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from meetings import actions, week
from meetings.actions import CONSENT_TEXT_VERSION
from meetings.errors import MeetingError
from meetings.forms import RoomForm
from meetings.models import Assurance, Room
from meetings.rooms import guessing
from meetings.rooms.words import REASONS
from meetings.week import Page, RoomPage, Tab, Wanted

NO_RECORDING = "00000000-0000-0000-0000-000000000000"  # the room page puts a recording's id in its place


@login_required
@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    user, now = cast(User, request.user), timezone.now()
    wanted = week.read_wanted(request.GET)
    context: dict[str, object] = {
        "wanted": wanted,
        "query": urlencode(wanted.query()),
        "created": request.GET.get("nouvelle", ""),
        "origin": settings.PUBLIC_URL,
        "to_answer": week.read_to_answer(user, now) if wanted.tab in _AHEAD else [],
        "going_on": week.read_going_on(user) if wanted.tab == Tab.TODAY else [],
    }
    return render(request, "meetings/meetings.html", context | {"page": _page(user, wanted, now)})


_AHEAD = {Tab.TODAY, Tab.COMING}


def _page(user: User, wanted: Wanted, now: datetime) -> Page | RoomPage:
    if wanted.tab in _AHEAD:
        return week.read_planned(user, wanted, now)
    return week.read_held(user, wanted) if wanted.tab == Tab.PAST else week.read_rooms(user, wanted)


@login_required
@require_http_methods(["GET", "POST"])
def create_meeting(request: HttpRequest) -> HttpResponse:
    """A lasting room: it is there at once, and stays."""
    form = RoomForm(request.POST or None)
    if form.is_valid():
        try:
            room = actions.create_room(form.cleaned_data["title"], actor=cast(User, request.user), is_lasting=True)
            return redirect(f"{reverse('meetings')}?onglet={Tab.ROOMS}&nouvelle={room.code}")
        except MeetingError as refused:
            form.add_error(None, REASONS.get(refused.code, _("Your institution does not let you create rooms.")))
    return render(request, "meetings/create.html", {"form": form})


@never_cache
@ensure_csrf_cookie
@require_GET
def room(request: HttpRequest, code: str) -> HttpResponse:
    """The room: open to whoever has the link. A guest is known by their session from here on."""
    if guessing.is_blocked(request):
        return render(request, "meetings/too_many_codes.html", status=429)
    found = Room.objects.filter(code=code).first()
    if found is None:
        guessing.count_unknown_code(request)
        raise Http404
    if not request.user.is_authenticated:
        request.session.setdefault("guest_key", secrets.token_urlsafe(24))
    return render(request, "meetings/room.html", {"room": found, "boot": _boot(request, found)})


def _assurance(user: User | None) -> Assurance:
    if user is None:
        return Assurance.DECLARED
    return Assurance.LOCAL if user.source == User.Source.LOCAL else Assurance.VERIFIED


def _boot(request: HttpRequest, room: Room) -> dict[str, Any]:
    user = request.user if isinstance(request.user, User) else None
    return {
        "socket": f"/ws/rooms/{room.code}/",
        "title": room.title,
        "link": f"{settings.PUBLIC_URL}{reverse('room', args=[room.code])}",
        "name": user.get_full_name() if user else None,
        "assurance": _assurance(user),
        "institution": str(user.institution) if user else "",
        "minutes": reverse("minutes", args=[NO_RECORDING]),
        "home": reverse("meetings" if user else "home"),
        "agent": user is not None,
        "consent_text_version": CONSENT_TEXT_VERSION,
        "lang": request.LANGUAGE_CODE if request.LANGUAGE_CODE in {"fr", "en"} else "fr",
    }
