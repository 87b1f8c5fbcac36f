"""Every page of the administration × every role × every institution: who comes in, what is told, what is changed.

Pages come from what is registered, expectations from `roles.PERMISSIONS`, rows from `admin_factories`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db.models import ForeignKey, Model
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.models import Institution, User
from accounts.scoped_admin import ScopedAdmin
from tests.accounts.local_cast import give, with_second_factor
from tests.governance.admin_factories import ELSEWHERE, OF_THE_PLATFORM, Place, make, make_place

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)
APPS = sorted({model._meta.app_label for model in MODELS})
OURS, BELOW, THEIRS = "oursmark", "belowmark", "theirsmark"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A role, over which institutions it is held, and which it covers."""

    role: str
    over: str
    covers: frozenset[str]

    def may(self, permission: str) -> bool:
        return bool(self.role) and permission in roles.PERMISSIONS[self.role]


VIEWERS = {
    "nobody": Viewer("", "", frozenset()),
    "administrator": Viewer("institution-admin", OURS, frozenset({OURS, BELOW})),
    "administrator-below": Viewer("institution-admin", BELOW, frozenset({BELOW})),
    "dpo": Viewer("dpo", OURS, frozenset({OURS, BELOW})),
    "platform": Viewer("platform-admin", "", frozenset({OURS, BELOW, THEIRS})),
}


@dataclass(frozen=True, slots=True)
class World:
    model: type[Model]
    rows: dict[str, Model]
    places: dict[str, Place]
    viewer: Viewer
    client: Client

    def permission(self, verb: str) -> str:
        return f"{self.model._meta.app_label}.{verb}_{self.model._meta.model_name}"

    def may(self, verb: str) -> bool:
        return self.viewer.may(self.permission(verb))

    def covered(self, mark: str, verb: str) -> bool:
        if self.model._meta.label_lower in OF_THE_PLATFORM:
            return self.may(verb) and self.viewer.role == "platform-admin"
        return self.may(verb) and mark in self.viewer.covers

    def address(self, page: str, *arguments: object) -> str:
        return reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_{page}", args=arguments)

    def hidden(self) -> list[str]:
        """What must not be read anywhere: marks, and identifiers that nobody could guess."""
        far = [mark for mark in self.rows if mark not in self.viewer.covers]
        if self.model is Institution and self.viewer.over == BELOW:
            far.remove(OURS)  # an institution is told which one is above it: its policy is a ceiling
        keys = [str(row.pk) for mark, row in self.rows.items() if mark in far and len(str(row.pk)) > 10]
        keys += [str(self.places[mark].agent.pk) for mark in far]
        return far + keys

    def told_in(self, answer: Any) -> list[str]:
        text = answer.content.decode()
        return [secret for secret in self.hidden() if secret in text]


@pytest.fixture(params=VIEWERS)
def viewer(request: pytest.FixtureRequest) -> Viewer:
    return VIEWERS[request.param]


@pytest.fixture(params=MODELS, ids=str)
def model(request: pytest.FixtureRequest) -> type[Model]:
    found: type[Model] = request.param
    return found


@pytest.fixture
def world(client: Client, model: type[Model], viewer: Viewer) -> World:
    places = make_places()
    rows = {mark: make(model, place) for mark, place in places.items()}
    sign_in(client, viewer, places)
    return World(model, rows, places, viewer, client)


def make_places() -> dict[str, Place]:
    ours = make_place(OURS)
    return {OURS: ours, BELOW: make_place(BELOW, ours.institution), THEIRS: make_place(THEIRS)}


def sign_in(client: Client, viewer: Viewer, places: dict[str, Place]) -> None:
    """Pages show who is signed in where they work: who covers nothing works elsewhere."""
    cache.clear()
    home = places[viewer.over].institution if viewer.over else make_place("aside").institution
    user = User.objects.create(
        sub="viewer", given_name="Vera", usual_name="Viewer", email="v@v.example", institution=home
    )
    if viewer.role:
        give(user, viewer.role, None if viewer.role == "platform-admin" else home)
    with_second_factor(client, user)


def status(world: World, verb: str) -> int:
    """Of a page that names no row."""
    return 404 if not world.viewer.role else 200 if world.may(verb) else 403


def snapshot(row: Model) -> dict[str, Any]:
    found: dict[str, Any] = type(row)._default_manager.filter(pk=row.pk).values().get()
    return found


def test_list_holds_what_is_covered_and_tells_nothing_else(world: World) -> None:
    answer: Any = world.client.get(world.address("changelist"))
    assert answer.status_code == status(world, "view")
    assert world.told_in(answer) == []
    if answer.status_code == 200:
        shown = {row.pk for row in answer.context["cl"].result_list}
        here = {mark for mark, row in world.rows.items() if row.pk in shown}
        assert here == {mark for mark in world.rows if world.covered(mark, "view")}
        assert world.client.get(world.address("changelist") + "?_popup=1&_to_field=id").status_code in {200, 400}
        for typed in (THEIRS, str(world.rows[THEIRS].pk)):
            answer = world.client.get(world.address("changelist"), {"q": typed})
            assert [secret for secret in world.told_in(answer) if secret != typed] == []


def test_forms_open_to_whom_they_are_covered(world: World) -> None:
    answer = world.client.get(world.address("add"))
    assert answer.status_code == status(world, "add")
    assert world.told_in(answer) == []
    for (page, verb), (mark, row) in product((("change", "view"), ("delete", "delete")), world.rows.items()):
        place = world.address(page, row.pk)
        answer = world.client.get(place)
        expected = status(world, verb)
        if expected == 200 and not world.covered(mark, verb):
            expected = 302  # as that of a row that never was
        if page == "change" and world.viewer.role and world.model._meta.label_lower in ELSEWHERE:
            expected = 302
        assert answer.status_code == expected, (page, mark)
        assert [secret for secret in world.told_in(answer) if secret not in place] == []
        world.client.cookies.pop("messages", None)  # "there is none with the identifier…", which was asked for


def test_history_is_the_trail_s_and_goes_no_further(world: World) -> None:
    answer = world.client.get(world.address("history", world.rows[OURS].pk), follow=True)
    may = world.viewer.may("accounts.view_auditentry")
    assert answer.status_code == (404 if not world.viewer.role else 200 if may else 403)
    if OURS in world.viewer.covers:
        assert world.told_in(answer) == []


def test_nothing_outside_is_changed_or_deleted(world: World) -> None:
    far = [row for mark, row in world.rows.items() if mark not in world.viewer.covers]
    before = [snapshot(row) for row in far]
    for row in far:
        for page, data in (("change", {}), ("delete", {"post": "yes"})):
            answer = world.client.post(world.address(page, row.pk), data)
            assert answer.status_code in {302, 403, 404}
    assert [snapshot(row) for row in far] == before


ACTED = [model for model in MODELS if getattr(admin.site._registry[model], "acts", ())]


@pytest.mark.parametrize("model", ACTED, ids=str)
def test_actions_are_offered_to_who_may_and_reach_what_is_covered(world: World) -> None:
    pages = admin.site._registry[world.model]
    assert isinstance(pages, ScopedAdmin)
    keys = [row.pk for row in world.rows.values()]
    outside = [row for mark, row in world.rows.items() if not world.covered(mark, "operate")]
    before = [snapshot(row) for row in outside]
    for act in pages.acts:
        asked = {"action": act.name, "_selected_action": keys}
        answer = world.client.post(world.address("changelist"), asked)
        if not world.may("view"):
            assert answer.status_code == (404 if not world.viewer.role else 403)
            continue
        is_asked = world.may(act.permission)
        assert ('name="confirmed"' in answer.content.decode() or "act-list" in answer.content.decode()) == is_asked
        if is_asked:
            named = [one for mark, row in world.rows.items() if (one := pages.named(row)) in answer.content.decode()]
            assert len(named) == sum(world.covered(mark, act.permission) for mark in world.rows)
            assert world.told_in(answer) == []
        world.client.post(world.address("changelist"), {**asked, "confirmed": "yes"})
    assert [snapshot(row) for row in outside] == before


@pytest.mark.parametrize("viewer", [VIEWERS["administrator"], VIEWERS["platform"]], ids=["administrator", "platform"])
def test_pickers_find_nothing_outside(world: World) -> None:
    for field in world.model._meta.get_fields():
        if isinstance(field, ForeignKey):
            app, name = world.model._meta.app_label, str(world.model._meta.model_name)
            asked = {"app_label": app, "model_name": name, "field_name": field.name, "term": THEIRS}
            answer = world.client.get(reverse("admin:autocomplete"), asked)
            assert answer.status_code in {200, 403, 404}
            assert [secret for secret in world.told_in(answer) if secret != THEIRS] == []


def test_shortcut_by_the_kind_of_row_leads_nowhere(client: Client) -> None:
    places = make_places()
    sign_in(client, VIEWERS["administrator"], places)
    for model in MODELS:
        kind = ContentType.objects.get_for_model(model)
        for place in places.values():
            answer = client.get(reverse("admin:view_on_site", args=[kind.pk, make(model, place).pk]))
            assert answer.status_code == 404


def test_first_pages_tell_nothing_of_others(client: Client, viewer: Viewer) -> None:
    places = make_places()
    sign_in(client, viewer, places)
    for model, place in product(MODELS, places.values()):
        make(model, place)
    for page in [reverse("admin:index"), *(reverse("admin:app_list", args=[app]) for app in APPS)]:
        answer = client.get(page)
        assert answer.status_code in ({200, 404} if viewer.role else {404})
        text = answer.content.decode()
        assert [mark for mark in places if mark in text and mark not in viewer.covers] == []


STANDARD = {"changelist", "add", "history", "delete", "change", "autocomplete", "jsi18n", "view_on_site", "app_list"}


def test_each_further_page_is_tested_for_its_scope() -> None:
    """Exports and the like: their names are those below, with the tests that look at their scope."""
    known = {
        "auditentry_export": "tests/accounts/trail",
        "transcripts_exporttemplate_example": "tests/transcripts/exports/test_template.py",
        "governance_access_read": "tests/governance/access",
        "governance_access_end": "tests/governance/access",
        "governance_erasure_coming": "tests/governance/test_retention_pages.py",
        "governance_erasure_proof": "tests/governance/test_retention_pages.py",
    }
    names = {url.name for pages in admin.site._registry.values() for url in pages.get_urls() if url.name}
    further = {name for name in names if name.rpartition("_")[2] not in STANDARD}
    assert {name for name in further if not any(name.endswith(one) for one in known)} == set()
