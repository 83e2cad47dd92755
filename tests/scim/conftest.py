"""A directory that speaks SCIM to the application, under an API token; and people who log on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from reticent_server.auth.scopes import Role
from reticent_server.auth.sso_accounts import Admitted, SsoAccounts
from reticent_server.config_oidc import OidcConfig
from reticent_server.scim.attributes import ENTERPRISE, GROUP, USER
from reticent_server.scim.service import ScimService, rules_of
from support.console_app import Site
from support.console_fixtures import *  # noqa: F403 - the folder's fixtures

ISSUER = "https://login.example.com"
JSON = {"Content-Type": "application/scim+json"}
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def oidc(**more: Any) -> OidcConfig:
    roles = {"SOC": ("analyst",), "Admins": ("administrator",), "g-help": ("deployer",)}
    return OidcConfig(issuer=ISSUER, client_id="x", roles=roles, **more)


def person(name: str = "kiran@example.com", **more: Any) -> dict[str, Any]:
    """As Entra ID sends one."""
    return {
        "schemas": [USER, ENTERPRISE],
        "userName": name,
        "externalId": f"u-{name.partition('@')[0]}",
        "active": True,
        "displayName": "Kiran Example",
        "name": {"givenName": "Kiran", "familyName": "Example"},
        "emails": [{"primary": True, "type": "work", "value": name}],
        ENTERPRISE: {"organization": "Example Ltd", "department": "Security"},
        **more,
    }


@dataclass
class Directory:
    client: httpx.AsyncClient
    site: Site

    async def ask(
        self, method: str, path: str, body: Any = None, *, status: int = 200, **more: Any
    ) -> dict[str, Any]:
        if body is not None:
            more["content"] = json.dumps(body)
            more["headers"] = {**JSON, **more.get("headers", {})}
        answer = await self.client.request(method, f"/scim/v2{path}", **more)
        assert answer.status_code == status, answer.text
        if status == 204:
            return {}
        assert answer.headers["content-type"] == "application/scim+json"
        return answer.json()

    async def add(self, name: str = "kiran@example.com", **more: Any) -> str:
        return str((await self.ask("POST", "/Users", person(name, **more), status=201))["id"])

    async def group(self, name: str, *people: str, **more: Any) -> str:
        members = [{"value": one} for one in people]
        body = {"schemas": [GROUP], "displayName": name, "members": members, **more}
        return str((await self.ask("POST", "/Groups", body, status=201))["id"])

    async def patch(
        self, path: str, *operations: dict[str, Any], status: int = 200
    ) -> dict[str, Any]:
        body = {"schemas": [PATCH], "Operations": list(operations)}
        return await self.ask("PATCH", path, body, status=status)

    def log_on(
        self, subject: str, config: OidcConfig | None = None, *, roles: tuple[str, ...] = ()
    ) -> Admitted:
        """Whom the OpenID provider vouches for; `roles`: of the groups that its token names."""
        config = config or oidc()
        accounts = SsoAccounts(
            self.site.services.control,
            clock=self.site.clock,
            rules=rules_of(config),
            attribute=config.scim_attribute,
        )
        return accounts.admit(
            issuer=ISSUER,
            subject=subject,
            name=subject,
            roles=roles,
            make=config.just_in_time,
            directory_key=subject,
        )

    def follow(self, config: OidcConfig) -> None:
        """The operator's file is another from now on."""
        services, site = self.site.services, self.site
        scim = ScimService(services.control, oidc=config, clock=site.clock)
        site.app.state.services = replace(services, scim=scim)

    def roles(self, name: str) -> tuple[str, ...]:
        view = self.site.services.accounts.get(name)
        assert view is not None
        return view.roles


@pytest.fixture
async def directory(site: Site) -> AsyncIterator[Directory]:
    token = site.token("admin:scim", role=Role.ADMINISTRATOR)
    async with site.client(Authorization=f"Bearer {token}") as client:
        made = Directory(client, site)
        made.follow(oidc())
        yield made
