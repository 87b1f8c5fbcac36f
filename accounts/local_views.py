"""The door of an invitation. The other pages of local accounts are the library's."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import admissions


@never_cache
@require_GET
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the invitation in the session, and the token out of the addresses that follow."""
    if request.user.is_authenticated:
        messages.warning(request, _("Sign out first: this invitation opens another account than yours."))
        return redirect("usersessions_list")
    invitation = admissions.read(token)
    if invitation is None:
        return render(request, "account/signup_closed.html", status=404)
    request.session[admissions.SESSION_KEY] = str(invitation.pk)
    get_adapter().stash_verified_email(request, invitation.email)
    return redirect("account_signup")
