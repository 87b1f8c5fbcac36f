"""Charts: the same figures make the same file, without scripts, with text that is text."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Institution, User
from governance.figures.charts import Chart, Form, Series
from governance.figures.drawing import COLOURS, GRID, INK, PAPER, draw
from governance.figures.tables import Kind
from tests.governance.figures.cast import seed_year

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = ["janv.", "févr.", "mars"]


def chart(form: Form = Form.BARS, limit: Series | None = None) -> Chart:
    series = [Series("Réunions", [1, 20, 3]), Series("Agents", [4, None, 6])]
    return Chart("Réunions & agents <par mois>", MONTHS, series, form, limit=limit)


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("narrow", [False, True])
def test_same_figures_make_the_same_file(form: Form, narrow: bool) -> None:
    first = draw(chart(form), narrow=narrow)
    assert first == draw(chart(form), narrow=narrow)
    picture = ElementTree.fromstring(first)
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == "Réunions & agents <par mois>"
    assert picture.findtext(f"{SVG}desc")
    words = {"".join(text.itertext()) for text in picture.iter(f"{SVG}text")}
    assert {"Réunions", "Agents", "mars"} <= words
    assert b"<script" not in first


def test_only_variables_of_the_style_sheet_are_drawn() -> None:
    svg = draw(chart(Form.STACKED, limit=Series("Limite", [30]))).decode()
    assert [stand_in for stand_in in (PAPER, INK, GRID, *COLOURS) if stand_in in svg] == []
    assert "prefers-color-scheme:dark" in svg
    drawn = svg.partition("</style>")[2]
    assert "fill: #" not in drawn
    assert "stroke: #" not in drawn


@pytest.mark.parametrize("kind", Kind)
def test_nothing_to_tell_is_drawn_too(kind: Kind) -> None:
    if kind in {Kind.TEXT, Kind.MONTH, Kind.DAY}:
        pytest.skip("no axis")
    draw(Chart("Rien", [], [], kind=kind))
    draw(Chart("Rien", MONTHS, [Series("x", [None, None, None]), Series("y", [0, 0, 0])], Form.LINES, kind))


def test_names_are_not_read_as_formulas() -> None:
    words = draw(Chart("$x$", ["$a$", "\\frac"], [Series("$\\alpha", [1, 2]), Series("<b>", [1, 2])])).decode()
    assert "$a$" in words
    assert "&lt;b&gt;" in words


@pytest.mark.django_db
def test_picture_has_a_policy_of_its_own(client: Client, administrator: User, dinum: Institution) -> None:
    seed_year(dinum)
    answer = client.get(reverse("figures_adoption_agents_svg"))
    assert answer.headers["Content-Type"] == "image/svg+xml"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in client.get(reverse("figures_adoption")).headers["Content-Security-Policy"]
    narrow = client.get(reverse("figures_adoption_agents_svg"), {"etroit": "1"})
    assert 'width="360' in narrow.content.decode()[:400]
