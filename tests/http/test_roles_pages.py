"""Roles in the console: a page and its navigation show what the caller may see and open."""

from __future__ import annotations

from typing import Any

from reticent_server.auth import Role
from support.console_app import Site
from support.console_data import device_id
from support.role_holders import as_custom


async def test_a_device_page_shows_and_records_what_the_caller_may_see(fleet: Site) -> None:
    path = f"/devices/{device_id(0)}"
    viewed = ("device.view", f"device {device_id(0)}", "done")
    for name, scopes, facts, lines in (  # the name of the host is shown to each
        ("bare", [], False, False),
        ("facts", ["read:facts"], True, False),
        ("lines", ["read:events"], False, True),
    ):
        client = await as_custom(fleet, ["read:devices", *scopes], name=name)
        page = (await client.get(path)).text
        assert ('id="kept-back"' in page, 'id="software"' in page) == (facts, facts)
        assert ('id="last-events"' in page) is lines
        assert (name, *viewed) in fleet.audit()


async def test_the_navigation_shows_what_the_caller_may_open(site: Site) -> None:
    pages = {"/devices", "/events", "/policies", "/enrolment", "/audit", "/roles"}
    for role, expected in (
        (Role.DEPLOYER, {"/devices", "/enrolment"}),
        (Role.AUDITOR, {"/policies", "/audit", "/roles"}),
        (Role.ADMINISTRATOR, pages),
    ):
        client = await site.logged_on(f"a-{role}", role)
        first = await client.get("/")
        assert first.headers["location"] in expected
        page = (await client.get("/account")).text
        shown = {path for path in pages if f'<a href="{path}" ' in page}
        assert shown == expected
        for path in pages:
            assert (await client.get(path)).status_code == (200 if path in expected else 403)
        assert f"Your role: {role}." in page


async def test_the_roles_page_makes_changes_and_removes_a_role(site: Site) -> None:
    client = await site.logged_on("root")
    site.account("kiran", Role.ANALYST)
    csrf = client.headers["X-CSRF-Token"]

    async def post(path: str, **form: Any) -> int:
        return (await client.post(path, data={"csrf_token": csrf, **form})).status_code

    wish = {"scopes": ["read:devices"], "groups": "lab\r\n\r\nfinance\r\n", "columns": ""}
    assert await post("/roles", name="lab", **wish) == 303
    role = site.services.accounts.roles.get("lab")
    assert (role.grant.groups, role.grant.columns) == (frozenset({"lab", "finance"}), None)
    assert await post("/roles/assign", account="kiran", roles=["analyst", "lab"]) == 303
    page = (await client.get("/roles")).text
    assert 'value="lab" checked' in page
    assert await post("/roles/change", name="lab", scopes=["read:devices"], columns="os") == 303
    assert await post("/roles/change", name="analyst", scopes=["read:devices"]) == 422
    assert await post("/roles/remove", name="lab") == 303
    view = site.services.accounts.get("kiran")
    assert view is not None
    assert view.roles == ("analyst",)
    done = [action for _, action, _, outcome in site.audit() if outcome == "done"]
    assert done[-5:] == [
        "role.create",
        "account.roles",
        "account.list",  # the page was looked at
        "role.change",
        "role.remove",
    ]
