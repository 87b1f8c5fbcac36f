"""A guest waits and is let in; people write, ask to speak and are led; the organiser ends the meeting for all."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, async_playwright

from bench.browsers.participant import Participant
from bench.meeting import EMAILS, GUEST_NAME
from bench.voices.script import BILAL, CLAIRE, GUEST
from tests.journeys.product import eventually, query

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

SHOTS = Path(os.environ["JOURNEY_SHOTS"]) if "JOURNEY_SHOTS" in os.environ else None
WIDTHS = (1280, 390)
NOT_RUN = "<b>pas du gras</b> https://www.service-public.fr/ (à lire)."


@dataclass
class Seen:
    """What was seen of the meeting, under the name of the step."""

    true: dict[str, bool] = field(default_factory=dict)
    violations: dict[str, list[str]] = field(default_factory=dict)
    outside: dict[str, list[str]] = field(default_factory=dict)  # buttons that a telephone does not show whole
    console_errors: list[str] = field(default_factory=list)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seen() -> AsyncIterator[Seen]:
    if "PUBLIC_URL" not in os.environ or "VISIO_VAR" not in os.environ:
        pytest.skip("journeys need the whole product: make test")
    found = Seen()
    async with async_playwright() as playwright:
        people = {who: await Participant.launch(playwright) for who in (CLAIRE, BILAL, GUEST)}
        for who, email in EMAILS.items():
            await people[who].sign_in(os.environ["PUBLIC_URL"], email)
        link = await people[CLAIRE].create_meeting("Comité de suivi")
        query("UPDATE meetings_room SET lobby = 'guests' WHERE code = %s", link.rstrip("/").rsplit("/", 1)[-1])
        await _wait_and_admit(people, link, found)
        await _write(people, found)
        await _ask_to_speak(people, found)
        await _use_keys(people[BILAL], found)
        await _lead(people, found)
        await _remove_and_lock(people, link, found)
        await _end(people, found)
        for person in people.values():
            found.console_errors += person.console_errors
            await person.close()
    if SHOTS:
        (SHOTS / "violations.txt").write_text(repr(found.violations))
    yield found


def shown(person: Participant, selector: str, text: str | None = None) -> Locator:
    return person.page.locator(f"{selector}:visible", has_text=text).first


async def comes(person: Participant, selector: str, text: str | None = None) -> bool:
    await shown(person, selector, text).wait_for()
    return True


async def goes(person: Participant, selector: str) -> bool:
    await person.page.locator(selector).first.wait_for(state="hidden")
    return True


async def _look(
    person: Participant, name: str, found: Seen, opening: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Accessibility at both widths; on a telephone, everything that can be pressed is inside the window.

    Menus close when the window changes: `opening` opens what is to be looked at.
    """
    before = person.page.viewport_size
    for width in WIDTHS:
        await person.page.set_viewport_size({"width": width, "height": 844 if width == 390 else 800})
        await person.page.wait_for_timeout(300)
        if opening:
            await opening()
        stages = await person.page.locator("section[data-stage]:visible").count()
        found.true[f"one stage: {name}, {width} px"] = stages == 1
        found.violations[f"{name}, {width} px"] = [violation["id"] for violation in await person.axe()]
        if width == 390:
            found.outside[name] = await person.page.evaluate(OUTSIDE)
        if SHOTS:
            await person.page.screenshot(path=SHOTS / f"{name.replace(' ', '-')}-{width}.png")
    assert before
    await person.page.set_viewport_size(before)
    await person.page.wait_for_timeout(300)  # what closes because of it is closed


OUTSIDE = """() => [...document.querySelectorAll("button, a[href], input, textarea")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest(".fr-sr-only, [data-list]"))
  .filter((one) => { const {left, right} = one.getBoundingClientRect(); return left < -1 || right > innerWidth + 1; })
  .map((one) => one.outerHTML.slice(0, 90))"""


async def _wait_and_admit(people: dict[str, Participant], link: str, found: Seen) -> None:
    claire, bilal, guest = people[CLAIRE], people[BILAL], people[GUEST]
    await claire.open_room(link)
    await claire.join()
    await bilal.open_room(link)
    await bilal.join()
    await guest.open_room(link)
    await _knock(guest)
    found.true["who waits sees their own picture"] = await comes(guest, '[data-video="waiting"]')
    found.true["organiser is told"] = await comes(claire, ".toast", GUEST_NAME)
    found.true["badge"] = await comes(claire, "[data-waiting-badge]", "1")
    await shown(claire, ".toast button.toast__link").click()
    await claire.page.fill("#tell-waiting", "Nous finissons le point précédent.")
    await shown(claire, '[data-form="tell-waiting"] button').click()
    found.true["who waits reads the organisers"] = await comes(guest, '[data-text="told"]', "le point précédent")
    await _look(guest, "waiting room", found)
    await _look(claire, "list of those who wait", found)
    await shown(guest, 'section[data-stage="waiting"] [data-action="leave"]').click()
    found.true["who gives up is told"] = await comes(guest, "#away-title", "salle d’attente")
    found.true["and waits no more"] = await goes(claire, "[data-waiting-badge]")
    await shown(guest, '[data-action="rejoin"]').click()
    await guest.page.wait_for_selector('section[data-stage="waiting"]:not([hidden])')
    found.true["agent sees no list"] = await bilal.page.locator("[data-waiting]:visible").count() == 0
    await shown(claire, '[data-action="admit"]').click()
    await guest.page.wait_for_selector('section[data-stage="call"]:not([hidden])')
    for person in people.values():
        await person.wait_for_people(3)
    found.true["list is empty again"] = await goes(claire, "[data-waiting]")


async def _knock(guest: Participant) -> None:
    await guest.page.fill('[data-input="name"]', GUEST_NAME)
    await guest.page.locator('section[data-stage="prejoin"] [data-action="join"]').click()
    await guest.page.wait_for_selector('section[data-stage="waiting"]:not([hidden])')


async def _write(people: dict[str, Participant], found: Seen) -> None:
    claire, bilal, guest = people[CLAIRE], people[BILAL], people[GUEST]
    await shown(bilal, '[data-action="toggle-chat"]').click()
    found.true["chat is empty at first"] = await comes(bilal, "[data-empty]")
    await _look(bilal, "empty chat", found)
    await bilal.page.keyboard.type("Bonjour à tous")  # the field has the focus
    await bilal.page.keyboard.press("Shift+Enter")
    await bilal.page.keyboard.type(NOT_RUN)
    await bilal.page.keyboard.press("Enter")
    found.true["message is counted"] = await comes(guest, "[data-unread]", "1")
    await shown(guest, '[data-action="toggle-chat"]').click()
    text = await shown(guest, ".message__text").inner_text()
    found.true["message is text"] = text == f"Bonjour à tous\n{NOT_RUN}"
    link = shown(guest, ".message__text a")
    found.true["its address is a link"] = (
        await link.get_attribute("href"), await link.get_attribute("rel"), await link.get_attribute("target")
    ) == ("https://www.service-public.fr/", "noopener noreferrer", "_blank")  # fmt: skip
    found.true["read, and no more counted"] = await goes(guest, "[data-unread]")
    await shown(guest, ".message [data-copy]").click()
    copied = await eventually(lambda: guest.page.evaluate("navigator.clipboard.readText()"), within_s=5)
    found.true["message is copied"] = copied == f"Bonjour à tous\n{NOT_RUN}"
    await claire.page.wait_for_selector("[data-unread]:visible")
    await _look(guest, "chat", found)
    await guest.page.keyboard.press("Escape")
    found.true["escape closes the chat"] = await goes(guest, '[data-panel="chat"]')


async def _ask_to_speak(people: dict[str, Participant], found: Seen) -> None:
    claire, bilal, guest = people[CLAIRE], people[BILAL], people[GUEST]
    await shown(guest, '[data-toolbar] [data-action="toggle-hand"]').click()
    await comes(claire, "[data-hands]", GUEST_NAME)
    await bilal.page.keyboard.press("Control+Alt+h")
    hands = claire.page.locator("[data-list=hands] > li [data-text=name]")
    await eventually(lambda: _counts(hands, 2), within_s=10)
    names = await hands.all_inner_texts()
    found.true["hands are in their order"] = names == [GUEST_NAME, "Bilal Mercier"]
    found.true["hand is on the tile"] = await comes(claire, ".tile__hand")
    await _look(claire, "raised hands", found)
    await shown(claire, '[data-list=hands] [data-action="lower-hand"]').click()
    found.true["hand is lowered"] = bool(await eventually(lambda: _counts(hands, 1), within_s=10))
    await _look(guest, "reactions", found, lambda: _open_menu(guest, "reactions"))
    await _open_menu(guest, "reactions")
    await guest.page.click('[data-reaction="clap"]')
    found.true["reaction is on the tile"] = await comes(bilal, ".tile__reaction")
    found.true["and goes"] = await goes(bilal, ".tile__reaction")


async def _counts(locator: Locator, count: int) -> bool:
    return await locator.count() == count


async def _use_keys(bilal: Participant, found: Seen) -> None:
    page = bilal.page
    microphone = page.locator('[data-toolbar] [data-action="toggle-microphone"]')
    await page.keyboard.press("Escape")  # the chat was open
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("Control+d")
    await eventually(lambda: _is_pressed(microphone, "false"), within_s=5)
    await page.keyboard.down("Space")
    found.true["space speaks"] = bool(await eventually(lambda: _is_pressed(microphone, "true"), within_s=5))
    await page.keyboard.up("Space")
    found.true["until it is released"] = bool(await eventually(lambda: _is_pressed(microphone, "false"), within_s=5))
    await page.keyboard.press("Control+Alt+c")
    await page.keyboard.type("a ? ")
    found.true["keys write in a field"] = await page.locator("#chat-field").input_value() == "a ? "
    await page.fill("#chat-field", "")
    await page.keyboard.press("Control+Alt+p")
    found.true["one panel at a time"] = await comes(bilal, '[data-panel="people"]') and await goes(
        bilal, '[data-panel="chat"]'
    )
    await page.keyboard.press("?")
    found.true["help"] = await comes(bilal, '[data-dialog="shortcuts"]')
    await _look(bilal, "shortcuts", found)
    await page.keyboard.press("Escape")
    found.true["escape closes the help alone"] = await comes(bilal, '[data-panel="people"]')
    await page.keyboard.press("Control+d")
    await eventually(lambda: _is_pressed(microphone, "true"), within_s=5)


async def _is_pressed(button: Locator, value: str) -> bool:
    return await button.get_attribute("aria-pressed") == value


async def _lead(people: dict[str, Participant], found: Seen) -> None:
    claire, bilal, guest = people[CLAIRE], people[BILAL], people[GUEST]
    await _look(claire, "menu of a person", found, lambda: _person_menu(claire, "Bilal Mercier"))
    await _choose(claire, GUEST_NAME, "silence-microphone")
    found.true["who is silenced is told"] = await comes(guest, ".toast", "a coupé votre microphone")
    microphone = guest.page.locator('[data-toolbar] [data-action="toggle-microphone"]')
    found.true["and is silent"] = bool(await eventually(lambda: _is_pressed(microphone, "false"), within_s=5))
    await microphone.click()
    found.true["and may speak again"] = bool(await eventually(lambda: _is_pressed(microphone, "true"), within_s=5))
    await _meeting(claire, "may-unmute")
    await eventually(lambda: _is_pressed(microphone, "false"), within_s=10)
    await microphone.click()
    found.true["or not, and is told why"] = await comes(guest, ".toast", "reste coupé")
    await guest.page.wait_for_timeout(500)
    found.true["and stays silent"] = await _is_pressed(microphone, "false")
    await _look(claire, "menu of the meeting", found, lambda: _open_menu(claire, "meeting"))
    await _meeting(claire, "may-unmute")
    await comes(guest, ".toast", "de nouveau activer")
    await microphone.click()
    await eventually(lambda: _is_pressed(microphone, "true"), within_s=5)
    await _meeting(claire, "silence-all")
    found.true["everybody is muted"] = bool(await eventually(lambda: _is_pressed(microphone, "false"), within_s=5))
    await _choose(claire, "Bilal Mercier", "make-organiser")
    found.true["an agent organises too"] = await comes(bilal, '[data-toolbar] [data-opens="meeting"]')


async def _person_menu(claire: Participant, name: str) -> None:
    row = claire.page.locator("[data-list=people] > li", has_text=name)
    if not await claire.page.locator('[data-panel="people"]').is_visible():
        await claire.page.keyboard.press("Control+Alt+p")
    if await claire.page.locator('[data-menu="person"]').is_visible():
        await claire.page.keyboard.press("Escape")
    await row.locator('[data-opens="person"]').click()


async def _choose(claire: Participant, name: str, action: str) -> None:
    await _person_menu(claire, name)
    await claire.page.click(f'[data-menu="person"] [data-action="{action}"]')


async def _meeting(claire: Participant, action: str) -> None:
    await _open_menu(claire, "meeting")
    await claire.page.click(f'[data-menu="meeting"] [data-action="{action}"]')


async def _open_menu(person: Participant, name: str) -> None:
    """By its button, or on a telephone by that of the menu of what is rare."""
    if await person.page.locator(f'[data-menu="{name}"]').is_visible():
        return
    button = person.page.locator(f'[data-toolbar] [data-opens="{name}"]')
    if not await button.is_visible():
        await shown(person, '[data-toolbar] [data-opens="more"]').click()
        button = person.page.locator(f'[data-menu="more"] [data-opens="{name}"]')
    await button.click()
    await person.page.locator(f'[data-menu="{name}"]').wait_for()


async def _remove_and_lock(people: dict[str, Participant], link: str, found: Seen) -> None:
    claire, guest = people[CLAIRE], people[GUEST]
    await _choose(claire, GUEST_NAME, "remove")
    await _look(claire, "confirmation", found)
    await claire.page.click('[data-action="confirm"]')
    found.true["who is removed is told"] = await comes(guest, "#away-title", "ne faites plus partie")
    await _look(guest, "removed", found)
    await guest.open_room(link)
    await guest.page.fill('[data-input="name"]', GUEST_NAME)
    await guest.page.locator('section[data-stage="prejoin"] [data-action="join"]').click()
    found.true["and stays out"] = await comes(guest, '[data-error="join"]', "vous a fait sortir")
    await _meeting(claire, "lock")
    found.true["everybody sees the lock"] = await comes(people[BILAL], "[data-locked]")
    await guest.context.clear_cookies()  # somebody else
    await guest.open_room(link)
    await guest.page.fill('[data-input="name"]', "Paule Extérieure")
    await guest.page.locator('section[data-stage="prejoin"] [data-action="join"]').click()
    found.true["nobody comes in while it is locked"] = await comes(guest, '[data-error="join"]', "verrouillée")
    await _meeting(claire, "lock")
    await goes(people[BILAL], "[data-locked]")
    await guest.page.locator('section[data-stage="prejoin"] [data-action="join"]').click()
    await guest.page.wait_for_selector('section[data-stage="waiting"]:not([hidden])')
    await comes(claire, "[data-waiting]", "Paule Extérieure")
    await shown(claire, '[data-action="refuse"]').click()
    found.true["who is refused is told"] = await comes(guest, "#away-title", "a été refusée")


async def _end(people: dict[str, Participant], found: Seen) -> None:
    claire, bilal = people[CLAIRE], people[BILAL]
    await _look(claire, "meeting", found)
    await _look(claire, "menu of what is rare", found, lambda: _open_menu(claire, "more"))
    await claire.page.set_viewport_size({"width": 390, "height": 844})
    await _meeting(claire, "end")
    await claire.page.click('[data-action="confirm"]')
    for who, person in ((CLAIRE, claire), (BILAL, bilal)):
        found.true[f"it is over for {who}"] = await comes(person, "#away-title", "est terminée")
    await _look(bilal, "meeting over", found)


async def test_each_step_was_seen(seen: Seen) -> None:
    assert seen.true
    assert [step for step, true in seen.true.items() if not true] == []


async def test_no_violation_of_accessibility(seen: Seen) -> None:
    assert {page: found for page, found in seen.violations.items() if found} == {}


async def test_everything_is_inside_the_window_of_a_telephone(seen: Seen) -> None:
    assert {page: found for page, found in seen.outside.items() if found} == {}


async def test_no_browser_complained(seen: Seen) -> None:
    assert seen.console_errors == []


async def test_chat_is_erased_and_the_trail_says_who_led(seen: Seen) -> None:
    of_this_room = (
        "JOIN meetings_meeting m ON m.id = meeting_id JOIN meetings_room r ON r.id = m.room_id WHERE r.title = %s"
    )
    rows: list[dict[str, Any]] = query(
        f"SELECT count(*) AS left_over FROM meetings_chatmessage {of_this_room}", "Comité de suivi"
    )
    assert rows == [{"left_over": 0}]
    actions = {row["verb"] for row in query("SELECT DISTINCT verb FROM accounts_auditentry")}
    assert {"meeting.admitted", "meeting.silenced", "meeting.removed"} <= actions
