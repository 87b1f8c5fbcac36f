"""Pages of meetings."""

from __future__ import annotations

import secrets
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from meetings import actions
from meetings.actions import CONSENT_TEXT_VERSION
from meetings.forms import RoomForm
from meetings.models import Meeting, Recording, Room

PAGE_SIZE = 20
NO_RECORDING = "00000000-0000-0000-0000-000000000000"  # the room page puts a recording's id in its place


@login_required
@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    past = (
        Meeting.objects.visible_to(user)
        .filter(ended_at__isnull=False)
        .select_related("room")
        .prefetch_related(Prefetch("recordings", Recording.objects.order_by("started_at")))
        .order_by("-started_at")
    )
    context = {
        "rooms": Room.objects.visible_to(user).select_related("organiser").order_by("-created_at")[:PAGE_SIZE],
        "page": Paginator(past, PAGE_SIZE).get_page(request.GET.get("page")),
        "created": request.GET.get("nouvelle", ""),
        "origin": settings.PUBLIC_URL,
    }
    return render(request, "meetings/meetings.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def create_meeting(request: HttpRequest) -> HttpResponse:
    form = RoomForm(request.POST or None)
    if form.is_valid():
        room = actions.create_room(form.cleaned_data["title"], actor=cast(User, request.user))
        return redirect(f"{reverse('meetings')}?nouvelle={room.code}")
    return render(request, "meetings/create.html", {"form": form})


@never_cache
@ensure_csrf_cookie
@require_GET
def room(request: HttpRequest, code: str) -> HttpResponse:
    """The room: open to whoever has the link. A guest is known by their session from here on."""
    found = get_object_or_404(Room, code=code)
    if not request.user.is_authenticated:
        request.session.setdefault("guest_key", secrets.token_urlsafe(24))
    return render(request, "meetings/room.html", {"room": found, "boot": _boot(request, found)})


def _boot(request: HttpRequest, room: Room) -> dict[str, Any]:
    user = request.user if isinstance(request.user, User) else None
    return {
        "socket": f"/ws/rooms/{room.code}/",
        "title": room.title,
        "link": f"{settings.PUBLIC_URL}{reverse('room', args=[room.code])}",
        "name": user.get_full_name() if user else None,
        "assurance": "verified" if user else "declared",
        "institution": str(user.institution) if user else "",
        "minutes": reverse("minutes", args=[NO_RECORDING]),
        "home": reverse("meetings" if user else "home"),
        "agent": user is not None,
        "consent_text_version": CONSENT_TEXT_VERSION,
        "lang": request.LANGUAGE_CODE if request.LANGUAGE_CODE in {"fr", "en"} else "fr",
    }
