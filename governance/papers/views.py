"""Papers of an institution: on a page that prints, and as a file of Word; the ledger as a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.formbase import VisioForm
from accounts.models import Institution
from governance.doors import institutions_of_officer, officer_of, officer_page
from governance.papers import elimination, ledger
from governance.papers.dpia import dpia
from governance.papers.paper import Paper, as_word
from governance.papers.register import register

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
A_QUARTER = timedelta(days=91)
PAPERS: dict[str, Callable[[Institution], Paper]] = {"registre": register, "aipd": dpia}
LEDGERS = {"csv": (ledger.as_csv, "text/csv; charset=utf-8"), "jsonl": (ledger.as_json_lines, "application/x-ndjson")}


class PeriodForm(VisioForm):
    since = forms.DateField(label=_("From"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


def _institution(request: HttpRequest, institution_id: int) -> Institution:
    """Raises Http404."""
    return get_object_or_404(institutions_of_officer(request.user), pk=institution_id)


def _period(request: HttpRequest, begin: date, end: date) -> tuple[PeriodForm, date, date]:
    """What was asked, or else from `begin` to `end`."""
    form = PeriodForm(request.GET if "since" in request.GET else {"since": begin, "until": end})
    if form.is_valid() and form.cleaned_data["since"] <= form.cleaned_data["until"]:
        return form, form.cleaned_data["since"], form.cleaned_data["until"]
    return form, begin, end


@require_GET
@officer_page
def dpo_papers(request: HttpRequest) -> HttpResponse:
    institutions = institutions_of_officer(request.user).order_by("label", "siret")
    return render(request, "governance/papers.html", {"institutions": institutions})


@require_GET
@officer_page
def dpo_paper(request: HttpRequest, institution_id: int, paper: str) -> HttpResponse:
    institution = _institution(request, institution_id)
    if paper not in PAPERS:
        raise Http404
    return _shown(request, PAPERS[paper](institution))


@require_GET
@officer_page
def dpo_slip(request: HttpRequest, institution_id: int) -> HttpResponse:
    institution = _institution(request, institution_id)
    today = timezone.localdate()
    form, since, until = _period(request, today, today + A_QUARTER)
    return _shown(request, elimination.elimination(institution, since, until), form)


def _shown(request: HttpRequest, paper: Paper, form: PeriodForm | None = None) -> HttpResponse:
    if "docx" not in request.GET:
        query = request.GET.urlencode()
        context = {"paper": paper, "blocks": paper.kinds(), "form": form, "query": f"{query}&" if query else ""}
        return render(request, "governance/paper.html", context)
    audit.record("paper.downloaded", actor=officer_of(request), target=paper.institution, paper=paper.name)
    answer = HttpResponse(as_word(paper), content_type=WORD)
    answer.headers["Content-Disposition"] = f'attachment; filename="{paper.name}-{paper.institution.siret}.docx"'
    return answer


@require_GET
@officer_page
def dpo_ledger(request: HttpRequest, institution_id: int, kind: str) -> HttpResponse | StreamingHttpResponse:
    """`kind` of file. Who exports it is in the trail before the first row goes."""
    institution = _institution(request, institution_id)
    if kind not in LEDGERS:
        raise Http404
    today = timezone.localdate()
    _form, since, until = _period(request, today - timedelta(days=365), today)
    rows = ledger.rows_of(institution, since, until)
    audit.record(
        "consents.exported",
        actor=officer_of(request),
        target=institution,
        rows=rows.count(),
        since=since.isoformat(),
        until=until.isoformat(),
    )
    write, content_type = LEDGERS[kind]
    answer = StreamingHttpResponse(write(rows), content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="consentements-{institution.siret}.{kind}"'
    return answer
