"""Pages of figures: behind the administration's door, for who has the permission of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import NONE
from csp.decorators import csp
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts import audit
from accounts.scoped_admin import actor_of
from governance.figures import adoption, licences, quality, queues, storage
from governance.figures.pages import Page, Section
from governance.figures.reader import reader_of
from governance.figures.tables import as_csv

PAGES: tuple[Page, ...] = (adoption.PAGE, quality.PAGE, queues.PAGE, storage.PAGE, licences.PAGE)
View = Callable[..., HttpResponse]
# A picture has styles of its own, and reaches nothing. It is never a part of our pages: see decision 28.
PICTURE = {"default-src": [NONE], "style-src": ["'unsafe-inline'"], "frame-ancestors": [NONE]}


def first(request: HttpRequest) -> HttpResponse:
    for page in pages_for(request):
        return redirect(f"figures_{page.slug}")
    raise Http404


def pages_for(request: HttpRequest) -> list[Page]:
    return [page for page in PAGES if actor_of(request).has_perm(page.permission)]


def show(request: HttpRequest, page: Page) -> HttpResponse:
    reader, form = reader_of(request, page.permission)
    asked = request.GET.urlencode()
    sections = [_addressed(page, section, asked) for section in page.read(reader)]
    context = {
        **admin.site.each_context(request),
        "title": page.title,
        "page": page,
        "pages": pages_for(request),
        "form": form,
        "sections": sections,
        "chooses_institution": page.by_institution and reader.institutions[:2].count() > 1,
        "read_at": timezone.now(),
    }
    return render(request, "governance/figures.html", context)


def _addressed(page: Page, section: Section, asked: str) -> dict[str, Any]:
    """With where its files are, for the same choice."""
    found: dict[str, Any] = {"it": section, "csv": _place(page, section, "csv", asked)}
    if section.chart:
        picture = _place(page, section, "svg", asked)
        found |= {"svg": picture, "narrow": f"{picture}{'&' if asked else '?'}etroit=1"}
    return found


def _place(page: Page, section: Section, ending: str, asked: str) -> str:
    place = reverse(f"figures_{page.slug}_{section.name}_{ending}")
    return f"{place}?{asked}" if asked else place


def _section(request: HttpRequest, page: Page, name: str) -> Section:
    reader, _form = reader_of(request, page.permission)
    return next(section for section in page.read(reader) if section.name == name)


def picture(request: HttpRequest, page: Page, name: str) -> HttpResponse:
    from governance.figures.drawing import draw  # and Matplotlib, which other pages can do without

    chart = _section(request, page, name).chart
    if chart is None:
        raise Http404
    return HttpResponse(draw(chart, narrow="etroit" in request.GET), content_type="image/svg+xml")


def table(request: HttpRequest, page: Page, name: str) -> HttpResponse:
    section = _section(request, page, name)
    actor = actor_of(request)
    audit.record("figures.downloaded", actor=actor, target=actor, table=f"{page.slug}.{name}")
    answer = HttpResponse(as_csv(section.table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{page.slug}-{name}.csv"'
    return answer


def _guarded(view: View) -> View:
    """As pages of the administration are: a role, and a second factor."""
    guarded: View = admin.site.admin_view(view)
    return guarded


def addresses(base: str) -> list[URLPattern]:
    found = [path(base, _guarded(first), name="figures")]
    with_own_policy: Any = csp(PICTURE)
    drawn: View = with_own_policy(picture)
    for page in PAGES:
        here, name = f"{base}{page.slug}/", f"figures_{page.slug}"
        found.append(path(here, _guarded(show), {"page": page}, name=name))
        for part in page.sections:
            given = {"page": page, "name": part}
            found.append(path(f"{here}{part}.csv", _guarded(table), given, name=f"{name}_{part}_csv"))
            if part in page.charts:
                found.append(path(f"{here}{part}.svg", _guarded(drawn), given, name=f"{name}_{part}_svg"))
    return found
