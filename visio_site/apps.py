"""The site itself, as an application: Celery and the system checks come with it."""

from __future__ import annotations

from django.apps import AppConfig


class VisioSiteConfig(AppConfig):
    name = "visio_site"
    verbose_name = "Visio"

    def ready(self) -> None:
        from visio_site import celery, checks  # noqa: F401
