"""Pages of figures: who reads what, small numbers, and files for spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Institution, User
from governance.figures import months
from governance.figures.views import PAGES
from governance.models import Assumptions, FormerTool, MonthlyFigures, MonthlyStorage, OperatingCost, QualityHour
from tests.accounts.local_cast import give, with_second_factor
from tests.governance.figures.cast import seed_year

pytestmark = pytest.mark.django_db
SLUGS = [page.slug for page in PAGES]


def rows_of(client: Client, table: str, **asked: Any) -> list[list[str]]:
    answer = client.get(reverse(f"figures_{table}_csv"), asked)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


def this_month(institution: Institution, **changed: int) -> None:
    row = MonthlyFigures.objects.filter(institution=institution, month=months.current())
    assert row.update(**changed) == 1


# Who reads


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize(
    ("role", "pages"),
    [
        ("platform-admin", {"adoption", "qualite", "files", "stockage", "licences"}),
        ("institution-admin", {"adoption", "qualite", "stockage", "licences"}),
        ("dpo", {"adoption", "qualite", "stockage"}),
        ("", set()),
    ],
)
def test_page_is_open_to(
    client: Client, claire: User, dinum: Institution, role: str, pages: set[str], slug: str
) -> None:
    cache.clear()
    if role:
        give(claire, role, None if role == "platform-admin" else dinum)
    with_second_factor(client, claire)
    expected = 200 if slug in pages else 404
    assert client.get(reverse(f"figures_{slug}")).status_code == expected
    page = next(page for page in PAGES if page.slug == slug)
    for name in page.sections:
        assert client.get(reverse(f"figures_{slug}_{name}_csv")).status_code == expected
    if expected == 404:
        for name in page.charts:
            assert client.get(reverse(f"figures_{slug}_{name}_svg")).status_code == 404


@pytest.mark.parametrize("slug", SLUGS)
def test_no_second_factor_no_figures(client: Client, claire: User, slug: str) -> None:
    give(claire, "platform-admin")
    client.force_login(claire, backend="accounts.oidc.ProConnectBackend")
    session = client.session
    session["proconnect"] = {"acr": "eidas1"}
    session.save()
    assert client.get(reverse(f"figures_{slug}")).status_code == 403


def test_sections_are_those_of_the_addresses(client: Client, platform: User, dinum: Institution) -> None:
    seed_year(dinum)
    FormerTool.objects.create(institution=dinum, tool="zoom", licences=1, given_up_on="2026-01-01")
    for page in PAGES:
        sections = client.get(reverse(f"figures_{page.slug}")).context["sections"]
        assert tuple(section["it"].name for section in sections) == page.sections
        drawn = tuple(section["it"].name for section in sections if section["it"].chart)
        assert drawn == page.charts


def test_administrator_of_dinum_reads_nothing_of_cnrs(
    client: Client, administrator: User, dinum: Institution, cnrs: Institution
) -> None:
    seed_year(dinum, agents=40)
    seed_year(cnrs, agents=1000)
    FormerTool.objects.create(institution=cnrs, tool="zoom", licences=777)
    for slug in ("adoption", "qualite", "stockage", "licences"):
        page = client.get(reverse(f"figures_{slug}"))
        assert "CNRS" not in page.content.decode()
        assert client.get(reverse(f"figures_{slug}"), {"institution": cnrs.pk}).status_code == 404
        assert client.get(reverse(f"figures_{slug}"), {"institution": 999_999}).status_code == 404
    assert rows_of(client, "adoption_agents")[0][:3] == [f"{months.current():%Y-%m}", "51", "120"]
    assert rows_of(client, "licences_tools") == [["Ensemble", "0", "0", "0"]]
    assert rows_of(client, "qualite_joins")[0][1] == "90"


def test_institutions_below_are_added(
    client: Client, administrator: User, dinum: Institution, cnrs: Institution
) -> None:
    cnrs.parent = dinum
    cnrs.save()
    seed_year(dinum, agents=40)
    seed_year(cnrs, agents=1000)
    assert rows_of(client, "adoption_agents")[0][1:3] == [str(51 + 1011), "240"]
    assert rows_of(client, "adoption_agents", institution=cnrs.pk)[0][1] == "1011"


@pytest.mark.parametrize("asked", [{"mois": "2026-13"}, {"mois": "x"}, {"institution": "x"}, {"institution": "\0"}])
def test_bad_input_is_an_unknown_page(client: Client, platform: User, asked: dict[str, str]) -> None:
    assert client.get(reverse("figures_adoption"), asked).status_code == 404


# Exact figures


def test_months_and_shares_are_exact(client: Client, administrator: User, dinum: Institution) -> None:
    seed_year(dinum)
    month = f"{months.current():%Y-%m}"
    assert len(rows_of(client, "adoption_agents")) == 12
    assert rows_of(client, "adoption_agents")[0] == [month, "51", "120", "600", "55", "0"]
    assert rows_of(client, "adoption_hours")[0] == [month, "120", "16.5", "60", "0"]
    assert rows_of(client, "adoption_records")[0] == [month, "120", "22", "0.1833", "11", "1", "0"]
    assert rows_of(client, "adoption_institutions") == [["DINUM", dinum.siret, "51", "120", "120", "600", "0.1833"]]
    before = months.back(months.current())
    assert rows_of(client, "adoption_institutions", mois=f"{before:%Y-%m}")[0][2] == "50"


def test_month_without_meetings_has_no_share(client: Client, administrator: User) -> None:
    assert rows_of(client, "adoption_records")[0][1:4] == ["0", "0", ""]


def test_quality_is_summed_by_day_of_paris(client: Client, administrator: User, dinum: Institution) -> None:
    seed_year(dinum)
    QualityHour.objects.all().delete()
    today = timezone.localtime(timezone=months.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    for hour, joins in ((today, 8), (today - timedelta(hours=1), 4), (today - timedelta(hours=2), 3)):
        QualityHour.objects.create(institution=dinum, hour=hour, joins=joins, failed=1, network_poor=6)
    rows = rows_of(client, "qualite_joins")
    assert len(rows) == 30
    assert [row[1:3] for row in rows[:3]] == [["8", "1"], ["7", "2"], ["0", "0"]]
    assert rows[0][4] == "0.125"
    assert [row[2] for row in rows_of(client, "qualite_network")[:2]] == ["2", "4"]
    assert rows_of(client, "qualite_institutions") == [["DINUM", dinum.siret, "15", "0.2", "0", "6"]]


# Small numbers


def test_few_agents_are_told_to_their_own_administrators_alone(
    client: Client, administrator: User, dinum: Institution, cnrs: Institution
) -> None:
    seed_year(dinum)
    seed_year(cnrs)
    cnrs.parent = dinum
    cnrs.save()
    this_month(dinum, active_agents=3)
    this_month(cnrs, active_agents=4)
    rows = {row[0]: row[2:] for row in rows_of(client, "adoption_institutions")}
    assert rows == {"DINUM": ["3", "120", "120", "600", "0.1833"], "CNRS": ["<5", "", "", "", ""]}
    assert rows_of(client, "adoption_agents")[0] == [f"{months.current():%Y-%m}", "3", "120", "600", "55", "1"]
    alone = rows_of(client, "adoption_agents", institution=cnrs.pk)
    assert alone[0] == [f"{months.current():%Y-%m}", "<5", "<5", "<5", "<5"]
    assert alone[1][1] == "50"
    page = client.get(reverse("figures_adoption")).content.decode()
    assert "&lt;\u00a05" in page


def test_platform_reads_no_small_numbers_and_finds_none_by_subtraction(
    client: Client, platform: User, dinum: Institution, cnrs: Institution
) -> None:
    seed_year(dinum)
    seed_year(cnrs)
    this_month(cnrs, active_agents=4, meetings=99)
    MonthlyFigures.objects.filter(institution=cnrs, month=months.back(months.current())).update(active_agents=1)
    QualityHour.objects.filter(institution=cnrs).update(joins=12345)
    assert rows_of(client, "adoption_agents")[0][1:3] == ["51", "120"]
    assert "12345" not in str(rows_of(client, "qualite_joins") + rows_of(client, "qualite_institutions"))
    assert ["CNRS", cnrs.siret, "<5", "", "", ""] in rows_of(client, "qualite_institutions")
    assert rows_of(client, "qualite_joins", institution=cnrs.pk) == []
    assert client.get(reverse("figures_qualite_joins_svg"), {"institution": cnrs.pk}).status_code == 404
    assert len(rows_of(client, "qualite_joins", institution=dinum.pk)) == 30


def test_five_are_not_few(client: Client, platform: User, cnrs: Institution) -> None:
    seed_year(cnrs)
    this_month(cnrs, active_agents=5)
    assert rows_of(client, "adoption_institutions")[0][2] == "5"


# Storage


def test_forecast_and_the_space_bought(client: Client, platform: User, dinum: Institution) -> None:
    seed_year(dinum)
    Assumptions.objects.update(storage_limit_gb=25)
    rows = rows_of(client, "stockage_forecast")
    assert (len(rows), rows[0][1]) == (13, str(45 * 10**9))
    assert rows[0][2] == "1.8"
    words = client.get(reverse("figures_stockage")).content.decode()
    assert "25,0\u00a0Go, est épuisé" in words
    Assumptions.objects.update(storage_limit_gb=1000)
    assert "n’est pas atteint d’ici 36 mois" in client.get(reverse("figures_stockage")).content.decode()
    assert len(rows_of(client, "stockage_forecast", institution=dinum.pk)[0]) == 2


def test_forecast_waits_for_a_whole_month(client: Client, platform: User, dinum: Institution) -> None:
    MonthlyStorage.objects.create(
        institution=dinum, month=months.current(), kind="sound", bytes_in=5, bytes_kept=5, counted_at=timezone.now()
    )
    assert rows_of(client, "stockage_forecast") == []
    assert rows_of(client, "stockage_institutions") == [["DINUM", dinum.siret, "5", "0", "0", "0", "0", "5", "0"]]


# Licences


def test_savings_stand_beside_the_cost(client: Client, platform: User, dinum: Institution, cnrs: Institution) -> None:
    year = timezone.localtime(timezone=months.zone()).year
    for institution, tool, licences, day, price in (
        (cnrs, "zoom", 34_000, f"{year - 1}-01-01", "21.50"),
        (dinum, "teams", 1_000, f"{year - 1}-01-01", None),
        (dinum, "teams", 50, None, None),
    ):
        FormerTool.objects.create(
            institution=institution, tool=tool, licences=licences, given_up_on=day, yearly_price=price, agents=10
        )
    OperatingCost.objects.create(year=year, hosting=Decimal(200_000), support=Decimal("50000.50"))
    assert rows_of(client, "licences_tools") == [
        ["Microsoft Teams", "20", "50", "1000"],
        ["Zoom", "10", "0", "34000"],
        ["Ensemble", "30", "50", "35000"],
    ]
    assert [[float(cell) if cell else None for cell in row] for row in rows_of(client, "licences_euros")] == [
        [year, 350_000, 731_000, 250_000.5, 99_999.5],
        [year - 1, 350_000, 731_000, None, None],
    ]
    page = client.get(reverse("figures_licences")).content.decode()
    assert "janvier 2026" in page
    assert "10\u00a0€ par utilisateur" in page or "10 € par utilisateur" in page
    Assumptions.objects.update(euros=2_000_000)
    assert float(rows_of(client, "licences_euros")[0][1]) == 700_000


def test_cost_of_the_platform_is_not_set_against_one_institution(
    client: Client, administrator: User, dinum: Institution
) -> None:
    FormerTool.objects.create(institution=dinum, tool="webex", licences=10, given_up_on="2025-01-01")
    OperatingCost.objects.create(year=2026, hosting=Decimal(123_456))
    assert {len(row) for row in rows_of(client, "licences_euros")} == {3}
    assert "123" not in str(rows_of(client, "licences_euros"))


def test_licences_are_entered_in_the_administration(
    client: Client, administrator: User, dinum: Institution, cnrs: Institution
) -> None:
    given = {"institution": dinum.pk, "tool": "zoom", "licences": 12, "given_up_on": "31/03/2026"}
    client.post(reverse("admin:governance_formertool_add"), given)
    row = FormerTool.objects.get()
    assert (row.licences, str(row.given_up_on)) == (12, "2026-03-31")
    assert AuditEntry.objects.get(verb="former-tool.added").institution == dinum
    client.post(reverse("admin:governance_formertool_add"), {**given, "institution": cnrs.pk})
    assert FormerTool.objects.count() == 1
    assert client.get(reverse("admin:governance_operatingcost_changelist")).status_code == 403
    assert reverse("figures") in client.get(reverse("admin:index")).content.decode()
    assert client.get(reverse("figures")).headers["location"] == reverse("figures_adoption")


# Files, queries


def test_name_of_an_institution_is_no_formula(client: Client, platform: User, dinum: Institution) -> None:
    dinum.label = '=HYPERLINK("http://evil")'
    dinum.save()
    seed_year(dinum)
    assert rows_of(client, "adoption_institutions")[0][0] == '\'=HYPERLINK("http://evil")'
    entry = AuditEntry.objects.get(verb="figures.downloaded")
    assert entry.details == {"table": "adoption.institutions"}


@pytest.mark.parametrize("slug", SLUGS)
def test_institutions_cost_no_more_queries(
    client: Client, platform: User, dinum: Institution, cnrs: Institution, slug: str
) -> None:
    for institution in (dinum, cnrs):
        seed_year(institution)
        FormerTool.objects.create(institution=institution, tool="zoom", licences=5)
    client.get(reverse(f"figures_{slug}"))
    counts = []
    for number in (0, 8):
        for one in range(number):
            institution = Institution.objects.create(siret=f"{one:014}", label=f"Service {one}")
            seed_year(institution)
            FormerTool.objects.create(institution=institution, tool="zoom", licences=5)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(f"figures_{slug}")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] < 45
