"""An officer answers an access request and an erasure in a browser, from the mail to the proof, on accessible pages.

With DPO_SHOTS, pictures of each page are left in that folder; with ACCESSIBILITY_REPORT, the statement gets its date.
"""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from asgiref.sync import sync_to_async
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.async_api import async_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bench.browsers.participant import Participant
from governance import erasure
from governance.models import PersonExport, PersonRequest
from governance.papers import accessibility
from governance.requests import mails
from governance.requests.export import jobs
from meetings import storage, storage_uploads
from tests.accounts.local_cast import PROCONNECT, give, with_second_factor
from tests.cast import make_agent
from tests.governance.conftest import SAID, VOICES, Held
from transcripts.models import Segment

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SHOTS = Path(os.environ["DPO_SHOTS"]) if "DPO_SHOTS" in os.environ else None
WIDTHS = {1280: 800, 390: 844}


class Looked:
    """At each page: what axe says, what the console says, and whether anything sticks out."""

    def __init__(self) -> None:
        self.violations: dict[str, list[str]] = {}
        self.console: list[str] = []
        self.axe = ""

    async def at(self, person: Participant, name: str) -> None:
        for width, height in WIDTHS.items():
            await person.page.set_viewport_size({"width": width, "height": height})
            self.console += [f"{name}: {error}" for error in person.console_errors]
            found = await person.axe()
            self.axe = await person.page.evaluate("axe.version")
            person.console_errors.clear()
            wide = await person.page.evaluate("document.documentElement.scrollWidth > innerWidth")
            self.violations[f"{name} {width}"] = [
                f"{each['id']} {each['nodes'][0]['html'][:120]}" for each in found
            ] + (["too-wide"] if wide else [])
            if SHOTS:
                await person.page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)
        await person.page.set_viewport_size({"width": 1280, "height": 800})


@pytest.fixture
def officer_cookie(client: Client, transactional_db: None) -> str:
    dora = make_agent("dora")
    assert dora.institution
    give(dora, "dpo", dora.institution)
    with_second_factor(client, dora)
    return client.cookies["sessionid"].value


@pytest.fixture
def claire_cookie(transactional_db: None) -> str:
    client = Client()
    client.force_login(make_agent("claire"), backend=PROCONNECT)
    return client.cookies["sessionid"].value


async def signed_in(playwright: Any, live_server: LiveServer, cookie: str) -> Participant:
    person = await Participant.launch(playwright)
    await person.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return person


def link_in(body: str) -> str:
    found = re.search(r"http\S+", body)
    assert found
    return found[0]


async def test_officer_answers_from_the_mail_to_the_proof(
    live_server: LiveServer, settings: Any, held: Held, officer_cookie: str, claire_cookie: str, bilal: User
) -> None:
    settings.PUBLIC_URL = live_server.url
    for name, track in held.tracks.items():
        await sync_to_async(storage_uploads.put)(track.key, VOICES[name], content_type="audio/ogg")
    looked = Looked()
    async with async_playwright() as playwright:
        claire = await signed_in(playwright, live_server, claire_cookie)
        dora = await signed_in(playwright, live_server, officer_cookie)
        await _agents_pages(claire, live_server, looked, held)
        await _access(claire, dora, live_server, looked)
        await _erasure(dora, live_server, looked, bilal)
        await _papers(dora, live_server, looked)
        await claire.close()
        await dora.close()
    assert {name: found for name, found in looked.violations.items() if found} == {}
    assert looked.console == []
    if "ACCESSIBILITY_REPORT" in os.environ:
        _write_report(looked)


def _write_report(looked: Looked) -> None:
    """What the accessibility statement says: of this run, and of nothing else."""
    told = {
        "tool": "axe-core",
        "version": looked.axe,
        "on": timezone.localdate().isoformat(),
        "pages": len({name.rpartition(" ")[0] for name in looked.violations}),
        "violations": sum(map(len, looked.violations.values())),
    }
    accessibility.REPORT.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


async def _agents_pages(claire: Participant, live_server: LiveServer, looked: Looked, held: Held) -> None:
    """Before anything goes."""
    names = ("home", "meetings", "search", "preferences", "imports", "usersessions_list")
    places = {name: reverse(name) for name in names}
    places |= {name: reverse(name, args=[held.recording.pk]) for name in ("minutes", "my_agreement")}
    for name, place in places.items():
        await claire.page.goto(f"{live_server.url}{place}")
        await looked.at(claire, name)


async def _access(claire: Participant, dora: Participant, live_server: LiveServer, looked: Looked) -> None:
    await claire.page.goto(f"{live_server.url}{reverse('my_data')}")
    await looked.at(claire, "mes-donnees")
    await claire.page.click("text=Faire une demande")
    await claire.page.select_option("[name=kind]", "access")
    await claire.page.fill("[name=words]", "Tout ce que Visio conserve de moi, depuis novembre.")
    await looked.at(claire, "mes-donnees-demande")
    await claire.page.click("text=Envoyer la demande")
    row = await PersonRequest.objects.aget()
    assert row.reference in await claire.page.inner_text("main")
    # The officer comes by the mail
    await sync_to_async(mails.send_waiting)()
    await dora.page.goto(f"{live_server.url}{reverse('dpo_home')}")
    await looked.at(dora, "atelier")
    await dora.page.goto(link_in(str(mail.outbox[-1].body)))
    await dora.page.click("text=La prendre en charge")
    await dora.page.click("text=Ce qui est conservé, par nature")
    await looked.at(dora, "donnees")
    await dora.page.click("text=Passages de comptes rendus")
    await looked.at(dora, "donnees-lignes")
    await dora.page.goto(f"{live_server.url}{reverse('dpo_request', args=[row.pk])}")
    await dora.page.click("text=Préparer l’export")
    await sync_to_async(jobs.make_waiting)()
    await dora.page.reload()
    await looked.at(dora, "demande")
    await dora.page.click("text=Rédiger la réponse")
    await looked.at(dora, "reponse")
    await dora.page.click("text=Envoyer et clore")
    await sync_to_async(mails.send_waiting)()
    answer = mail.outbox[-1]
    assert answer.to == ["Claire Fontaine <claire@example.gouv.fr>"]
    # The person, by the link in the answer
    await claire.page.goto(link_in(str(answer.body)))
    await looked.at(claire, "retrait")
    export = await PersonExport.objects.aget()
    content = await sync_to_async(lambda: b"".join(storage.chunks(export.key)))()
    with ZipFile(io.BytesIO(content)) as archive:
        told = json.loads(archive.read("data.json"))
    assert [line["text"] for line in told["lines"]] == SAID["claire"]


async def _erasure(dora: Participant, live_server: LiveServer, looked: Looked, bilal: User) -> None:
    page = dora.page
    await page.goto(f"{live_server.url}{reverse('dpo_request_new')}")
    await looked.at(dora, "nouvelle-demande")
    await page.select_option("[name=kind]", "erasure")
    await page.fill("[name=contact_name]", "Bilal Mercier")
    await page.fill("[name=contact_email]", bilal.email)
    await page.fill("[name=words]", "J’ai quitté la direction : effacez ma voix et mes propos.")
    await page.click("text=La consigner")
    row = await PersonRequest.objects.aget(kind="erasure")
    await looked.at(dora, "demande-effacement")
    await page.select_option("[name=how]", "address")
    await page.click("text=L’identité est vérifiée")
    await page.click("text=Rechercher et désigner")
    await looked.at(dora, "personne")
    await page.click(f"label[for=user-{bilal.pk}]")
    await page.click("text=Ceci concerne la personne")
    for name, words in (("rectifier", "Rectifier le nom"), ("limiter", "Mettre des enregistrements à l’écart")):
        await page.click(f"text={words}")
        await looked.at(dora, name)
        await page.goto(f"{live_server.url}{reverse('dpo_request', args=[row.pk])}")
    await page.click("text=Aperçu d’un effacement")
    await looked.at(dora, "effacer")
    await page.fill("[name=typed]", row.reference)
    await page.click("text=Effacer définitivement")
    await row.arefresh_from_db()
    made = await erasure_of(row)
    await sync_to_async(erasure.run)(made)
    assert not await Segment.objects.filter(text__in=SAID["bilal"]).aexists()
    await page.goto(f"{live_server.url}{reverse('dpo_proof', args=[row.pk])}")
    await looked.at(dora, "preuve")
    proof = await page.inner_text("main code >> nth=0")
    await page.goto(f"{live_server.url}{reverse('dpo_answer', args=[row.pk])}")
    body = await page.input_value("[name=body]")
    assert proof in body
    await page.fill("[name=body]", body.replace("– […]", "– rien d’autre."))
    await page.click("text=Envoyer et clore")
    await sync_to_async(mails.send_waiting)()
    assert proof in mail.outbox[-1].body
    assert mail.outbox[-1].to == [f"Bilal Mercier <{bilal.email}>"]
    await page.goto(f"{live_server.url}{reverse('dpo_request', args=[row.pk])}")
    await looked.at(dora, "demande-close")


async def erasure_of(row: PersonRequest) -> Any:
    return await sync_to_async(lambda: row.erasure)()


async def _papers(dora: Participant, live_server: LiveServer, looked: Looked) -> None:
    row = await PersonRequest.objects.select_related("institution").afirst()
    assert row
    institution = row.institution_id
    for name, place in (
        ("papiers", reverse("dpo_papers")),
        ("registre", reverse("dpo_paper", args=[institution, "registre"])),
        ("aipd", reverse("dpo_paper", args=[institution, "aipd"])),
        ("accessibilite", reverse("accessibility")),
        ("admin-demandes", reverse("admin:governance_personrequest_changelist")),
    ):
        await dora.page.goto(f"{live_server.url}{place}")
        await looked.at(dora, name)
