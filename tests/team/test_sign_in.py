"""Signing in: limits, sessions, two factors, and mails that no forged header can bend (T44, T48, T49)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from atomicpay.team.errors import CannotChangeMember
from atomicpay.team.services import remove_member
from atomicpay.workspaces.models import Membership, User, Workspace
from atomicpay.workspaces.scope import enter
from tests import factories
from tests.conftest import MemberClient

LOGIN = "/accounts/login/"


def _sign_in(client: Client, user: User, password: str = factories.PASSWORD, **kwargs: Any) -> Any:
    return client.post(LOGIN, {"login": user.email, "password": password}, **kwargs)


@pytest.fixture
def user(support_agent: Membership) -> User:
    return support_agent.user


def test_email_and_password_open_the_switcher(client: Client, user: User) -> None:
    response = _sign_in(client, user)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_email_is_read_in_any_case(client: Client, user: User) -> None:
    assert (
        client.post(LOGIN, {"login": user.email.upper(), "password": factories.PASSWORD}).status_code == 302
    )


def test_sign_in_leads_back_to_the_page_that_was_asked(client: Client, user: User) -> None:
    asked = client.get("/w/aurora-cursos/sales/?status=approved")
    assert asked.headers["Location"] == "/accounts/login/?next=/w/aurora-cursos/sales/%3Fstatus%3Dapproved"
    response = client.post(asked.headers["Location"], {"login": user.email, "password": factories.PASSWORD})
    assert response.headers["Location"] == "/w/aurora-cursos/sales/?status=approved"


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_sign_in_leads_nowhere_else(client: Client, user: User, away: str) -> None:
    response = client.post(
        f"{LOGIN}?next={away}", {"login": user.email, "password": factories.PASSWORD, "next": away}
    )
    assert response.headers["Location"] == "/"


def test_wrong_password_and_unknown_email_get_one_answer(client: Client, user: User) -> None:
    wrong = client.post(LOGIN, {"login": user.email, "password": "wrong"})
    unknown = client.post(LOGIN, {"login": "nobody@team.example", "password": "wrong"})
    answers = [
        (response.status_code, list(response.context["form"].non_field_errors()))
        for response in (wrong, unknown)
    ]
    assert answers == [(200, ["The email address and/or password you specified are not correct."])] * 2


def test_inactive_user_does_not_sign_in(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    _sign_in(client, user)
    assert "_auth_user_id" not in client.session


def test_user_made_inactive_is_signed_out_at_once(
    support_agent: Membership, sign_in: Callable[..., MemberClient]
) -> None:
    client = sign_in(support_agent)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=support_agent.user_id).update(is_active=False)
    assert client.get("/").headers["Location"] == LOGIN


def test_nobody_signs_up(client: Client, db: None) -> None:
    account = {"email": "eu@else.example", "password1": factories.PASSWORD, "password2": factories.PASSWORD}
    assert client.get("/accounts/signup/").status_code == 200
    client.post("/accounts/signup/", account)
    assert not User.objects.filter(email="eu@else.example").exists()


@pytest.fixture
def limits(settings: Any) -> Iterator[None]:
    """The rate limits of production."""
    settings.ACCOUNT_RATE_LIMITS = {"login": "10/m/ip", "login_failed": "5/5m/key,20/5m/ip"}
    cache.clear()
    yield
    cache.clear()


def test_eleventh_attempt_in_a_minute_must_wait(client: Client, user: User, limits: None) -> None:
    attempts = [
        client.post(LOGIN, {"login": f"a{n}@else.example", "password": "wrong"}).status_code
        for n in range(11)
    ]
    assert attempts == [200] * 10 + [429]
    assert _sign_in(client, user).status_code == 429
    assert "_auth_user_id" not in client.session


def test_guessing_at_one_account_stops_after_five(client: Client, user: User, limits: None) -> None:
    for _ in range(5):
        _sign_in(client, user, "wrong")
    _sign_in(client, user)
    assert "_auth_user_id" not in client.session


def test_forged_address_does_not_pass_the_limit(client: Client, limits: None, db: None) -> None:
    for n in range(11):
        response = client.post(
            LOGIN,
            {"login": "a@else.example", "password": "wrong"},
            headers={"x-forwarded-for": f"10.0.0.{n}"},
        )
    assert response.status_code == 429


def test_people_behind_a_trusted_proxy_are_counted_apart(
    client: Client, limits: None, db: None, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    statuses = [
        client.post(
            LOGIN, {"login": f"a{n}@else.example", "password": "-"}, headers={"x-forwarded-for": address}
        ).status_code
        for n, address in enumerate([*["203.0.113.7"] * 11, "198.51.100.2", "10.0.0.1, 203.0.113.7"])
    ]
    assert statuses == [200] * 10 + [429, 200, 429]


def test_session_that_was_there_before_signing_in_is_not_kept(client: Client, user: User) -> None:
    """T49: a session id that somebody planted opens nothing once its victim signs in."""
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    client.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    _sign_in(client, user)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    assert thief.get("/").headers["Location"] == LOGIN


def test_signing_out_ends_the_session_on_the_server(client: Client, user: User) -> None:
    _sign_in(client, user)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    client.post("/accounts/logout/")
    copy = Client()
    copy.cookies[django_settings.SESSION_COOKIE_NAME] = cookie
    assert copy.get("/").headers["Location"] == LOGIN
    assert not Session.objects.filter(session_key=cookie).exists()


def test_signing_out_needs_a_post(client: Client, user: User) -> None:
    _sign_in(client, user)
    client.get("/accounts/logout/")
    assert client.get("/").status_code == 200


def test_new_password_ends_every_other_session(user: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        _sign_in(client, user)
    response = here.post(
        "/accounts/password/change/",
        {
            "oldpassword": factories.PASSWORD,
            "password1": "outro segredo comprido",
            "password2": "outro segredo comprido",
        },
    )
    assert response.status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").headers["Location"] == LOGIN


def _reset_path(client: Client, user: User, **headers: str) -> str:
    client.post("/accounts/password/reset/", {"email": user.email}, headers=headers)
    found = re.search(r"(https?://\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def test_password_that_was_reset_ends_every_session(user: User) -> None:
    elsewhere, client = Client(), Client()
    _sign_in(elsewhere, user)
    link = _reset_path(client, user)
    page = client.get(link.removeprefix(django_settings.SITE_URL), follow=True)
    client.post(
        page.request["PATH_INFO"],
        {"password1": "outro segredo comprido", "password2": "outro segredo comprido"},
    )
    assert elsewhere.get("/").headers["Location"] == LOGIN
    _sign_in(client, user, "outro segredo comprido")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_removal_from_a_workspace_ends_every_session(
    owner: Membership, support_agent: Membership, finance: Membership, sign_in: Callable[..., MemberClient]
) -> None:
    removed, other = [sign_in(support_agent) for _ in range(2)], sign_in(finance)
    with enter(owner.workspace_id):
        remove_member(acting_member=owner, member=support_agent)
    for client in removed:
        assert client.get("/").headers["Location"] == LOGIN
        assert client.get(client.at("customers/")).headers["Location"].startswith("/accounts/login/")
    assert other.get(other.at("customers/")).status_code == 200
    _sign_in(removed[0], support_agent.user)
    assert removed[0].get("/").status_code == 200
    assert removed[0].get(removed[0].at("customers/")).status_code == 404


def test_refused_removal_ends_no_session(
    support_manager: Membership, support_agent: Membership, sign_in: Callable[..., MemberClient]
) -> None:
    client = sign_in(support_agent)
    with enter(support_agent.workspace_id), pytest.raises(CannotChangeMember):
        remove_member(acting_member=support_manager, member=support_agent)
    assert client.get(client.at("customers/")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"x-forwarded-host": "evil.example"}, {"forwarded": "host=evil.example"}, {"host": "localhost"}],
)
def test_reset_mail_links_to_the_configured_site(
    client: Client, user: User, settings: Any, headers: dict[str, str]
) -> None:
    settings.SITE_URL = "https://books.example"
    assert _reset_path(client, user, **headers).startswith("https://books.example/accounts/password/reset/")
    message = mail.outbox[-1]
    assert "evil.example" not in message.body + message.subject
    assert "localhost" not in message.body + message.subject


def test_forged_host_is_refused(client: Client, user: User) -> None:
    response = client.post(
        "/accounts/password/reset/", {"email": user.email}, headers={"host": "evil.example"}
    )
    assert response.status_code == 400
    assert mail.outbox == []


def test_reset_answers_the_same_for_an_unknown_email(client: Client, user: User, settings: Any) -> None:
    settings.SITE_URL = "https://books.example"
    known = client.post("/accounts/password/reset/", {"email": user.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@team.example"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert client.get(known.headers["Location"]).content.count(user.email.encode()) == 0
    assert all("testserver" not in message.body for message in mail.outbox)


def test_mail_is_in_the_readers_language(client: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(language="pt-br")
    with translation.override("en"):
        _reset_path(client, user, **{"accept-language": "en"})
    message = mail.outbox[-1]
    assert re.search(r"\bsenha\b", message.subject + message.body, re.IGNORECASE)


def _code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_second_factor_is_asked_and_needed(client: Client, user: User) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    response = _sign_in(client, user)
    assert response.headers["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.get("/w/aurora-cursos/").headers["Location"].startswith(LOGIN)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    client.post("/accounts/2fa/authenticate/", {"code": _code(secret)})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_code_works_once(user: User) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    code = _code(secret)
    results = []
    for _ in range(2):
        client = Client()
        _sign_in(client, user)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        results.append("_auth_user_id" in client.session)
    assert results == [True, False]


def test_recovery_code_works_once(user: User) -> None:
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    results = []
    for _ in range(2):
        client = Client()
        _sign_in(client, user)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        results.append("_auth_user_id" in client.session)
    assert results == [True, False]


def test_workspace_may_require_a_second_factor(client: Client, user: User) -> None:
    Workspace.objects.filter(slug="aurora-cursos").update(requires_two_factor=True)
    _sign_in(client, user)
    response = client.get("/w/aurora-cursos/admin/")
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/2fa/totp/activate/")
    # Whoever finds an open browser sets up no second factor: the password is asked once more.
    asked = client.get("/accounts/2fa/totp/activate/").headers["Location"]
    assert asked.startswith("/accounts/reauthenticate/")
    assert "Aurora Cursos asks its members for a second factor" in client.get(asked).content.decode()
    page = client.post(asked, {"password": factories.PASSWORD}, follow=True)
    assert page.request["PATH_INFO"] == "/accounts/2fa/totp/activate/"
    client.post("/accounts/2fa/totp/activate/", {"code": _code(page.context["form"].secret)})
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    assert client.get("/w/aurora-cursos/admin/").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        *("/accounts/login/", "/accounts/logout/", "/accounts/password/reset/", "/accounts/password/change/"),
        *("/preferences/", "/invitations/aurora-cursos/accept/019389b2-0000-7000-8000-000000000000/"),
        "/language/",
    ],
)
def test_post_without_its_token_is_refused(user: User, path: str) -> None:
    """T48."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post(path, {"name": "x"}).status_code == 403
    user.refresh_from_db()
    assert user.name == "Saulo Dias"
