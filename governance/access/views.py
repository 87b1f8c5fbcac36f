"""Who opened the minutes of my meetings, and why."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import User
from governance.models import Access

SHOWN = 200  # the newest


@never_cache
@login_required
@require_GET
def my_accesses(request: HttpRequest) -> HttpResponse:
    found = Access.objects.concerning(cast(User, request.user)).select_related("meeting", "by_institution")
    return render(request, "governance/my_accesses.html", {"accesses": found.order_by("-opened_at", "pk")[:SHOWN]})
