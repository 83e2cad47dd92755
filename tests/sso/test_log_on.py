"""A person logs on through a real provider: who they become, and what they may do then."""

from __future__ import annotations

import base64
from functools import partial

import httpx
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from joserfc.jwk import ECKey, RSAKey
from reticent_server.auth import Role
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.errors import AccountError, SecondFactorNeededError
from reticent_server.auth.grants import Grant
from reticent_server.auth.scopes import Scope
from reticent_server.auth.sessions import csrf_token
from reticent_server.auth.settings import SSO_CONFIRMED_S, TOTP_STEP_S
from reticent_server.http.settings import SESSION_COOKIE, STEP_COOKIE
from support.console_app import ORIGIN, PASSWORD, Site
from support.oidc_provider import CLIENT_ID, OidcProvider

from .conftest import Browser, BrowserOf, SiteOf, asked_for, leads_to, refusals

pytestmark = pytest.mark.enable_socket


async def test_the_first_log_on_makes_an_account_with_the_roles_of_its_groups(
    sso_site: Site, browser: Browser
) -> None:
    address = await browser.leave("/events?q=kind%3Ahost")
    asked = asked_for(address)
    assert asked["client_id"] == CLIENT_ID
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert min(len(asked[key]) for key in ("state", "nonce", "code_challenge")) >= 43
    answer = await browser.come_back(await browser.sign_in(address, "kiran"))
    assert answer.status_code == 200
    assert leads_to(answer) == "/events?q=kind%3Ahost"
    said = (await browser.me()).json()
    assert said["name"] == "kiran"
    assert said["roles"] == ["analyst", "auditor"]
    audit = sso_site.audit()
    assert ("oidc", "account.create", "account kiran", "done") in audit
    about = "account kiran: none to analyst auditor"
    assert ("oidc", "account.roles", about, "done") in audit
    entries = sso_site.services.audit.page(limit=10).entries
    reasons = {entry.reason for entry in entries if entry.action == "login"}
    assert reasons == {"oidc amr=pwd,otp"}  # the second factor is the provider's to ask for


async def test_the_cookies_are_as_strict_as_each_can_be(sso_site: Site, browser: Browser) -> None:
    begun = await browser.here.get("/login/oidc")
    (attempt,) = begun.headers.get_list("set-cookie")
    assert attempt.startswith("__Host-reticent-sso=")
    for flag in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert flag in attempt
    back = await browser.sign_in(begun.headers["location"], "kiran")
    answer = await browser.come_back(back)
    session, gone = answer.headers.get_list("set-cookie")
    assert session.startswith("__Host-reticent=")
    assert "SameSite=strict" in session
    assert gone.startswith('__Host-reticent-sso="";')
    # A strict cookie would be left out of a redirect that began elsewhere.
    assert answer.status_code == 200


async def test_the_same_person_is_the_same_account_whatever_they_are_called(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    await browser.log_on("kiran")
    provider.users["kiran"]["preferred_username"] = "someone-else"
    assert (await browser.log_on("kiran")).status_code == 200
    assert (await browser.me()).json()["name"] == "kiran"
    assert [view.name for view in sso_site.services.accounts.list()] == ["kiran"]


async def test_a_name_given_to_another_person_is_another_account(
    sso_site: Site, browser_of: BrowserOf, provider: OidcProvider
) -> None:
    await browser_of(sso_site).log_on("kiran")
    provider.users["kiran"]["sub"] = "u-9"  # the first has left, and this one has the address now
    other = browser_of(sso_site)
    await other.log_on("kiran")
    assert (await other.me()).json()["name"].startswith("kiran-")


async def test_a_group_that_is_taken_away_takes_its_roles_from_open_sessions_too(
    sso_site: Site, browser_of: BrowserOf, provider: OidcProvider
) -> None:
    early, late = browser_of(sso_site), browser_of(sso_site)
    await early.log_on("kiran")
    assert (await early.here.get("/api/v1/audit")).status_code == 200
    provider.users["kiran"]["groups"] = ["help"]
    await late.log_on("kiran")
    assert (await late.me()).json()["roles"] == ["deployer"]
    assert (await early.here.get("/api/v1/audit")).status_code == 403


async def test_without_any_group_left_nobody_is_let_in_and_every_session_ends(
    sso_site: Site, browser_of: BrowserOf, provider: OidcProvider
) -> None:
    early, late = browser_of(sso_site), browser_of(sso_site)
    await early.log_on("kiran")
    provider.users["kiran"]["groups"] = []
    answer = await late.log_on("kiran")
    assert answer.status_code == 403
    assert "may not use this server" in answer.text
    assert (await early.me()).status_code == 401
    view = sso_site.services.accounts.get("kiran")
    assert view is not None
    assert view.roles == ()
    assert refusals(sso_site) == ["oidc: no group of theirs gives a role any more"]
    about = "account kiran: analyst auditor to none"
    assert ("oidc", "account.roles", about, "done") in sso_site.audit()


async def test_roles_given_here_last_until_the_next_log_on(
    sso_site: Site, browser: Browser
) -> None:
    await browser.log_on("kiran")
    by = [Grant(scopes=frozenset(Scope))]
    sso_site.services.accounts.roles.assign("kiran", [Role.ADMINISTRATOR], by=by)
    await browser.log_on("kiran")
    assert (await browser.me()).json()["roles"] == ["analyst", "auditor"]


async def test_somebody_without_a_mapped_group_gets_no_account(
    sso_site: Site, browser: Browser
) -> None:
    answer = await browser.log_on("nobody")
    assert answer.status_code == 403
    assert sso_site.services.accounts.list() == []
    assert refusals(sso_site) == ["oidc: no group of theirs gives a role"]


async def test_where_none_is_made_a_stranger_stays_one(
    site_with: SiteOf, browser_of: BrowserOf
) -> None:
    site = site_with(just_in_time=False)
    assert (await browser_of(site).log_on("kiran")).status_code == 403
    assert site.services.accounts.list() == []


async def test_a_local_account_is_never_taken_over_by_its_name(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    sso_site.account("admin")
    provider.users["mallory"]["preferred_username"] = "ADMIN"
    assert (await browser.log_on("mallory")).status_code == 200
    said = (await browser.me()).json()
    assert said["name"].startswith("admin-")
    assert said["roles"] == ["deployer"]
    before = sso_site.services.accounts.get("admin")
    assert before is not None
    assert (before.roles, before.has_password) == (("administrator",), True)
    plain = await sso_site.client().post(
        "/api/v1/session", json={"name": "admin", "password": PASSWORD}
    )
    assert plain.status_code == 201


async def test_whatever_a_person_is_called_the_account_has_a_name(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    called = {
        "Zoë Müller <script>": "zo-m-ller-script",
        "CORP\\kiran": "corp-kiran",
        "local": "local-",
        "": "sso-",
        7: "sso-",
        "a" * 300: "a" * 64,
        "../..": "sso-",
    }
    for number, (text, name) in enumerate(called.items()):
        provider.users["kiran"] |= {"preferred_username": text, "sub": f"u-{number}"}
        assert (await browser.log_on("kiran")).status_code == 200
        assert (await browser.me()).json()["name"].startswith(name)


async def test_a_disabled_account_stays_shut(sso_site: Site, browser: Browser) -> None:
    await browser.log_on("kiran")
    sso_site.services.accounts.disable("kiran", by=WHOLE_SERVER)
    answer = await browser.log_on("kiran")
    assert answer.status_code == 403
    assert refusals(sso_site) == ["oidc: the account is disabled"]


async def test_groups_in_a_strange_form_give_no_more_than_they_say(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    for groups in ("soc", {"soc": 1}, None, [["soc"]], ["soc"] * 3_000):
        provider.users["kiran"]["groups"] = groups
        assert (await browser.log_on("kiran")).status_code == (200 if groups == "soc" else 403)


async def test_groups_may_stand_deeper_in_the_token(
    site_with: SiteOf, browser_of: BrowserOf, provider: OidcProvider
) -> None:
    provider.users["kiran"] = {"sub": "u-1", "realm_access": {"roles": ["help"]}}
    browser = browser_of(site_with(group_claim="realm_access.roles", name_claim="sub"))
    await browser.log_on("kiran")
    said = (await browser.me()).json()
    assert (said["name"], said["roles"]) == ("u-1", ["deployer"])


async def test_a_provider_that_signs_with_es256(
    sso_site: Site, browser: Browser, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "signing", ECKey.generate_key("P-256", {"kid": "ec"}))
    assert (await browser.log_on("kiran")).status_code == 200


async def test_a_new_key_of_the_provider_is_fetched_and_a_forged_name_of_one_asks_it_seldom(
    sso_site: Site, browser: Browser, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.log_on("kiran")
    assert provider.asked.count("keys") == 1
    clock = sso_site.services.sso
    assert clock is not None
    later = clock._provider._monotonic() + 61
    monkeypatch.setattr(clock._provider, "_monotonic", lambda: later)
    monkeypatch.setattr(provider, "signing", RSAKey.generate_key(2048, {"kid": "second"}))
    assert (await browser.log_on("kiran")).status_code == 200
    assert provider.asked.count("keys") == 2
    monkeypatch.setattr(provider, "signing", RSAKey.generate_key(2048, {"kid": "third"}))
    for _ in range(3):
        assert (await browser.log_on("kiran")).status_code == 401
    assert provider.asked.count("keys") == 2


async def test_logging_out_ends_the_session_here_and_leads_to_the_providers_end(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    await browser.log_on("kiran")
    token = browser.here.cookies["__Host-reticent"]
    caller = sso_site.services.accounts.sessions.caller(token)
    assert caller is not None
    assert caller.csrf_secret is not None
    answer = await browser.here.post("/logout", data={"csrf_token": csrf_token(caller.csrf_secret)})
    assert answer.headers["location"] == "/login/oidc/out"
    assert sso_site.services.accounts.sessions.caller(token) is None
    page = await browser.here.get("/login/oidc/out")
    address = leads_to(page).replace("&amp;", "&")
    assert address.startswith(f"{provider.issuer}/logout?")
    assert asked_for(address) == {
        "client_id": CLIENT_ID,
        "post_logout_redirect_uri": f"{ORIGIN}/login",
    }


async def test_no_password_can_be_set_for_a_person_of_the_provider(
    sso_site: Site, browser: Browser
) -> None:
    await browser.log_on("kiran")
    accounts = sso_site.services.accounts
    for way in (
        partial(accounts.reset_with_link, by=WHOLE_SERVER),
        partial(accounts.reset_password, by=WHOLE_SERVER),
        accounts.links.make,
    ):
        with pytest.raises(AccountError, match="single sign-on"):
            way("kiran")
    refused = await sso_site.client().post(
        "/api/v1/session", json={"name": "kiran", "password": PASSWORD}
    )
    assert refused.status_code == 401


async def test_an_api_token_stops_where_its_holder_has_not_logged_on_for_long(
    sso_site: Site, browser: Browser
) -> None:
    await browser.log_on("kiran")
    accounts = sso_site.services.accounts
    number = accounts.number_of("kiran")
    made = accounts.tokens.create(number, name="siem", scopes=["read:events"], days=366)
    assert accounts.tokens.caller(made.token) is not None
    sso_site.clock.now += SSO_CONFIRMED_S
    assert accounts.tokens.caller(made.token) is None
    dead = accounts.tokens.dead(made.token)
    assert dead is not None
    assert dead.why == "its holder has not logged on for too long"
    await browser.log_on("kiran")
    assert accounts.tokens.caller(made.token) is not None


async def test_an_administrator_of_the_provider_does_not_stand_in_for_the_last_one_here(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    sso_site.account("ada")
    provider.users["kiran"]["groups"] = ["admins"]
    await browser.log_on("kiran")
    with pytest.raises(AccountError, match="last administrator"):
        sso_site.services.accounts.disable("ada", by=WHOLE_SERVER)


async def test_where_log_on_here_is_for_administrators_others_are_told_to_use_the_button(
    site_with: SiteOf, provider: OidcProvider
) -> None:
    site = site_with(local_log_on="administrators")
    site.account("ada")
    site.account("bo", Role.ANALYST)
    async with site.client() as client:
        for name, status in (("ada", 201), ("bo", 401)):
            answer = await client.post("/api/v1/session", json={"name": name, "password": PASSWORD})
            assert answer.status_code == status
        assert "single sign-on" in answer.json()["detail"]
        page = (await client.get("/login?next=/events")).text
    assert 'href="/login/oidc?next=%2Fevents">Log in with Example</a>' in page
    assert "this way is left to administrators" in refusals(site)[0]


async def test_without_a_provider_there_is_neither_button_nor_address(
    site: Site, client: httpx.AsyncClient
) -> None:
    assert "/login/oidc" not in (await client.get("/login")).text
    for path in ("/login/oidc", "/login/oidc/return", "/login/oidc/out"):
        assert (await client.get(path)).status_code == 404


async def test_a_link_sets_the_password_of_somebody_who_may_not_log_on_by_it_and_says_so(
    site_with: SiteOf, provider: OidcProvider
) -> None:
    site = site_with(local_log_on="administrators")
    link = site.services.accounts.create_with_link("bo", role=Role.ANALYST)
    async with site.client(Accept="text/html") as client:
        answer = await client.post(
            f"/first/{link.secret}", data={"new": PASSWORD, "again": PASSWORD}
        )
        assert answer.status_code == 401
        assert "single sign-on" in answer.text
        assert 'href="/login/oidc' in answer.text
        assert not client.cookies
    assert "this way is left to administrators" in refusals(site)[0]


async def test_so_do_the_second_step_and_a_password_changed_in_an_older_session(
    site_with: SiteOf, provider: OidcProvider
) -> None:
    site = site_with(local_log_on="administrators")
    number, accounts = site.account("bo", Role.ANALYST), site.services.accounts
    session = accounts.sessions.create(number, address="192.0.2.7")
    secret = base64.b32decode(accounts.second_factor.offer(number, "bo").secret)
    totp = TOTP(secret, 6, SHA1(), TOTP_STEP_S).generate(int(site.clock.now)).decode()
    code = accounts.confirm_codes(number, "bo", totp)[0]
    new = "eight dry horses walk"
    fields = {"old": PASSWORD, "new": new, "again": new, "csrf_token": session.csrf_token}
    with pytest.raises(SecondFactorNeededError) as needed:
        accounts.log_on("bo", PASSWORD, address="192.0.2.7")
    step = accounts.half_open.begin(number, proved=needed.value.proved)
    for cookie, path, data in (
        ({STEP_COOKIE: step}, "/login/code", {"code": code}),
        ({SESSION_COOKIE: session.token}, "/account/password", fields),
    ):
        async with site.client(Accept="text/html") as client:
            client.cookies.update(cookie)
            answer = await client.post(path, data=data)
            assert answer.status_code == 401, path
            assert "single sign-on" in answer.text
            assert SESSION_COOKIE not in answer.cookies
