"""`manage.py export_audit`: the audit trail for a SIEM, in the order of its chain: none missed, none told twice."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounts.trail.export import FORMATS, follow


class Command(BaseCommand):
    help = "Write the entries of the audit trail that are in its chain: lines of JSON, or a table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=_moment, help="a day or a time: 2026-11-30, 2026-11-30T08:00+01:00")
        parser.add_argument("--after", type=int, default=0, metavar="POSITION", help="a place of the chain")
        parser.add_argument("--state", type=Path, help="a file that keeps the last place: the next call goes on there")
        parser.add_argument("--format", choices=sorted(FORMATS), default="jsonl")

    def handle(self, *args: Any, **options: Any) -> None:
        state, form = options["state"], FORMATS[options["format"]]
        self.stdout.write(form.head, ending="")
        for rows, reached in follow(max(options["after"], _reached(state)), options["since"]):
            self.stdout.write(form.write(rows), ending="")
            self.stdout.flush()
            if state:
                _keep(state, reached)


def _moment(typed: str) -> datetime:
    try:
        day, moment = parse_date(typed), parse_datetime(typed)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    if day and not moment:
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 -- of our time zone, below
    if moment is None:
        raise ArgumentTypeError(f"{typed}: no day and no time")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _reached(state: Path | None) -> int:
    if state is None or not state.exists():
        return 0
    try:
        return int(state.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{state}: {error}") from error


def _keep(state: Path, reached: int) -> None:
    written = state.with_name(f"{state.name}.new")
    written.write_text(f"{reached}\n")
    written.replace(state)
