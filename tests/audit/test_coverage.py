"""Every route that changes something or shows personal data leaves its entry, and so does every
refusal of somebody who is known. A route that is in neither list fails here."""

from __future__ import annotations

import sys

import httpx
import pytest
from reticent_server.audit.filters import AuditFilter
from reticent_server.auth import Role
from reticent_server.http.inventory import inventory_of
from reticent_server.http.seldom import VIEW_EVERY_S, Seldom
from reticent_server.http.settings import CSRF_HEADER
from reticent_server.receipt_chain import Verdict
from reticent_server.records.entry import EntryError
from support.audit_calls import EXEMPT, Call
from support.audited import asked, made
from support.console_app import NOW_S, PASSWORD, Site
from support.recorded_calls import CALLS, NEW


def test_every_route_is_in_one_of_the_lists(site: Site) -> None:
    from reticent_server.http.guard import ScopeGuard

    routes = {
        f"{method} {entry.path}"
        for entry in inventory_of(site.app)
        if isinstance(entry.guard, ScopeGuard)
        for method in entry.methods
    }
    assert routes == set(CALLS) | set(EXEMPT)
    assert set(CALLS) & set(EXEMPT) == set()


class Records:
    """In place of the real one, which needs a running ingest; `tests/records` has that."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    async def set(self, *_: object, **__: object) -> bool:
        return True

    async def clear(self, *_: object, **__: object) -> bool:
        return True

    async def import_csv(self, *_: object, **__: object) -> None:
        raise EntryError("no such column")


async def test_what_is_done_or_seen_is_recorded(
    fleet: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules["reticent_server.http.routes.records"]
    monkeypatch.setattr(module, "RecordService", Records)
    module = sys.modules["reticent_server.http.routes.audit"]
    nothing = Verdict(streams=0, batches=0, unchained=0, not_comparable=0, broken=0, problems=[])
    monkeypatch.setattr(module, "verify", lambda _events, **_: nothing)
    client = await fleet.logged_on()
    for number, (route, call) in enumerate(CALLS.items()):
        own = "/account/" in route and "token" not in route
        if own or call.action == "logout":  # it may end the session or shut the account
            actor = f"ada{number}"
            await recorded(await fleet.logged_on(actor), fleet, route, call, actor=actor)
        else:
            await recorded(client, fleet, route, call, actor="ada")
            fleet.app.state.views = Seldom(VIEW_EVERY_S)  # as if it were later


async def recorded(
    client: httpx.AsyncClient, site: Site, route: str, call: Call, *, actor: str
) -> None:
    values = await made(client, site, route, actor)
    before, _ = site.services.audit.head()
    answer = await asked(client, site, route, call, values)
    assert answer.status_code < 500, route
    entries = site.services.audit.page(only=AuditFilter(action=call.action)).entries
    found = [entry for entry in entries if entry.number > before]
    assert len(found) == 1, (route, answer.status_code, answer.text[:300])
    (entry,) = found
    assert (entry.actor, entry.source_address) == (actor, "192.0.2.7"), route
    assert entry.at_us == int(NOW_S * 1e6)
    assert call.about in entry.object, route
    assert "alice" not in entry.object + entry.reason, route
    only_asked = call.action == "approval.ask"  # answered with 409: nothing else was done
    fine = answer.status_code == 409 if only_asked else answer.status_code < 400
    assert entry.outcome == ("done" if fine else "refused"), route


async def test_a_list_that_refreshes_itself_is_recorded_once(fleet: Site) -> None:
    client = await fleet.logged_on()
    for _ in range(3):
        await client.get("/devices")
    assert [action for _, action, _, _ in fleet.audit()].count("device.list") == 1


async def test_only_other_peoples_accounts_are_recorded_as_seen(site: Site) -> None:
    client = await site.logged_on()
    site.account("bo", Role.ANALYST)
    for name in ("ada", "ADA", "Bo"):
        assert (await client.get(f"/access/{name}")).status_code == 200
        assert (await client.get(f"/api/v1/access/{name}/sessions")).status_code == 200
    assert (await client.get("/access/nobody")).status_code == 404
    assert (await client.get("/api/v1/access/nobody/sessions")).status_code == 404
    seen = [what for _, action, what, _ in site.audit() if action == "account.view"]
    assert seen == ["account bo, sessions"] * 2


async def test_refusals_of_whoever_is_known_are_recorded(site: Site) -> None:
    def refused() -> list[tuple[str, str, str, str]]:
        entries = site.services.audit.page(only=AuditFilter(outcome="refused")).entries
        return [(e.actor, e.action, e.object, e.reason) for e in reversed(entries)]

    client = await site.logged_on()
    await client.post("/api/v1/keys/rotate", headers={CSRF_HEADER: "wrong"})
    await client.put("/api/v1/account/password", json={"old": "wrong", "new": NEW})
    made = (
        await client.post("/api/v1/api-tokens", json={"name": "x", "scopes": ["read:devices"]})
    ).json()
    await client.delete(f"/api/v1/api-tokens/{made['view']['token_id']}")
    async with site.client(Authorization=f"Bearer {made['token']}") as other:
        for _ in range(2):
            assert (await other.get("/api/v1/devices")).status_code == 401
    async with site.client(Authorization="Bearer rtat_unknown") as stranger:
        assert (await stranger.get("/api/v1/devices")).status_code == 401
    site.services.accounts.create("bo", role=Role.ANALYST, password=PASSWORD, must_change=True)
    async with site.client() as temporary:
        await temporary.post("/api/v1/session", json={"name": "bo", "password": PASSWORD})
        assert (await temporary.get("/api/v1/devices")).status_code == 403
    async with site.bearer("read:devices") as narrow:
        await narrow.get("/api/v1/events")
    assert refused() == [
        ("ada", "access", "POST /api/v1/keys/rotate", "not proved to come from the console"),
        ("ada", "account.password", "account ada", "the password is wrong"),
        ("ada", "token.use", f"API token {made['view']['token_id']}", "the token is revoked"),
        ("bo", "access", "GET /api/v1/devices", "the password is temporary"),
        (refused()[-1][0], "access", "GET /api/v1/events", "needs read:events"),
    ]
