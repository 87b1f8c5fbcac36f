"""An account that is erased: the row stays, since rooms and the trail lean on it; who it was goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from functools import partial
from importlib import import_module
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from accounts.models import AccountInvitation, RoleGrant, User
from governance.erasure import seals
from governance.erasure.names import erased_name
from governance.erasure.subjects import Subject
from meetings.models import CalendarFeed, Invitation, Knock, RecordingShare, RoomOrganiser
from transcripts.models import Comment, GlossaryTerm, Notice, Reviewer

Counts = Counter[str]
NOWHERE = "erased.invalid"  # RFC 2606: nobody's


def is_erased(user: User) -> bool:
    return user.email.endswith(f"@{NOWHERE}")


def erase(subject: Subject, names: Collection[str]) -> Counts:
    """Accounts, invitations, shares, what they wrote beside minutes. In the caller's transaction."""
    counts: Counts = Counter()
    people, invited = subject.users, subject.invitations
    counts["knocks"], _ = (
        Knock.objects.filter(user__in=people) | Knock.objects.filter(invitation__in=invited)
    ).delete()
    counts["invitations"], _ = Invitation.objects.filter(pk__in=invited).delete()
    counts["remarks"], _ = Comment.objects.filter(by__in=people).delete()
    counts["shares"], _ = RecordingShare.objects.filter(user__in=people).delete()
    counts["sealed_names"] = seals.forget(people)
    counts["reviewers"], _ = Reviewer.objects.filter(user__in=people).delete()
    counts["notices"], _ = Notice.objects.filter(user__in=people).delete()
    counts["calendar_feeds"], _ = CalendarFeed.objects.filter(user__in=people).delete()
    counts["roles"], _ = RoleGrant.objects.filter(user__in=people).delete()
    RoomOrganiser.objects.filter(user__in=people).delete()
    lowered = {name.lower() for name in names}
    terms = GlossaryTerm.objects.annotate(lowered=Lower("term")).filter(lowered__in=lowered)
    counts["glossary_terms"], _ = terms.delete()
    for user in User.objects.filter(pk__in=people):
        counts["accounts"] += not is_erased(user)
        counts["sessions"] += _end_sessions(user.pk)
        _erase_account(user)
    return +counts


def _erase_account(user: User) -> None:
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    nowhere = f"{user.pk}@{NOWHERE}"
    AccountInvitation.objects.filter(user=user).update(email=nowhere)
    AccountInvitation.objects.filter(email__iexact=user.email, used_at=None).delete()
    user.given_name, user.usual_name = erased_name(), ""
    user.email, user.uid, user.idp_id, user.roles = nowhere, "", "", []
    user.sub = f"erased-{user.pk}" if user.source == User.Source.PROCONNECT else None
    user.is_active, user.last_login = False, None
    user.set_unusable_password()
    user.save()


def _end_sessions(user_id: UUID) -> int:
    keys = list(UserSession.objects.filter(user=user_id).values_list("session_key", flat=True))
    UserSession.objects.filter(user=user_id).delete()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in keys:
        store(key).delete()
        transaction.on_commit(partial(store(key).delete, key))  # a request meanwhile puts it back into the cache
    return len(keys)


def of(subject: Subject) -> QuerySet[User]:
    return User.objects.filter(pk__in=subject.users)
