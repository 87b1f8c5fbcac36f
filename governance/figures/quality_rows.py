"""From the counters of Redis to rows, hour by hour."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.models import Institution
from governance.models import QualityHour
from meetings import counters
from meetings.counters import Happened

logger = logging.getLogger(__name__)

SETTLED = timedelta(hours=1, minutes=5)  # from the start of an hour: nobody adds to it any more
KEPT = timedelta(days=400)


def write_down() -> None:
    """As often as one likes: a row takes the counter's value, or keeps its own where Redis has lost some."""
    try:
        for hour in counters.hours():
            _write(hour)
            if timezone.now() - hour > SETTLED:
                counters.forget(hour)
    except RedisError as error:
        logger.warning("quality not written down: %s", type(error).__name__)
    QualityHour.objects.filter(hour__lt=timezone.now() - KEPT).delete()


@transaction.atomic
def _write(hour: datetime) -> None:
    counted = counters.counted_in(hour)
    there = set(Institution.objects.filter(pk__in=counted).values_list("pk", flat=True))
    known = {row.institution_id: row for row in QualityHour.objects.select_for_update().filter(hour=hour)}
    for institution in there:
        row = known.get(institution) or QualityHour(institution_id=institution, hour=hour)
        for happened in Happened:
            setattr(row, happened, max(getattr(row, happened), counted[institution].get(happened, 0)))
        row.save()
