"""What operators must hear of recordings, on the first page of the administration."""

from __future__ import annotations

from typing import TypedDict

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import roles
from meetings import recordings
from meetings.models import JanusNode
from meetings.recordings import Late

FAILURES = {
    "store-down": _("the object store does not answer, or has errors"),
    "store-refuses": _("the object store refuses our keys"),
    "store-corrupts": _("the object store does not hold what it was given"),
    "unreadable": _("files of Janus’ cannot be read"),
}
NOT_TRIED = _("no worker beside the media node has tried")


class Alerts(TypedDict):
    late: Late | None
    reasons: list[str]
    full_disks: list[str]


def recording_alerts(request: HttpRequest) -> Alerts | None:
    """For administrators of the platform; nothing for who can do nothing about it."""
    if not roles.is_platform_admin(request.user):
        return None
    late = recordings.late()
    full = JanusNode.objects.filter(disk_is_low=True).order_by("name").values_list("name", flat=True)
    codes = late.failures if late else []
    return {
        "late": late,
        "reasons": [str(FAILURES.get(code, code)) for code in codes] or [str(NOT_TRIED)],
        "full_disks": list(full),
    }
