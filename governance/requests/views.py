"""The workbench: its home, the requests, and the file of one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from governance.doors import institutions_of_officer, officer_of, officer_page
from governance.models import PersonRequest
from governance.requests import actions, restriction
from governance.requests.errors import RequestRefused
from governance.requests.export import jobs
from governance.requests.forms import ExtendForm, IdentityForm, NewRequestForm, NoteForm
from governance.requests.subjects import subject_of
from governance.requests.words import refusal, what_to_do

Act = Callable[[PersonRequest, HttpRequest, User], None]
MOST_CLOSED = 20


def request_for(request: HttpRequest, request_id: UUID) -> PersonRequest:
    """Raises Http404."""
    rows = PersonRequest.objects.visible_to(request.user).select_related("institution", "handler", "person", "erasure")
    return get_object_or_404(rows, pk=request_id)


@require_GET
@officer_page
def dpo_home(request: HttpRequest) -> HttpResponse:
    rows = PersonRequest.objects.visible_to(request.user).select_related("institution", "handler")
    context = {
        "open_requests": rows.open(),
        "closed_requests": rows.exclude(closed_at=None).order_by("-closed_at")[:MOST_CLOSED],
        "institutions": institutions_of_officer(request.user).order_by("label", "siret"),
    }
    return render(request, "governance/home.html", context)


@require_http_methods(["GET", "POST"])
@officer_page
def dpo_request_new(request: HttpRequest) -> HttpResponse:
    form = NewRequestForm(request.POST or None, institutions=institutions_of_officer(request.user))
    if not form.is_valid():
        return render(request, "governance/request_new.html", {"form": form})
    told = form.cleaned_data
    institution = told.pop("institution")
    made = actions.open_request(institution, actions.Asked(**told), actor=officer_of(request))
    return redirect("dpo_request", made.pk)


@require_GET
@officer_page
def dpo_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    row = request_for(request, request_id)
    subject = subject_of(row)
    context = {
        "row": row,
        "what_to_do": what_to_do(row.kind),
        "is_known": not subject.is_nobody,
        "steps": row.steps.select_related("by"),
        "exports": row.exports.all()[:5],
        "answer": row.mails.filter(kind="answer").first(),
        "restricted": row.restrictions.filter(lifted_at=None).count(),
        "identity_form": IdentityForm(),
        "extend_form": ExtendForm(),
        "note_form": NoteForm(),
    }
    return render(request, "governance/request.html", context)


@require_POST
@officer_page
def dpo_request_do(request: HttpRequest, request_id: UUID, verb: str) -> HttpResponse:
    """One step of the file; what was refused is said on its page."""
    row = request_for(request, request_id)
    act = ACTS.get(verb)
    if act is None:
        raise Http404
    try:
        act(row, request, officer_of(request))
    except RequestRefused as error:
        messages.error(request, refusal(error.code))
    return redirect("dpo_request", row.pk)


def _take(row: PersonRequest, request: HttpRequest, actor: User) -> None:
    actions.take(row.pk, actor=actor)


def _identity(row: PersonRequest, request: HttpRequest, actor: User) -> None:
    form = IdentityForm(request.POST)
    if not form.is_valid():
        raise RequestRefused("identity")
    actions.check_identity(row.pk, form.cleaned_data["how"], actor=actor)


def _extend(row: PersonRequest, request: HttpRequest, actor: User) -> None:
    form = ExtendForm(request.POST)
    if not form.is_valid():
        raise RequestRefused("no-reason")
    actions.extend(row.pk, form.cleaned_data["reason"], actor=actor)


def _note(row: PersonRequest, request: HttpRequest, actor: User) -> None:
    form = NoteForm(request.POST)
    if form.is_valid():
        actions.write_note(row.pk, form.cleaned_data["text"], actor=actor)


def _export(row: PersonRequest, request: HttpRequest, actor: User) -> None:
    jobs.ask(row.pk, actor=actor)
    messages.success(request, _("The export is being made. This page says when it is there."))


def _lift(row: PersonRequest, request: HttpRequest, actor: User) -> None:
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise RequestRefused("no-reason")
    restriction.lift(row.pk, form.cleaned_data["text"], actor=actor)


ACTS: dict[str, Act] = {
    "prendre": _take,
    "identite": _identity,
    "prolonger": _extend,
    "note": _note,
    "export": _export,
    "rendre": _lift,
}


def with_refusal(request: HttpRequest, act: Callable[[], Any]) -> bool:
    """Whether `act` was done; what was refused is said on the next page."""
    try:
        act()
    except RequestRefused as error:
        messages.error(request, refusal(error.code))
        return False
    return True
