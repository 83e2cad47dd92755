"""The application with single sign-on, a real provider on loopback, and a person's browser."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from reticent_server.auth.accounts import AccountService
from reticent_server.auth.passwords import Passwords
from reticent_server.config_oidc import OidcConfig
from reticent_server.scim.service import ScimService
from reticent_server.sso.service import RETURN_PATH, SingleSignOn
from support.console_app import ORIGIN, Site
from support.console_fixtures import *  # noqa: F403 - the folder's fixtures
from support.oidc_provider import CLIENT_ID, SECRET, OidcProvider

ROLES = {"admins": ("administrator",), "soc": ("analyst", "auditor"), "help": ("deployer",)}


@pytest.fixture(scope="session")
def running_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcProvider]:
    made = OidcProvider(tmp_path_factory.mktemp("provider"))
    with made.serve().on_thread():
        yield made


@pytest.fixture
def provider(running_provider: OidcProvider, site: Site) -> OidcProvider:
    running_provider.reset()
    running_provider.now = site.clock
    running_provider.redirect_uris = {ORIGIN + RETURN_PATH}
    running_provider.users = {
        "kiran": {"sub": "u-1", "preferred_username": "Kiran", "groups": ["soc", "unmapped"]},
        "mallory": {"sub": "u-2", "preferred_username": "mallory", "groups": ["help"]},
        "nobody": {"sub": "u-3", "preferred_username": "nobody", "groups": ["unmapped"]},
    }
    return running_provider


def configured(provider: OidcProvider, secret_file: Any, **more: Any) -> OidcConfig:
    values: dict[str, Any] = {
        "issuer": provider.issuer,
        "client_id": CLIENT_ID,
        "client_secret_file": secret_file,
        "ca_file": provider.ca_file,
        "roles": ROLES,
        "label": "Log in with Example",
        **more,
    }
    return OidcConfig(**values)


SiteOf = Callable[..., Site]


@pytest.fixture
def site_with(site: Site, provider: OidcProvider, tmp_path: Any) -> SiteOf:
    """The site with these settings of `[oidc]` beside the usual ones."""
    secret_file = tmp_path / "client.secret"
    secret_file.write_text(f"{SECRET}\n")
    secret_file.chmod(0o600)

    def made(**more: Any) -> Site:
        oidc = configured(provider, secret_file, **more)
        services = site.services
        sso = SingleSignOn(
            services.control,
            oidc,
            key=bytes(range(32)),
            redirect_uri=ORIGIN + RETURN_PATH,
            clock=site.clock,
        )
        accounts = AccountService(
            services.control,
            clock=site.clock,
            passwords=Passwords(time_cost=1, memory_kib=64),
            key=bytes(range(32)),
            local_log_on=oidc.local_log_on,
        )
        scim = ScimService(services.control, oidc=oidc, clock=site.clock)
        changed = replace(services, sso=sso, accounts=accounts, scim=scim)
        site.app.state.services = changed  # making an application takes longer than a test
        return replace(site, services=changed)

    return made


@pytest.fixture
def sso_site(site_with: SiteOf) -> Site:
    return site_with()


@dataclass
class Browser:
    """One browser: a cookie jar here, and a person who signs in there."""

    here: httpx.AsyncClient
    provider: OidcProvider

    async def leave(self, following: str = "/") -> str:
        """Presses the button; the provider's address that it leads to."""
        answer = await self.here.get("/login/oidc", params={"next": following})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def sign_in(self, address: str, user: str) -> str:
        """At the provider; the address that it sends the browser back to."""
        context = ssl.create_default_context(cafile=str(self.provider.ca_file))
        async with httpx.AsyncClient(verify=context) as there:
            answer = await there.post(address, data={"user": user})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def way_back(self, user: str = "kiran", following: str = "/") -> str:
        return await self.sign_in(await self.leave(following), user)

    async def come_back(self, address: str) -> httpx.Response:
        assert address.startswith(ORIGIN + RETURN_PATH)
        return await self.here.get(address)

    async def log_on(self, user: str = "kiran", following: str = "/") -> httpx.Response:
        return await self.come_back(await self.way_back(user, following))

    async def me(self) -> httpx.Response:
        return await self.here.get("/api/v1/session")


BrowserOf = Callable[[Site], Browser]


@pytest.fixture
def browser_of(provider: OidcProvider) -> BrowserOf:
    return lambda site: Browser(site.client(), provider)


@pytest.fixture
def browser(sso_site: Site, browser_of: BrowserOf) -> Browser:
    return browser_of(sso_site)


def leads_to(answer: httpx.Response) -> str:
    """Where the page goes on to by itself."""
    found = re.search(r'http-equiv="refresh" content="\d+; url=([^"]*)"', answer.text)
    assert found, answer.text
    return found.group(1)


def asked_for(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


def refusals(site: Site) -> list[str]:
    """Reasons of refused log-ons, oldest first."""
    entries = site.services.audit.page(limit=500).entries
    found = [e for e in entries if (e.action, e.outcome) == ("login", "refused")]
    return [entry.reason for entry in reversed(found)]
