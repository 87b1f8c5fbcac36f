"""What an institution owes to people, judges and archivists: clocks, holds, requests, papers, figures."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = _("Data protection")

    def ready(self) -> None:
        from governance.audit import ownership  # noqa: F401 -- a check of the system
