from __future__ import annotations

from typing import Any

import pytest

from visio_site.checks import check_proxy

HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    ("behind", "count", "warnings"), [(HEADER, 0, ["visio.W001"]), (HEADER, 1, []), (None, 0, []), (None, 1, [])]
)
def test_proxy_whose_clients_nobody_tells_apart_is_warned_of(
    settings: Any, behind: tuple[str, str] | None, count: int, warnings: list[str]
) -> None:
    settings.SECURE_PROXY_SSL_HEADER, settings.ALLAUTH_TRUSTED_PROXY_COUNT = behind, count
    assert [warning.id for warning in check_proxy()] == warnings
