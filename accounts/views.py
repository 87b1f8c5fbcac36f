"""Signing in and out. The protocol itself is in `attempts.py` and `oidc.py`."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from mozilla_django_oidc.utils import absolutify

from accounts import attempts, providers, sessions
from accounts.attempts import Attempt
from accounts.identity import IdentityRefused
from accounts.models import User
from accounts.oidc import ProConnectBackend

logger = logging.getLogger(__name__)

PROVIDER_ERRORS = {"access_denied": "refused-by-provider", "login_required": "login-required"}
# What a silent attempt may well meet (OpenID Connect Core 3.1.2.6): nobody is bothered with it.
NOT_SILENTLY = {"login_required", "interaction_required", "consent_required", "account_selection_required"}
NO_ATTEMPT = "expired-attempt"
PASSED_ON = ("next", "login_hint", "siret_hint")
# To sign in again would only be refused again: these people may leave ProConnect instead.
LASTING = {"institution-closed", "account-disabled"}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("meetings")
    return render(request, "accounts/home.html", {"ways_in": _ways_in(request)})


@require_GET
def login(request: HttpRequest) -> HttpResponse:
    """Where a page that needs an agent sends people: one button, and the way back."""
    return render(request, "accounts/login.html", {"ways_in": _ways_in(request), "next": request.GET.get("next", "")})


def _ways_in(request: HttpRequest) -> list[dict[str, str]]:
    """A button for each provider; it has a label where there are several."""
    known = providers.every()
    passed_on = {name: request.GET[name] for name in PASSED_ON if name in request.GET}
    return [
        {
            "label": provider.label if len(known) > 1 else "",
            "start": f"{reverse('oidc_authentication_init')}?{urlencode({'provider': provider.key, **passed_on})}",
        }
        for provider in known
    ]


@never_cache
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    provider = providers.named(request.GET["provider"]) if "provider" in request.GET else providers.default()
    if provider is None:
        raise Http404
    return redirect(attempts.begin(request, provider))


@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """The return from ProConnect. A refusal leads to a page that says why, never to a bare error."""
    attempt = attempts.take(request)
    if attempt is None:  # replayed, too old, or begun in another browser, which gets no session by it
        return redirect("login_refused")
    try:
        return _finish(request, attempt)
    except IdentityRefused as refusal:
        logger.warning("sign-in refused: %s", refusal.code)
        request.session["login_refusal"] = refusal.code
        return redirect("login_refused")


def _finish(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    provider = providers.named(attempt.provider)
    if provider is None or request.GET.get("iss", provider.issuer) != provider.issuer:
        raise IdentityRefused("wrong-issuer")  # RFC 9207: another provider than the one we asked
    if error := request.GET.get("error"):
        if attempt.is_silent and error in NOT_SILENTLY:
            return HttpResponseRedirect(attempt.next or reverse("home"))
        raise IdentityRefused(PROVIDER_ERRORS.get(error, "provider-error"))
    backend = ProConnectBackend(provider)
    sessions.open_session(request, *_proven(request, backend, attempt))
    return HttpResponseRedirect(attempt.next or reverse(settings.LOGIN_REDIRECT_URL))


def _proven(request: HttpRequest, backend: ProConnectBackend, attempt: Attempt) -> tuple[User, sessions.Proof]:
    try:
        user = backend.authenticate(request, nonce=attempt.nonce, code_verifier=attempt.code_verifier)
    except IdentityRefused as refusal:
        if backend.proof and refusal.code in LASTING and not request.user.is_authenticated:
            request.session[sessions.HINT_KEY] = backend.proof.id_token
            request.session[sessions.KEY] = {"provider": backend.proof.provider}
        raise
    if user is None or backend.proof is None:
        raise IdentityRefused("provider-error")
    return user, backend.proof


@never_cache
@require_GET
def login_refused(request: HttpRequest) -> HttpResponse:
    code = request.session.pop("login_refusal", NO_ATTEMPT)
    known = {
        "code": code,
        "ways_in": [] if code in LASTING else _ways_in(request),
        "may_leave_proconnect": code in LASTING and sessions.HINT_KEY in request.session,
        "contact": settings.SUPPORT_CONTACT,
        "contact_address": _address(settings.SUPPORT_CONTACT),
    }
    return render(request, "accounts/login_refused.html", known, status=403)


def _address(contact: str) -> str:
    """Of a link to `contact`; empty when it is only words."""
    if contact.startswith(("https://", "http://")):
        return contact
    return f"mailto:{contact}" if "@" in contact and " " not in contact else ""


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Close our session, then the provider's."""
    id_token, provider = request.session.get(sessions.HINT_KEY), sessions.provider_of(request.session)
    auth.logout(request)
    if not id_token:
        return redirect(settings.LOGOUT_REDIRECT_URL)
    state = request.session["logout_state"] = get_random_string(attempts.RANDOM_CHARS)
    parameters = {
        "id_token_hint": id_token,
        "state": state,
        "post_logout_redirect_uri": absolutify(request, reverse("oidc_logout_callback")),
    }
    return redirect(f"{provider.logout_endpoint}?{urlencode(parameters)}")


@require_GET
def logout_callback(request: HttpRequest) -> HttpResponse:
    expected = request.session.pop("logout_state", "")
    if expected and constant_time_compare(expected, request.GET.get("state", "")):
        messages.success(request, _("You are signed out of Visio and of ProConnect."))
    return redirect(settings.LOGOUT_REDIRECT_URL)
