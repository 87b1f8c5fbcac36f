"""Signing in and out. The protocol itself is in `oidc.py`."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth, messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from mozilla_django_oidc.utils import absolutify
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView

from accounts.oidc import IdentityRefused

PROVIDER_ERRORS = {"access_denied": "refused-by-provider", "login_required": "login-required"}
NO_ATTEMPT = "expired-attempt"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("meetings")
    return render(request, "accounts/home.html")


@require_GET
def login(request: HttpRequest) -> HttpResponse:
    """Where a page that needs an agent sends people: one button, and the way back."""
    query = urlencode({"next": request.GET.get("next", "")})
    return render(request, "accounts/login.html", {"start": f"{reverse('oidc_authentication_init')}?{query}"})


class CallbackView(OIDCAuthenticationCallbackView):  # type: ignore[misc]
    """The return from ProConnect. A refusal leads to a page that says why, never to a bare error."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if "oidc_states" in request.session:  # others began nothing here, and get no session by it
            request.session["login_refusal"] = _refusal(request)
        try:
            response: HttpResponse = super().get(request)
        except IdentityRefused as refusal:
            request.session["login_refusal"] = refusal.code
            return self.login_failure()  # type: ignore[no-any-return]
        except SuspiciousOperation:  # the state is not one of ours: replayed, or begun in another browser
            return self.login_failure()  # type: ignore[no-any-return]
        return response


def _refusal(request: HttpRequest) -> str:
    if "error" in request.GET:
        return PROVIDER_ERRORS.get(request.GET["error"], "provider-error")
    return NO_ATTEMPT


@require_GET
def login_refused(request: HttpRequest) -> HttpResponse:
    code = request.session.pop("login_refusal", NO_ATTEMPT)
    return render(request, "accounts/login_refused.html", {"code": code}, status=403)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Close our session, then the provider's."""
    id_token = request.session.get("oidc_id_token")
    auth.logout(request)
    if not id_token:
        return redirect(settings.LOGOUT_REDIRECT_URL)
    state = request.session["logout_state"] = get_random_string(64)
    parameters = {
        "id_token_hint": id_token,
        "state": state,
        "post_logout_redirect_uri": absolutify(request, reverse("oidc_logout_callback")),
    }
    return redirect(f"{settings.OIDC_OP_LOGOUT_ENDPOINT}?{urlencode(parameters)}")


@require_GET
def logout_callback(request: HttpRequest) -> HttpResponse:
    expected = request.session.pop("logout_state", "")
    if expected and constant_time_compare(expected, request.GET.get("state", "")):
        messages.success(request, _("You are signed out of Visio and of ProConnect."))
    return redirect(settings.LOGOUT_REDIRECT_URL)
