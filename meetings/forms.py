"""What an agent fills in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from dsfr.forms import DsfrBaseForm


class RoomForm(DsfrBaseForm):  # type: ignore[misc]
    title = forms.CharField(
        label=_("Title of the meeting"), max_length=200, help_text=_("For example: weekly point of the project team")
    )
