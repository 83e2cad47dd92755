"""Every route x every role x the own and a foreign device group, from the route inventory.

What is asked comes from the inventory and the declared scopes; how a route names a group's thing
is declared in `NAMES`, and a route that is in neither fails. The custom role `finance-all` has
every scope that a limited role may hold, in the group finance alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from reticent_contract.v1 import enrolment_pb2, telemetry_pb2
from reticent_server.auth import Role, Scope
from reticent_server.auth.grants import Grant
from reticent_server.auth.scopes import BASE, LIMITABLE, SENTENCES, scopes_of
from reticent_server.auth.sessions import csrf_token
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.http.app import create_app
from reticent_server.http.guard import FormGuard, ScopeGuard
from reticent_server.http.inventory import Entry, inventory_of
from reticent_server.http.settings import CSRF_HEADER, SESSION_COOKIE
from reticent_server.ingest.service import IngestService
from reticent_server.store.events.memory import MemoryEventStore
from support.console_app import ORIGIN, PASSWORD, Site
from support.console_data import device_id, group_of, laptop_rows

LIMITED = "finance-all"
NOBODY = "nobody"  # an account without any role
GROUPS = {"own": "finance", "foreign": "default"}
DEVICES = {"own": device_id(1), "foreign": device_id(6)}  # of the other nothing is stored
MISSING = "00000000-0000-4000-8000-000000000000"
# A body that is refused for what it says, once the caller is let in.
NONSENSE = {"there-is-no-such-key": 1}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """How a route names what is a group's. `body`, `form`, `query`: with the group in it.

    `listed`: it names nothing and must show nothing of a foreign group.
    """

    path: bool = False
    query: bool = False
    listed: bool = False
    body: Callable[[str], Json] | None = None
    form: Callable[[str], dict[str, str]] | None = None


DEVICE = Names(path=True)
LISTED = Names(listed=True)
QUERY = Names(query=True)


def in_body(**more: Any) -> Names:
    return Names(body=lambda group: {"group": group, **more})


def in_form(**more: str) -> Names:
    return Names(form=lambda group: {"group": group, **more})


# Every route whose scope a limited role may hold.
NAMES: dict[str, Names] = {
    "GET /api/v1/devices": LISTED,
    "GET /api/v1/devices/{device_id}": DEVICE,
    "GET /api/v1/devices/{device_id}/facts": DEVICE,
    "POST /api/v1/devices/{device_id}/revoke": replace(DEVICE, body=lambda _: {"reason": "x"}),
    **{
        f"POST /api/v1/devices/{{device_id}}/{what}": replace(
            DEVICE, body=lambda _: {"reason": "x"}
        )
        for what in ("approve", "refuse", "retire")
    },
    "POST /api/v1/devices/{device_id}/erase": replace(
        DEVICE, body=lambda _: {"reason": "x", "confirm": "x"}
    ),
    "GET /api/v1/devices/{device_id}/erasure": DEVICE,
    "GET /api/v1/devices/{device_id}/diagnostics": DEVICE,
    "GET /api/v1/devices/{device_id}/actions": DEVICE,
    "POST /api/v1/devices/{device_id}/actions": replace(
        DEVICE, body=lambda _: {"action": "new-key", "reason": "x"}
    ),
    "GET /api/v1/device-groups": LISTED,
    "PUT /api/v1/device-groups": in_body(silent_after_hours=24, return_within_days=3),
    "POST /api/v1/devices/import": Names(body=lambda _: {"csv": "device_id\n", "dry_run": True}),
    "PUT /api/v1/devices/{device_id}/record": replace(DEVICE, body=lambda _: {"company": "x"}),
    "DELETE /api/v1/devices/{device_id}/record": DEVICE,
    "GET /api/v1/enrolment-tokens": LISTED,
    "POST /api/v1/enrolment-tokens": in_body(),
    "DELETE /api/v1/enrolment-tokens/{token_id}": Names(path=True),
    "GET /api/v1/events": LISTED,
    "POST /api/v1/events/export": replace(LISTED, body=lambda _: {}),
    "POST /events/export": LISTED,
    "GET /api/v1/events/counts": LISTED,
    "GET /api/v1/events/histogram": LISTED,
    "GET /api/v1/policies": QUERY,
    "GET /api/v1/policies/current": QUERY,
    "GET /api/v1/policies/{version}": QUERY,
    "GET /api/v1/policies/groups": LISTED,
    "GET /api/v1/policies/schema": LISTED,
    "GET /api/v1/policies/reach": QUERY,
    "GET /api/v1/policies/rollout/current": QUERY,
    "POST /api/v1/policies": in_body(document={}),
    "POST /api/v1/policies/rollout": in_body(stop=True),
    "POST /api/v1/policies/rollback": in_body(to=99),
    "POST /api/v1/policies/lint": in_body(yaml="extends: default"),
    "POST /api/v1/policies/test": LISTED,
    "POST /api/v1/policies/try": LISTED,
    "POST /api/v1/policies/canonical": LISTED,
    "POST /api/v1/policies/verify": LISTED,
    "POST /api/v1/policies/explain": replace(LISTED, body=lambda _: {"field": "host.host_name"}),
    "POST /api/v1/policies/diff": Names(
        body=lambda group: {"before": {"group": group}, "after": {"group": group}}
    ),
    "GET /devices": LISTED,
    "GET /devices/{device_id}": DEVICE,
    "POST /devices/{device_id}/revoke": replace(DEVICE, form=lambda _: {"reason": "x"}),
    "POST /devices/{device_id}/decide": replace(
        DEVICE, form=lambda _: {"decision": "approve", "reason": "x"}
    ),
    "POST /devices/{device_id}/erase": replace(
        DEVICE, form=lambda _: {"reason": "x", "confirm": "x"}
    ),
    "POST /devices/{device_id}/ask": replace(
        DEVICE, form=lambda _: {"action": "resume", "reason": "x"}
    ),
    "POST /devices/groups": in_form(silent_after_hours="24", return_within_days="3"),
    "GET /enrolment": LISTED,
    "POST /enrolment": in_form(),
    "POST /enrolment/{token_id}/revoke": Names(path=True),
    "GET /events": LISTED,
    "GET /same": LISTED,
    "GET /policies": QUERY,
    "GET /policies/{version}": QUERY,
    "GET /policies/draft": QUERY,
    "POST /policies/draft": in_form(text="extends: default"),
    "POST /policies/draft/publish": in_form(text="no policy", share="50"),
    "POST /policies/widen": in_form(share="50"),
    "POST /policies/stop": in_form(),
}
# What these routes ask of a group cannot be there for it: finance has no policy of its own.
ABSENT = {
    "GET /api/v1/policies/{version}",
    "GET /api/v1/policies/rollout/current",
    "GET /policies/{version}",
}
# Of the whole fleet or of oneself, and asked for something that there is not.
NOT_THERE = {
    "GET /api/v1/devices/{device_id}/diagnostics",  # none of them answered
    "GET /api/v1/devices/{device_id}/erasure",  # none of them is erased
    "DELETE /api/v1/api-tokens/{token_id}",
    "DELETE /api/v1/roles/{role}",
    "DELETE /api/v1/access/{name}/second-factor",
    "POST /access/{name}/reset-factor",
    "POST /access/{name}/sessions/{session_id}/end",
    "POST /account/passkeys/rename",
    "POST /account/sessions/{session_id}/end",
    "POST /account/tokens/{token_id}/revoke",
    "GET /support/{bundle}",
    "GET /support/{bundle}/sealed/{key_id}",
}
ENDS_THE_SESSION = {"DELETE /api/v1/session", "POST /logout"}
NEEDS_INGEST = "PUT /api/v1/devices/{device_id}/record"
# No RPC is for people: each proves a laptop, so no role and no API token opens one.
RPCS = {
    "EnrolmentService.Enrol": "an enrolment token",
    "EnrolmentService.Return": "the key of a device that was known, and its hardware",
    "TelemetryService.Stream": "a device's certificate",
    "TelemetryService.Renew": "a device's certificate",
}


@dataclass
class Person:
    client: httpx.AsyncClient
    csrf: str
    scopes: frozenset[Scope]


@dataclass
class Stage:
    app: FastAPI
    site: Site
    tokens: dict[str, str]  # enrolment tokens by own/foreign

    def person(self, role: str) -> Person:
        """A session without the costs of a login."""
        accounts = self.site.services.accounts
        with self.site.services.control.read() as db:
            number = db.connection().exec_driver_sql(
                "SELECT account_id FROM account WHERE name = ?", (f"is-{role}",)
            )
            account_id = number.scalar_one()
        session = accounts.sessions.create(account_id, address="192.0.2.7")
        secret = session.caller.csrf_secret
        assert secret is not None
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, client=("192.0.2.7", 40_000)),
            base_url=ORIGIN,
            cookies={SESSION_COOKIE: session.token},
            headers={"Accept": "application/json"},
        )
        return Person(client, csrf_token(secret), session.caller.scopes)


@pytest.fixture
def stage(fleet: Site) -> Stage:
    services = fleet.services
    with services.control.session() as db:  # one of each group waits for approval
        for waits in (4, 5):
            db.get_one(Device, device_id(waits)).status = DeviceStatus.WAITING
    events = MemoryEventStore()
    now_us = int(fleet.clock.now * 1e6)
    for number in range(5):
        events.append(group_of(number, laptop_rows(number, now_us=now_us), now_us=now_us))
    # Enough of ingest to clear a record, and to check receipts, where nothing is stored.
    ingest = cast("IngestService", SimpleNamespace(server_rows=None, reached=dict))
    accounts = services.accounts
    accounts.create("root", role=Role.ADMINISTRATOR, password=PASSWORD, must_change=False)
    accounts.roles.create(
        LIMITED,
        scopes=LIMITABLE,
        groups=["finance"],
        by=[Grant(scopes=frozenset(Scope))],
        actor="root",
    )
    for role in (*Role, LIMITED):
        accounts.create(f"is-{role}", role=role, password=PASSWORD, must_change=False)
    accounts.create(f"is-{NOBODY}", role=Role.ANALYST, password=PASSWORD, must_change=False)
    accounts.roles.assign(f"is-{NOBODY}", [], by=[Grant(scopes=frozenset(Scope))])
    tokens: dict[str, str] = {}
    for side, group in GROUPS.items():
        services.enrolment.create_token(
            group=group,
            uses=1,
            expires_s=int(fleet.clock.now) + 9_000,
            address="reticent.test:7442",
        )
        made = services.enrolment.list(groups=[group])
        tokens[side] = next(str(view.token_id) for view in made if view.uses_max == 1)
    return Stage(create_app(replace(services, ingest=ingest, events=events)), fleet, tokens)


def routes(app: FastAPI) -> Iterator[tuple[str, Entry]]:
    for entry in inventory_of(app):
        for method in sorted(entry.methods):
            yield f"{method} {entry.path}", entry


def test_every_route_declares_a_scope_and_how_it_names_a_group(site: Site) -> None:
    """A new route fails here until it says both."""
    guarded = {
        name: entry.guard.scope
        for name, entry in routes(site.app)
        if isinstance(entry.guard, ScopeGuard)
    }
    assert {name for name, scope in guarded.items() if scope in LIMITABLE} == set(NAMES)
    assert set(SENTENCES) == set(Scope)
    assert {scope for scope in Scope if scope not in guarded.values()} == set()


def test_every_rpc_is_declared_and_none_is_for_people() -> None:
    found = {
        f"{service.name}.{method.name}"
        for module in (enrolment_pb2, telemetry_pb2)
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
    assert found == set(RPCS)


async def test_every_route_answers_every_role_as_declared(stage: Stage) -> None:
    wrong: list[str] = []
    cells = 0
    for role in (*Role, LIMITED, NOBODY):
        person = stage.person(role)
        expected_scopes = {LIMITED: LIMITABLE | BASE, NOBODY: BASE}.get(role)
        held = expected_scopes or scopes_of(Role(role))
        assert person.scopes == held
        for name, entry in routes(stage.app):
            if not isinstance(entry.guard, ScopeGuard):
                continue
            # What names nothing and lists nothing of a group is the same for both.
            for side in GROUPS if name in NAMES else ("own",):
                if name in ENDS_THE_SESSION:
                    person = stage.person(role)
                expected = expect(name, entry.guard.scope in held, role, side)
                answer = await ask(stage, person, name, entry, side=side, expected=expected)
                got = verdict(answer)
                cells += 1
                if got != expected:
                    wrong.append(f"{role}: {name} ({side}): {got}, not {expected}")
                if role == LIMITED and (leak := foreign_in(stage, answer.text)):
                    wrong.append(f"{role}: {name} ({side}) shows {leak}")
            if name in ENDS_THE_SESSION:
                person = stage.person(role)
    assert not wrong, "\n".join(wrong)
    assert cells > 600


async def ask(
    stage: Stage, person: Person, name: str, entry: Entry, *, side: str, expected: str
) -> httpx.Response:
    group, names, (method, _, _) = GROUPS[side], NAMES.get(name, Names()), name.partition(" ")
    known = {
        "device_id": str(DEVICES[side]),
        "token_id": stage.tokens[side] if "enrolment" in name else MISSING.replace("-", "")[:16],
        "version": "1",
        "name": f"is-{NOBODY}",
    }
    path = re.sub(r"{(\w+)}", lambda m: known.get(m[1], "none"), entry.path)
    params: dict[str, str] = {"group": group} if names.query else {}
    if name.endswith("/same"):
        params["value"] = "pn:session.user_name:1:" + "A" * 22
    if name.endswith("/counts"):
        params["by"] = "user_name"
    if name == "GET /events":
        params["range"] = "all"
    if isinstance(entry.guard, FormGuard):
        form = {"csrf_token": person.csrf} | (names.form(group) if names.form else {})
        return await person.client.request(method, path, params=params, data=form)
    body = names.body(group) if names.body else None
    if name == NEEDS_INGEST and expected != "404":
        body = NONSENSE
    headers = {CSRF_HEADER: person.csrf}
    return await person.client.request(method, path, params=params, json=body, headers=headers)


def expect(name: str, held: bool, role: str, side: str) -> str:
    if not held or " /scim/" in name:  # the latter is for API tokens alone
        return "403"
    names = NAMES.get(name, Names())
    named = names.path or names.query or names.body is not None or names.form is not None
    if role == LIMITED and side == "foreign" and named and not names.listed:
        return "allowed" if name.endswith("/import") else "404"
    absent = name in ABSENT and (side == "own" or role == LIMITED)
    if name.endswith("rollout/current") and role != LIMITED:
        absent = False  # the default group's
    return "404" if absent or name in NOT_THERE else "allowed"


def verdict(answer: httpx.Response) -> str:
    """400, 409 and 422 are answers of a route that let the caller in and disliked the rest."""
    if answer.status_code in {403, 404}:
        return str(answer.status_code)
    fine = answer.status_code < 400 or answer.status_code in {400, 409, 422}
    return "allowed" if fine else f"broken with {answer.status_code}"


def foreign_in(stage: Stage, text: str) -> str:
    """What of the foreign group an answer shows; nothing as a rule."""
    for number in range(0, 7, 2):
        if str(device_id(number)) in text:
            return "a foreign device"
    return "a foreign enrolment token" if stage.tokens["foreign"] in text else ""
