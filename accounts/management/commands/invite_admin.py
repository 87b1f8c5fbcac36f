"""`manage.py invite_admin EMAIL --role platform-admin`: the first administrator of a fresh server."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import admissions, audit
from accounts.models import Institution, RoleGrant


class Command(BaseCommand):
    help = "Print a link by which this address may open a local account, once, within seven days."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", choices=RoleGrant.Role.values, default=RoleGrant.Role.PLATFORM_ADMIN)
        parser.add_argument("--institution", metavar="SIRET", help="needed for every role but platform-admin")

    def handle(self, *args: Any, **options: Any) -> None:
        institution = self._institution(options["institution"])
        try:
            invitation = admissions.invite(
                options["email"], role=options["role"], institution=institution, actor=audit.SYSTEM
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(admissions.link(invitation))

    def _institution(self, siret: str | None) -> Institution | None:
        if siret is None:
            return None
        try:
            return Institution.objects.get(siret=siret)
        except Institution.DoesNotExist as error:
            raise CommandError(f"No institution has the SIRET {siret}.") from error
