"""What an agent fills in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.formbase import VisioForm


class RoomForm(VisioForm):
    title = forms.CharField(
        label=_("Name of the room"),
        max_length=200,
        help_text=_("The room keeps its name and its link: choose a name that people will recognise."),
    )
