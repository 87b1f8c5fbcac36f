"""`manage.py check_oidc`: does each identity provider say what Visio was told of it?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import discovery, providers
from accounts.discovery import Line


class Command(BaseCommand):
    help = "Compare the settings of each identity provider with its discovery document. Fails on a difference."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = [provider.key for provider in providers.every() if not self._is_right(provider)]
        if wrong:
            raise CommandError(f"Not as configured: {', '.join(wrong)}.")

    def _is_right(self, provider: providers.Provider) -> bool:
        self.stdout.write(f"{provider.key}: {provider.issuer}")
        try:
            lines = discovery.examine(provider)
        except discovery.Unreadable as error:
            self.stdout.write(f"  no answer: {error}")
            return False
        for line in lines:
            self._tell(line)
        return all(line.is_right for line in lines)

    def _tell(self, line: Line) -> None:
        if line.is_right:
            self.stdout.write(f"  ok   {line.name}" + (" (not announced)" if line.found is None else ""))
            return
        self.stdout.write(f"  DIFF {line.name}")
        self.stdout.write(f"       - wanted: {line.wanted}")
        self.stdout.write(f"       + found:  {'(not announced)' if line.found is None else line.found}")
