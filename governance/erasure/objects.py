"""Objects of an erasure: noted before they go, so that whoever is killed in between can still prove them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from governance.erasure.tombstones import as_gone
from governance.models import Erasure
from meetings import storage


def erase(erasure: Erasure, places: Iterable[str], sums: Mapping[str, str]) -> None:
    """Each of `places` is a key, or a folder that ends with "/". Raises StorageUnavailable."""
    wanted = list(places)
    stored = [one for place in wanted for one in storage.versions_under(place)]
    noted = {one["key"]: one for one in [*as_gone(stored, sums), *erasure.gone]}  # what was noted first saw all of it
    erasure.gone = list(noted.values())
    erasure.save(update_fields=["gone"])
    for place in wanted:
        storage.erase(place)
