"""What narrows a search: from the address to filters. What is no date, no room or no kind says so."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from transcripts.finding import Filters
from transcripts.models import Item

KINDS = [
    ("", _("All that was said")),
    (Item.Kind.DECISION.value, _("Decisions")),
    (Item.Kind.ACTION.value, _("Actions")),
    (Item.Kind.QUESTION.value, _("Open questions")),
]

HELD, IMPORTED = "tenue", "importee"
SOURCES = [("", _("Everything")), (HELD, _("Meetings")), (IMPORTED, _("Imports"))]

_FIELD = {"class": "fr-input"}
_DAY = {"class": "fr-input", "type": "date"}
_CHOICE = {"class": "fr-select"}


class SearchForm(forms.Form):
    qui = forms.CharField(label=_("Said by"), required=False, max_length=120, widget=forms.TextInput(attrs=_FIELD))
    du = forms.DateField(label=_("On or after"), required=False, widget=forms.DateInput(attrs=_DAY))
    au = forms.DateField(label=_("On or before"), required=False, widget=forms.DateInput(attrs=_DAY))
    objet = forms.ChoiceField(label=_("What"), required=False, choices=KINDS, widget=forms.Select(attrs=_CHOICE))
    source = forms.ChoiceField(
        label=_("Recorded where"), required=False, choices=SOURCES, widget=forms.Select(attrs=_CHOICE)
    )
    salon = forms.UUIDField(required=False, widget=forms.HiddenInput)
    institution = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def filters(self) -> Filters:
        """Of a form that is valid."""
        asked = self.cleaned_data
        return Filters(
            person=asked["qui"],
            since=asked["du"],
            until=asked["au"],
            room=asked["salon"],
            institution=asked["institution"],
            kind=asked["objet"],
            is_imported=asked["source"] == IMPORTED if asked["source"] else None,
        )
