"""`manage.py verify_audit`: which entries of the trail were altered, removed or put in. Fails when there is one."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.trail import verify
from accounts.trail.verify import Finding
from governance.audit import ownership, seals

MARKS = {True: "✓", False: "✗", None: "·"}


class Command(BaseCommand):
    help = "Check the audit trail against its chain, and the chain against the heads that were signed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", type=Path, help="a head that was kept elsewhere: what seal_audit wrote")
        parser.add_argument("--json", action="store_true", help="a line of JSON for each finding")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for finding in self._findings(options["head"]):
            faults += finding.holds is False
            self.stdout.write(self._line(finding, as_json=options["json"]))
        if faults:
            raise CommandError(_("The audit trail is not what was written: %(count)d faults.") % {"count": faults})

    def _findings(self, head: Path | None) -> Iterator[Finding]:
        kept = None
        if head is not None:
            try:
                kept = seals.read(head.read_text(encoding="utf-8"))
            except OSError as error:
                raise CommandError(f"{head}: {error.strerror}") from error
            except (seals.Unreadable, UnicodeDecodeError) as error:
                raise CommandError(_("This is no signed head of the audit trail.")) from error
        return chain(verify.check(), seals.check(kept), ownership.check())

    def _line(self, finding: Finding, *, as_json: bool) -> str:
        if as_json:
            return json.dumps(asdict(finding), ensure_ascii=False)
        return f"{MARKS[finding.holds]} {finding.words} [{finding.code}]"
