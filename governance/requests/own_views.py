"""“My data”: what is kept about whoever is signed in, downloaded at once, and requests to their officer."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.models import Institution, User
from governance.models import PersonExport, PersonRequest
from governance.requests import actions, letters
from governance.requests.export import jobs
from governance.requests.forms import OwnRequestForm
from governance.requests.holdings import Holdings
from governance.requests.listing import summary
from governance.requests.person_views import handed_out
from governance.requests.subjects import Subject

State = PersonExport.State


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- login_required
    return request.user


def _institution(user: User) -> Institution | None:
    return Institution.objects.filter(pk=user.answers_to_id).first() if user.answers_to_id else None


@never_cache
@require_GET
@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    institution = _institution(user)
    context = {
        "kinds": [kind for kind in summary(Holdings(Subject(users=frozenset({user.pk})))) if kind.count],
        "export": PersonExport.objects.filter(user=user, request=None).exclude(state=State.ERASED).first(),
        "requests": PersonRequest.objects.filter(person=user).order_by("-created_at"),
        "institution": institution,
        "officers": [one.email for one in actions.officers_of(institution)] if institution else [],
        "support": settings.SUPPORT_CONTACT,
        "days": jobs.KEPT.days,
    }
    return render(request, "governance/my_data.html", context)


@require_POST
@login_required
def my_data_export(request: HttpRequest) -> HttpResponse:
    jobs.ask_own(_user(request))
    messages.success(request, _("Your export is being made. This page says when it is there."))
    return redirect("my_data")


@never_cache
@require_GET
@login_required
def my_data_download(request: HttpRequest, export_id: UUID) -> HttpResponse:
    user = _user(request)
    done = PersonExport.objects.filter(state=State.DONE, user=user) | PersonExport.objects.filter(
        state=State.DONE, request__person=user
    )
    export = get_object_or_404(done, pk=export_id)
    audit.record("person-data.downloaded", actor=user, target=user, export=str(export.pk))
    return handed_out(export, "donnees")


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def my_data_request(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    institution = _institution(user)
    if institution is None:
        raise Http404
    form = OwnRequestForm(request.POST or None)
    if not form.is_valid():
        return render(request, "governance/my_request.html", {"form": form, "institution": institution})
    asked = actions.Asked(
        kind=form.cleaned_data["kind"],
        channel=PersonRequest.Channel.VISIO,
        contact_name=user.get_full_name(),
        contact_email=user.email,
        words=form.cleaned_data["words"],
        language=(request.LANGUAGE_CODE or "fr")[:2],
    )
    made = actions.open_request(institution, asked, actor=user, person=user)
    messages.success(request, _("Your request has the reference %(reference)s.") % {"reference": made.reference})
    return redirect("my_data")


@never_cache
@require_http_methods(["GET", "POST"])
def person_export_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """For a person without an account, by the address in the answer. A page first: mail filters open addresses."""
    export = letters.read(token)
    if export is None or export.request is None:
        return render(request, "governance/link_over.html", status=404)
    if request.method == "GET":
        return render(request, "governance/by_link.html", {"reference": export.request.reference})
    actions.note(export.request, "handed", actor=None, verb="person-request.export-opened", export=str(export.pk))
    return handed_out(export, export.request.reference)
