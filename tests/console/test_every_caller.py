"""Every page for every kind of caller: it renders, or says in its own form why not.

Whoever may not see a page must not find a broken one, nor a link to it.
"""

from __future__ import annotations

import re

import httpx
import pytest
from reticent_server.auth import Role
from reticent_server.auth.authority import WHOLE_SERVER
from reticent_server.auth.models import Account
from reticent_server.auth.sources import OIDC, SCIM
from reticent_server.config import LoginRules
from reticent_server.http.settings import SESSION_COOKIE
from support.console_app import Site
from support.console_data import device_id
from support.strict_html import check

PAGES = (
    "/account",
    "/access",
    "/access/ada",
    "/approvals",
    "/approvals/count",
    "/audit",
    "/devices",
    f"/devices/{device_id(0)}",
    f"/devices/{device_id(0)}?table=software",
    "/enrolment",
    "/events",
    "/events?by=user_name&range=all",
    "/events?by=device&range=all",
    "/people",
    "/policies",
    "/policies/draft",
    "/roles",
    "/support",
)
COLUMNS = {
    "columns": ("read:events read:devices read:facts", None, ("os.name",)),
    "group": ("read:events export:events read:devices read:enrolment", ("lab",), None),
    "accounts-only": ("admin:accounts read:accounts", None, None),
    "second-person": ("approve:requests", None, None),
    "lookups": ("reidentify:persons", None, None),
}
ANALYST = "/devices /events /policies"
# What each kind opens beside the account and its own requests; all else is refused.
OPENS = {
    "columns": "/devices /events",
    "group": "/devices /enrolment /events",
    "accounts-only": "/access /roles",
    "second-person": "",
    "lookups": "/people",
    Role.ADMINISTRATOR: (
        "/access /audit /devices /enrolment /events /people /policies /roles /support"
    ),
    Role.ANALYST: ANALYST,
    Role.AUDITOR: "/audit /policies /roles",
    Role.DEPLOYER: "/devices /enrolment",
    Role.POLICY_EDITOR: "/policies",
    Role.PRIVACY_OFFICER: "/audit /devices /events /people /policies",
    "nothing": "",
    "temporary": "",
    "no factor": "",
    "sso": ANALYST,
    "scim": ANALYST,
}
WRITE_POLICIES = {Role.ADMINISTRATOR, Role.POLICY_EDITOR, Role.PRIVACY_OFFICER}
SENT_AWAY = {"temporary", "no factor"}  # to the account page, for what they owe first


def status_for(kind: str, path: str) -> int:
    area = path.split("?")[0].split("/")[1]
    if area == "account":
        return 200
    if path == "/policies/draft" and kind not in WRITE_POLICIES:
        return 403
    if kind in SENT_AWAY and (area == "approvals" or f"/{area}" in ANALYST.split()):
        return 303
    if area != "approvals" and f"/{area}" not in OPENS[kind].split():
        return 403
    if kind == "group" and path.startswith("/devices/"):
        return 404  # it is of another group
    if kind == "columns" and "by=user_name" in path:
        return 400  # the column is masked
    return 200


@pytest.fixture
def login_rules(request: pytest.FixtureRequest) -> LoginRules:
    kind = request.node.callspec.params["kind"]
    return LoginRules(second_factor="all") if kind == "no factor" else LoginRules()


async def caller(site: Site, kind: str) -> httpx.AsyncClient:
    site.account("ada")
    accounts = site.services.accounts
    if kind in COLUMNS:
        scopes, groups, columns = COLUMNS[kind]
        accounts.roles.create(
            kind,
            scopes=scopes.split(),
            groups=groups,
            columns=columns,
            by=WHOLE_SERVER,
            actor="ada",
        )
    held = kind if kind in COLUMNS or kind in set(Role) else Role.ANALYST
    number = site.account("eve", held)
    with site.services.control.session() as db:
        account = db.get_one(Account, number)
        if kind in {"sso", "scim"}:
            account.source, account.password_hash = (OIDC if kind == "sso" else SCIM), ""
        account.password_is_temporary = kind == "temporary"
        db.commit()
    if kind == "nothing":
        accounts.roles.assign("eve", (), by=WHOLE_SERVER)
    way = {"way": OIDC} if kind in {"sso", "scim"} else {}
    session = accounts.sessions.create(number, address="192.0.2.7", user_agent="test", **way)
    client = site.client(accept="text/html")
    client.cookies.set(SESSION_COOKIE, session.token)
    return client


@pytest.mark.parametrize("kind", OPENS)
async def test_each_page_renders_or_refuses_and_no_link_leads_to_a_refusal(
    fleet: Site, kind: str
) -> None:
    client = await caller(fleet, kind)
    links: set[str] = set()
    refused = set()
    for path in PAGES:
        answer = await client.get(path)
        assert answer.status_code == status_for(kind, path), (path, answer.status_code)
        if answer.status_code in {403, 404}:
            refused.add(path)
        if answer.text.startswith("<!doctype"):
            check(answer.text)
            links |= set(re.findall(r'(?:href|hx-get)="(/[^"#?]*)', answer.text))
    asked = {link for link in links if link in PAGES}
    if kind in SENT_AWAY:  # the menu stays, and asks for nothing by itself
        assert "/approvals/count" not in links
    else:
        assert not asked & refused


def test_every_built_in_role_is_one_of_these_callers() -> None:
    assert set(OPENS) >= {*COLUMNS, *Role}
