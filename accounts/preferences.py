"""Language and time zone, chosen on a page that works without script."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.formbase import VisioForm
from accounts.time_zone import COOKIE, COOKIE_AGE_S, known_zones

FRANCE = {
    "Europe/Paris": _("Metropolitan France"),
    "America/Guadeloupe": _("Guadeloupe"),
    "America/Martinique": _("Martinique"),
    "America/St_Barthelemy": _("Saint-Barthélemy"),
    "America/Marigot": _("Saint-Martin"),
    "America/Cayenne": _("French Guiana"),
    "Indian/Reunion": _("Réunion"),
    "Indian/Mayotte": _("Mayotte"),
    "America/Miquelon": _("Saint-Pierre-et-Miquelon"),
    "Pacific/Noumea": _("New Caledonia"),
    "Pacific/Wallis": _("Wallis and Futuna"),
    "Pacific/Tahiti": _("French Polynesia (Tahiti)"),
    "Pacific/Marquesas": _("French Polynesia (Marquesas)"),
    "Pacific/Gambier": _("French Polynesia (Gambier)"),
    "Indian/Kerguelen": _("French Southern and Antarctic Lands"),
}


def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """France first, overseas included; then every other zone by its name."""
    others = sorted(known_zones() - FRANCE.keys())
    return [
        (gettext("France"), [(name, str(label)) for name, label in FRANCE.items()]),
        (gettext("Elsewhere"), [(name, name.replace("_", " ")) for name in others]),
    ]


class PreferencesForm(VisioForm):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zone_choices, help_text=_("The times of your meetings are shown in this zone.")
    )


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Kept by the browser, for guests as for agents: nothing of it is personal data of ours."""
    now = {"language": get_language(), "time_zone": timezone.get_current_timezone_name()}
    form = PreferencesForm(request.POST or None, initial=now)
    if not form.is_valid():
        return render(request, "accounts/preferences.html", {"form": form})
    chosen, secure = form.cleaned_data, bool(settings.SECURE_COOKIES)
    with override(chosen["language"]):
        messages.success(request, gettext("Your preferences are saved."))
    response = redirect("preferences")
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, chosen["language"]), (COOKIE, chosen["time_zone"])):
        response.set_cookie(name, value, max_age=COOKIE_AGE_S, secure=secure, samesite="Lax")
    return response
