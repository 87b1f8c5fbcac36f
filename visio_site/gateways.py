"""Gateways that are too old, for those who administer the platform."""

from __future__ import annotations

from django.http import HttpRequest

from accounts import roles
from meetings.gateways import known_versions
from meetings.janus import versions


def old_gateways(request: HttpRequest) -> list[dict[str, str]]:
    """Those with known memory faults; none for who can do nothing about it. Costs a question to each, at times."""
    if not roles.is_platform_admin(request.user):
        return []
    old = {node: version for node, version in known_versions().items() if not versions.is_memory_safe(version)}
    return [{"node": node, "version": versions.show(version)} for node, version in sorted(old.items())]
