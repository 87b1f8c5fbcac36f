"""The base of every form: the library's markup, which both themes dress, without its name on the fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dsfr
from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from dsfr.forms import DsfrBaseForm, DsfrDjangoTemplates


class FormTemplates(DsfrDjangoTemplates):  # type: ignore[misc]
    @cached_property
    def engine(self) -> Any:
        folders = [
            settings.BASE_DIR / "templates" / "forms",
            Path(dsfr.__path__[0]) / "templates",
            Path(forms.__path__[0]) / "templates",
        ]
        return self.backend({"APP_DIRS": True, "DIRS": folders, "NAME": "djangoforms", "OPTIONS": {}})


class VisioForm(DsfrBaseForm):  # type: ignore[misc]
    default_renderer = FormTemplates
