"""Local accounts: opened by invitation only, and never a side door for agents."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import authenticate
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import admissions, audit
from accounts.local import AccountAdapter
from accounts.models import AccountInvitation, AuditEntry, RoleGrant, User
from tests.accounts.local_cast import LOCAL, PASSWORD, PROCONNECT, make_local, place_of, sign_in_locally
from tests.addresses import Address, every_address
from tests.cast import make_agent

pytestmark = pytest.mark.django_db
OPENING = {"given_name": "Lou", "usual_name": "Durand", "password1": PASSWORD, "password2": PASSWORD}
ARGUMENTS: dict[str, object] = {"key": "k", "uidb36": "1", "pk": 1, "token": "t"}


@pytest.fixture(autouse=True)
def _no_limits_of_the_test_before() -> None:
    cache.clear()


def invite(email: str = "lou@visio.example", role: str = RoleGrant.Role.PLATFORM_ADMIN) -> AccountInvitation:
    institution = make_agent("claire").institution if role in ("dpo", "institution-admin") else None
    return admissions.invite(email, role=role, institution=institution, actor=audit.SYSTEM)


def library_pages() -> list[Address]:
    return [a for a in every_address() if a.name.startswith(("account_", "mfa_", "usersessions_"))]


def local_path(invitation: AccountInvitation) -> str:
    return admissions.link(invitation).removeprefix(settings.PUBLIC_URL)


def test_invited_administrator_opens_an_account_with_the_role(client: Client) -> None:
    answer = client.get(local_path(invite()))
    assert answer["Location"] == reverse("account_signup")
    assert "lou@visio.example" in client.get(reverse("account_signup")).content.decode()
    answer = client.post(reverse("account_signup"), OPENING)
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))
    user = User.objects.get(email="lou@visio.example")
    assert (user.source, user.realm, user.sub, user.institution) == ("local", "", None, None)
    assert user.password.startswith("argon2")
    assert EmailAddress.objects.get(user=user).verified
    assert user.role_grants.get().role == "platform-admin"
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {
        "account.invited", "account.opened", "role.granted", "account.signed-in",
    }  # fmt: skip


def test_posted_address_does_not_replace_the_invited_one(client: Client) -> None:
    client.get(local_path(invite()))
    client.post(reverse("account_signup"), {**OPENING, "email": "mallory@visio.example"})
    assert [user.email for user in User.objects.filter(source="local")] == ["lou@visio.example"]


def test_invited_dpo_belongs_to_the_institution(client: Client) -> None:
    client.get(local_path(invite(role="dpo")))
    client.post(reverse("account_signup"), OPENING)
    user = User.objects.get(source="local")
    assert user.institution == user.role_grants.get().institution == make_agent("claire").institution


def test_invited_external_has_neither_institution_nor_role(client: Client) -> None:
    invitation = admissions.invite(
        "ext@example.org", role="", institution=make_agent("claire").institution, actor=audit.SYSTEM
    )
    client.get(local_path(invitation))
    client.post(reverse("account_signup"), OPENING)
    user = User.objects.get(source="local")
    assert (user.institution, user.role_grants.count(), user.is_staff) == (None, 0, False)


def _forged(invitation: AccountInvitation) -> str:
    return reverse("account_invitation", args=[f"{invitation.pk.hex}:forged"])


def _unsigned(invitation: AccountInvitation) -> str:
    return reverse("account_invitation", args=[invitation.pk.hex])


def _expired(invitation: AccountInvitation) -> str:
    AccountInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    return local_path(invitation)


def _used(invitation: AccountInvitation) -> str:
    AccountInvitation.objects.update(used_at=timezone.now())
    return local_path(invitation)


def _withdrawn(invitation: AccountInvitation) -> str:
    path = local_path(invitation)
    invitation.delete()
    return path


def _replaced(invitation: AccountInvitation) -> str:
    invite(invitation.email)
    return local_path(invitation)


@pytest.mark.parametrize("spoil", [_forged, _unsigned, _expired, _used, _withdrawn, _replaced])
def test_spoilt_invitation_opens_nothing(client: Client, spoil) -> None:  # type: ignore[no-untyped-def]
    assert client.get(spoil(invite())).status_code == 404
    client.post(reverse("account_signup"), {**OPENING, "email": "lou@visio.example"})
    assert not User.objects.filter(source="local").exists()


def test_invitation_opens_one_account_though_two_browsers_hold_it() -> None:
    first, second, path = Client(), Client(), local_path(invite())
    first.get(path)
    second.get(path)
    first.post(reverse("account_signup"), OPENING)
    second.post(reverse("account_signup"), {**OPENING, "usual_name": "Autre"})
    assert User.objects.get(source="local").usual_name == "Durand"
    assert first.get(path).status_code == 302
    assert second.get(path).status_code == 404


def test_race_for_an_invitation_has_one_winner() -> None:
    invitation = invite()
    winner, loser = (User(source="local", realm="", given_name=name, usual_name="X") for name in ("A", "B"))
    assert admissions.accept(invitation, user=winner)
    assert not admissions.accept(invitation, user=loser)


def test_nobody_signs_up_without_an_invitation(client: Client) -> None:
    answer = client.post(reverse("account_signup"), {**OPENING, "email": "mallory@visio.example"})
    assert "usual_name" not in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "motdepasse12", "lou.durand.lou"])
def test_weak_password_is_refused(client: Client, password: str) -> None:
    client.get(local_path(invite("lou.durand@visio.example")))
    client.post(reverse("account_signup"), {**OPENING, "password1": password, "password2": password[:-1] + "x"})
    client.post(reverse("account_signup"), {**OPENING, "password1": password[:8], "password2": password[:8]})
    assert not User.objects.filter(source="local").exists()


def test_command_prints_a_link_that_works(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("invite_admin", "First@Visio.example")
    link = capsys.readouterr().out.strip()
    assert client.get(link.removeprefix(settings.PUBLIC_URL))["Location"] == reverse("account_signup")
    assert AccountInvitation.objects.get().email == "first@visio.example"


@pytest.mark.parametrize(
    "options",
    [
        {"role": "dpo"},
        {"role": "platform-admin", "institution": "13002526500013"},
        {"role": "dpo", "institution": "00000000000000"},
    ],
)
def test_command_refuses_a_role_without_its_place(options: dict[str, str]) -> None:
    make_agent("claire")
    with pytest.raises(CommandError):
        call_command("invite_admin", "first@visio.example", **options)


def test_address_that_has_an_account_is_not_invited_again() -> None:
    make_local("lou@visio.example")
    with pytest.raises(ValidationError):
        invite("LOU@visio.example")


# Agents


def test_agent_with_a_password_in_the_database_has_no_use_of_it(claire: User, client: Client) -> None:
    claire.set_password(PASSWORD)
    claire.save()
    request = RequestFactory().post("/")
    assert authenticate(request, email=claire.email, password=PASSWORD) is None
    assert authenticate(request, username=claire.email, password=PASSWORD) is None
    assert authenticate(request, username=str(claire.pk), password=PASSWORD) is None
    client.post(reverse("account_login"), {"login": claire.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_local_account_of_the_same_address_signs_in_as_itself(claire: User, client: Client) -> None:
    claire.set_password("celui de l’agente, par erreur")
    claire.save()
    local = make_local(claire.email)
    sign_in_locally(client, local)
    assert UUID(client.session["_auth_user_id"]) == local.pk


@pytest.mark.parametrize("email", ["claire@example.gouv.fr", "nobody@example.gouv.fr"])
def test_agent_and_stranger_are_sent_no_password_link_and_get_the_same_answer(
    claire: User, client: Client, email: str
) -> None:
    local = make_local()
    answers = [client.post(reverse("account_reset_password"), {"email": at}) for at in (email, local.email)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("account_reset_password_done"))
    }
    assert [message.to for message in mail.outbox] == [[local.email]]


def test_wrong_password_and_unknown_address_get_the_same_answer(client: Client) -> None:
    local = make_local()
    pages = [
        client.post(reverse("account_login"), {"login": login, "password": "faux faux faux"}).content.decode()
        for login in (local.email, "nobody@visio.example")
    ]
    bare = [re.sub(r'value="[^"]*"', "", page) for page in pages]
    assert bare[0] == bare[1]
    assert "fr-alert--error" in bare[0]


def test_guessing_is_stopped_though_the_last_guess_is_right(client: Client) -> None:
    local = make_local()
    for _ in range(5):
        client.post(reverse("account_login"), {"login": local.email, "password": "faux faux faux"})
    sign_in_locally(client, local)
    assert "_auth_user_id" not in client.session


def test_no_path_of_the_library_gives_an_agent_a_password(claire: User) -> None:
    with pytest.raises(PermissionDenied):
        AccountAdapter().set_password(claire, PASSWORD)
    claire.refresh_from_db()
    assert not claire.check_password(PASSWORD)


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("address", library_pages(), ids=lambda address: address.name)
def test_every_page_of_local_accounts_is_closed_to_agents(
    claire: User, client: Client, address: Address, verb: str
) -> None:
    client.force_login(claire, backend=PROCONNECT)
    place = place_of(address, ARGUMENTS)
    answer = getattr(client, verb)(place)
    if address.name == "usersessions_list":
        assert answer.status_code in {200, 302}
    elif address.name == "account_invitation":
        assert answer.status_code in {302, 405}
    else:
        assert answer.status_code == 403
        assert "ProConnect" in answer.content.decode()


def test_list_of_the_library_is_not_empty() -> None:
    assert len(library_pages()) > 20


@pytest.mark.parametrize("address", library_pages(), ids=lambda address: address.name)
def test_no_page_breaks_for_a_local_account_or_a_stranger(client: Client, address: Address) -> None:
    place = place_of(address, ARGUMENTS)
    for _ in range(2):
        for verb in ("get", "post"):
            assert getattr(client, verb)(place).status_code < 500
        client.force_login(make_local(), backend=LOCAL) if not User.objects.exists() else None


# Sessions


@pytest.mark.parametrize("who", ["agent", "local"])
def test_everybody_sees_and_ends_their_other_sessions(who: str) -> None:
    user, backend = (make_agent("claire"), PROCONNECT) if who == "agent" else (make_local(), LOCAL)
    here, elsewhere, other = Client(), Client(headers={"user-agent": "Elsewhere/1"}), Client()
    for browser in (here, elsewhere):
        browser.force_login(user, backend=backend)
        browser.get(reverse("meetings"))
    other.force_login(make_agent("chen"), backend=PROCONNECT)
    assert "Elsewhere/1" in here.get(reverse("usersessions_list")).content.decode()
    assert "Elsewhere/1" not in other.get(reverse("usersessions_list")).content.decode()
    assert here.post(reverse("usersessions_list")).status_code == 302
    assert elsewhere.get(reverse("meetings")).status_code == 302
    assert here.get(reverse("meetings")).status_code == 200
    assert other.get(reverse("meetings")).status_code == 200


def test_session_of_an_account_that_is_closed_ends(client: Client) -> None:
    user = make_local()
    client.force_login(user, backend=LOCAL)
    assert client.get(reverse("meetings")).status_code == 200
    User.objects.update(is_active=False)
    assert client.get(reverse("meetings")).status_code == 302
