"""Static files: hashed names, inside ES modules too; nothing of DSFR where the theme is not DSFR's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    support_js_module_import_aggregation = True


class ThemeFinder(AppDirectoriesFinder):
    """DSFR is installed in every theme, for its templates; its files are found in its own theme only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.VISIO_THEME != "dsfr":
            self.storages.pop("dsfr", None)
            self.apps = [app for app in self.apps if app != "dsfr"]
