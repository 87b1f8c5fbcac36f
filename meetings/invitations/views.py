"""Pages behind the links of an invitation, and calendars to download or to subscribe to."""

from __future__ import annotations

import hashlib
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.models import User
from meetings.invitations import answers, feeds, tokens
from meetings.invitations.answers import CHOICES
from meetings.invitations.ics import CONTENT_TYPE
from meetings.invitations.tokens import Purpose
from meetings.models import CalendarFeed, Invitation, Series


@never_cache
@require_http_methods(["GET", "POST"])
def answer_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A GET changes nothing: mail filters open links before people do."""
    invitation = tokens.read(token, Purpose.ANSWER)
    if invitation is None:
        return _ended(request)
    if request.method == "POST" and request.POST.get("answer") in CHOICES:
        actor = request.user if request.user == invitation.user else audit.GUEST
        answers.answer(invitation, Invitation.Answer(request.POST["answer"]), actor=cast(User, actor))
        return redirect("answer_invitation", token)
    return render(request, "meetings/answer.html", _question(request, invitation))


def _question(request: HttpRequest, invitation: Invitation) -> dict[str, object]:
    rows = list(invitation.series.occurrences.filter(cancelled_at=None))
    coming = [row for row in rows if row.end > timezone.now()] or rows
    asked = request.GET.get("answer", "")
    return {
        "invitation": invitation,
        "series": invitation.series,
        "zone": invitation.series.time_zone,
        "first": coming[0] if coming else None,
        "last": coming[-1] if coming else None,
        "count": len(coming),
        "asked": asked if asked in CHOICES and asked != invitation.answer else "",
        "join_link": tokens.join_link(invitation),
    }


@login_required
@require_POST
def answer_series(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """An agent's own answer, without the link of their mail."""
    user = cast(User, request.user)
    series = get_object_or_404(Series.objects.visible_to(user), pk=series_id)
    invitation = tokens.usable().filter(series=series, user=user).first()
    if invitation is None:
        messages.error(request, _("This invitation can’t be answered any more."))
    elif request.POST.get("answer") in CHOICES:
        answers.answer(invitation, Invitation.Answer(request.POST["answer"]), actor=user)
        messages.success(request, _("Your answer is noted."))
    return redirect("series", series.pk)


@never_cache
@require_GET
def join_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """To the room. Who is signed in stays who they are; an agent's link asks for the agent to sign in."""
    invitation = tokens.read(token, Purpose.JOIN)
    if invitation is None:
        return _ended(request)
    room = reverse("room", args=[invitation.series.room.code])
    if request.user.is_authenticated:
        return redirect(room)
    if invitation.user_id:
        return redirect(f"{reverse('login')}?{urlencode({'next': room})}")
    request.session[tokens.SESSION_KEY] = str(invitation.pk)
    return redirect(room)


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "meetings/answer_ended.html", status=404)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """The answer to the POST is the only place where the address can be read."""
    user = cast(User, request.user)
    address = ""
    if request.method == "POST" and request.POST.get("action") == "revoke":
        feeds.revoke(actor=user)
        return redirect("calendar_feed")
    if request.method == "POST":
        address = f"{settings.PUBLIC_URL}{reverse('calendar_feed_ics', args=[feeds.renew(actor=user)])}"
    feed = CalendarFeed.objects.filter(user=user).first()
    return render(request, "meetings/feed.html", {"feed": feed, "address": address})


@require_safe
def calendar_feed_ics(request: HttpRequest, secret: str) -> HttpResponse:
    feed = feeds.of_secret(secret)
    if feed is None:
        raise Http404
    feeds.note_reading(feed)
    calendar = feeds.calendar_of(feed.user)
    response = HttpResponse(calendar, content_type=CONTENT_TYPE, headers={"Cache-Control": "private, no-cache"})
    etag = f'"{hashlib.sha256(calendar).hexdigest()}"'
    response["ETag"] = etag
    return cast(HttpResponse, get_conditional_response(request, etag=etag, response=response))


@never_cache
@login_required
@require_GET
def series_ics(request: HttpRequest, series_id: UUID) -> HttpResponse:
    visible = Series.objects.visible_to(request.user).select_related("room__organiser")
    calendar = feeds.one_series(get_object_or_404(visible, pk=series_id), timezone.now())
    attached = {"Content-Disposition": 'attachment; filename="invitation.ics"'}
    return HttpResponse(calendar, content_type=CONTENT_TYPE, headers=attached)
