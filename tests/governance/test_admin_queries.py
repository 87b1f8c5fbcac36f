"""Lists of the administration cost as many queries with twenty rows as with two, and stay bounded with many."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import admin_lists
from accounts.admin_lists import BoundedPaginator, bounds
from accounts.models import User
from meetings.models import Room
from tests.accounts.local_cast import give, with_second_factor
from tests.governance.admin_factories import OF_THE_PLATFORM, Place, make, make_place, make_room

pytestmark = pytest.mark.django_db
MOST = 8
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


def sign_in(client: Client, *held: str) -> Place:
    """Who holds these roles over an institution, or over all; the institution."""
    home = make_place("home")
    user = User.objects.create(
        sub="viewer", given_name="V", usual_name="V", email="v@v.example", institution=home.institution
    )
    for role in held:
        give(user, role, None if role == "platform-admin" else home.institution)
    with_second_factor(client, user)
    return home


def queries_of(client: Client, page: str) -> int:
    client.get(page)  # the first one notes the session
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page)
    assert answer.status_code == 200
    return len(captured)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_list_costs_the_same_with_more_rows(client: Client, model: type[Model]) -> None:
    home = sign_in(client, "platform-admin", "dpo")
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    counts = []
    for number in range(20):
        make(model, make_place(f"mark{number}", home.institution))
        if number in {1, 19}:
            counts.append(queries_of(client, page))
    assert counts[0] == counts[1]
    assert counts[1] <= MOST


@pytest.mark.parametrize("model", [one for one in MODELS if one._meta.label_lower not in OF_THE_PLATFORM], ids=str)
@pytest.mark.parametrize("role", ["institution-admin", "dpo"])
def test_list_of_one_institution_costs_no_more_than_may_be(client: Client, model: type[Model], role: str) -> None:
    sign_in(client, role)
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    if client.get(page).status_code == 200:
        assert queries_of(client, page) <= MOST


def test_count_is_bounded_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_lists, "COUNTED", 3)
    sign_in(client, "platform-admin")
    place = make_place("mark")
    for _ in range(3):
        make_room(place)
    page: Any = client.get(reverse("admin:meetings_room_changelist"))
    assert not page.context["cl"].paginator.is_estimated
    for _ in range(5):
        make_room(place)
    page = client.get(reverse("admin:meetings_room_changelist"))
    assert page.context["cl"].paginator.is_estimated
    assert "environ" in page.content.decode()
    assert "3 premières lignes" in page.content.decode()


def test_estimate_is_the_planner_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_lists, "COUNTED", 3)
    place = make_place("mark")
    for _ in range(40):
        make_room(place)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE meetings_room")
    assert BoundedPaginator(Room.objects.order_by("pk"), 10).total == 40
    assert BoundedPaginator(Room.objects.filter(is_lasting=True).order_by("pk"), 10).total == 0


def test_years_months_and_days_lead_to_their_rows(client: Client) -> None:
    sign_in(client, "platform-admin")
    room = make_room(make_place("mark"))
    zone = timezone.get_default_timezone()
    Room.objects.filter(pk=room.pk).update(created_at=datetime(2025, 2, 28, 23, 59, tzinfo=zone))
    page = reverse("admin:meetings_room_changelist")
    for period, there in [("2025", 1), ("2025-02", 1), ("2025-02-28", 1), ("2025-03", 0), ("2026", 0)]:
        answer: Any = client.get(page, {"period": period})
        assert answer.context["cl"].result_count == there, period
    listed = client.get(page).content.decode()
    assert "?period=2025" in listed
    assert "?period=2024" not in listed
    for wrong in ("x", "2025-13", "2025-02-30", "2025-1-1-1", "-1", "99999", ""):
        assert client.get(page, {"period": wrong}).status_code == 302, wrong


def test_bounds_of_a_period_are_its_first_day_and_the_one_after() -> None:
    told = [tuple(day.isoformat() for day in bounds(period)) for period in ("2025", "2025-12", "2024-02", "2024-12-31")]
    assert told == [
        ("2025-01-01", "2026-01-01"),
        ("2025-12-01", "2026-01-01"),
        ("2024-02-01", "2024-03-01"),
        ("2024-12-31", "2025-01-01"),
    ]
