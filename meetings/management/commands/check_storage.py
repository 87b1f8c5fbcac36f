"""`manage.py check_storage`: does the object store do what Visio needs, and refuse what it must?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from meetings import storage_check


class Command(BaseCommand):
    help = "Try the object store with objects of our own, which are deleted afterwards. Fails when something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        endpoint, bucket, flavour = settings.S3_ENDPOINT_URL, settings.S3_BUCKET, settings.S3_FLAVOUR
        self.stdout.write(f"{endpoint}, bucket {bucket}, flavour {flavour}")
        wrong = []
        for finding in storage_check.examine():
            self.stdout.write(f"  {'ok   ' if finding.is_right else 'WRONG'} {finding.name}: {finding.words}")
            if not finding.is_right:
                wrong.append(finding.name)
        if wrong:
            raise CommandError(f"The object store is not right: {', '.join(wrong)}.")
