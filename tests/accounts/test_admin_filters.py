"""The lists of the administration filter by what they offer, and by nothing else: a filter is a question answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts import audit
from accounts.models import User
from accounts.scoped_admin import ScopedAdmin
from tests.accounts.local_cast import give, make_local, with_second_factor

pytestmark = pytest.mark.django_db
LOOKUPS = ("startswith", "contains", "regex", "gte", "in", "exact", "isnull")


@pytest.fixture(autouse=True)
def _who_sees_every_list(client: Client, claire: User) -> None:
    user = make_local()
    give(user, "platform-admin")
    give(user, "dpo", claire.institution)
    with_second_factor(client, user)


def list_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def questions(model: type[Model]) -> list[str]:
    """About each column, and about those of what it points to, unless the list offers it."""
    offered = admin.site._registry[model].list_filter
    own = [field for field in model._meta.get_fields() if field.name not in offered]
    further = [f"{field.name}__pk" for field in own if field.is_relation]
    return [*(field.name for field in own), *further]


@pytest.mark.parametrize("model", admin.site._registry, ids=str)
def test_no_list_answers_a_question_that_it_does_not_offer(client: Client, model: type[Model]) -> None:
    assert isinstance(admin.site._registry[model], ScopedAdmin)
    asked = [f"{name}__{lookup}" for name in questions(model) for lookup in LOOKUPS]
    assert [question for question in asked if client.get(list_of(model), {question: "a"}).status_code != 400] == []


@pytest.mark.parametrize(
    "question",
    ["password__startswith", "sub__startswith", "roles__contains", "source__startswith", "institution__siret", "x"],
)
def test_person_is_not_found_by_a_secret(client: Client, question: str) -> None:
    assert client.get(list_of(User), {question: "a"}).status_code == 400


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ({"source__exact": "local"}, 200),
        ({"source__exact": "\0"}, 400),
        ({"is_active__exact": "1"}, 200),
        ({"is_active__exact": "x"}, 302),
        ({"is_active__exact": "\0"}, 400),
    ],
)
def test_list_filters_by_what_it_offers(client: Client, question: dict[str, str], status: int) -> None:
    assert client.get(list_of(User), question).status_code == status


@pytest.mark.parametrize(("question", "status"), [("2026", 200), ("2026-01-31", 200), ("x", 302), ("\0", 400)])
def test_trail_filters_by_date(client: Client, question: str, status: int) -> None:
    trail = reverse("admin:accounts_auditentry_changelist")
    assert client.get(trail, {"period": question}).status_code == status


def test_every_link_of_the_filters_is_followed(client: Client) -> None:
    for model, model_admin in admin.site._registry.items():
        page: Any = client.get(list_of(model))
        for spec in page.context["cl"].filter_specs:
            for choice in spec.choices(page.context["cl"]):
                assert client.get(list_of(model) + choice["query_string"]).status_code == 200, model_admin


def test_history_of_a_row_is_its_part_of_the_trail(client: Client, claire: User, bilal: User) -> None:
    for user in (claire, bilal):
        audit.record("test.done", actor=user, target=user)
    page: Any = client.get(reverse("admin:accounts_user_history", args=[claire.pk]), follow=True)
    assert [entry.target_id for entry in page.context["cl"].result_list] == [str(claire.pk)]
