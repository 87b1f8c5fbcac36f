"""The accessibility statement (law 2005-102, art. 47; RGAA 4.1): what was really checked, by what, and when.

`accessibility.json` is written by the browser tests that run axe-core; a date in it is the day on which they ran.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

REPORT = Path(__file__).parent / "accessibility.json"


@dataclass(frozen=True, slots=True)
class Check:
    """By the tool, of so many pages, in every theme and width of the tests."""

    tool: str
    version: str
    on: date
    pages: int
    violations: int


def last_check() -> Check | None:
    """None where no test has written any."""
    try:
        told = json.loads(REPORT.read_text(encoding="utf-8"))
        return Check(
            told["tool"], told["version"], date.fromisoformat(told["on"]), int(told["pages"]), int(told["violations"])
        )
    except (OSError, ValueError, KeyError):
        return None


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    context = {"check": last_check(), "contact": settings.SUPPORT_CONTACT, "site": settings.PUBLIC_URL}
    return render(request, "governance/accessibility.html", context)
