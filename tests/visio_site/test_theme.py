"""Two themes, one set of pages: the neutral one names and serves nothing of DSFR."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.test import Client, override_settings
from django.urls import include, path, reverse

from accounts.admin_site import OURS
from accounts.formbase import VisioForm
from accounts.models import RoleGrant, User
from tests.addresses import every_address
from tests.cast import make_meeting, make_room
from visio_site import checks, urls
from visio_site.static import ThemeFinder
from visio_site.views import healthz

TEMPLATES = settings.BASE_DIR / "templates"
STYLES = settings.BASE_DIR / "static" / "css"
RESERVED = re.compile(r"dsfr|marianne|république", re.IGNORECASE)
PLAIN = {"fr-connect__login", "fr-connect__brand", "fr-nav__item"}  # look like what they are in


def in_theme(theme: str) -> override_settings:
    engine = {**settings.TEMPLATES[0], "DIRS": [TEMPLATES / "themes" / theme, TEMPLATES]}
    return override_settings(VISIO_THEME=theme, TEMPLATES=[engine])


@pytest.fixture
def neutral() -> Iterator[None]:
    with in_theme("neutral"):
        yield


@pytest.fixture
def pages(claire: User) -> list[str]:
    """Every address without arguments, a room, and one that leads nowhere. The administration has Django's own look."""
    room = make_room(claire)
    make_meeting(room)
    named = [one.name for one in every_address() if "<" not in one.route and not one.name.startswith("admin:")]
    return [*map(reverse, filter(None, named)), reverse("room", args=[room.code]), "/nowhere/"]


def shown(client: Client, pages: list[str]) -> dict[str, str]:
    """The pages that answer with a page: not with a redirection, a refusal of the method, or plain text."""
    answers = {page: client.get(page) for page in pages}
    return {
        page: answer.content.decode()
        for page, answer in answers.items()
        if answer.status_code in {200, 403, 404} and answer.headers["Content-Type"].startswith("text/html")
    }


@pytest.mark.parametrize(("signed_in", "least"), [(False, 4), (True, 8)])
def test_no_page_of_the_neutral_theme_names_dsfr(
    neutral: None, client: Client, claire: User, pages: list[str], signed_in: bool, least: int
) -> None:
    if signed_in:
        client.force_login(claire)
    found = shown(client, pages)
    assert len(found) >= least
    for page, html in found.items():
        assert "css/neutral/tokens.css" in html, page
        assert not RESERVED.search(html), (page, RESERVED.search(html))


def test_every_page_of_the_dsfr_theme_is_dressed_by_dsfr(client: Client, claire: User, pages: list[str]) -> None:
    client.force_login(claire)
    for page, html in shown(client, pages).items():
        assert "dsfr/dist/dsfr" in html, page
        assert "css/neutral" not in html, page


@pytest.mark.parametrize(("theme", "found"), [("dsfr", True), ("neutral", False)])
def test_the_files_of_dsfr_are_found_in_its_theme_only(theme: str, found: bool) -> None:
    with override_settings(VISIO_THEME=theme):
        finder = ThemeFinder()
        listed = any("dsfr" in name for name, _ in finder.list([]))
        assert (listed, bool(finder.find("dsfr/dist/dsfr.min.css"))) == (found, found)


def test_the_settings_find_static_files_through_the_theme() -> None:
    assert settings.STATICFILES_FINDERS == [
        "django.contrib.staticfiles.finders.FileSystemFinder",
        "visio_site.static.ThemeFinder",
    ]


def test_neutral_styles_load_nothing_but_our_own_drawings() -> None:
    for style in [*STYLES.glob("*.css"), *STYLES.glob("neutral/*.css"), *STYLES.glob("room/*.css")]:
        css = style.read_text(encoding="utf-8")
        assert not re.search("@import|@font-face", css), style.name
        for url in re.findall(r"url\([\"']?([^)\"']+)", css):
            assert url.startswith(("data:image/svg+xml,", "../../img/neutral/")), (style.name, url)


def test_the_neutral_theme_draws_each_icon_that_a_template_names() -> None:
    drawn = set(
        re.findall(r"\.(fr-icon-[a-z0-9-]+) \{", (STYLES / "neutral" / "icons.css").read_text(encoding="utf-8"))
    )
    named = {icon for page in neutral_templates() for icon in re.findall(r"\bfr-icon-[a-z][a-z0-9-]+", page)}
    assert named - drawn == set()


def test_the_neutral_theme_dresses_each_class_that_a_template_names() -> None:
    css = "".join(style.read_text(encoding="utf-8") for style in STYLES.rglob("*.css"))
    known = set(re.findall(r"(fr-[a-z0-9_-]+)", css)) | PLAIN
    named = {word for page in neutral_templates() for word in classes(page) if word.startswith("fr-")}
    assert {word for word in named if not {word, word.split("--")[0]} & known} == set()


def neutral_templates() -> Iterator[str]:
    for template in TEMPLATES.rglob("*.html"):
        if TEMPLATES / "themes" / "dsfr" not in template.parents:
            yield template.read_text(encoding="utf-8")


def classes(page: str) -> Iterator[str]:
    for attribute in re.findall(r'class="([^"]*)"', page):
        yield from re.sub(r"[\w-]*\{%.*?%\}|[\w-]*\{\{.*?\}\}", " ", attribute).split()


def test_a_brand_replaces_ours_in_the_title_and_the_header(neutral: None, client: Client, db: None) -> None:
    with override_settings(VISIO_BRAND="Rennes en ligne"):
        found = client.get(reverse("home")).content.decode()
    assert "— Rennes en ligne</title>" in found
    assert "Visio" not in found


def test_fields_of_a_form_do_not_carry_the_name_of_the_library() -> None:
    class Choices(VisioForm):
        days = forms.MultipleChoiceField(choices=[("mo", "Monday")], widget=forms.CheckboxSelectMultiple)
        colour = forms.ChoiceField(choices=[("r", "Red")], widget=forms.RadioSelect)

    html = str(Choices())
    assert "fr-checkbox-group" in html
    assert "fr-radio-group" in html
    assert not RESERVED.search(html)


administration = path("an-administration/", include(([path("", healthz, name="index")], "admin")))
urlpatterns = [*urls.urlpatterns, administration]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("theme", ["dsfr", "neutral"])
def test_only_holders_of_a_role_are_led_to_the_administration(theme: str, client: Client, claire: User) -> None:
    client.force_login(claire)
    with in_theme(theme):
        before = client.get(reverse("search")).content.decode()
        RoleGrant.objects.create(user=claire, role=RoleGrant.Role.PLATFORM_ADMIN)
        after = client.get(reverse("search")).content.decode()
    link = f'href="{reverse("admin:index")}"'
    assert link not in before
    assert link in after


@pytest.mark.parametrize(("theme", "errors"), [("dsfr", 0), ("neutral", 0), ("Neutral", 1)])
def test_an_unknown_theme_stops_the_start(theme: str, errors: int) -> None:
    with override_settings(VISIO_THEME=theme):
        assert len(checks.check_theme()) == errors


def test_every_theme_has_the_same_parts() -> None:
    def parts(theme: str) -> set[Path]:
        folder = TEMPLATES / "themes" / theme
        return {part.relative_to(folder) for part in folder.rglob("*.html")}

    assert parts("dsfr") - parts("neutral") == {Path("_tools.html")}  # a part of DSFR's header
    assert parts("neutral") - parts("dsfr") == set()


def test_every_form_is_built_on_ours() -> None:
    code = {path for app in OURS for path in (settings.BASE_DIR / app).rglob("*.py")}
    users = {path.name for path in code if "DsfrBaseForm" in path.read_text(encoding="utf-8")}
    assert users == {"formbase.py"}
