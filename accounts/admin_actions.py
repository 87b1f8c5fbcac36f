"""Actions of the administration: a page says what each will do, to what, and why not to others; then they are done.

What is done, and the row of the trail, are the domain's: an `Act` only leads to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.models import User

if TYPE_CHECKING:
    from accounts.scoped_admin import ScopedAdmin

MOST = 200  # at once


class Obstacle(Exception):
    """In words, for who asked: why nothing can be done here."""


@dataclass(frozen=True, slots=True)
class Act:
    """`do(row, actor=…)` is the domain's; it raises one of `refusals` when it was overtaken."""

    name: str
    label: Any  # of the choice, of the button and of the page
    explained: Any  # what will become of them, and whether it can be undone
    effect: Callable[[Any], str]  # what will become of this one; raises Obstacle
    do: Callable[..., object]
    refusals: tuple[type[Exception], ...] = ()
    permission: str = "operate"


@dataclass(frozen=True, slots=True)
class Found:
    """A row that was chosen; exactly one of the two is told."""

    row: Any
    name: str
    effect: str = ""
    obstacle: str = ""


def respond(pages: ScopedAdmin, request: HttpRequest, act: Act) -> HttpResponse:
    """The page that asks, or the list with what was done."""
    found = [_look(pages, act, row) for row in _chosen(pages, request, act)]
    ready = [one for one in found if one.effect]
    if not found:
        messages.warning(request, _("Choose at least one row."))
    elif "confirmed" not in request.POST or not ready:
        return _ask(pages, request, act, found)
    else:
        _do(pages, request, act, ready)
    return HttpResponseRedirect(request.get_full_path())


def _chosen(pages: ScopedAdmin, request: HttpRequest, act: Act) -> list[Any]:
    """What one may act upon; others are not even named."""
    keys = []
    for text in request.POST.getlist(ACTION_CHECKBOX_NAME)[:MOST]:
        try:
            keys.append(pages.opts.pk.to_python(text))
        except ValidationError:
            continue
    rows = pages.actionable(request, act.permission).filter(pk__in=keys)
    return list(pages.ready_to_act(rows))


def _look(pages: ScopedAdmin, act: Act, row: Any) -> Found:
    try:
        return Found(row, pages.named(row), effect=act.effect(row))
    except Obstacle as obstacle:
        return Found(row, pages.named(row), obstacle=str(obstacle))


def _ask(pages: ScopedAdmin, request: HttpRequest, act: Act, found: list[Found]) -> HttpResponse:
    context = {
        **pages.admin_site.each_context(request),
        "title": act.label,
        "opts": pages.opts,
        "act": act,
        "ready": [one for one in found if one.effect],
        "hindered": [one for one in found if one.obstacle],
        "checkbox": ACTION_CHECKBOX_NAME,
        "back": request.get_full_path(),
    }
    request.current_app = pages.admin_site.name
    return TemplateResponse(request, "admin/confirm_act.html", context)


def _do(pages: ScopedAdmin, request: HttpRequest, act: Act, ready: list[Found]) -> None:
    done = 0
    actor = request.user
    assert isinstance(actor, User)  # noqa: S101 -- the site let nobody else in
    for one in ready:
        try:
            act.do(one.row, actor=actor)
            done += 1
        except act.refusals:
            text = _("%(name)s: nothing was done, it has changed meanwhile.") % {"name": one.name}
            messages.warning(request, text)
    if done:
        text = _("%(act)s: done for %(count)s.") % {"act": act.label, "count": done}
        messages.success(request, text)
