"""A sign-in that was begun and has not come back: sent to one provider, believed from that one only, used once."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import get_random_string
from mozilla_django_oidc.utils import absolutify, generate_code_challenge
from mozilla_django_oidc.views import get_next_url

from accounts.identity import SIRET
from accounts.providers import Provider

KEY = "oidc_states"
RANDOM_CHARS = 64  # ProConnect wants 32 or more; PKCE 43 to 128
MOST_ATTEMPTS = 20  # in one session: windows left open
LIFETIME_S = 3600
LONGEST_NEXT = 2000


@dataclass(frozen=True, slots=True)
class Attempt:
    provider: str
    nonce: str
    code_verifier: str
    next: str  # an address of ours, from the root, or empty
    is_silent: bool
    begun_at: int


def begin(request: HttpRequest, provider: Provider) -> str:
    """The provider's address to send the browser to."""
    state = get_random_string(RANDOM_CHARS)
    attempt = Attempt(
        provider=provider.key,
        nonce=get_random_string(RANDOM_CHARS),
        code_verifier=get_random_string(RANDOM_CHARS),
        next=_next(request),
        is_silent=request.GET.get("silent") == "1",
        begun_at=int(time.time()),
    )
    _keep(request, state, attempt)
    parameters = {
        "response_type": "code",
        "scope": settings.OIDC_RP_SCOPES,
        "client_id": provider.client_id,
        "redirect_uri": absolutify(request, reverse("oidc_authentication_callback")),
        "state": state,
        "nonce": attempt.nonce,
        "code_challenge": generate_code_challenge(attempt.code_verifier, "S256"),
        "code_challenge_method": "S256",
        "claims": json.dumps(_wanted_claims()),
        **_hints(request),
    }  # and nothing more: ProConnect answers 400 to max_age, ui_locales, anything it doesn't know
    if attempt.is_silent:
        parameters["prompt"] = "none"
    return f"{provider.authorization_endpoint}?{urlencode(parameters)}"


def take(request: HttpRequest) -> Attempt | None:
    """The attempt that this callback ends, and it can't be used again; None when it is not one of ours."""
    states = request.session.get(KEY)
    state = request.GET.get("state", "")
    if not isinstance(states, dict) or state not in states:
        return None
    attempt = Attempt(**states.pop(state))
    request.session.modified = True
    request.session.save()
    # The exchange with the provider is slow: read the session afresh, or other windows' attempts are overwritten.
    request.session = type(request.session)(request.session.session_key)
    return attempt if attempt.begun_at > time.time() - LIFETIME_S else None


def _keep(request: HttpRequest, state: str, attempt: Attempt) -> None:
    states = request.session.get(KEY) or {}
    newest = sorted(states, key=lambda name: states[name]["begun_at"])[-(MOST_ATTEMPTS - 1) :]
    request.session[KEY] = {name: states[name] for name in newest} | {state: asdict(attempt)}


def _next(request: HttpRequest) -> str:
    """From the root only: whatever else the library lets through may be a name of ours, or of nothing."""
    address = get_next_url(request, "next") or ""
    return address if address.startswith("/") and len(address) <= LONGEST_NEXT else ""


def _wanted_claims() -> dict[str, object]:
    return {"id_token": {"acr": {"essential": True, "values": settings.OIDC_ACR_VALUES}, "amr": None}}


def _hints(request: HttpRequest) -> dict[str, str]:
    """Who probably signs in. ProConnect refuses the whole request for a malformed one: those are dropped."""
    hints = {}
    email, siret = request.GET.get("login_hint", ""), request.GET.get("siret_hint", "")
    if _is_email(email):
        hints["login_hint"] = email
    if SIRET.fullmatch(siret):
        hints["siret_hint"] = siret
    return hints


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
