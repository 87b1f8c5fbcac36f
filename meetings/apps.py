"""Rooms, meetings, the people in them, and what is recorded."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as registry
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        post_migrate.connect(offer_defaults, sender=self, dispatch_uid="meetings.offer_defaults")


def offer_defaults(using: str, apps: Any = None, **_: Any) -> None:
    """After each migration, and in an emptied database: what the platform records for is data, and can't be missing."""
    from meetings import purposes

    try:
        model = (apps or registry).get_model("meetings", "Purpose")
    except LookupError:  # a migration of before there were purposes
        return
    purposes.offer_defaults(model.objects.using(using))
