"""How strongly somebody has signed in, as the rules of meetings count it."""

from __future__ import annotations

from django.http import HttpRequest

from accounts import sessions
from accounts.mfa import SecondFactor, second_factor
from accounts.models import User
from meetings.ceilings import LOCAL_MFA


def acr_of(request: HttpRequest) -> str:
    """ProConnect's word; of a local account, LOCAL_MFA once its second factor was used in this session."""
    user = request.user
    if not isinstance(user, User):
        return ""
    if user.source != User.Source.LOCAL:
        return sessions.acr_of(request.session)
    return LOCAL_MFA if second_factor(request, user) is SecondFactor.USED else ""
