"""The preview of an erasure, its confirmation, and its proof."""

from __future__ import annotations

import json
from collections import Counter
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from governance.doors import officer_of, officer_page
from governance.erasure import Preview
from governance.requests import erasing
from governance.requests.forms import ConfirmForm
from governance.requests.subjects import subject_of
from governance.requests.views import request_for, with_refusal
from governance.requests.words import conflict, counted


@require_http_methods(["GET", "POST"])
@officer_page
def dpo_erase(request: HttpRequest, request_id: UUID) -> HttpResponse:
    row = request_for(request, request_id)
    planned = erasing.plan(subject_of(row))
    form = ConfirmForm(request.POST or None, expected=row.reference, may_erase_account=bool(planned.accounts))
    if form.is_valid():
        with_account = bool(form.cleaned_data.get("with_account"))
        if with_refusal(request, lambda: erasing.erase(row.pk, with_account=with_account, actor=officer_of(request))):
            messages.success(request, _("The erasure is under way: its proof comes to this page."))
        return redirect("dpo_request", row.pk)
    preview = planned.preview(with_account=bool(planned.accounts))
    context = {"row": row, "form": form, "plan": planned, **_shown(preview)}
    return render(request, "governance/erase.html", context)


def _shown(preview: Preview) -> dict[str, object]:
    conflicts: Counter[str] = Counter()
    for found in preview.conflicts:
        conflicts[found.code] += found.count
    return {
        "counts": [(_before(kind), count) for kind, count in preview.counts.items()],
        "conflicts": [(conflict(code), count) for code, count in conflicts.items()],
        "is_held": preview.is_held,
        "names": sorted(preview.names),
    }


def _before(kind: str) -> str:
    return _("account, if you tick it below") if kind == "accounts" else counted(kind)


@require_GET
@officer_page
def dpo_proof(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """To read and print; `?json` to keep."""
    row = request_for(request, request_id)
    proof = erasing.proof_of(row)
    if proof is None:
        raise Http404
    if "json" in request.GET:
        audit.record("person-request.proof-read", actor=officer_of(request), target=row)
        answer = HttpResponse(json.dumps(proof.to_json(), indent=1), content_type="application/json")
        answer.headers["Content-Disposition"] = f'attachment; filename="preuve-{row.reference}.json"'
        return answer
    counts = [(counted(kind), count) for kind, count in proof.counts.items()]
    return render(request, "governance/proof.html", {"row": row, "proof": proof, "counts": counts})
