"""Everything that `make run` keeps alive, one module each, in the order of a start."""

from __future__ import annotations

from visio_site.layout import Layout
from visio_site.services import django, idp, janus, mail, objects, postgres, redis
from visio_site.units import Program


def all_units(layout: Layout) -> list[Program]:
    return [
        postgres.child(layout),
        redis.child(layout),
        *objects.units(layout),
        *janus.children(layout),
        idp.child(layout),
        mail.child(layout),
        *django.units(layout),
    ]
