"""`manage.py verify_minutes FILE`: what was checked of sealed minutes, in words, and what broke."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from transcripts.sealing import keys
from transcripts.sealing.installation import check_here
from transcripts.sealing.verify import Finding, Unreadable, check, is_intact, read_file

MARKS = {True: "✓", False: "✗", None: "·"}


class Command(BaseCommand):
    help = "Check a file of sealed minutes: signature, tracks, recognition, corrections, text. Fails on what broke."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--offline", action="store_true", help="without the database: the file and the key alone")
        parser.add_argument("--sound", action="store_true", help="read the stored sound too, not its noted sums alone")
        parser.add_argument("--key", action="store_true", help="show the public key of this installation")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["key"]:
            self.stdout.write(f"{keys.own_key().id} {keys.own_key().hex}")
            return
        if options["file"] is None:
            raise CommandError("Which file?")
        findings = self._check(options["file"], offline=options["offline"], listen=options["sound"])
        for finding in findings:
            self.stdout.write(f"{MARKS[finding.holds]} {finding.words} [{finding.code}]")
        if not is_intact(findings):
            raise CommandError(_("These minutes are not what was approved."))
        self.stdout.write(_("These minutes are what was approved."))

    def _check(self, path: Path, *, offline: bool, listen: bool) -> list[Finding]:
        try:
            sealed = read_file(path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Unreadable as error:
            raise CommandError(_("This is no file of sealed minutes, or it is damaged.")) from error
        findings = check(sealed, keys.trusted_keys())
        return findings if offline else [*findings, *check_here(sealed, listen=listen)]
