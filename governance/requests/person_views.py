"""What is the person's: found and chosen, listed by kind, exported, corrected, set aside, answered."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from governance.doors import officer_of, officer_page
from governance.models import PersonExport, PersonRequest, RequestStep
from governance.requests import actions, letters, rectification, restriction, subjects
from governance.requests.export.jobs import KEPT
from governance.requests.forms import FindForm, LetterForm, NameForm
from governance.requests.holdings import Holdings
from governance.requests.listing import KINDS, listed, summary
from governance.requests.views import request_for, with_refusal
from meetings import storage

LINK_S = 300


@require_http_methods(["GET", "POST"])
@officer_page
def dpo_subject(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Found by GET, chosen by POST."""
    row = request_for(request, request_id)
    if request.method == "POST":
        chosen = [_identifiers(request, name) for name in ("user", "participation", "invitation")]
        if with_refusal(request, partial(subjects.choose, row.pk, *chosen, actor=officer_of(request))):
            messages.success(request, _("It is noted."))
        return redirect("dpo_request", row.pk)
    form = FindForm(request.GET or {"email": row.contact_email, "name": row.contact_name})
    asked = form.cleaned_data if form.is_valid() else {}
    found = subjects.find(subjects.scope_of(row), email=asked.get("email", ""), name=asked.get("name", ""))
    known = subjects.subject_of(row)
    context = {"row": row, "form": form, "found": found, "known": known, "asked": asked}
    return render(request, "governance/subject.html", context)


def _identifiers(request: HttpRequest, name: str) -> list[UUID]:
    """Raises Http404 for what is none."""
    try:
        return [UUID(text) for text in request.POST.getlist(name)]
    except ValueError:
        raise Http404 from None


@require_GET
@officer_page
def dpo_holdings(request: HttpRequest, request_id: UUID) -> HttpResponse:
    row = request_for(request, request_id)
    held = Holdings(subjects.subject_of(row))
    return render(request, "governance/holdings.html", {"row": row, "kinds": summary(held)})


@require_GET
@officer_page
def dpo_holding(request: HttpRequest, request_id: UUID, kind: str) -> HttpResponse:
    """Dates and places of one kind: an officer has no standing right to read what was said."""
    row = request_for(request, request_id)
    if kind not in KINDS:
        raise Http404
    listing = listed(Holdings(subjects.subject_of(row)), kind, page=request.GET.get("page", "1"))
    return render(request, "governance/holding.html", {"row": row, "listing": listing, "kind": kind})


@require_GET
@officer_page
def dpo_export(request: HttpRequest, request_id: UUID, export_id: UUID) -> HttpResponse:
    row = request_for(request, request_id)
    done = PersonExport.objects.filter(request=row, state=PersonExport.State.DONE)
    export = get_object_or_404(done, pk=export_id)
    what = RequestStep.What.HANDED
    actions.note(row, what, actor=officer_of(request), verb="person-request.export-opened", export=str(export.pk))
    return handed_out(export, row.reference)


def handed_out(export: PersonExport, name: str) -> HttpResponseRedirect:
    """By an address of the store that lives five minutes."""
    return HttpResponseRedirect(storage.presign(export.key, seconds=LINK_S, file_name=f"visio-{name}.zip"))


@require_http_methods(["GET", "POST"])
@officer_page
def dpo_rectify(request: HttpRequest, request_id: UUID) -> HttpResponse:
    row = request_for(request, request_id)
    form = NameForm(request.POST or None, initial={"name": row.contact_name})
    if form.is_valid():
        name = form.cleaned_data["name"]
        done: list[rectification.Rectified] = []
        act = lambda: done.append(rectification.rectify(row.pk, name, actor=officer_of(request)))  # noqa: E731
        if with_refusal(request, act):
            messages.success(request, _rectified(done[0]))
        return redirect("dpo_request", row.pk)
    there = Holdings(subjects.subject_of(row)).participations
    return render(request, "governance/rectify.html", {"row": row, "form": form, "there": there})


def _rectified(done: rectification.Rectified) -> str:
    lines = ngettext("%(count)d line corrected.", "%(count)d lines corrected.", done.lines) % {"count": done.lines}
    if not done.sealed:
        return lines
    sealed = ngettext(
        "%(count)d line of approved minutes stays as it was sealed.",
        "%(count)d lines of approved minutes stay as they were sealed.",
        done.sealed,
    )
    return f"{lines} {sealed % {'count': done.sealed}}"


@require_http_methods(["GET", "POST"])
@officer_page
def dpo_restrict(request: HttpRequest, request_id: UUID) -> HttpResponse:
    row = request_for(request, request_id)
    if request.method == "POST":
        chosen = _identifiers(request, "recording")
        if with_refusal(request, partial(restriction.restrict, row.pk, chosen, actor=officer_of(request))):
            messages.success(request, _("They are set aside: nobody reads or hears them any more."))
        return redirect("dpo_request", row.pk)
    recordings = restriction.recordings_of(row)
    return render(request, "governance/restrict.html", {"row": row, "recordings": recordings})


@require_http_methods(["GET", "POST"])
@officer_page
def dpo_answer(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The letter, read and changed before it goes; `?refus` for a refusal."""
    row = request_for(request, request_id)
    refused = "refus" in request.GET
    letter = letters.draft(row, refused=refused, signed_by=officer_of(request).get_full_name())
    form = LetterForm(request.POST or None, initial={"subject": letter.subject, "body": letter.body})
    if form.is_valid():
        told = form.cleaned_data
        act = partial(actions.close, row.pk, told["subject"], told["body"], refused=refused, actor=officer_of(request))
        if with_refusal(request, act):
            messages.success(request, _answered(row))
        return redirect("dpo_request", row.pk)
    return render(request, "governance/answer.html", {"row": row, "form": form, "refused": refused, "days": KEPT.days})


def _answered(row: PersonRequest) -> str:
    if row.contact_email:
        return _("The answer is on its way, and the request is closed.")
    return _("The request is closed. There is no e-mail address: send the letter yourself.")
