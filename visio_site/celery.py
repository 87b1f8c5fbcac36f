"""Celery. Queues: `default`, `media.<node>` beside each Janus, `speech`, `pictures`."""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

from celery import Celery, Task

from accounts.trail.origin import coming_from

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visio_site.settings.dev")


class TracedTask(Task):  # type: ignore[misc]
    """What a task does is traced to its message."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with coming_from(request_id=UUID(self.request.id) if self.request.id else None):
            return super().__call__(*args, **kwargs)


app = Celery("visio", task_cls=TracedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
