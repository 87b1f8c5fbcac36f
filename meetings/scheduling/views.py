"""Pages of planned meetings: plan, see, change, cancel, restore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from meetings import sign_in
from meetings.errors import ChangedMeanwhile, MeetingError
from meetings.invitations import outbox, tokens
from meetings.models import Occurrence, Series
from meetings.scheduling import actions, cancelling, directory, people, rooms, versions, words
from meetings.scheduling.forms import ChangeDateForm, ChangeForm, DateForm, ScheduleForm
from meetings.scheduling.plan import Timing
from meetings.scheduling.recurrence import RuleError
from meetings.scheduling.repeats import fields_of, settled
from meetings.scheduling.zones import LABELS

T = TypeVar("T")
PAGE_SIZE = 20
THIS_ONE, FOLLOWING, ALL = "cette-date", "suivantes", "toutes"


@login_required
@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    data = _with_chosen(request, user)
    wanted = request.POST.get("search_words", "").strip()
    if wanted or "search" in request.POST:  # the Enter key, in the field of names, means a search too
        initial = {**data.dict(), "weekdays": data.getlist("weekdays")}
        found = directory.search(user, wanted)
        return render(
            request, "meetings/schedule.html", {"form": ScheduleForm(initial=initial, user=user), "found": found}
        )
    form = ScheduleForm(data if request.method == "POST" else None, user=user)
    if form.is_valid():
        planned = _try(
            form,
            lambda: actions.schedule(
                form.wording(),
                form.timing(),
                form.people(),
                form.room_choices(),
                key=form.cleaned_data["key"],
                actor=user,
                acr=sign_in.acr_of(request),
            ),
        )
        if planned:
            messages.success(request, _("The meeting is planned, and the invitations are on their way."))
            return redirect("series", planned.pk)
    return render(request, "meetings/schedule.html", {"form": form})


def _with_chosen(request: HttpRequest, user: User) -> QueryDict:
    """What was typed, and with it the people who were just ticked in the directory."""
    data = request.POST.copy()
    chosen = []
    for text in request.POST.getlist("add"):
        try:
            chosen.append(UUID(text))
        except ValueError:
            continue
    if chosen:
        addresses = directory.colleagues(user).filter(pk__in=chosen).values_list("email", flat=True)
        data["required_people"] = "\n".join(filter(None, [data.get("required_people", "").strip(), *addresses]))
    return data


def _try(form: DateForm, act: Callable[[], T]) -> T | None:
    """What `act` returns; when it is refused, the form says why."""
    try:
        return act()
    except RuleError as refused:
        form.add_error(None, words.refusal(refused.code))
    except MeetingError as refused:
        form.add_error(None, words.error(refused.code))
    return None


def _try_change(form: ChangeForm | ChangeDateForm, found: Series, act: Callable[[], T], user: User) -> T | None:
    """Unless somebody changed `found` since the form was opened."""

    def act_on_it() -> T:
        try:
            return versions.unless_changed(found.pk, form.cleaned_data["version"], act, actor=user)
        except ChangedMeanwhile as refused:
            form.refuse_outdated(refused.version)
            raise

    return _try(form, act_on_it)


@login_required
@require_GET
def series(request: HttpRequest, series_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = get_object_or_404(
        Series.objects.visible_to(user).select_related("room__organiser", "continues"), pk=series_id
    )
    to_come = found.occurrences.filter(end__gt=timezone.now()).order_by("start")
    context = {
        "series": found,
        "manages": Series.objects.managed_by(user).filter(pk=found.pk).exists(),
        "page": Paginator(to_come, PAGE_SIZE).get_page(request.GET.get("page")),
        "held": found.occurrences.filter(end__lte=timezone.now(), cancelled_at=None).count(),
        "next": to_come.filter(cancelled_at=None).first(),
        "rule": words.rule_in_words(found),
        "zone": LABELS.get(found.time_zone, found.time_zone) if _is_elsewhere(found) else "",
        "organisers": [found.room.organiser, *found.room.co_organisers.all()],
        "invitations": outbox.with_mail_status(found.invitations.filter(revoked_at=None)).order_by(
            "-required", "name", "email"
        ),
        "mine": tokens.usable().filter(series=found, user=user).first(),
        "follower": Series.objects.visible_to(user).filter(continues=found).first(),
    }
    return render(request, "meetings/series.html", context)


def _is_elsewhere(found: Series) -> bool:
    """Does the series' clock show another time than the reader's?"""
    here = found.start.astimezone(timezone.get_current_timezone())
    return here.utcoffset() != found.start.astimezone(ZoneInfo(found.time_zone)).utcoffset()


@login_required
@require_http_methods(["GET", "POST"])
def change_series(request: HttpRequest, series_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = get_object_or_404(Series.objects.managed_by(user), pk=series_id)
    try:
        _pivot, current = actions.rest(found)
    except MeetingError as refused:
        return _refused(request, found, words.error(refused.code))
    return _change(request, found, current, lambda w, t: actions.change_series(found.pk, w, t, actor=user), scope=ALL)


@login_required
@require_http_methods(["GET", "POST"])
def change_occurrence(request: HttpRequest, occurrence_id: UUID) -> HttpResponse:
    """One date, or all from it on: asked first where there is a choice."""
    user = cast(User, request.user)
    found = _managed_date(user, occurrence_id)
    scope = request.GET.get("portee", "" if found.series.rule else THIS_ONE)
    if scope == ALL:
        return redirect("change_series", found.series_id)
    if scope == FOLLOWING:
        return _change_following(request, found, user)
    if scope == THIS_ONE:
        return _change_date(request, found, user)
    return render(request, "meetings/occurrence_scope.html", {"occurrence": found, "series": found.series})


def _managed_date(user: User, occurrence_id: UUID) -> Occurrence:
    mine = Occurrence.objects.filter(series__in=Series.objects.managed_by(user)).select_related("series__room")
    return get_object_or_404(mine, pk=occurrence_id)


def _change_following(request: HttpRequest, found: Occurrence, user: User) -> HttpResponse:
    try:
        current = actions.rest_from(found.series, found)
    except RuleError as refused:
        return _refused(request, found.series, words.refusal(refused.code))
    return _change(
        request,
        found.series,
        current,
        lambda w, t: actions.change_following(found.pk, w, t, actor=user),
        scope=FOLLOWING,
    )


def _change(
    request: HttpRequest, found: Series, current: Timing, act: Callable[..., Series], *, scope: str
) -> HttpResponse:
    user = cast(User, request.user)
    form = ChangeForm(
        request.POST if request.method == "POST" else None, initial=_initial(found, current), user=user, room=found.room
    )
    if form.is_valid():
        changed = _try_change(form, found, lambda: _save(form, current, act, user), user)
        if changed:
            messages.success(request, _("The change is saved, and the people invited are told of it."))
            return redirect("series", changed.pk)
    return render(request, "meetings/series_change.html", {"form": form, "series": found, "scope": scope})


def _save(form: ChangeForm, current: Timing, act: Callable[..., Series], user: User) -> Series:
    typed = form.timing()
    rule = settled(typed.rule, current.rule, typed.time_zone, same_day=typed.start.date() == _local(current).date())
    if form.changes_organisers():
        rooms.lock(form.room)
    changed = act(form.wording(), replace(typed, rule=rule))
    people.change_people(changed.pk, form.people(), form.shown(), actor=user)
    return changed


def _local(timing: Timing) -> datetime:
    return timing.start.astimezone(ZoneInfo(timing.time_zone))


def _initial(found: Series, current: Timing) -> dict[str, Any]:
    start = _local(current)
    asked = found.invitations.filter(revoked_at=None).order_by("created_at")
    languages = [row.language for row in asked]
    return {
        "version": versions.version_of(found),
        "title": found.title,
        "agenda": found.agenda,
        "links": "\n".join(f"{link['label']} {link['url']}" for link in found.links),
        "date": start.date(),
        "time": start.time(),
        "duration": current.duration_minutes,
        "time_zone": current.time_zone,
        **fields_of(current.rule, current.time_zone),
        "required_people": "\n".join(row.email for row in asked if row.required),
        "optional_people": "\n".join(row.email for row in asked if not row.required),
        "language": max(languages, key=languages.count, default=get_language()),
        "co_organisers": "\n".join(user.email for user in found.room.co_organisers.all()),
    }


def _change_date(request: HttpRequest, found: Occurrence, user: User) -> HttpResponse:
    start = found.start.astimezone(ZoneInfo(found.series.time_zone))
    initial = {
        "version": versions.version_of(found.series),
        "title": found.title or found.series.title,
        "agenda": found.series.agenda if found.agenda is None else found.agenda,
        "date": start.date(),
        "time": start.time(),
        "duration": round((found.end - found.start).total_seconds() / 60),
    }
    form = ChangeDateForm(request.POST if request.method == "POST" else None, initial=initial)
    form.time_zone_name = found.series.time_zone
    if form.is_valid():
        changed = _try_change(
            form,
            found.series,
            lambda: actions.change_occurrence(
                found.pk,
                title=form.cleaned_data["title"],
                agenda=form.cleaned_data["agenda"],
                start=form.start(),
                end=form.end(),
                actor=user,
            ),
            user,
        )
        if changed:
            messages.success(request, _("The change is saved, and the people invited are told of it."))
            return redirect("series", found.series_id)
    zone = LABELS.get(found.series.time_zone, found.series.time_zone)
    context = {"form": form, "occurrence": found, "series": found.series, "zone": zone}
    return render(request, "meetings/occurrence_change.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def cancel_series(request: HttpRequest, series_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = get_object_or_404(Series.objects.managed_by(user), pk=series_id)
    if request.method == "GET":
        return render(request, "meetings/series_cancel.html", {"series": found})
    return _act(
        request,
        found,
        lambda: cancelling.cancel_series(found.pk, actor=user),
        _("The meeting is cancelled, and the people invited are told of it. You can restore it below."),
    )


@login_required
@require_POST
def restore_series(request: HttpRequest, series_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = get_object_or_404(Series.objects.managed_by(user), pk=series_id)
    return _act(
        request,
        found,
        lambda: cancelling.restore_series(found.pk, actor=user),
        _("The meeting is restored, and the people invited are told of it."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def cancel_occurrence(request: HttpRequest, occurrence_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = _managed_date(user, occurrence_id)
    scope = request.POST.get("portee", "" if found.series.rule else ALL)
    verbs: dict[str, Callable[[], object]] = {
        THIS_ONE: lambda: cancelling.cancel_occurrence(found.pk, actor=user),
        FOLLOWING: lambda: cancelling.cancel_following(found.pk, actor=user),
        ALL: lambda: cancelling.cancel_series(found.series_id, actor=user),
    }
    if request.method == "GET" or scope not in verbs:
        return render(request, "meetings/occurrence_cancel.html", {"occurrence": found, "series": found.series})
    said = _("It is cancelled, and the people invited are told of it. You can restore it below.")
    return _act(request, found.series, verbs[scope], said)


@login_required
@require_POST
def restore_occurrence(request: HttpRequest, occurrence_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    found = _managed_date(user, occurrence_id)
    return _act(
        request,
        found.series,
        lambda: cancelling.restore_occurrence(found.pk, actor=user),
        _("This date is restored, and the people invited are told of it."),
    )


@login_required
@require_POST
def change_invitation(request: HttpRequest, series_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Withdraw it, or say whether the person is needed."""
    user = cast(User, request.user)
    found = get_object_or_404(Series.objects.managed_by(user), pk=series_id)
    asked = get_object_or_404(found.invitations, pk=invitation_id)
    verbs: dict[str, Callable[[], object]] = {
        "withdraw": lambda: people.uninvite(found.pk, asked.pk, actor=user),
        "required": lambda: people.set_required(found.pk, asked.pk, required=True, actor=user),
        "optional": lambda: people.set_required(found.pk, asked.pk, required=False, actor=user),
    }
    verb = verbs.get(request.POST.get("action", ""))
    if verb is None:
        return redirect("series", found.pk)
    return _act(request, found, verb, _("The invitation is changed."))


def _act(request: HttpRequest, found: Series, act: Callable[[], object], said: str) -> HttpResponse:
    """Do it and go back to the series, which says what was done or why not."""
    try:
        act()
    except MeetingError as refused:
        return _refused(request, found, words.error(refused.code))
    messages.success(request, said)
    return redirect("series", found.pk)


def _refused(request: HttpRequest, found: Series, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect(reverse("series", args=[found.pk]))
