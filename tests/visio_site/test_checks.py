from __future__ import annotations

from typing import Any

import pytest

from visio_site.checks import check_applications, check_proxy

HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    ("behind", "count", "warnings"), [(HEADER, 0, ["visio.W001"]), (HEADER, 1, []), (None, 0, []), (None, 1, [])]
)
def test_proxy_whose_clients_nobody_tells_apart_is_warned_of(
    settings: Any, behind: tuple[str, str] | None, count: int, warnings: list[str]
) -> None:
    settings.SECURE_PROXY_SSL_HEADER, settings.ALLAUTH_TRUSTED_PROXY_COUNT = behind, count
    assert [warning.id for warning in check_proxy()] == warnings


@pytest.mark.parametrize(("file", "errors"), [("", []), (__file__, []), ("/nowhere.pem", ["visio.E012"])])
def test_authority_that_is_not_there_is_said_at_the_start(settings: Any, file: str, errors: list[str]) -> None:
    settings.WEBHOOK_CA_FILE = file
    assert [error.id for error in check_applications()] == errors
