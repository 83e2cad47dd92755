"""What must be there before a request whose entry in the audit trail is looked for."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from reticent_contract.redact.sealed import seal_key_of
from reticent_contract.v1 import telemetry_pb2
from reticent_server.approvals.kinds import Kind
from reticent_server.approvals.request import Subject
from reticent_server.auth import Role, Scope
from reticent_server.auth.grants import Grant
from reticent_server.auth.sessions import csrf_token
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.http.settings import SESSION_COOKIE
from reticent_server.rights.case import Known
from reticent_server.rights.words import Right
from reticent_server.support import keeping

from support.account_states import with_account, with_factor
from support.approvals import person
from support.audit_calls import Call
from support.committing import committed
from support.console_app import Site
from support.console_data import device_id


async def made(client: httpx.AsyncClient, site: Site, route: str, actor: str) -> dict[str, Any]:
    """What stands in the request, with what the route is about made before."""
    path = route.split(" ")[1]
    number = 4 if path.startswith("/devices/") else 1  # each is revoked once
    values: dict[str, Any] = {"device_id": str(device_id(number)), "role": "made"}
    values |= {"scim_id": "0" * 32, "name": "none"}
    if path.endswith(
        ("/approve", "/refuse", "/decide", "/actions", "/ask", "/retire", "/diagnostics")
    ):
        decided = path.endswith(("/approve", "/refuse", "/decide"))
        with site.services.control.session() as db:
            device = db.get_one(Device, device_id(number))
            device.status = DeviceStatus.WAITING if decided else DeviceStatus.ACTIVE
    if path.endswith("/diagnostics"):
        facts = [telemetry_pb2.DiagnosticFact(name="state", word="connected")]
        keep = site.services.diagnostics.keep
        assert committed(site.services.control, keep, device_id(number), facts) == (1, 0)
    if route == "GET /enrolment":
        with site.services.control.session() as db:
            db.get_one(Device, device_id(6)).status = DeviceStatus.WAITING
    if "{case_id}" in path:
        values["case_id"] = case_of(site, runs=path.endswith(("/close", "/answer.jsonl")))
    if path.startswith("/support/{bundle}"):
        folder = keeping.folder_of(site.services.config.data_dir)
        values["bundle"], values["key_id"] = keeping.keep(folder, "{}"), "0f"
        values["vendor_key"] = str(seal_key_of(X25519PrivateKey.generate()))
        (folder / f"{values['bundle']}-0f.sealed").write_text("sealed")
    if "{request_id}" in path:
        values["request_id"] = asked_by_another(
            site, number=99, withdraw=path.endswith("/withdraw")
        )
    elif "account/second-factor" in path or "account/passkeys" in path:
        values |= await with_factor(client, route)
    elif "/access/" in path or "account/sessions" in path:
        values |= await with_account(client, site, route, actor)
    elif "enrolment" in path and "{token_id}" in path:
        await client.post("/api/v1/enrolment-tokens", json={})
        values["token_id"] = str(site.services.enrolment.list()[0].token_id)
    elif "{token_id}" in path:
        token = {"name": "x", "scopes": ["read:devices"]}
        answer = await client.post("/api/v1/api-tokens", json=token)
        values["token_id"] = answer.json()["view"]["token_id"]
    elif "/accounts/{account}" in path or path == "/roles/assign":
        accounts = site.services.accounts
        if accounts.get("bo") is None:
            accounts.create("bo", role=Role.ANALYST)
        accounts.roles.assign("bo", [], by=[Grant(scopes=frozenset(Scope))])
        values["account"] = "bo"
    elif path.endswith("/audit/accept"):
        values["digest"] = (await client.get("/api/v1/audit/check")).json()["digest"]
    elif path.endswith("/keys/destroy"):
        await client.post("/api/v1/keys/rotate")  # epoch 2, if there is none yet
    elif path.endswith(("/rollout", "/widen", "/stop", "/rollback")):
        newest = site.services.policies.newest().version
        document = (await client.get("/api/v1/policies/1")).json()["document"]
        body: dict[str, Any] = {
            "document": {**document, "version": newest + 1, "notice": f"notice {newest}"},
            "reason": "a test",
            "share_percent": 100 if path.endswith("/rollback") else 30,
        }
        published = await client.post("/api/v1/policies", json=body)
        assert published.status_code == 201, published.text
    return values


def asked_by_another(site: Site, *, number: int, withdraw: bool) -> str:
    """A request that waits; one that may be withdrawn is approved already, by a third."""
    approvals = site.services.approvals
    subject = Subject(kind=Kind.DEVICE_ERASE, parts={"laptop": 7}, name="laptop 7", shown="alice")
    for old in approvals.list(caller=person(number)):
        if not old.over:
            approvals.withdraw(old.request_id, caller=person(number), source_address="192.0.2.8")
    made = approvals.ask(subject, reason="x", caller=person(number), source_address="192.0.2.8")
    if withdraw:
        approvals.approve(made.request_id, caller=person(98), source_address="192.0.2.8")
    return str(made.request_id)


def case_of(site: Site, *, runs: bool) -> str:
    """A person's request; a new one each time."""
    rights = site.services.rights
    case = rights.open(
        Right.ACCESS,
        Known(identifiers=("alice",)),
        reference="4711",
        received_s=rights.now_s(),
        by="bo",
        source_address="192.0.2.8",
    )
    if runs:
        committed(
            site.services.control,
            rights.run,
            case.case_id,
            approval_id=uuid4(),
            by="bo",
            source_address="192.0.2.8",
        )
        rights.counted(case.case_id, {}, {}, {}, ["nothing of a sealed value"])
    return str(case.case_id)


async def asked(
    client: httpx.AsyncClient, site: Site, route: str, call: Call, values: dict[str, Any]
) -> httpx.Response:
    """`call` of the route, with what `made` gave; a form with its token."""
    form = None
    if call.form is not None:
        session = site.services.accounts.sessions.caller(client.cookies[SESSION_COOKIE])
        assert session is not None
        assert session.csrf_secret is not None
        form = {**(filled(call.form, values) or {}), "csrf_token": csrf_token(session.csrf_secret)}
    return await client.request(
        route.split(" ")[0],
        route.split(" ")[1].format_map(values),
        json=filled(call.json, values),
        data=form,
        params=call.parameters or None,
    )


def filled(body: dict[str, Any] | None, values: dict[str, Any]) -> dict[str, Any] | None:
    """`body` with what `made` gave for each `{name}` that is a whole value."""
    named = {f"{{{name}}}": value for name, value in values.items()}
    return body and {
        key: named.get(value, value) if isinstance(value, str) else value
        for key, value in body.items()
    }
