"""Pages of meetings."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import cast
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
from meetings import actions, room_page, sign_in, week
from meetings.errors import MeetingError
from meetings.forms import RoomForm
from meetings.models import Room
from meetings.rooms import guessing
from meetings.rooms.words import REASONS
from meetings.week import Page, RoomPage, Tab, Wanted


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
            user, acr = cast(User, request.user), sign_in.acr_of(request)
            room = actions.create_room(form.cleaned_data["title"], actor=user, acr=acr, is_lasting=True)
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
    return render(request, "meetings/room.html", room_page.context(request, found))
