"""`manage.py replay_tombstones [--since 2026-11-29]`: after a restore, before anybody is let in."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from governance.erasure.replaying import replay
from meetings.storage import StorageUnavailable


class Command(BaseCommand):
    help = "Erase again what a restored backup brought back: rows, objects and all their versions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", help="date of the backup, or the day before it; without: everything ever erased")

    def handle(self, *args: Any, since: str | None = None, **options: Any) -> None:
        try:
            replayed = replay(_moment(since) if since else None)
        except StorageUnavailable as error:
            raise CommandError(f"{error}: run it again once the object store answers") from error
        self.stdout.write(
            f"tombstones read from the store: {replayed.read}, written to it: {replayed.written}\n"
            f"objects that had come back: {replayed.objects}\n"
            f"erasures carried out again: {replayed.again}"
        )


def _moment(typed: str) -> datetime:
    day = parse_date(typed)
    if day is None:
        raise CommandError("--since is a date: 2026-11-29")
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
