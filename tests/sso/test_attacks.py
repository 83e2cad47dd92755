"""What a forger, a stranger's page and a bad provider try, each against a real provider."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from reticent_server.auth.settings import FAILURES_PER_RETURN
from reticent_server.config_oidc import OidcConfig
from reticent_server.http.seldom import VIEW_EVERY_S, Seldom
from reticent_server.sso import settings
from reticent_server.sso.documents import endpoints_of, keys_of
from reticent_server.sso.errors import ProviderError
from starlette.responses import JSONResponse, RedirectResponse, Response
from support.console_app import PASSWORD, Site
from support.oidc_provider import CLIENT_ID, OidcProvider

from .conftest import Browser, BrowserOf, leads_to, refusals

pytestmark = pytest.mark.enable_socket
Forge = Callable[[OidcProvider, dict[str, Any]], str]


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def again(provider: OidcProvider, claims: dict[str, Any], **header: str) -> str:
    """Signed by the provider's own key."""
    head = {"alg": "RS256", "kid": str(provider.signing.kid), **header}
    return jwt.encode(head, claims, provider.signing, ["RS256"])


def saying(**changed: Any) -> Forge:
    """None leaves a claim out."""

    def forge(provider: OidcProvider, claims: dict[str, Any]) -> str:
        said = {**claims, **changed}
        return again(provider, {key: value for key, value in said.items() if value is not None})

    return forge


def unsigned(provider: OidcProvider, claims: dict[str, Any]) -> str:
    return f"{part({'alg': 'none'})}.{part(claims)}."


def with_the_public_key(provider: OidcProvider, claims: dict[str, Any]) -> str:
    """HS256 whose secret is the public key, which everybody has."""
    head = f"{part({'alg': 'HS256', 'kid': str(provider.signing.kid)})}.{part(claims)}"
    assert isinstance(provider.signing, RSAKey)
    mac = hmac.digest(provider.signing.as_pem(private=False), head.encode(), hashlib.sha256)
    return f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def by_another_key(provider: OidcProvider, claims: dict[str, Any]) -> str:
    kid = str(provider.signing.kid)
    return jwt.encode({"alg": "RS256", "kid": kid}, claims, RSAKey.generate_key(2048), ["RS256"])


def tampered(provider: OidcProvider, claims: dict[str, Any]) -> str:
    head, _, signature = again(provider, claims).split(".")
    return f"{head}.{part({**claims, 'groups': ['admins']})}.{signature}"


def key_in_the_header(provider: OidcProvider, claims: dict[str, Any]) -> str:
    own = RSAKey.generate_key(2048)
    head = {"alg": "RS256", "jwk": own.as_dict(private=False)}
    return jwt.encode(head, claims, own, ["RS256"])


NOW = 1_795_329_125
FORGED: dict[str, tuple[Forge, str]] = {
    "unsigned": (unsigned, "signed in a way that is not taken"),
    "HS256 with the public key": (with_the_public_key, "signed in a way that is not taken"),
    "another key of that name": (by_another_key, "signature does not hold"),
    "a key that it brings itself": (key_in_the_header, "signature does not hold"),
    "changed after it was signed": (tampered, "signature does not hold"),
    "no text at all": (lambda _p, _c: "a.b", "cannot be read"),
    "too long": (lambda _p, _c: "a" * (settings.TOKEN_CHARS_MAX + 1), "too long"),
    "another nonce": (saying(nonce="other"), "does not hold: nonce"),
    "no nonce": (saying(nonce=None), "does not hold: nonce"),
    "another issuer": (saying(iss="https://login.example.org"), "does not hold: iss"),
    "no issuer": (saying(iss=None), "does not hold: iss"),
    "another audience": (saying(aud="other"), "does not hold: aud"),
    "no audience": (saying(aud=[]), "does not hold: aud"),
    "several audiences, nobody's": (saying(aud=[CLIENT_ID, "other"]), "does not hold: azp"),
    "for another party": (saying(azp="other"), "does not hold: azp"),
    "over": (saying(exp=NOW - 61), "does not hold: exp"),
    "without an end": (saying(exp=None), "does not hold: exp"),
    "its end is no number": (saying(exp="tomorrow"), "does not hold: exp"),
    "from the future": (saying(iat=NOW + 3_600), "does not hold: iat"),
    "not good yet": (saying(nbf=NOW + 3_600), "does not hold: nbf"),
    "another access token's": (saying(at_hash="AAAA"), "does not hold: at_hash"),
    "nobody": (saying(sub=None), "does not hold: sub"),
    "an empty subject": (saying(sub=""), "does not hold: sub"),
    "a subject that is no text": (saying(sub=7), "does not hold: sub"),
    "a subject without end": (saying(sub="s" * 256), "does not hold: sub"),
}


async def test_a_forged_id_token_lets_nobody_in(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    for what, (forge, why) in FORGED.items():
        sso_site.app.state.views = Seldom(VIEW_EVERY_S)  # as if it were later

        def token_of(token: str, forge: Forge = forge) -> str:
            claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
            return forge(provider, claims)

        provider.token_of = token_of
        answer = await browser.log_on("kiran")
        assert answer.status_code == 401, what
        assert "__Host-reticent=" not in str(answer.headers.get_list("set-cookie")), what
        reason = refusals(sso_site)[-1]
        assert why in reason, what
        assert "u-1" not in reason, what
    assert len(refusals(sso_site)) == len(FORGED)
    assert sso_site.services.accounts.list() == []


async def test_what_another_browser_began_is_nobodys_here(
    sso_site: Site, browser_of: BrowserOf, provider: OidcProvider
) -> None:
    """Log-on forged by a page elsewhere: the victim would work in the attacker's account."""
    attacker, victim, stranger = (browser_of(sso_site) for _ in range(3))
    trap = await attacker.way_back("mallory")
    await victim.leave()
    for browser in (victim, stranger):
        answer = await browser.come_back(trap)
        assert answer.status_code == 401
        assert (await browser.me()).status_code == 401
    assert "token" not in provider.asked
    assert (await victim.log_on("kiran")).status_code == 200  # its own is not disturbed


async def test_an_address_is_good_for_one_way_back(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    address = await browser.way_back()
    cookie = browser.here.cookies["__Host-reticent-sso"]
    assert (await browser.come_back(address)).status_code == 200
    thief = sso_site.client(Cookie=f"__Host-reticent-sso={cookie}")
    assert (await thief.get(address)).status_code == 401
    assert provider.asked.count("token") == 1
    assert refusals(sso_site) == ["oidc: it came back before"]


async def test_a_stolen_code_is_no_good_in_a_log_on_of_ones_own(
    sso_site: Site, browser_of: BrowserOf
) -> None:
    """The provider binds it to the verifier (PKCE), which never left the server's cookie."""
    victim, thief = browser_of(sso_site), browser_of(sso_site)
    code = (await victim.way_back("kiran")).partition("code=")[2].partition("&")[0]
    own = await thief.way_back("mallory")
    before = own.partition("code=")[2].partition("&")[0]
    assert (await thief.come_back(own.replace(before, code))).status_code == 401
    assert refusals(sso_site) == ["oidc: the provider does not take the code"]


async def test_a_used_code_is_refused_by_the_provider_and_so_by_us(
    sso_site: Site, browser_of: BrowserOf
) -> None:
    first, second = browser_of(sso_site), browser_of(sso_site)
    used = await first.way_back("kiran")
    await first.come_back(used)
    code = used.partition("code=")[2].partition("&")[0]
    own = await second.way_back("mallory")
    fresh = own.partition("code=")[2].partition("&")[0]
    assert (await second.come_back(own.replace(fresh, code))).status_code == 401


async def test_an_attempt_is_over_after_ten_minutes(sso_site: Site, browser: Browser) -> None:
    address = await browser.way_back()
    sso_site.clock.now += settings.ATTEMPT_S
    assert (await browser.come_back(address)).status_code == 401
    assert refusals(sso_site) == ["oidc: it came back too late"]


async def test_a_made_up_cookie_is_no_attempt(sso_site: Site, provider: OidcProvider) -> None:
    for cookie in ("", "AAAA", "a" * 5_000, base64.urlsafe_b64encode(bytes(80)).decode()):
        async with sso_site.client(Cookie=f"__Host-reticent-sso={cookie}") as client:
            answer = await client.get("/login/oidc/return", params={"state": "x", "code": "y"})
        assert answer.status_code == 401
    assert provider.asked == []


async def test_the_page_that_was_asked_for_is_one_of_ours(browser: Browser) -> None:
    for following in (
        *("https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"),
        *("/login/oidc", "/" + "a" * 5_000),
    ):
        answer = await browser.log_on("kiran", following)
        assert leads_to(answer) == "/devices"  # the first page that an analyst may see
        assert "evil" not in answer.text


async def test_what_the_provider_says_in_words_is_not_repeated(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    state = (await browser.leave()).partition("state=")[2].partition("&")[0]
    words = {
        "error": "access_denied",
        "error_description": "call 555-0100 <script>",
        "state": state,
    }
    answer = await browser.here.get("/login/oidc/return", params=words)
    assert answer.status_code == 401
    assert "555" not in answer.text
    assert refusals(sso_site) == ["oidc: the provider said no: access_denied"]
    assert "token" not in provider.asked


async def test_another_providers_answer_is_none_to_our_question(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    """RFC 9207, against mixed-up providers; an honest issuer is taken."""
    wrong = await browser.way_back() + "&iss=https://login.example.org"
    assert (await browser.come_back(wrong)).status_code == 401
    right = await browser.way_back() + f"&iss={provider.issuer}"
    assert (await browser.come_back(right)).status_code == 200


async def test_guessing_at_the_way_back_is_throttled(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    for number in range(FAILURES_PER_RETURN + 1):
        state = (await browser.leave()).partition("state=")[2].partition("&")[0]
        answer = await browser.here.get(
            "/login/oidc/return", params={"state": state, "code": "guess"}
        )
        assert answer.status_code == (401 if number < FAILURES_PER_RETURN else 429)
    assert provider.asked.count("token") == FAILURES_PER_RETURN


BROKEN: dict[str, tuple[str, Callable[[OidcProvider], Response], str]] = {
    "a huge key set": (
        "keys",
        lambda _: Response(b'{"keys": [' + b" " * settings.BODY_BYTES_MAX + b"]}"),
        "too large",
    ),
    "too many keys": ("keys", lambda _: JSONResponse({"keys": [{}] * 65}), "too large"),
    "keys that are none": ("keys", lambda _: JSONResponse([]), "cannot be read"),
    "deep nesting": ("keys", lambda _: Response("[" * 90_000), "no JSON"),
    "a bomb": (
        "keys",
        lambda _: Response(gzip.compress(bytes(1 << 20)), headers={"content-encoding": "gzip"}),
        "compressed",
    ),
    "a redirect": (
        "openid-configuration",
        lambda provider: RedirectResponse(f"{provider.issuer}/keys"),
        "answered 307",
    ),
    "another issuer": (
        "openid-configuration",
        lambda provider: JSONResponse({**provider.document, "issuer": "https://evil.test"}),
        "of another issuer",
    ),
    "plain http": (
        "openid-configuration",
        lambda provider: JSONResponse(
            {**provider.document, "token_endpoint": "http://localhost:1/token"}
        ),
        "token_endpoint of the discovery document is no address",
    ),
    "no JSON": ("openid-configuration", lambda _: Response("<html>"), "no JSON"),
    "only HS256": (
        "openid-configuration",
        lambda provider: JSONResponse(
            {**provider.document, "id_token_signing_alg_values_supported": ["HS256", "none"]}
        ),
        "neither RS256 nor ES256",
    ),
}


async def test_a_broken_provider_is_a_clear_page_and_local_people_still_log_on(
    sso_site: Site, browser: Browser, provider: OidcProvider
) -> None:
    sso = sso_site.services.sso
    assert sso is not None
    for what, (path, broken, why) in BROKEN.items():
        provider.answers = {path: partial(broken, provider)}
        sso._provider._failed_at = float("-inf")  # as if it were later
        answer = await browser.here.get("/login/oidc")
        assert answer.status_code == 503, what
        assert "sign-on service cannot be used now" in answer.text
        assert 'name="password"' in answer.text
        sso._provider._failed_at = float("-inf")
        with pytest.raises(ProviderError) as caught:
            await sso.begin("/")
        assert why in caught.value.reason, what
    sso_site.account("ada")
    said = {"name": "ada", "password": PASSWORD}
    assert (await browser.here.post("/api/v1/session", json=said)).status_code == 201


@pytest.mark.parametrize("path", ["openid-configuration", "token"])
async def test_a_slow_provider_holds_nobody_up(
    sso_site: Site,
    browser: Browser,
    provider: OidcProvider,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    if path == "token":
        address = await browser.way_back()
    monkeypatch.setattr(settings, "CALL_S", 0.2)
    provider.wait_s[path] = 1.0
    if path == "token":
        answer = await browser.come_back(address)
    else:
        answer = await browser.here.get("/login/oidc")
        asked = len(provider.asked)
        assert (await browser.here.get("/login/oidc")).status_code == 503
        assert len(provider.asked) == asked  # not asked again at once
    assert answer.status_code == 503


async def test_nothing_of_a_person_or_a_secret_gets_into_the_log(
    sso_site: Site,
    browser: Browser,
    provider: OidcProvider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        address = await browser.way_back("kiran")
        await browser.come_back(address)
        provider.token_of = lambda token: token + "x"
        await browser.log_on("kiran")
    code = address.partition("code=")[2].partition("&")[0]
    # Not what this test's own client says; the server's is httpx2, which speaks through httpcore2.
    ours = [r for r in caplog.records if r.name.partition(".")[0] not in {"httpx", "httpcore"}]
    assert {r.name.partition(".")[0] for r in ours} >= {"httpx2", "httpcore2"}
    text = "\n".join(record.getMessage() for record in ours)
    assert code not in text
    assert "kiran" not in text.casefold()


def test_a_document_does_not_lead_to_services_of_this_machine() -> None:
    oidc = OidcConfig(issuer="https://login.example.com", client_id="x", roles={"a": ("analyst",)})
    honest = {
        "issuer": oidc.issuer,
        "authorization_endpoint": "https://login.example.com/authorize",
        "token_endpoint": "https://login.example.com/token",
        "jwks_uri": "https://keys.example.com/keys",
    }
    assert endpoints_of(honest, oidc).keys == "https://keys.example.com/keys"
    for address in (
        "https://localhost/token",
        "https://127.0.0.1:7443/token",
        "https://[::1]/token",
        "https://user:word@login.example.com/token",
        "file:///etc/passwd",
        "https:///token",
        "https://login.example.com/token#x",
        "https://login.example.com:99999/",
    ):
        with pytest.raises(ProviderError):
            endpoints_of({**honest, "token_endpoint": address}, oidc)


def test_of_a_key_set_only_strong_public_keys_are_taken() -> None:
    good = RSAKey.generate_key(2048, {"kid": "good"})
    shared = {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"}
    small = {"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "small"}
    private = good.as_dict(private=True)
    other_use = {**good.as_dict(private=False), "use": "enc"}
    curve = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}
    found = keys_of(
        {"keys": [shared, small, private, other_use, curve, 7, good.as_dict(private=False)]}
    )
    assert [key.kid for key in found] == ["good"]
