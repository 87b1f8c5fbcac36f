"""The address at which somebody's calendar reads their meetings."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from meetings.invitations.events import event_of
from meetings.invitations.ics import Method, render
from meetings.models import CalendarFeed, Series

SHOWN_BACK = timedelta(days=30)
NOTED_EVERY = timedelta(hours=1)  # that it was read
SECRET_BYTES = 32


@transaction.atomic
def renew(*, actor: User) -> str:
    """A new secret, shown this once; the address before it ends."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    feed, created = CalendarFeed.objects.update_or_create(
        user=actor, defaults={"secret_sha256": _digest(secret), "created_at": timezone.now(), "read_at": None}
    )
    audit.record("calendar-feed.created" if created else "calendar-feed.renewed", actor=actor, target=feed)
    return secret


@transaction.atomic
def revoke(*, actor: User) -> None:
    feed = CalendarFeed.objects.select_for_update().filter(user=actor).first()
    if feed:
        audit.record("calendar-feed.revoked", actor=actor, target=feed)
        feed.delete()


def of_secret(secret: str) -> CalendarFeed | None:
    """As long as its owner could sign in: see `ProConnectBackend.get_user`."""
    admitted = Q(user__institution=None) | Q(user__institution__is_open=True)
    feeds = CalendarFeed.objects.select_related("user")
    return feeds.filter(admitted, secret_sha256=_digest(secret), user__is_active=True).first()


def note_reading(feed: CalendarFeed) -> None:
    now = timezone.now()
    unnoted = Q(read_at=None) | Q(read_at__lt=now - NOTED_EVERY)
    CalendarFeed.objects.filter(unnoted, pk=feed.pk).update(read_at=now)


def calendar_of(user: User) -> bytes:
    """What `user` organises or is invited to. The same bytes as long as nothing changes."""
    since = timezone.now() - SHOWN_BACK
    shown = (
        Series.objects.visible_to(user)
        .filter(cancelled_at=None, pk__in=Series.objects.filter(occurrences__end__gte=since).values("pk"))
        .select_related("room__organiser")
        .prefetch_related("occurrences")
        .order_by("start", "pk")
    )
    events = [event_of(series, stamp=series.created_at) for series in shown]
    return render(Method.PUBLISH, events, name=_("My Visio meetings"))


def one_series(series: Series, stamp: datetime) -> bytes:
    return render(Method.PUBLISH, [event_of(series, stamp=stamp)])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
