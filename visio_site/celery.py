"""Celery. Queues: `default`, `media.<node>` beside each Janus, `speech`."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visio_site.settings.dev")

app = Celery("visio")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
