"""The page of one's sessions, where one ends another of them, or all others."""

from __future__ import annotations

from allauth.usersessions.forms import ManageUserSessionsForm
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import sessions
from accounts.models import User


class EndOthersForm(ManageUserSessionsForm):  # type: ignore[misc]
    def save(self, request: HttpRequest) -> None:
        """The library's leaves no trace."""
        user = _person(request)
        for session in sessions.others_of(user, request.session):
            sessions.end(session, actor=user)


class MySessions(ListUserSessionsView):  # type: ignore[misc]
    form_class = EndOthersForm


@require_POST
@login_required
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    user = _person(request)
    sessions.end(get_object_or_404(sessions.others_of(user, request.session), pk=session_id), actor=user)
    messages.success(request, _("The session is ended."))
    return redirect("usersessions_list")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- signed in, or not here
    return request.user
