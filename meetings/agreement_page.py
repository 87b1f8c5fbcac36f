"""The page of one's own agreement to a recording: what was answered, and taking it back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from meetings import erasure
from meetings.models import Consent, Participation, Recording


class TakeBackForm(forms.Form):
    what = forms.ChoiceField(choices=[(only, only) for only in erasure.Only])
    sure = forms.BooleanField(
        error_messages={"required": gettext_lazy("Tick the box to confirm: what is erased does not come back.")}
    )


@never_cache
@require_http_methods(["GET", "POST"])
def my_agreement(request: HttpRequest, recording_id: str) -> HttpResponse:
    """For whoever was there: an agent by their account, a guest by the session in which they came."""
    recording = get_object_or_404(Recording.objects.select_related("meeting__room", "purpose"), pk=recording_id)
    participation = _own(request, recording)
    form = TakeBackForm(request.POST or None)
    if form.is_valid():
        only = erasure.Only(form.cleaned_data["what"])
        erasure.take_back(recording, participation, only=only, language=request.LANGUAGE_CODE[:2])
        messages.success(request, _("It is noted. What was kept of you is being erased."))
        return redirect("my_agreement", recording_id)
    return render(request, "meetings/my_agreement.html", _context(request, recording, participation, form))


def _own(request: HttpRequest, recording: Recording) -> Participation:
    """Raises Http404."""
    there = recording.meeting.participations
    if isinstance(request.user, User):
        found = there.filter(user=request.user).first()
    else:
        key = request.session.get("guest_key")
        found = there.filter(guest_key=key).first() if key else None
    if found is None:
        raise Http404
    return found


def _context(
    request: HttpRequest, recording: Recording, participation: Participation, form: TakeBackForm
) -> dict[str, object]:
    answers = list(recording.consents.filter(participation=participation).order_by("pk"))
    newest = answers[-1] if answers else None
    is_kept = newest is not None and newest.choice == Consent.Choice.ACCEPTED
    return {
        "recording": recording,
        "answers": answers,
        "is_kept": is_kept,
        "words_kept": is_kept and newest is not None and newest.transcript,
        "picture_kept": is_kept and newest is not None and newest.picture,
        "form": form,
        "may_read": Recording.objects.visible_to(request.user).filter(pk=recording.pk).exists(),
    }
