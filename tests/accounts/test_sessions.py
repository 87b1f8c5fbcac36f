"""One's sessions: seen, and ended one by one or all others at once."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.cached_db import KEY_PREFIX
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from tests.accounts.local_cast import LOCAL, PROCONNECT, make_local
from tests.cast import make_agent

pytestmark = pytest.mark.django_db


def browser(user: User, name: str = "Here/1") -> Client:
    """Signed in, and seen once."""
    client = Client(headers={"user-agent": name})
    client.force_login(user, backend=LOCAL if user.source == User.Source.LOCAL else PROCONNECT)
    client.get(reverse("usersessions_list"))
    return client


def session_of(client: Client) -> UserSession:
    return UserSession.objects.get(session_key=client.session.session_key)


def ending(session: UserSession) -> str:
    return reverse("end_session", args=[session.pk])


def is_signed_in(client: Client) -> bool:
    return bool(client.get(reverse("usersessions_list")).status_code == 200)


@pytest.mark.parametrize("who", ["agent", "local"])
def test_person_ends_one_of_their_sessions_and_keeps_the_others(who: str) -> None:
    user = make_agent("claire") if who == "agent" else make_local()
    here, lost, kept = browser(user), browser(user, "Lost/1"), browser(user, "Kept/1")
    session = session_of(lost)
    assert ending(session) in here.get(reverse("usersessions_list")).content.decode()
    answer = here.post(ending(session))
    assert answer["Location"] == reverse("usersessions_list")
    assert [is_signed_in(client) for client in (here, lost, kept)] == [True, False, True]
    page = here.get(reverse("usersessions_list")).content.decode()
    assert ("Lost/1" in page, "Kept/1" in page) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_session_that_was_read_before_the_commit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request in it still finds the row, and puts it back into the cache."""
    claire = make_agent("claire")
    here, lost = browser(claire), browser(claire, "Lost/1")
    session, kept, end = session_of(lost), dict(lost.session.items()), UserSession.end
    key = f"{KEY_PREFIX}{session.session_key}"

    def end_while_it_is_read(ended: UserSession) -> None:
        end(ended)
        cache.set(key, kept)

    monkeypatch.setattr(UserSession, "end", end_while_it_is_read)
    here.post(ending(session))
    assert not is_signed_in(lost)


def test_ended_session_leaves_a_trace_without_address_or_browser() -> None:
    claire = make_agent("claire")
    here, session = browser(claire), session_of(browser(claire, "Lost/1"))
    here.post(ending(session))
    entry = AuditEntry.objects.get(verb="account.session-ended")
    assert (entry.actor, entry.target_type, entry.target_id) == (claire, "usersessions.usersession", str(session.pk))
    assert entry.details == {}


def test_session_of_somebody_else_is_unknown() -> None:
    bilal = browser(make_agent("bilal"))
    claire = browser(make_agent("claire"))
    answers = [bilal.post(ending(session_of(claire))), bilal.post(reverse("end_session", args=[10**30]))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert is_signed_in(claire)
    assert not AuditEntry.objects.filter(verb="account.session-ended").exists()


def test_session_that_one_is_in_is_left_by_signing_out_only() -> None:
    claire = browser(make_agent("claire"))
    place = ending(session_of(claire))
    assert place not in claire.get(reverse("usersessions_list")).content.decode()
    assert claire.post(place).status_code == 404
    assert is_signed_in(claire)


def test_link_ends_no_session() -> None:
    claire = make_agent("claire")
    here, other = browser(claire), browser(claire)
    assert here.get(ending(session_of(other))).status_code == 405
    assert is_signed_in(other)


def test_form_of_another_site_ends_no_session() -> None:
    claire = make_agent("claire")
    forged, other = Client(enforce_csrf_checks=True), browser(claire)
    forged.force_login(claire, backend=PROCONNECT)
    assert forged.post(ending(session_of(other))).status_code == 403
    assert is_signed_in(other)


def test_each_of_all_other_sessions_leaves_its_trace() -> None:
    claire = make_agent("claire")
    here, others, stranger = browser(claire), [browser(claire), browser(claire)], browser(make_agent("bilal"))
    ended = {str(session_of(other).pk) for other in others}
    here.post(reverse("usersessions_list"))
    entries = AuditEntry.objects.filter(verb="account.session-ended")
    assert {entry.target_id for entry in entries} == ended
    assert [is_signed_in(client) for client in (here, *others, stranger)] == [True, False, False, True]
