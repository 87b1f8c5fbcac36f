"""What an organiser fills in to have minutes made in another way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.formbase import VisioForm
from transcripts.parameters import Parameters
from transcripts.pipeline.diarize import SpeakerCount
from transcripts.pipeline.hearing import FRENCH, Hints

DETECTED = "auto"
LANGUAGES = [
    (FRENCH, _("French")),
    ("en", _("English")),
    ("de", _("German")),
    ("es", _("Spanish")),
    ("it", _("Italian")),
    ("nl", _("Dutch")),
    ("pt", _("Portuguese")),
    (DETECTED, _("the one that is spoken most")),
]
MOST_SPEAKERS = 60


class HowForm(VisioForm):
    """How a recording is to be heard."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial=FRENCH)
    speakers = forms.IntegerField(
        label=_("Number of voices at each shared microphone"),
        required=False,
        min_value=1,
        max_value=MOST_SPEAKERS,
        help_text=_("Leave it empty where you do not know: the voices are then counted."),
    )

    def language_asked(self) -> str | None:
        language: str = self.cleaned_data["language"]
        return None if language == DETECTED else language

    def count(self) -> SpeakerCount:
        number: int | None = self.cleaned_data["speakers"]
        return SpeakerCount(number, number)


class MakeAgainForm(HowForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.SPEECH_OTHER_MODELS:
            names = [(name, name) for name in settings.SPEECH_OTHER_MODELS]
            self.fields["model"] = forms.ChoiceField(
                label=_("Speech model"), choices=[("", _("the usual one")), *names], required=False
            )

    def parameters(self, hints: Hints) -> Parameters:
        return Parameters(self.language_asked(), self.count(), self.cleaned_data.get("model", ""), hints)
