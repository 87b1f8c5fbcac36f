"""The door of Daphne: pages, and the two kinds of sockets."""

from __future__ import annotations

import gc
import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visio_site.settings.dev")
django_application = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.urls import path  # noqa: E402

from accounts.trail.origin import SocketOrigin  # noqa: E402
from meetings.signalling.consumer import RoomConsumer  # noqa: E402
from transcripts.consumer import ProgressConsumer  # noqa: E402
from visio_site import urls  # noqa: E402, F401 - and all views


def _socket(address: str, consumer: Any) -> Any:
    """Channels routes consumers with Django's `path`, whose types know views only."""
    return path(address, consumer.as_asgi())


sockets = URLRouter(
    [
        _socket("ws/rooms/<str:code>/", RoomConsumer),
        _socket("ws/minutes/<uuid:recording_id>/", ProgressConsumer),
    ]
)
application = ProtocolTypeRouter(
    {"http": django_application, "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(SocketOrigin(sockets)))}
)

# A full collection of garbage goes through all that there is: a tenth of a second in which nobody is served. What is
# loaded by now stays as long as the process does.
gc.collect()
gc.freeze()
