"""Pages of a room's settings, and of what a meeting would allow."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from meetings import ceilings, policy, sign_in
from meetings.codes import PATTERN
from meetings.errors import Refused
from meetings.models import Room
from meetings.policy import PLATFORM, MeetingType
from meetings.rooms import actions, simulation
from meetings.rooms.forms import RoomSettingsForm, SimulationForm
from meetings.rooms.words import REASONS
from meetings.scheduling import directory


@login_required
@require_http_methods(["GET", "POST"])
def room_settings(request: HttpRequest, code: str) -> HttpResponse:
    room, user = _managed(request, code), cast(User, request.user)
    ceiling = ceilings.rules_of_institution(room.institution)
    form = RoomSettingsForm(request.POST if request.method == "POST" else None, room=room, ceiling=ceiling)
    if form.is_valid():
        _try(request, lambda acr: actions.configure(room, form.choices(), actor=user, acr=acr), DONE["save"])
        return redirect("room_settings", room.code)
    context = {
        "room": room,
        "form": form,
        "link": f"{settings.PUBLIC_URL}/r/{room.code}/",
        "to_come": actions.to_come(room).count(),
        "co_organisers": room.co_organisers.order_by("usual_name", "given_name"),
        "words": request.GET.get("q", ""),
        "found": directory.search(user, request.GET.get("q", "")),
    }
    return render(request, "meetings/room_settings.html", context)


def _managed(request: HttpRequest, code: str) -> Room:
    mine = actions.managed_by(cast(User, request.user)).select_related("institution", "organiser")
    return get_object_or_404(mine, code=code)


def _try(request: HttpRequest, act: Callable[[str], object], done: Any) -> None:
    """`act` is given the `acr` of the session. Says that it is done, or why it was refused."""
    try:
        act(sign_in.acr_of(request))
        messages.success(request, str(done))
    except Refused as refused:
        messages.error(request, str(REASONS[refused.code]))


DONE = {
    "save": gettext_lazy("The settings of the room are saved."),
    "lock": gettext_lazy("The room is locked: nobody new comes in."),
    "unlock": gettext_lazy("The room is open again."),
    "renew": gettext_lazy("The room has a new link. The old one leads nowhere any more."),
    "close": gettext_lazy("The room is closed. What was held there can still be found."),
    "add": gettext_lazy("This person organises the room with you."),
    "remove": gettext_lazy("This person does not organise the room any more."),
}
VERBS: dict[str, Callable[..., Any]] = {
    "lock": actions.lock,
    "unlock": actions.unlock,
    "renew": actions.renew_link,
    "close": actions.close,
}
OF_PEOPLE: dict[str, Callable[..., Any]] = {"add": actions.add_co_organiser, "remove": actions.remove_co_organiser}


@login_required
@require_POST
def change_room(request: HttpRequest, code: str) -> HttpResponse:
    """One of VERBS, or one of OF_PEOPLE with a `user`."""
    room, user = _managed(request, code), cast(User, request.user)
    verb = request.POST.get("verb", "")
    if verb in VERBS:
        act = partial(VERBS[verb], room, actor=user)
    elif verb in OF_PEOPLE:
        act = partial(OF_PEOPLE[verb], room, _person(request, room, verb), actor=user)
    else:
        return redirect("room_settings", room.code)
    _try(request, lambda acr: act(acr=acr), DONE[verb])
    room.refresh_from_db()
    still_mine = actions.managed_by(user).filter(pk=room.pk).exists()
    return redirect("room_settings", room.code) if still_mine else redirect("meetings")


def _person(request: HttpRequest, room: Room, verb: str) -> User:
    people = directory.colleagues(cast(User, request.user)) if verb == "add" else room.co_organisers.all()
    try:
        return get_object_or_404(people, pk=UUID(request.POST.get("user", "")))
    except ValueError:
        return get_object_or_404(people.none())


@login_required
@require_GET
def what_is_allowed(request: HttpRequest) -> HttpResponse:
    """Of a meeting of the agent's institution, or of one of their rooms (`salle`)."""
    user = cast(User, request.user)
    code = request.GET.get("salle", "")
    mine = actions.managed_by(user).select_related("institution")
    room = mine.filter(code=code).first() if PATTERN.fullmatch(code) else None
    institution = room.institution if room else user.institution
    rules = ceilings.rules_of_institution(institution) if institution else PLATFORM
    rules = ceilings.of_room(rules, room) if room else rules
    form = SimulationForm(request.GET, loosest=MeetingType(room.meeting_type) if room else MeetingType.ORDINARY)
    context = {
        "form": form,
        "room": room,
        "wanted": form.wanted(),
        "people": [label for label, _who in simulation.PEOPLE],
        "table": simulation.table(policy.tighten(rules, {}, form.wanted())),
        "rules": rules,
    }
    return render(request, "meetings/allowed.html", context)
