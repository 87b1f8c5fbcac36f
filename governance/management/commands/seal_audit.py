"""`manage.py seal_audit`: sign the head of the audit trail, and write it, to be kept where this database is not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from governance.audit import seals


class Command(BaseCommand):
    help = "Sign the head of the audit trail. One line of JSON: keep it elsewhere, for `verify_audit --head`."

    def handle(self, *args: Any, **options: Any) -> None:
        seal = seals.seal()
        if seal is None:
            raise CommandError(_("The audit trail has no entry yet."))
        self.stdout.write(seals.written(seal))
